"""An estate's months in figures, which of them are closed, and what settled a bill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from crm.billing.arithmetic import first_of, next_month
from crm.billing.charges.models import ChargeItem
from crm.billing.ledger.models import (
    ADJUSTMENT_TITLES,
    METHOD_TITLES,
    RULE_TITLES,
    Adjustment,
    AdjustmentKind,
    Allocation,
    Bill,
    Method,
    Payment,
    PeriodClose,
)
from crm.billing.ledger.queries import first_booked, last_closed
from crm.db import session

NOUGHT = Decimal(0)
SHOWN = 36  # closed months


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """Of one month's books, in yuan; a sum that was taken back within the month is not counted."""

    charged: Decimal
    collected: Decimal
    waived: Decimal
    written_off: Decimal
    voided: Decimal
    refunded: Decimal
    taken_back: Decimal

    def told(self) -> dict[str, str]:
        """As a closed month keeps it."""
        return {each.name: str(getattr(self, each.name)) for each in fields(self)}

    @classmethod
    def kept(cls, told: Mapping[str, str]) -> MonthFigures:
        """What `told` gave."""
        return cls(**{name: Decimal(text) for name, text in told.items()})


ADJUSTED = {
    AdjustmentKind.waiver: "waived",
    AdjustmentKind.write_off: "written_off",
    AdjustmentKind.void: "voided",
    AdjustmentKind.refund: "refunded",
    AdjustmentKind.reversal: "taken_back",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BookMonth:
    """`closed` when it is, with the figures as they stood then; `next` when it is the one to be closed now."""

    month: date
    figures: MonthFigures
    closed: PeriodClose | None
    next: bool


def month_figures(estate_id: int, month: date) -> MonthFigures:
    return _figures(_sums([estate_id], month, month)[estate_id, month])


def figures_of_months(estate_ids: Collection[int], first: date, last: date) -> dict[tuple[int, date], MonthFigures]:
    """By estate and month, of the months from `first` to `last` in whose books anything stands."""
    return {place: _figures(sums) for place, sums in _sums(estate_ids, first, last).items()}


def received_by_method(estate_ids: Collection[int], months: Sequence[date]) -> dict[tuple[date, Method], Decimal]:
    """Yuan that came in by the books of each month; what was taken back later is not subtracted."""
    found = select(Payment.month, Payment.method, func.sum(Payment.amount))
    mine = found.where(Payment.estate_id.in_(estate_ids), Payment.month.in_(months))
    rows = session().execute(mine.group_by(Payment.month, Payment.method))
    return {(month, method): amount for month, method, amount in rows}


def settled_by_item(estate_ids: Collection[int], months: Sequence[date]) -> dict[tuple[date, str], Decimal]:
    """Yuan of bills that payments settled by the books of each month, by charge item; what was undone is subtracted."""
    found = (
        select(Allocation.month, ChargeItem.name, func.sum(Allocation.amount))
        .join(Bill, Bill.id == Allocation.bill_id)
        .join(ChargeItem, ChargeItem.id == Bill.item_id)
        .where(Bill.estate_id.in_(estate_ids), Allocation.month.in_(months))
    )
    rows = session().execute(found.group_by(Allocation.month, ChargeItem.name))
    return {(month, name): amount for month, name, amount in rows}


def months(estate_id: int, day: date) -> Sequence[BookMonth]:
    """The newest first: every open one up to that of `day` as it stands, then the closed ones as they stood."""
    closed = select(PeriodClose).where(PeriodClose.estate_id == estate_id).order_by(PeriodClose.month.desc())
    kept = session().scalars(closed.limit(SHOWN)).all()
    first = to_close(estate_id)
    if first is None:
        return []
    last = max(first_of(day), first)
    sums = _sums([estate_id], first, last)
    open_ones = [
        BookMonth(month=month, figures=_figures(sums[estate_id, month]), closed=None, next=month == first)
        for month in reversed(list(_between(first, last)))
    ]
    frozen = [
        BookMonth(month=each.month, figures=MonthFigures.kept(each.figures), closed=each, next=False) for each in kept
    ]
    return [*open_ones, *frozen]


def to_close(estate_id: int) -> date | None:
    """The month to be closed next, which may not be over yet; None where the books are empty."""
    last = last_closed(estate_id)
    return next_month(last) if last else first_booked(estate_id, date.min)


def closable(estate_id: int, day: date) -> list[date]:
    """The months that are over by `day` and not closed, in their order; a month without anything among them."""
    first = to_close(estate_id)
    return list(_between(first, next_month(first_of(day), -1))) if first else []


def _between(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = next_month(first)


def _sums(estate_ids: Collection[int], first: date, last: date) -> dict[tuple[int, date], dict[str, Decimal]]:
    """Estate and month -> figure -> yuan, of the months from `first` to `last`."""
    found: dict[tuple[int, date], dict[str, Decimal]] = defaultdict(dict)
    for name, model in (("charged", Bill), ("collected", Payment)):
        by = model.estate_id, model.month
        summed = select(*by, func.sum(model.amount)).where(model.estate_id.in_(estate_ids))
        for estate_id, month, amount in session().execute(summed.where(model.month.between(first, last)).group_by(*by)):
            found[estate_id, month][name] = amount
    kinds = Adjustment.estate_id, Adjustment.month, Adjustment.kind
    by_kind = select(*kinds, func.sum(Adjustment.amount)).where(
        Adjustment.estate_id.in_(estate_ids), Adjustment.month.between(first, last)
    )
    for estate_id, month, kind, amount in session().execute(by_kind.group_by(*kinds)):
        found[estate_id, month][ADJUSTED[kind]] = amount
    return found


def _figures(sums: Mapping[str, Decimal]) -> MonthFigures:
    return MonthFigures(**{each.name: sums.get(each.name, NOUGHT) for each in fields(MonthFigures)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What took `amount` yuan off a bill, or put it back where the sum is negative."""

    on: date
    at: datetime
    title: str
    amount: Decimal
    who: str
    note: str


def settlements(bill_id: int) -> list[Settlement]:
    """Everything that settled the bill or was taken back from it, in its order."""
    allocated = select(Allocation).where(Allocation.bill_id == bill_id).options(joinedload(Allocation.payment))
    adjusted = select(Adjustment).where(Adjustment.bill_id == bill_id)
    found = [
        *(_of_allocation(each) for each in session().scalars(allocated.order_by(Allocation.id))),
        *(_of_adjustment(each) for each in session().scalars(adjusted.order_by(Adjustment.id))),
    ]
    return sorted(found, key=lambda each: each.at)


def _of_allocation(each: Allocation) -> Settlement:
    return Settlement(
        on=each.allocated_on,
        at=each.allocated_at,
        title=f"{METHOD_TITLES[each.payment.method]} {each.payment.reference}".strip(),
        amount=each.amount,
        who=each.allocated_by,
        note=str(RULE_TITLES[each.rule]),
    )


def _of_adjustment(each: Adjustment) -> Settlement:
    return Settlement(
        on=each.booked_on,
        at=each.made_at,
        title=str(ADJUSTMENT_TITLES[each.kind]),
        amount=each.amount,
        who=each.made_by,
        note=each.reason,
    )
