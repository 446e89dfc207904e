"""Asking for an instalment plan."""

from __future__ import annotations

from decimal import Decimal
from secrets import token_hex
from typing import Any

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.arrears.promises import parts, queries, service
from crm.billing.arrears.promises.forms import PlanForm
from crm.billing.arrears.promises.models import InstalmentPlan
from crm.billing.arrears.promises.views.pages import REVIEW, kept, plans, to_plan
from crm.billing.ledger.models import Bill
from crm.dates import business_day, months_later
from crm.db import session
from crm.errors import IllegalTransition
from crm.tenants.models import Customer
from crm.tenants.queries import get_customer
from crm.web.forms import attempt, choices, form_page


@plans.route("/customers/<int:customer_id>/new", methods=["GET", "POST"])
@requires(REVIEW)
def new(customer_id: int) -> ResponseReturnValue:
    """Chosen bills in equal instalments, or line by line; they can be looked at before anything is asked for."""
    customer = get_customer(customer_id)
    bills = session().scalars(queries.whole_bills(customer.id)).all()
    form = _form(bills)
    if (reason := service.plan_hindrance(customer)) and not form.is_submitted():
        raise IllegalTransition(reason)
    if form.work_out.data:
        _work_out(form, bills)
    elif form.validate_on_submit() and (made := attempt(form, _request, customer, form, bills)):
        flash(_("Asked for. Somebody else decides; print the agreement and have it signed."))
        return to_plan(made.id)
    return _page(customer, form, bills)


def _form(bills: Any) -> Any:
    today = business_day()
    overdue = [bill.id for bill in bills if bill.due_on < today]
    usual = {"agreed_on": today, "first_on": months_later(today, 1), "bill_ids": overdue or [bill.id for bill in bills]}
    form: Any = PlanForm(key=token_hex(16), **usual)
    form.bill_ids.choices = choices({bill.id: bill.item.name for bill in bills})
    return form


def _chosen(form: Any, bills: Any) -> list[Bill]:
    return [bill for bill in bills if bill.id in (form.bill_ids.data or ())]


def _equal(form: Any, bills: Any) -> list[parts.Part]:
    total = sum((bill.open for bill in _chosen(form, bills)), Decimal(0))
    return parts.monthly(total, form.number.data, form.first_on.data)


def _work_out(form: Any, bills: Any) -> None:
    """Fill the lines; what was in them goes."""
    form.fill([])
    faults = [name for name in ("bill_ids", "number", "first_on") if not form[name].validate(form)]
    if not form.first_on.data and not form.first_on.errors:
        form.first_on.errors = [_("Write the day on which the first instalment is due.")]
    elif not faults:
        form.fill(_equal(form, bills))


def _request(customer: Customer, form: Any, bills: Any) -> InstalmentPlan:
    wish = service.PlanWish(
        bill_ids=form.bill_ids.data,
        parts=form.parts or _equal(form, bills),
        agreed_on=form.agreed_on.data,
        reason=form.reason.data,
        key=form.key.data,
        upload_id=kept(form.upload.data, customer.estate_id),
    )
    return service.request(customer, wish)


def _page(customer: Customer, form: Any, bills: Any) -> ResponseReturnValue:
    back = url_for("arrears_account.show", customer_id=customer.id)
    chosen = _chosen(form, bills)
    return form_page(
        form,
        _("Ask for an instalment plan"),
        back,
        "billing/arrears/plans/new.html",
        intro=customer.name,
        bills=bills,
        chosen={bill.id for bill in chosen},
        total=sum((bill.open for bill in chosen), Decimal(0)),
        written=parts.sum_of(form.parts),
        button=_("Ask for it"),
    )
