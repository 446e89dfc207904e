"""A customer's account as its page tells it: lines with why they are what they are, payments with what they settled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased, joinedload

from crm.auth.actor import actor, within
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.billing.ledger.explaining import Explanation, days_in_words, explain
from crm.billing.ledger.models import Adjustment, AdjustmentRequest, Allocation, Bill, BillState, Payment
from crm.billing.ledger.offers import Offer, offers_of_bill
from crm.billing.ledger.queries import (
    LINE,
    NOUGHT,
    Standing,
    open_bills,
    standings,
    state_of,
    with_other_owners,
)
from crm.billing.ledger.service.adjusting import UNDOABLE
from crm.db import session
from crm.tenants.queries import in_file

SHOWN = 60  # of what is settled or came in; the registers have it all


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    bill: Bill
    state: BillState
    explanation: Explanation
    standing: Standing
    offers: Sequence[Offer]

    @property
    def days(self) -> str:
        return days_in_words(self.bill.begins, self.bill.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """So much of a payment for so much of a bill; `undone` when it was taken back."""

    allocation: Allocation
    undone: bool

    @property
    def days(self) -> str:
        return days_in_words(self.allocation.bill.begins, self.allocation.bill.ends)

    @property
    def holds(self) -> bool:
        return self.allocation.reverses_id is None and not self.undone


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """An adjustment with who asked for it and who decided; nobody where one person may."""

    adjustment: Adjustment
    asked_by: str
    decided_by: str
    undone: bool
    may_undo: bool

    @property
    def about(self) -> str:
        """The bill or the payment, as a list names it."""
        bill, payment = self.adjustment.bill, self.adjustment.payment
        if bill is not None:
            unit = bill.unit.label if bill.unit else ""
            return f"{bill.item.name} {days_in_words(bill.begins, bill.ends)} {unit}".rstrip()
        return payment.paid_on.isoformat() if payment else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    payment: Payment
    settled: Sequence[Settled]
    booked: Sequence[Booked]


def open_lines(customer_id: int) -> Sequence[Line]:
    """The oldest due first."""
    return lines(open_bills(customer_id))


def settled_lines(customer_id: int) -> Sequence[Line]:
    """The newest first: paid, void, written off."""
    found = select(Bill).where(in_file(Bill.customer_id, customer_id), Bill.open == NOUGHT, within(Bill.estate_id))
    return lines(found.order_by(Bill.period.desc(), Bill.id.desc()).limit(SHOWN))


def lines(bills: Select[Bill]) -> Sequence[Line]:
    """With what explains each, in as many queries for one as for all."""
    whole = bills.options(*map(joinedload, LINE)).add_columns(state_of().label("state"))
    rows = session().execute(whole).all()
    listed = [row.Bill for row in rows]
    known, passed_on = standings(listed), with_other_owners(listed)
    return [
        Line(
            bill=row.Bill,
            state=BillState(row.state),
            explanation=explain(row.Bill),
            standing=known[row.Bill.id],
            offers=offers_of_bill(row.Bill, known[row.Bill.id], passed_on=row.Bill.id in passed_on),
        )
        for row in rows
    ]


def line_of(bill: Bill) -> Line:
    [line] = lines(select(Bill).where(Bill.id == bill.id))
    return line


def payments(customer_id: int) -> Sequence[Received]:
    """The newest first, each with what it settles now and what became of it."""
    found = select(Payment).where(in_file(Payment.customer_id, customer_id), within(Payment.estate_id))
    rows = session().scalars(found.order_by(Payment.paid_on.desc(), Payment.id.desc()).limit(SHOWN)).all()
    ids = [payment.id for payment in rows]
    settled = [each for each in allocations(Allocation.payment_id.in_(ids)) if each.holds]
    adjusted = adjustments(Adjustment.payment_id.in_(ids))
    return [
        Received(
            payment=payment,
            settled=[each for each in settled if each.allocation.payment_id == payment.id],
            booked=[each for each in adjusted if each.adjustment.payment_id == payment.id],
        )
        for payment in rows
    ]


def allocations(condition: ColumnElement[bool]) -> Sequence[Settled]:
    """In the order they were made, with their bills and payments; taken back ones and those that take back too."""
    bill = joinedload(Allocation.bill)
    parts = (bill.joinedload(Bill.item), bill.joinedload(Bill.unit), joinedload(Allocation.payment))
    rows = session().scalars(select(Allocation).where(condition).options(*parts).order_by(Allocation.id)).all()
    undone = _taken_back(rows)
    return [Settled(allocation=row, undone=row.id in undone) for row in rows]


def adjustments(condition: ColumnElement[bool]) -> Sequence[Booked]:
    """The newest first."""
    asker, decider, bill = aliased(User), aliased(User), joinedload(Adjustment.bill)
    found = (
        select(Adjustment, asker.full_name.label("asked_by"), decider.full_name.label("decided_by"))
        .outerjoin(AdjustmentRequest, AdjustmentRequest.id == Adjustment.request_id)
        .outerjoin(asker, asker.id == AdjustmentRequest.requested_by_id)
        .outerjoin(decider, decider.id == AdjustmentRequest.decided_by_id)
        .options(bill.joinedload(Bill.item), bill.joinedload(Bill.unit), joinedload(Adjustment.payment))
        .where(condition, within(Adjustment.estate_id))
    )
    rows = session().execute(found.order_by(Adjustment.id.desc()).limit(SHOWN)).all()
    undone = _taken_back([row.Adjustment for row in rows])
    return [_booked(row, undone) for row in rows]


def _booked(row: Any, undone: Collection[int]) -> Booked:
    made: Adjustment = row.Adjustment
    undoable = made.kind in UNDOABLE and made.reverses_id is None and made.id not in undone
    return Booked(
        adjustment=made,
        asked_by=row.asked_by or "",
        decided_by=row.decided_by or "",
        undone=made.id in undone,
        may_undo=undoable and actor().may(Permission.billing_approve),
    )


def _taken_back(rows: Sequence[Any]) -> set[int]:
    return {row.reverses_id for row in rows if row.reverses_id}
