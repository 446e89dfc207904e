"""The blueprint, and what its pages share: the way back, and a form about a bill, a payment or a request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission
from crm.billing.ledger.explaining import days_in_words
from crm.billing.ledger.models import METHOD_TITLES, Bill, Payment
from crm.files import store
from crm.tenants.models import Customer
from crm.web.forms import BaseForm, attempt, form_page, hindered
from crm.web.templating import money

blueprint = Blueprint("billing", __name__, url_prefix="/billing")
READ, TAKE, RUN, APPROVE = (
    Permission.billing_read,
    Permission.cash_take,
    Permission.billing_run,
    Permission.billing_approve,
)
PURPOSE = "billing"  # of evidence in the store; fetched from the request it belongs to
Facts = Sequence[tuple[str, str]]


def account_address(customer_id: int, tab: str | None = None) -> str:
    return url_for("billing.account", customer_id=customer_id, tab=tab)


def bill_address(bill: Bill) -> str:
    return url_for("billing.bill", bill_id=bill.id)


def payment_address(payment: Payment) -> str:
    return url_for("billing.payment", payment_id=payment.id)


def facts_of_bill(bill: Bill) -> Facts:
    return (
        (_("Customer"), bill.customer.name),
        (_("Charge"), bill.item.name),
        (_("Days charged"), days_in_words(bill.begins, bill.ends)),
        (_("Unit"), bill.unit.label if bill.unit else ""),
        (_("Charged (yuan)"), money(bill.amount)),
        (_("Open (yuan)"), money(bill.open)),
    )


def facts_of_payment(payment: Payment) -> Facts:
    return (
        (_("Customer"), payment.customer.name),
        (_("Day paid"), payment.paid_on.isoformat()),
        (_("Method"), str(METHOD_TITLES[payment.method])),
        (_("Sum (yuan)"), money(payment.amount)),
        (_("In credit (yuan)"), money(payment.open)),
    )


def step(
    form: BaseForm,
    title: str,
    reason: str,
    act: Callable[[], Any],
    *,
    customer: Customer,
    facts: Facts,
    back: str,
    **context: Any,
) -> ResponseReturnValue:
    """The form's page, or what it does and the way back; refused with `reason` where it is not possible now."""
    if not hindered(form, reason) and form.validate_on_submit() and attempt(form, act):
        flash(_("Entered: %(step)s.", step=title))
        return redirect(back)
    return form_page(form, title, back, "billing/step.html", customer=customer, facts=facts, **context)


def evidence_id(form: Any, estate_id: int) -> int | None:
    """Of the file in the store; raises `DomainError` for what is no readable file."""
    file = form.evidence.data
    if not file or not file.filename:
        return None
    return store.keep(file.read(), file.filename, purpose=PURPOSE, estate_id=estate_id).id
