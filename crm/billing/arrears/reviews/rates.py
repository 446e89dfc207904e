"""收缴率 and 清欠率 of a review, up to now: what came in of what fell due in the month before its own, and of what was
owed before that. Of its own month little is due yet when it is opened.

Current: the bills that fell due in that month, of its own period, the one before or the next; charged less what was
waived or made void, and what was paid of it. Old debt: what was open of earlier bills when that month began, and what
was paid of that since. Both are told with numerator and denominator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, and_, case, cast, func, select, type_coerce

from crm.billing.ages import OVERDUE, Age, due_days
from crm.billing.arithmetic import next_month
from crm.billing.ledger.invariants import whole
from crm.billing.ledger.models import Adjustment, AdjustmentKind, Allocation, Bill, Payment
from crm.billing.ledger.queries import NOUGHT
from crm.db import session
from crm.money import Fen
from crm.properties.models import Building, Unit
from crm.sql import code_of, later, month_of_day

WHOLE = "whole"
BUILDING = Building.number


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


def current_rates(estates: ColumnElement[bool], month: date) -> dict[int, Rate]:
    """The same by the estate's id."""
    return _current(estates, month, by=Bill.estate_id)


def rates_of_buildings(estate_id: int, month: date) -> dict[str, Rates]:
    """As the books stand now, by the building's number; "" is what no unit is charged with."""
    since = next_month(month, -1)
    current, old = _current(Bill.estate_id == estate_id, since, by=BUILDING), _old(estate_id, since, by=BUILDING)
    nothing = Rate(paid=NOUGHT, of=NOUGHT)
    return {
        name: Rates(current=current.get(name, nothing), old=old.get(name, nothing)) for name in sorted({*current, *old})
    }


def _sum(column: Any) -> Any:
    return type_coerce(cast(func.coalesce(func.sum(column), 0), BigInteger), Fen)


def _rows(found: Select[*tuple[Any, ...]], by: Any) -> dict[Any, Any]:
    """The sums of the bills in `found`: the one row of them all, or one for each building or estate."""
    if by is None:
        return {WHOLE: session().execute(found).one()}
    if by is BUILDING:
        found = found.outerjoin(Unit, Unit.id == Bill.unit_id).outerjoin(Building, Building.id == Unit.building_id)
    return {row.key or "": row for row in session().execute(found.add_columns(by.label("key")).group_by(by))}


def _current(estates: ColumnElement[bool], month: date, *, by: Any = None) -> dict[Any, Rate]:
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
    off = _rows(adjusted, by)
    return {key: _rate(row, off.get(key)) for key, row in _rows(bills.select_from(Bill), by).items()}


def _rate(charged: Any, off: Any) -> Rate:
    less, waived = (off.less, off.waived) if off else (NOUGHT, NOUGHT)
    return Rate(paid=charged.charged - charged.still - less, of=charged.charged - waived)


def _old(estate_id: int, month: date, *, by: Any = None) -> dict[str, Rate]:
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
        {name: row.fen for name, row in _rows(found, by).items()}
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


# The same of several estates and months, each up to its own end: a month then stands beside one long over.

Place = tuple[int, date]  # estate, first day of the month


def rates_of_months(estate_ids: Collection[int], months: Sequence[date]) -> dict[Place, Rates]:
    """What was paid up to each month's last day: of the bills due in it, and of what was open of earlier ones when it
    began. `months` follow one another."""
    current, old = _current_of_months(estate_ids, months), _old_of_months(estate_ids, months)
    return {
        (estate_id, month): Rates(current=current[estate_id, code_of(month)], old=old[estate_id, month])
        for estate_id in estate_ids
        for month in months
    }


def _month_due(months: Sequence[date], *conditions: Callable[[date], Any]) -> Any:
    """202611 of a bill that is current in November 2026; 0 of one that is so in none of `months`."""
    stretches = [
        (
            and_(
                Bill.due_on >= month,
                Bill.due_on < next_month(month),
                Bill.period.between(next_month(month, -1), next_month(month)),
                *(condition(month) for condition in conditions),
            ),
            code_of(month),
        )
        for month in months
    ]
    return case(*stretches, else_=0).cast(Integer).label("due_month")


def _current_of_months(estate_ids: Collection[int], months: Sequence[date]) -> defaultdict[Any, Rate]:
    due = Bill.estate_id.in_(estate_ids), Bill.due_on >= months[0], Bill.due_on < next_month(months[-1]), ~Bill.voided
    charged = select(Bill.estate_id, _month_due(months), Bill.amount).where(*due)
    waived = (
        select(Bill.estate_id, _month_due(months), Adjustment.amount)
        .join(Adjustment, Adjustment.bill_id == Bill.id)
        .where(*due, Adjustment.kind == AdjustmentKind.waiver)
    )
    up_to_its_end = _month_due(months, lambda month: Payment.paid_on < next_month(month))
    paid = (
        select(Bill.estate_id, up_to_its_end, Allocation.amount)
        .join(Allocation, Allocation.bill_id == Bill.id)
        .join(Payment, Payment.id == Allocation.payment_id)
        .where(*due)
    )
    sums = [_summed(found, "due_month") for found in (charged, waived, paid)]
    found = {place: Rate(paid=sums[2][place], of=sums[0][place] - sums[1][place]) for place in sums[0]}
    return defaultdict(lambda: Rate(paid=NOUGHT, of=NOUGHT), found)


def _summed(found: Select[*tuple[Any, ...]], *by: str) -> defaultdict[Any, Decimal]:
    """(estate, *by) -> yuan."""
    each = found.subquery()
    keys = [each.c.estate_id, *(each.c[name] for name in by)]
    rows = session().execute(select(*keys, _sum(whole(each.c.amount))).group_by(*keys))
    return defaultdict(lambda: NOUGHT, {tuple(row[:-1]): row[-1] for row in rows})


def _old_of_months(estate_ids: Collection[int], months: Sequence[date]) -> dict[Place, Rate]:
    """What is open now, and what settled it since a month began, was open then."""
    due, old = month_of_day(Bill.due_on, months).label("due_month"), _of_old(estate_ids, months[-1])
    still = _summed(select(Bill.estate_id, due, Bill.open.label("amount")).where(*old, Bill.open > NOUGHT), "due_month")
    paid, given_up = (
        _summed(found.add_columns(due, month_of_day(day, months).label("in_month")), "due_month", "in_month")
        for found, day in _settled_since(estate_ids, months[0], months[-1])
    )
    parts = [_of_each_estate(sums) for sums in (still, paid, given_up)]
    return {
        (estate_id, month): _of_month(code_of(month), *(part[estate_id] for part in parts))
        for estate_id in estate_ids
        for month in months
    }


def _of_each_estate(sums: Mapping[Any, Decimal]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for (estate_id, *months), sum_ in sums.items():
        found[estate_id].append((*months, sum_))
    return found


def _of_old(estate_ids: Collection[int], before: date) -> tuple[Any, ...]:
    return Bill.estate_id.in_(estate_ids), Bill.due_on < before


def _settled_since(estate_ids: Collection[int], since: date, before: date) -> list[tuple[Any, Any]]:
    """What was paid and what was written off of bills due `before` a day: statement, and the column of its day."""
    paid = (
        select(Bill.estate_id, Allocation.amount)
        .select_from(Payment)
        .join(Allocation, Allocation.payment_id == Payment.id)
        .join(Bill, Bill.id == Allocation.bill_id)
        .where(*_of_old(estate_ids, before), Payment.paid_on >= since, Payment.estate_id == Bill.estate_id)
    )
    given_up = (
        select(Bill.estate_id, Adjustment.amount)
        .join(Adjustment, Adjustment.bill_id == Bill.id)
        .where(*_of_old(estate_ids, before), Adjustment.booked_on >= since)
        .where(Adjustment.kind == AdjustmentKind.write_off)
    )
    return [(paid, Payment.paid_on), (given_up, Adjustment.booked_on)]


def _of_month(month: int, still: Sequence[Any], paid: Sequence[Any], given_up: Sequence[Any]) -> Rate:
    """`still`: (due month, yuan); the others: (due month, month of the settling, yuan)."""
    open_now = sum((sum_ for due, sum_ in still if due < month), NOUGHT)
    since = sum((sum_ for due, done, sum_ in (*paid, *given_up) if due < month <= done), NOUGHT)
    in_it = sum((sum_ for due, done, sum_ in paid if due < month == done), NOUGHT)
    return Rate(paid=in_it, of=open_now + since)


# What was overdue at a month's end, as the books stood then: whatever was booked since is undone.


def overdue_of_months(estate_ids: Collection[int], months: Sequence[date]) -> dict[Place, Decimal]:
    """Of each month, when its last day was over. `months` follow one another."""
    due = month_of_day(later(Bill.due_on, Bill.issued_on), months).label("due_month")
    until = next_month(months[-1])
    still, *booked = _open_when(estate_ids, until, next_month(months[0]))
    parts = [_of_each_estate(_summed(still.add_columns(due), "due_month"))]
    for found, day in booked:
        done = month_of_day(day, months).label("in_month")
        parts.append(_of_each_estate(_summed(found.add_columns(due, done), "due_month", "in_month")))
    return {
        (estate_id, month): _of_month(code_of(next_month(month)), *(part[estate_id] for part in parts)).of
        for estate_id in estate_ids
        for month in months
    }


def overdue_by_age(estate_ids: Collection[int], day: date) -> dict[tuple[int, Age], Decimal]:
    """What was overdue when `day` began, by how long."""
    whens = []
    for age in OVERDUE:
        first, last = due_days(day, age)
        whens.append((Bill.due_on.between(first, last), age.value))
    age_of = case(*whens, else_="").label("age")
    still, *booked = _open_when(estate_ids, day, day)
    each = [_summed(found.add_columns(age_of), "age") for found in (still, *(settled for settled, _day in booked))]
    keys = {key for sums in each for key in sums}
    return {(estate_id, Age(age)): sum((sums[estate_id, age] for sums in each), NOUGHT) for estate_id, age in keys}


def _open_when(estate_ids: Collection[int], before: date, since: date) -> tuple[Any, Any, Any]:
    """What is open now of the bills that were issued and due `before` a day; what was settled of them `since` another,
    and what was waived, written off or made void: statement, and the column of its day."""
    bills = *_of_old(estate_ids, before), Bill.issued_on < before
    still = select(Bill.estate_id, Bill.open.label("amount")).where(*bills, Bill.open > NOUGHT)
    settled, less = (
        select(Bill.estate_id, row.amount).join(row, row.bill_id == Bill.id).where(*bills, day >= since)
        for row, day in ((Allocation, Allocation.allocated_on), (Adjustment, Adjustment.booked_on))
    )
    return still, (settled, Allocation.allocated_on), (less, Adjustment.booked_on)
