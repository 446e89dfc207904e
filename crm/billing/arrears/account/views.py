"""The customer's arrears page, and parking several of its lines."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission, requires
from crm.billing.arrears.account import present, reports
from crm.billing.arrears.account.forms import ParkForm
from crm.billing.arrears.account.offers import offered
from crm.billing.arrears.dunning.service import park as park_lines
from crm.dates import business_day
from crm.tenants.history import customer_happenings
from crm.tenants.models import Customer
from crm.tenants.queries import get_customer, units_of
from crm.web.forms import attempt, form_page, hindered

blueprint = Blueprint("arrears_account", __name__, url_prefix="/arrears/customers")
READ, REVIEW = Permission.arrears_read, Permission.arrears_review


def address(customer_id: int) -> str:
    return url_for("arrears_account.show", customer_id=customer_id)


@blueprint.get("/<int:customer_id>")
@requires(READ)
def show(customer_id: int) -> ResponseReturnValue:
    """The address of a merged file leads to the account of the one that was kept."""
    customer, day = get_customer(customer_id, Customer.merged_files), business_day()
    if customer.id != customer_id:
        return redirect(address(customer.id))
    account = reports.account_of(customer.id, day)
    return render_template(
        "billing/arrears/account/show.html",
        customer=customer,
        units=units_of(customer.id, day),
        account=account,
        day=day,
        titles=present.TITLES,
        tones=present.TONES,
        offers=offered("dunning.exclude") if account.exclusion else offered(),
        may_review=g.actor.may(REVIEW),
        may_bills=g.actor.may(Permission.billing_read),
        events=customer_happenings(customer.id, [file.id for file in customer.merged_files]),
    )


@blueprint.route("/<int:customer_id>/park", methods=["GET", "POST"])
@requires(REVIEW)
def park(customer_id: int) -> ResponseReturnValue:
    """`bill` in the address: the lines ticked on the account's page, which stand first here."""
    customer, day = get_customer(customer_id), business_day()
    free = reports.owed_by(customer.id, day).free
    ticked = request.args.getlist("bill", type=int)
    form: Any = ParkForm(bill_ids=ticked)
    ordered = sorted(free, key=lambda line: line.bill.id not in ticked)
    form.bill_ids.choices = [(line.bill.id, present.line_in_words(line)) for line in ordered]
    form.offer(customer.id)
    nothing = "" if free else _("Nothing is open that is not disputed already.")
    sent = not hindered(form, nothing) and form.validate_on_submit()
    if sent and attempt(form, _park, form, [line.bill for line in free]):
        flash(_("Lines parked: %(count)s. They are left out of letters and payments.", count=len(form.bill_ids.data)))
        return redirect(address(customer.id), 303)
    return form_page(
        form,
        _("Park lines in dispute"),
        address(customer.id),
        "billing/arrears/account/park.html",
        intro=customer.name,
        button=_("Park them"),
    )


def _park(form: Any, bills: Any) -> None:
    chosen = [bill for bill in bills if bill.id in form.bill_ids.data]
    park_lines(chosen, form.reason.data, form.until.data, form.ground)
