"""Asking for a hand-over to a lawyer, and the steps of a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from secrets import token_hex
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.confirmation import confirmed
from crm.auth.permissions import requires
from crm.billing.arrears.cases import queries, service
from crm.billing.arrears.cases.forms import AskForm, CloseForm
from crm.billing.arrears.cases.models import CASE_TITLES, CASE_WORKFLOW, LegalCase
from crm.billing.arrears.cases.views.pages import APPROVE, REVIEW, address, blueprint
from crm.billing.ledger.forms import ApproveForm, RefuseForm, WithdrawForm
from crm.billing.ledger.models import Bill
from crm.billing.ledger.views.pages import Facts, account_address
from crm.dates import business_day
from crm.tenants.models import Customer
from crm.tenants.queries import get_customer, units_of
from crm.web.forms import BaseForm, attempt, form_page, hindered, opened_on, stand_on
from crm.web.templating import money

FORM = "billing/step.html"


@blueprint.route("/customers/<int:customer_id>/new", methods=["GET", "POST"])
@requires(REVIEW)
def new(customer_id: int) -> ResponseReturnValue:
    """About all that is overdue and undisputed; somebody else decides."""
    customer, form = get_customer(customer_id), AskForm(key=token_hex(16))
    if not form.is_submitted():
        hindered(form, service.ask_hindrance(customer))
    if form.validate_on_submit() and (made := attempt(form, _ask, customer, form)):
        flash(_("Asked for. Somebody else decides about it."))
        return redirect(address(made), 303)
    facts, title = _facts_of_account(customer), _("To the lawyer")
    return form_page(form, title, account_address(customer.id), FORM, customer=customer, facts=facts, button=title)


def _ask(customer: Customer, form: Any) -> LegalCase:
    wish = service.Wish(
        key=form.key.data, reason=form.reason.data, firm=form.firm.data or "", lawyer=form.lawyer.data or ""
    )
    return service.ask(customer, wish)


def _facts_of_account(customer: Customer) -> Facts:
    day = business_day()
    bills, parked = queries.overdue_bills(customer, day), queries.overdue_bills(customer, day, disputed=True)
    return (
        (_("Customer"), customer.name),
        (_("Units"), "、".join(units_of(customer.id, day).values())),
        (_("To be handed over (yuan)"), f"{money(_sum(bills))} ({len(bills)})"),
        (_("Disputed, stays here (yuan)"), money(_sum(parked)) if parked else ""),
    )


def _sum(bills: Iterable[Bill]) -> Decimal:
    return sum((bill.open for bill in bills), Decimal(0))


@blueprint.route("/<int:legal_case_id>/approve", methods=["GET", "POST"])
@requires(APPROVE)
@confirmed
def approve(legal_case_id: int) -> ResponseReturnValue:
    case, form = queries.get_case(legal_case_id), ApproveForm()
    return _step(case, "approve", form, lambda: service.approve(case, form.remark.data or ""))


@blueprint.route("/<int:legal_case_id>/refuse", methods=["GET", "POST"])
@requires(APPROVE)
def refuse(legal_case_id: int) -> ResponseReturnValue:
    case, form = queries.get_case(legal_case_id), RefuseForm()
    return _step(case, "refuse", form, lambda: service.refuse(case, form.remark.data or ""))


@blueprint.route("/<int:legal_case_id>/withdraw", methods=["GET", "POST"])
@requires(REVIEW)
def withdraw(legal_case_id: int) -> ResponseReturnValue:
    case, form = queries.get_case(legal_case_id), WithdrawForm()
    return _step(case, "withdraw", form, lambda: service.withdraw(case))


@blueprint.route("/<int:legal_case_id>/close", methods=["GET", "POST"])
@requires(REVIEW)
def close(legal_case_id: int) -> ResponseReturnValue:
    case, form = queries.get_case(legal_case_id), CloseForm()
    return _step(case, "close", form, lambda: service.close(case, form.outcome.data or ""))


def _step(case: LegalCase, name: str, form: BaseForm, act: Callable[[], Any]) -> ResponseReturnValue:
    title = str(CASE_WORKFLOW[name].title)
    stand_on(form, case)
    possible = not hindered(form, service.step_hindrance(case, name))
    if possible and form.validate_on_submit() and opened_on(form, case) and attempt(form, act):
        flash(_("Entered: %(step)s.", step=CASE_TITLES[case.state]))
        return redirect(address(case), 303)
    facts = (
        (_("Customer"), case.customer.name),
        (_("Sum (yuan)"), money(case.amount)),
        (_("Of it open today (yuan)"), money(_sum([each.bill for each in case.bills]))),
        (_("Reason"), case.reason),
        (_("Law firm"), f"{case.firm} {case.lawyer}".strip()),
    )
    return form_page(form, title, address(case), FORM, customer=case.customer, facts=facts, button=title)
