"""What is owed and what is in credit, read inside the acting person's estates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import abort
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from crm.auth.actor import within
from crm.billing.arithmetic import first_of, next_month
from crm.billing.charges.models import Basis, ChargeItem
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
from crm.tenants.models import Customer, Occupancy, OccupancyRole
from crm.tenants.queries import in_file

NOUGHT = Decimal(0)
LINE = (Bill.item, Bill.unit, Bill.tariff, Bill.shared_cost)  # what explains a bill
OWNERS = (OccupancyRole.owner, OccupancyRole.co_owner)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What hangs on a bill or a payment besides its sums: what of it nobody undid, a request, a dispute."""

    adjusted: bool = False
    taken_back: bool = False
    asked: bool = False
    dispute: Dispute | None = None

    def disputed_on(self, day: date) -> bool:
        return self.dispute is not None and self.dispute.until >= day


def standing_of(document: Bill | Payment) -> Standing:
    return standings([document])[document.id]


def standings(documents: Sequence[Bill | Payment]) -> dict[int, Standing]:
    """Of bills or of payments, by id, in three queries."""
    bills = bool(documents) and isinstance(documents[0], Bill)
    ids = [document.id for document in documents]
    live = _live(Adjustment.bill_id if bills else Adjustment.payment_id, ids)
    about = AdjustmentRequest.bill_id if bills else AdjustmentRequest.payment_id
    waiting = select(about).where(about.in_(ids), AdjustmentRequest.state == RequestState.requested)
    asked = set(session().scalars(waiting))
    parked = select(Dispute).where(Dispute.bill_id.in_(ids if bills else ()), Dispute.released_at.is_(None))
    disputes = {each.bill_id: each for each in session().scalars(parked.order_by(Dispute.id))}
    return {
        key: Standing(
            adjusted=key in live,
            taken_back=AdjustmentKind.reversal in live.get(key, ()),
            asked=key in asked,
            dispute=disputes.get(key),
        )
        for key in ids
    }


def _live(document: Any, ids: Sequence[int]) -> dict[int, set[AdjustmentKind]]:
    """The kinds of adjustment of each that nobody undid."""
    found = select(document, Adjustment.kind).where(document.in_(ids), Adjustment.reverses_id.is_(None), ~_undone())
    kinds: dict[int, set[AdjustmentKind]] = {}
    for key, kind in session().execute(found):
        kinds.setdefault(key, set()).add(kind)
    return kinds


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
    """With all that explains it, and the customer; 404 outside the person's estates, as every `get_` here does."""
    found = select(Bill).where(Bill.id == bill_id, within(Bill.estate_id))
    whole = found.options(*(joinedload(part) for part in (*LINE, Bill.customer, *parts)))
    return session().scalars(whole).one_or_none() or abort(404)


def bills_with(ids: Sequence[int]) -> Sequence[Bill]:
    """In the order of their numbers, with all that explains them; nothing of other estates."""
    found = select(Bill).where(Bill.id.in_(ids), within(Bill.estate_id))
    return session().scalars(found.options(*map(joinedload, LINE)).order_by(Bill.id)).all()


def get_payment(payment_id: int) -> Payment:
    found = select(Payment).where(Payment.id == payment_id, within(Payment.estate_id))
    return session().scalars(found.options(joinedload(Payment.customer))).one_or_none() or abort(404)


def get_request(request_id: int) -> AdjustmentRequest:
    found = select(AdjustmentRequest).where(AdjustmentRequest.id == request_id, within(AdjustmentRequest.estate_id))
    bill, payment = joinedload(AdjustmentRequest.bill), joinedload(AdjustmentRequest.payment)
    about = (*(bill.joinedload(part) for part in (*LINE, Bill.customer)), payment.joinedload(Payment.customer))
    people = map(joinedload, (AdjustmentRequest.requested_by, AdjustmentRequest.decided_by))
    return session().scalars(found.options(*about, *people)).one_or_none() or abort(404)


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


def open_dispute(bill_id: int) -> Dispute | None:
    found = select(Dispute).where(Dispute.bill_id == bill_id, Dispute.released_at.is_(None))
    return session().scalars(found.order_by(Dispute.id.desc()).limit(1)).one_or_none()


def open_month(estate_id: int, day: date) -> date:
    """In which month's books something of `day` stands: its own, or the first that is not closed.

    Held against whoever closes a month at this moment, until the unit of work ends.
    """
    session().execute(select(Estate.id).where(Estate.id == estate_id).with_for_update(read=True, key_share=True))
    last = last_closed(estate_id)
    return first_of(day) if last is None else max(first_of(day), next_month(last))


def first_booked(estate_id: int, since: date) -> date | None:
    """The first month from `since` on with anything in its books."""
    firsts = [
        select(func.min(model.month)).where(model.estate_id == estate_id, model.month >= since).scalar_subquery()
        for model in (Bill, Payment, Adjustment)
    ]
    found = [month for month in session().execute(select(*firsts)).one() if month]
    return min(found, default=None)


def disputes_of(bill_id: int) -> Sequence[Dispute]:
    """The newest first, ended ones too."""
    return session().scalars(select(Dispute).where(Dispute.bill_id == bill_id).order_by(Dispute.id.desc())).all()


def replacements_of(bill_id: int) -> Sequence[Bill]:
    """The bills that stand for one that was split, with whose they are."""
    found = select(Bill).where(Bill.replaces_id == bill_id).options(joinedload(Bill.customer)).order_by(Bill.id)
    return session().scalars(found).all()


def stood_for(bill: Bill) -> int | None:
    """The bill in whose place it stands, where that was the same customer's: another's is nobody's business there."""
    found = select(Bill.id).where(Bill.id == bill.replaces_id, Bill.customer_id == bill.customer_id)
    return session().scalar(found) if bill.replaces_id else None


def owners_besides(unit_id: int, customer_id: int) -> Sequence[Any]:
    """(id, name, from when) of the customers who own the unit or did so, the latest first, without one of them."""
    file = aliased(Customer)
    owned = (
        select(Customer.id, Customer.name, func.max(Occupancy.starts).label("starts"))
        .join(file, file.kept_id == Customer.id)
        .join(Occupancy, Occupancy.customer_id == file.id)
        .where(Occupancy.unit_id == unit_id, Occupancy.role.in_(OWNERS), ~in_file(file.id, customer_id))
        .group_by(Customer.id, Customer.name)
    )
    return session().execute(owned.order_by(func.max(Occupancy.starts).desc().nulls_last(), Customer.id)).all()


def nobody_else() -> str:
    return _("Nobody else owns this unit: enter the buyer in the file first.")


def with_other_owners(bills: Sequence[Bill]) -> set[int]:
    """Those of the bills whose unit somebody else owns or owned, too: only these can be split at a transfer."""
    units = {bill.unit_id for bill in bills} - {None}
    owned = select(Occupancy.unit_id, Customer.id, Customer.kept_id.label("kept")).join(
        Customer, Customer.id == Occupancy.customer_id
    )
    owners: dict[int, dict[int, int]] = defaultdict(dict)  # unit -> file -> the file that stands for it
    for row in session().execute(owned.where(Occupancy.unit_id.in_(units), Occupancy.role.in_(OWNERS))):
        owners[row.unit_id][row.id] = row.kept
    return {bill.id for bill in bills if _others(owners[bill.unit_id or 0], bill.customer_id)}


def _others(owners: Mapping[int, int], customer_id: int) -> set[int]:
    return set(owners.values()) - {owners.get(customer_id, customer_id)}


def items_entered_singly(estate_id: int) -> dict[int, str]:
    """Charge items in use that no run charges: id -> name."""
    found = select(ChargeItem.id, ChargeItem.name).where(ChargeItem.estate_id == estate_id, ChargeItem.active)
    ordered = found.where(ChargeItem.basis == Basis.single).order_by(ChargeItem.position, ChargeItem.name)
    return {row.id: row.name for row in session().execute(ordered)}


def get_item(item_id: int) -> ChargeItem:
    found = select(ChargeItem).where(ChargeItem.id == item_id, within(ChargeItem.estate_id))
    return session().scalars(found).one_or_none() or abort(404)


def last_bill_of(customer_id: int) -> int:
    """The number of the newest bill, 0 where there is none: the state on which a form is opened."""
    return session().scalar(select(func.max(Bill.id)).where(Bill.customer_id == customer_id)) or 0


def owed_for_unit(unit_id: int) -> tuple[Decimal, date | None]:
    """What is open for the unit, whoever owes it, and the oldest day it was due."""
    owed = select(func.coalesce(func.sum(Bill.open), 0), func.min(Bill.due_on))
    row = session().execute(owed.where(Bill.unit_id == unit_id, Bill.open > NOUGHT)).one()
    return row[0], row[1]


def last_closed(estate_id: int) -> date | None:
    return session().scalar(select(func.max(PeriodClose.month)).where(PeriodClose.estate_id == estate_id))


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
