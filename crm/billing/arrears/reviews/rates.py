"""收缴率 and 清欠率 of a review, up to now: what came in of what fell due in the month before its own, and of what was
owed before that. Of its own month little is due yet when it is opened.

Current: the bills that fell due in that month, of its own period, the one before or the next; charged less what was
waived or made void, and what was paid of it. Old debt: what was open of earlier bills when that month began, and what
was paid of that since. Both are told with numerator and denominator.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, func, select, type_coerce

from crm.billing.arithmetic import next_month
from crm.billing.ledger.invariants import whole
from crm.billing.ledger.models import Adjustment, AdjustmentKind, Allocation, Bill, Payment
from crm.billing.ledger.queries import NOUGHT
from crm.db import session
from crm.money import Fen
from crm.properties.models import Building, Unit

WHOLE = "whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`of` yuan, `paid` of it."""

    paid: Decimal
    of: Decimal

    @property
    def per_cent(self) -> Decimal | None:
        """One decimal; None where nothing was to be paid."""
        return (self.paid * 100 / self.of).quantize(Decimal("0.1")) if self.of > NOUGHT else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    current: Rate
    old: Rate

    def plain(self) -> dict[str, str]:
        """As a review keeps it."""
        return {
            "current_paid": str(self.current.paid),
            "current_of": str(self.current.of),
            "old_paid": str(self.old.paid),
            "old_of": str(self.old.of),
        }

    @classmethod
    def restored(cls, kept: dict[str, Any]) -> Rates:
        current = Rate(paid=Decimal(kept["current_paid"]), of=Decimal(kept["current_of"]))
        return cls(current=current, old=Rate(paid=Decimal(kept["old_paid"]), of=Decimal(kept["old_of"])))


def rates(estate_id: int, month: date) -> Rates:
    """`month`: the first day of the review's."""
    since = next_month(month, -1)
    return Rates(current=_current(Bill.estate_id == estate_id, since)[WHOLE], old=_old(estate_id, since)[WHOLE])


def current_rate(estates: ColumnElement[bool], month: date) -> Rate:
    """Of the bills that fall due in a month, up to now; `estates`: a condition on `Bill`."""
    return _current(estates, month)[WHOLE]


def rates_of_buildings(estate_id: int, month: date) -> dict[str, Rates]:
    """As the books stand now, by the building's number; "" is what no unit is charged with."""
    since = next_month(month, -1)
    current, old = _current(Bill.estate_id == estate_id, since, split_up=True), _old(estate_id, since, split_up=True)
    nothing = Rate(paid=NOUGHT, of=NOUGHT)
    return {
        name: Rates(current=current.get(name, nothing), old=old.get(name, nothing)) for name in sorted({*current, *old})
    }


def _sum(column: Any) -> Any:
    return type_coerce(cast(func.coalesce(func.sum(column), 0), BigInteger), Fen)


def _rows(found: Select[*tuple[Any, ...]], *, split_up: bool) -> dict[str, Any]:
    """The sums of the bills in `found`: the one row of them all, or one for each building."""
    if not split_up:
        return {WHOLE: session().execute(found).one()}
    located = found.outerjoin(Unit, Unit.id == Bill.unit_id).outerjoin(Building, Building.id == Unit.building_id)
    each = located.add_columns(Building.number.label("building")).group_by(Building.number)
    return {row.building or "": row for row in session().execute(each)}


def _current(estates: ColumnElement[bool], month: date, *, split_up: bool = False) -> dict[str, Rate]:
    due = (
        estates,
        Bill.period.between(next_month(month, -1), next_month(month)),
        Bill.due_on >= month,
        Bill.due_on < next_month(month),
        ~Bill.voided,
    )
    bills = select(_sum(whole(Bill.amount)).label("charged"), _sum(whole(Bill.open)).label("still")).where(*due)
    waived = case((Adjustment.kind == AdjustmentKind.waiver, whole(Adjustment.amount)))
    sums = _sum(whole(Adjustment.amount)).label("less"), _sum(waived).label("waived")
    adjusted = select(*sums).select_from(Adjustment).join(Bill, Bill.id == Adjustment.bill_id).where(*due)
    off = _rows(adjusted, split_up=split_up)
    return {name: _rate(row, off.get(name)) for name, row in _rows(bills.select_from(Bill), split_up=split_up).items()}


def _rate(charged: Any, off: Any) -> Rate:
    less, waived = (off.less, off.waived) if off else (NOUGHT, NOUGHT)
    return Rate(paid=charged.charged - charged.still - less, of=charged.charged - waived)


def _old(estate_id: int, month: date, *, split_up: bool = False) -> dict[str, Rate]:
    """What is open now, and what settled it since the month began, was open then."""
    old = Bill.estate_id == estate_id, Bill.due_on < month
    open_now = select(_sum(whole(Bill.open)).label("fen")).select_from(Bill).where(*old, Bill.open > NOUGHT)
    written_off = (
        select(_sum(whole(Adjustment.amount)).label("fen"))
        .select_from(Adjustment)
        .join(Bill, Bill.id == Adjustment.bill_id)
        .where(*old, Adjustment.booked_on >= month, Adjustment.kind == AdjustmentKind.write_off)
    )
    still, paid, given_up = (
        {name: row.fen for name, row in _rows(found, split_up=split_up).items()}
        for found in (open_now, _paid_since(month).where(*old), written_off)
    )
    return {
        name: Rate(
            paid=paid.get(name, NOUGHT),
            of=still.get(name, NOUGHT) + paid.get(name, NOUGHT) + given_up.get(name, NOUGHT),
        )
        for name in {*still, *paid, *given_up}
    }


def _paid_since(month: date) -> Select[*tuple[Any, ...]]:
    return (
        select(_sum(whole(Allocation.amount)).label("fen"))
        .select_from(Payment)
        .join(Allocation, Allocation.payment_id == Payment.id)
        .join(Bill, Bill.id == Allocation.bill_id)
        .where(Payment.paid_on >= month, Payment.estate_id == Bill.estate_id)
    )
