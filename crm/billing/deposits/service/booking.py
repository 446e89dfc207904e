"""What was decided becomes movements: the balance goes down or up with them, bills are paid, payments taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.billing.deposits.events import DepositMoved
from crm.billing.deposits.hindrances import further_reversal_hindrance
from crm.billing.deposits.models import (
    PAID_OUT,
    Deposit,
    DepositLine,
    DepositMovement,
    DepositRequest,
    MovementKind,
)
from crm.billing.deposits.service.proving import follow
from crm.billing.ledger import service as ledger
from crm.billing.ledger.models import Method, Payment
from crm.billing.ledger.queries import open_month
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.tenants.models import Customer


def hold(deposit: Deposit) -> None:
    """Nobody else changes the deposit until the unit of work ends; its balance is read anew."""
    session().flush()
    session().refresh(deposit, ["balance", "day_close_id"], with_for_update=True)


def reversal_hindrance(movement: DepositMovement) -> str:
    """Why a movement cannot be taken back, or ""."""
    if movement.reverses_id is not None:
        return _("This row takes another one back; it cannot be taken back itself.")
    if _undoing(movement.id) is not None:
        return _("This was taken back already.")
    if movement.kind in PAID_OUT and movement.day_close_id is not None:
        return _("The money has left and the day is closed. If it comes back, take it as a new deposit.")
    if reason := further_reversal_hindrance(movement):
        return reason
    payment = session().get(Payment, movement.payment_id) if movement.payment_id else None
    return ledger.deposit_hindrance(payment) if payment else ""


def _undoing(movement_id: int) -> int | None:
    return session().scalar(select(DepositMovement.id).where(DepositMovement.reverses_id == movement_id))


def book(deposit: Deposit, request: DepositRequest) -> None:
    """Carry the request out, line by line. `deposit` is held. Raises `DomainError` when it became impossible."""
    for line in _lines(request.id):
        made = _undo(request, line) if request.takes_back else _move(deposit, request, line)
        deposit.balance -= made.amount
        if deposit.balance < 0 or deposit.balance > deposit.amount:
            raise DomainError(_("Less of the deposit is left than that. Look at it again."))
        session().add(made)
        session().flush()
        record(
            DepositMoved(
                deposit_movement_id=made.id,
                deposit_id=deposit.id,
                customer_id=deposit.customer_id,
                kind=made.kind,
                amount=made.amount,
                balance=deposit.balance,
                reason=made.reason,
                bill_id=line.bill_id,
            )
        )
        follow(deposit, made)


def _lines(request_id: int) -> Sequence[DepositLine]:
    found = select(DepositLine).where(DepositLine.request_id == request_id)
    return session().scalars(found.order_by(DepositLine.id)).all()


def _move(deposit: Deposit, request: DepositRequest, line: DepositLine) -> DepositMovement:
    made = _movement(request, line, amount=line.amount, clause=line.clause)
    if request.kind in PAID_OUT:
        made.method, made.reference, made.payee = request.method, request.reference, request.payee
    if line.bill_id is not None:
        made.payment_id = _paid(deposit, line, line.bill_id).id
    return made


def _undo(request: DepositRequest, line: DepositLine) -> DepositMovement:
    found = select(DepositMovement).where(DepositMovement.line_id == line.reverses_id)
    movement = session().scalars(found).one()
    if refusal := reversal_hindrance(movement):
        raise DomainError(refusal)
    if movement.payment_id is not None:
        ledger.return_to_deposit(session().get_one(Payment, movement.payment_id), line.reason)
    made = _movement(request, line, amount=line.back, clause=movement.clause)
    made.method, made.reference, made.payee = movement.method, movement.reference, movement.payee
    made.reverses_id = movement.id
    return made


def _paid(deposit: Deposit, line: DepositLine, bill_id: int) -> Payment:
    """The bill is settled from the deposit, in the same unit of work. Raises `DomainError` when less of it is open."""
    money = ledger.Money(
        amount=line.amount,
        method=Method.deposit,
        paid_on=business_day(),
        key=f"deposit-line-{line.id}",
        reference=deposit.code,
        note=line.reason,
    )
    payment = ledger.receive(session().get_one(Customer, deposit.customer_id), money, [bill_id])
    if payment.open:
        raise DomainError(_("The bill is disputed, or less of it is open by now. Look at it again."))
    return payment


def _movement(request: DepositRequest, line: DepositLine, **given: Any) -> DepositMovement:
    today = business_day()
    return DepositMovement(
        estate_id=request.estate_id,
        customer_id=request.customer_id,
        deposit_id=request.deposit_id,
        request_id=request.id,
        line_id=line.id,
        kind=MovementKind(request.kind),
        reason=line.reason,
        reference="",
        payee="",
        booked_on=today,
        month=open_month(request.estate_id, today),
        made_by_id=g.actor.user_id,
        made_by=g.actor.name,
        made_at=utc_now(),
        **given,
    )
