"""Taking a deposit: from the customer's page, the unit's, or by name."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.cashier import finding
from crm.billing.cashier.models import ReceiptKind
from crm.billing.cashier.queries import find_receipt
from crm.billing.deposits import queries, service
from crm.billing.deposits.forms import TakeForm
from crm.billing.deposits.kinds import KINDS
from crm.billing.deposits.models import Deposit
from crm.billing.deposits.views.pages import TAKE, address, blueprint, new_key
from crm.billing.ledger.models import Method
from crm.dates import business_day
from crm.db import unit_of_work
from crm.properties.queries import get_unit
from crm.tenants.models import Customer
from crm.tenants.queries import get_customer
from crm.web.amounts import parse_yuan
from crm.web.application import own_units
from crm.web.forms import attempt, choices, form_page

LONGEST = 60  # signs of an agreement's number


@blueprint.get("/take")
@requires(TAKE)
def choose() -> ResponseReturnValue:
    """Who pays?"""
    return _choose_page("", None)


@blueprint.post("/take")
@requires(TAKE)
@own_units
def find() -> ResponseReturnValue:
    """By POST, so that an ID number never stands in an address. The only one found opens at once, or the unit typed."""
    text = request.form.get("q", "").strip()
    with unit_of_work(writes=False):
        hits = finding.payers(text) if text else []
        if (one := finding.the_one(hits, text)) is not None:
            return redirect(_address(one), 303)
        return _choose_page(text, [(hit.title, hit.detail, hit.estate, _address(hit)) for hit in hits])


def _address(hit: Any) -> str:
    if hit.kind == "unit":
        return url_for(".take_for_unit", unit_id=hit.id)
    return url_for(".take", customer_id=hit.id)


def _choose_page(text: str, found: Any) -> str:
    return render_template("billing/deposits/choose.html", found=found, text=text)


@blueprint.get("/units/<int:unit_id>/take")
@requires(TAKE)
def take_for_unit(unit_id: int) -> ResponseReturnValue:
    """Of the people of a unit, who pays?"""
    unit = get_unit(unit_id)
    people = queries.customers_of_unit(unit.id, business_day())
    found = [
        (row.name, row.units or "", row.estate, url_for(".take", customer_id=row.id, unit=unit.id)) for row in people
    ]
    if len(found) == 1:
        return redirect(found[0][-1])
    return _choose_page(unit.label, found)


@blueprint.route("/customers/<int:customer_id>/take", methods=["GET", "POST"])
@requires(TAKE)
def take(customer_id: int) -> ResponseReturnValue:
    """The same form sent again leads to the deposit of the first."""
    customer = get_customer(customer_id)
    form = _form(customer)
    if form.validate_on_submit() and (made := attempt(form, _take, customer, form)):
        flash(_("Taken: %(sum)s yuan. Print the receipt for whoever paid.", sum=f"{made.amount:,.2f}"))
        return _to_receipt(made)
    back = url_for("tenants.customer", customer_id=customer.id)
    return form_page(
        form, _("Take a deposit"), back, "billing/deposits/take.html", intro=customer.name, button=_("Take")
    )


def _to_receipt(made: Deposit) -> ResponseReturnValue:
    """Where it is printed with one key."""
    receipt = find_receipt(ReceiptKind.deposit, made.id)
    if receipt is None:
        return redirect(address(made.id), 303)
    return redirect(url_for("cashier.receipt", receipt_id=receipt.id, paid=1), 303)


def _form(customer: Customer) -> Any:
    units = queries.units_of(customer.id, business_day())
    first = next(iter(units), None)
    unit_id = request.args.get("unit", type=int) or first
    form: Any = TakeForm(key=new_key(), payer=customer.name, taken_on=business_day(), unit_id=unit_id, **_proposed())
    form.kind.choices = KINDS.choices()
    form.unit_id.choices = choices(units, empty=_("No unit"))
    return form


def _proposed() -> dict[str, Any]:
    """What whoever sent the payer here says of it: `kind`, `amount` and `agreement` in the address."""
    known = {code for code, _title in KINDS.choices()}
    kind, agreement = request.args.get("kind", ""), request.args.get("agreement", "")[:LONGEST]
    told = {"kind": kind if kind in known else "", "agreement": agreement, "amount": _amount()}
    return {name: value for name, value in told.items() if value}


def _amount() -> Decimal | None:
    try:
        return parse_yuan(request.args.get("amount", ""))
    except ValueError:
        return None


def _take(customer: Customer, form: Any) -> Deposit:
    taking = service.Taking(
        kind=form.kind.data,
        amount=form.amount.data,
        method=Method(form.method.data),
        taken_on=form.taken_on.data,
        payer=form.payer.data,
        key=form.key.data,
        due_back_on=form.due_back_on.data,
        agreement=form.agreement.data or "",
        reference=form.reference.data or "",
        note=form.note.data or "",
    )
    return service.take(customer, taking, get_unit(form.unit_id.data) if form.unit_id.data else None)
