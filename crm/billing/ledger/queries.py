"""What is owed and what is in credit, read inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import joinedload

from crm.auth.actor import within
from crm.billing.arithmetic import first_of, next_month
from crm.billing.charges.models import ChargeItem
from crm.billing.ledger.models import (
    Adjustment,
    AdjustmentKind,
    AdjustmentRequest,
    Allocation,
    Bill,
    BillState,
    Dispute,
    Payment,
    PeriodClose,
    RequestState,
)
from crm.db import session
from crm.properties.models import Estate, Unit
from crm.tenants.queries import in_file

NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Of a customer's whole file: `owed` by bills, `overdue` of it, `credit` not used yet."""

    owed: Decimal
    overdue: Decimal
    oldest_due: date | None
    credit: Decimal

    @property
    def total(self) -> Decimal:
        """Positive: owed to us."""
        return self.owed - self.credit


def balance_of(customer_id: int, day: date) -> Balance:
    overdue = func.coalesce(func.sum(case((Bill.due_on < day, Bill.open))), 0)
    owed = select(func.coalesce(func.sum(Bill.open), 0), overdue, func.min(Bill.due_on)).where(
        in_file(Bill.customer_id, customer_id), Bill.open > NOUGHT
    )
    credit = select(func.coalesce(func.sum(Payment.open), 0)).where(
        in_file(Payment.customer_id, customer_id), Payment.open > NOUGHT
    )
    bills = session().execute(owed).one()
    return Balance(owed=bills[0], overdue=bills[1], oldest_due=bills[2], credit=session().scalar(credit) or NOUGHT)


def disputed_on(day: date, bill: Any = Bill) -> ColumnElement[bool]:
    return exists().where(Dispute.bill_id == bill.id, Dispute.released_at.is_(None), Dispute.until >= day)


def open_bills(customer_id: int) -> Select[Bill]:
    """What the customer owes, the oldest due first; nothing a person outside the estate sees."""
    owed = select(Bill).where(in_file(Bill.customer_id, customer_id), Bill.open > NOUGHT, within(Bill.estate_id))
    return owed.order_by(Bill.due_on, Bill.begins, Bill.id)


def payments_with_credit(customer_id: int) -> Select[Payment]:
    return (
        select(Payment)
        .where(in_file(Payment.customer_id, customer_id), Payment.open > NOUGHT)
        .order_by(Payment.paid_on, Payment.id)
    )


def state_of(bill: Any = Bill) -> ColumnElement[Any]:
    """A bill's `BillState`, from what is open and how it was settled, as a column."""
    written_off = exists().where(
        Adjustment.bill_id == bill.id,
        Adjustment.kind == AdjustmentKind.write_off,
        ~_undone(),
        Adjustment.reverses_id.is_(None),
    )
    return case(
        (bill.voided, BillState.void.value),
        (and_(bill.open == NOUGHT, written_off), BillState.written_off.value),
        (bill.open == NOUGHT, BillState.paid.value),
        (bill.open < bill.amount, BillState.part_paid.value),
        else_=BillState.issued.value,
    )


def _undone() -> ColumnElement[bool]:
    other = Adjustment.__table__.alias("undoing")
    return exists().where(other.c.reverses_id == Adjustment.id)


def get_bill(bill_id: int, *parts: Any) -> Bill:
    """With item, unit and customer; 404 outside the person's estates, as every `get_` here does."""
    found = select(Bill).where(Bill.id == bill_id, within(Bill.estate_id))
    whole = found.options(*(joinedload(part) for part in (Bill.item, Bill.unit, Bill.customer, *parts)))
    return session().scalars(whole).one_or_none() or abort(404)


def get_payment(payment_id: int) -> Payment:
    found = select(Payment).where(Payment.id == payment_id, within(Payment.estate_id))
    return session().scalars(found.options(joinedload(Payment.customer))).one_or_none() or abort(404)


def get_request(request_id: int) -> AdjustmentRequest:
    found = select(AdjustmentRequest).where(AdjustmentRequest.id == request_id, within(AdjustmentRequest.estate_id))
    parts = (AdjustmentRequest.bill, AdjustmentRequest.payment, AdjustmentRequest.requested_by)
    return session().scalars(found.options(*map(joinedload, parts))).one_or_none() or abort(404)


def get_adjustment(adjustment_id: int) -> Adjustment:
    found = select(Adjustment).where(Adjustment.id == adjustment_id, within(Adjustment.estate_id))
    return session().scalars(found).one_or_none() or abort(404)


def live_allocations(document: Any, document_id: int) -> Sequence[Allocation]:
    """Those of a bill (`Allocation.bill_id`) or a payment that nobody took back."""
    undoing = Allocation.__table__.alias("undoing")
    taken_back = exists().where(undoing.c.reverses_id == Allocation.id)
    found = select(Allocation).where(document == document_id, Allocation.reverses_id.is_(None), ~taken_back)
    return session().scalars(found.order_by(Allocation.id)).all()


def payments_of(bill_id: int) -> Sequence[Payment]:
    """Those that settle the bill now, the earliest first."""
    ids = {each.payment_id for each in live_allocations(Allocation.bill_id, bill_id)}
    return session().scalars(select(Payment).where(Payment.id.in_(ids)).order_by(Payment.paid_on, Payment.id)).all()


def live_adjustments(document: Any, document_id: int) -> Sequence[Adjustment]:
    """Those of a bill (`Adjustment.bill_id`) or a payment that nobody undid."""
    found = select(Adjustment).where(document == document_id, Adjustment.reverses_id.is_(None), ~_undone())
    return session().scalars(found.order_by(Adjustment.id)).all()


def waiting_requests(document: Any, document_id: int) -> Sequence[AdjustmentRequest]:
    found = select(AdjustmentRequest).where(document == document_id, AdjustmentRequest.state == RequestState.requested)
    return session().scalars(found).all()


def open_dispute(bill_id: int) -> Dispute | None:
    found = select(Dispute).where(Dispute.bill_id == bill_id, Dispute.released_at.is_(None))
    return session().scalars(found.order_by(Dispute.id.desc()).limit(1)).one_or_none()


def open_month(estate_id: int, day: date) -> date:
    """In which month's books something of `day` stands: its own, or the first that is not closed.

    Held against whoever closes a month at this moment, until the unit of work ends.
    """
    session().execute(select(Estate.id).where(Estate.id == estate_id).with_for_update(read=True, key_share=True))
    last = session().scalar(select(func.max(PeriodClose.month)).where(PeriodClose.estate_id == estate_id))
    return first_of(day) if last is None else max(first_of(day), next_month(last))


def first_booked(estate_id: int, since: date) -> date | None:
    """The first month from `since` on with anything in its books."""
    firsts = [
        select(func.min(model.month)).where(model.estate_id == estate_id, model.month >= since).scalar_subquery()
        for model in (Bill, Payment, Adjustment)
    ]
    found = [month for month in session().execute(select(*firsts)).one() if month]
    return min(found, default=None)


def bills_of(customer_id: int) -> Select[*tuple[Any, ...]]:
    """Every bill of a customer's file with its state, for lists."""
    return (
        select(
            Bill.id,
            Bill.period,
            Bill.begins,
            Bill.ends,
            Bill.due_on,
            Bill.amount,
            Bill.open,
            ChargeItem.name.label("item"),
            Unit.label.label("unit"),
            state_of().label("state"),
        )
        .join(ChargeItem, ChargeItem.id == Bill.item_id)
        .outerjoin(Unit, Unit.id == Bill.unit_id)
        .where(in_file(Bill.customer_id, customer_id), within(Bill.estate_id))
    )


def has_bills(item_id: int) -> bool:
    return session().scalar(select(Bill.id).where(Bill.item_id == item_id).limit(1)) is not None
