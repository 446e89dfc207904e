"""A customer's account, and a single charge on it."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.ledger import account as accounts
from crm.billing.ledger import queries, register, service
from crm.billing.ledger.forms import ChargeForm
from crm.billing.ledger.listings import REQUEST_TONES, TONES, about
from crm.billing.ledger.models import (
    ADJUSTMENT_TITLES,
    BILL_TITLES,
    METHOD_TITLES,
    REQUEST_TITLES,
    RULE_TITLES,
    SOURCE_TITLES,
    Adjustment,
    AdjustmentRequest,
)
from crm.billing.ledger.service import Charge
from crm.billing.ledger.views.pages import READ, TAKE, account_address, blueprint, step
from crm.dates import business_day
from crm.db import session
from crm.properties.models import Unit
from crm.properties.queries import get_unit
from crm.tenants.models import Customer
from crm.tenants.queries import get_customer, in_file, units_of
from crm.web.forms import choices

TABS = ("open", "settled", "payments", "adjustments")
TITLES = {
    "bill": BILL_TITLES,
    "bill_tone": TONES,
    "source": SOURCE_TITLES,
    "method": METHOD_TITLES,
    "rule": RULE_TITLES,
    "adjustment": ADJUSTMENT_TITLES,
    "request": REQUEST_TITLES,
    "request_tone": REQUEST_TONES,
}


@blueprint.get("/customers/<int:customer_id>")
@requires(READ)
def account(customer_id: int) -> ResponseReturnValue:
    """The address of a merged file leads to the account of the one that was kept."""
    found, day = get_customer(customer_id), business_day()
    tab = request.args.get("tab", "")
    tab = tab if tab in TABS else TABS[0]
    if found.id != customer_id:
        return redirect(account_address(found.id, tab))
    return render_template(
        "billing/account.html",
        customer=found,
        balance=queries.balance_of(found.id, day),
        units=units_of(found.id, day),
        day=day,
        tab=tab,
        titles=TITLES,
        most=accounts.SHOWN,
        may_charge=g.actor.may(TAKE),
        **_parts(found.id, tab),
    )


def _parts(customer_id: int, tab: str) -> dict[str, Any]:
    """What the tab shows, and no more."""
    match tab:
        case "open":
            return {"lines": accounts.open_lines(customer_id)}
        case "settled":
            return {"lines": accounts.settled_lines(customer_id)}
        case "payments":
            return {"payments": accounts.payments(customer_id)}
    return {
        "requests": requests_of(in_file(AdjustmentRequest.customer_id, customer_id)),
        "booked": accounts.adjustments(in_file(Adjustment.customer_id, customer_id)),
    }


def requests_of(condition: Any) -> list[tuple[Any, str]]:
    """(row, what it is about), the newest first."""
    found = register.requests().where(condition).order_by(AdjustmentRequest.id.desc()).limit(accounts.SHOWN)
    return [(row, about(row)) for row in session().execute(found)]


@blueprint.route("/customers/<int:customer_id>/charge", methods=["GET", "POST"])
@requires(TAKE)
def charge(customer_id: int) -> ResponseReturnValue:
    found, day = get_customer(customer_id), business_day()
    items, units = queries.items_entered_singly(found.estate_id), units_of(found.id, day)
    form = ChargeForm(due_on=day, last_seen=queries.last_bill_of(found.id), unit_id=str(next(iter(units), "")))
    form.item_id.choices = choices(items)
    form.unit_id.choices = choices(units, empty=_("No unit"))
    return step(
        form,
        _("Single charge"),
        "" if items else _("No charge item of this estate is entered one by one. Ask who keeps the charge items."),
        lambda: _charge(found, form),
        customer=found,
        facts=((_("Customer"), found.name),),
        back=account_address(found.id),
    )


def _charge(customer: Customer, form: Any) -> None:
    entered = Charge(
        item=queries.get_item(form.item_id.data),
        amount=form.amount.data,
        due_on=form.due_on.data,
        note=form.note.data,
        unit=_unit(form.unit_id.data),
    )
    service.charge_once(customer, entered, form.last_seen.data or 0)


def _unit(chosen: str) -> Unit | None:
    return get_unit(int(chosen)) if chosen else None
