"""What is done with a deposit: at once where one person may, else asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.deposits import queries, service
from crm.billing.deposits.figures import ALONE_UP_TO
from crm.billing.deposits.forms import DeductForm, ForfeitForm, ReasonForm, RefundForm
from crm.billing.deposits.models import Deposit, DepositRequest, MovementKind, RequestState
from crm.billing.deposits.offers import TITLES, VERBS
from crm.billing.deposits.photos import kept
from crm.billing.deposits.service import Line, Wish
from crm.billing.deposits.views.pages import TAKE, address, blueprint, new_key, told
from crm.billing.ledger.models import Bill, Method
from crm.dates import business_day
from crm.errors import IllegalTransition
from crm.web.forms import attempt, choices, form_page
from crm.web.templating import money

FORM = "billing/deposits/step.html"


def _act(
    found: Deposit,
    verb: str,
    form: Any,
    act: Callable[[Deposit, Any], DepositRequest],
    template: str = FORM,
    **given: Any,
) -> ResponseReturnValue:
    """The form's page, or the act itself; refused with the reason where the deposit does not allow it now."""
    if (reason := service.hindrance(found, VERBS[verb])) and not form.is_submitted():
        raise IllegalTransition(reason)
    if form.validate_on_submit() and (made := attempt(form, act, found, form)):
        return _done(made)
    title = str(TITLES[verb])
    return form_page(form, title, address(found.id), template, intro=told(found), deposit=found, button=title, **given)


def _done(made: DepositRequest) -> ResponseReturnValue:
    if made.state is RequestState.done:
        flash(_("Booked: %(sum)s yuan.", sum=money(made.amount)))
        return redirect(url_for(".request", deposit_request_id=made.id), 303)
    flash(_("Asked for. Somebody else decides; you will find it under Requests."))
    return redirect(address(made.deposit_id), 303)


@blueprint.route("/<int:deposit_id>/deduct", methods=["GET", "POST"])
@requires(TAKE)
def deduct(deposit_id: int) -> ResponseReturnValue:
    """Line by line; a line may pay a bill."""
    found = queries.get_deposit(deposit_id)
    form: Any = DeductForm(key=new_key())
    bills = queries.payable_bills(found)
    for entry in form.lines:
        entry.form.bill_id.choices = choices({bill.id: _bill(bill) for bill in bills}, empty=_("None"))
    limit = money(ALONE_UP_TO.on(business_day()))
    return _act(found, "deduct", form, _deduct, "billing/deposits/deduct.html", limit=limit, open_lines=3)


def _bill(bill: Bill) -> str:
    unit = bill.unit.label if bill.unit else ""
    return " ".join(part for part in (bill.item.name, unit, f"{bill.period:%Y-%m}", money(bill.open)) if part)


def _deduct(found: Deposit, form: Any) -> DepositRequest:
    lines = [_line(found, line) for line in form.used]
    return service.ask(found, Wish(kind=MovementKind.deduction, lines=lines, key=form.key.data))


def _line(found: Deposit, line: Any) -> Line:
    titles = {choice.value: choice.label for choice in line.bill_id.choices}
    return Line(
        amount=line.amount.data,
        reason=line.reason.data or _("For the bill %(bill)s", bill=titles[line.bill_id.data]),
        clause=line.clause.data or "",
        bill_id=line.bill_id.data,
        upload_ids=kept(line.files, found.estate_id),
    )


@blueprint.route("/<int:deposit_id>/refund", methods=["GET", "POST"])
@requires(TAKE)
def refund(deposit_id: int) -> ResponseReturnValue:
    """To who paid; somebody else decides, then the cashier pays out."""
    found = queries.get_deposit(deposit_id)
    usual = {"payee": found.payer, "method": found.method.value, "amount": found.balance}
    form: Any = RefundForm(key=new_key(), **usual)
    return _act(found, "refund", form, _refund)


def _refund(found: Deposit, form: Any) -> DepositRequest:
    wish = Wish(
        kind=MovementKind.refund,
        lines=_one_line(found, form, form.amount.data),
        key=form.key.data,
        method=Method(form.method.data),
        reference=form.reference.data or "",
        payee=form.payee.data,
        payee_reason=form.payee_reason.data or "",
    )
    return service.ask(found, wish)


def _one_line(found: Deposit, form: Any, amount: Decimal) -> Sequence[Line]:
    clause = form.clause.data or "" if "clause" in form else ""
    photos = kept(form.photos.data, found.estate_id) if "photos" in form else []
    return [Line(amount=amount, reason=form.reason.data, clause=clause, upload_ids=photos)]


@blueprint.route("/<int:deposit_id>/forfeit", methods=["GET", "POST"])
@requires(TAKE)
def forfeit(deposit_id: int) -> ResponseReturnValue:
    """The company keeps it, by a clause; somebody else decides."""
    found = queries.get_deposit(deposit_id)
    return _act(found, "forfeit", ForfeitForm(key=new_key(), amount=found.balance), _forfeit)


def _forfeit(found: Deposit, form: Any) -> DepositRequest:
    lines = _one_line(found, form, form.amount.data)
    return service.ask(found, Wish(kind=MovementKind.forfeiture, lines=lines, key=form.key.data))


@blueprint.route("/<int:deposit_id>/cancel", methods=["GET", "POST"])
@requires(TAKE)
def cancel(deposit_id: int) -> ResponseReturnValue:
    """It was entered wrongly: the money goes back as it came."""
    found = queries.get_deposit(deposit_id)
    return _act(found, "cancel", ReasonForm(key=new_key()), _cancel)


def _cancel(found: Deposit, form: Any) -> DepositRequest:
    lines = _one_line(found, form, found.amount)
    return service.ask(found, Wish(kind=MovementKind.cancellation, lines=lines, key=form.key.data))


@blueprint.route("/movements/<int:deposit_movement_id>/take-back", methods=["GET", "POST"])
@requires(TAKE)
def take_back(deposit_movement_id: int) -> ResponseReturnValue:
    movement = queries.get_movement(deposit_movement_id)
    found, form = queries.get_deposit(movement.deposit_id), ReasonForm(key=new_key())
    if (reason := service.reversal_hindrance(movement)) and not form.is_submitted():
        raise IllegalTransition(reason)
    key, why = form.key.data, form.reason.data
    if form.validate_on_submit() and (made := attempt(form, service.take_back, movement, why, key)):
        return _done(made)
    title = _("Take %(sum)s yuan back", sum=money(movement.amount))
    return form_page(form, title, address(found.id), FORM, intro=told(found), deposit=found, button=_("Take back"))
