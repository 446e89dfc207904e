"""Bills that reach beyond a month: histories taken over may charge a quarter or a year at once, and be split later.

A run makes none of them; it charges the days of a month that they leave.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, Integer, Select, and_, cast, func, or_, select, union_all

from crm.billing.ledger.models import Bill, BillSource
from crm.billing.ledger.models.bill import CHARGED_ONCE, MAY_SPAN
from crm.billing.runs.month import Month, day
from crm.db import session
from crm.sql import days_between, earlier, later


def reaches_in(month: Month) -> Any:
    """Whether a bill was begun before the month and charges some of it; asked of few, by an index of their own."""
    return and_(MAY_SPAN, Bill.begins < day(month.days.begins), Bill.ends > day(month.days.begins))


def has_reaching_in(month: Month) -> bool:
    found = select(Bill.id).where(Bill.item_id == month.item.id, CHARGED_ONCE, reaches_in(month))
    return session().scalar(found.limit(1)) is not None


def _of_no_run(month: Month) -> tuple[Any, ...]:
    """Bills of the item that charge some of the month's days, though no month is what they are of."""
    first, last = day(month.days.begins), day(month.days.ends)
    return *_of_others(month), or_(Bill.source == BillSource.imported, Bill.begins < first, Bill.ends > last)


def _of_others(month: Month) -> tuple[Any, ...]:
    """Bills of the item that charge some of the month's days and that no run made."""
    days = Bill.begins < day(month.days.ends), Bill.ends > day(month.days.begins)
    return Bill.item_id == month.item.id, CHARGED_ONCE, MAY_SPAN, *days


def has_of_no_run(month: Month) -> bool:
    return session().scalar(select(Bill.id).where(*_of_no_run(month)).limit(1)) is not None


def charged_by_others(month: Month) -> Select[int | None]:
    """Units of which a bill that no run made charges some of the month's days."""
    return select(Bill.unit_id).where(*_of_others(month))


def _charged(month: Month) -> CTE:
    """unit_id, begins, ends: days of the month that such bills charge."""
    begins, ends = later(Bill.begins, day(month.days.begins)), earlier(Bill.ends, day(month.days.ends))
    found = select(Bill.unit_id, begins.label("begins"), ends.label("ends"))
    return found.where(*_of_no_run(month), month.among(Bill.unit_id)).cte()


def charged_days(month: Month) -> Select[*tuple[Any, ...]]:
    """unit_id, days: how many of the month such bills charge."""
    charged = _charged(month)
    days = cast(func.sum(days_between(charged.c.begins, charged.c.ends)), Integer)
    return select(charged.c.unit_id, days.label("days")).group_by(charged.c.unit_id)


def left_by_them(month: Month, cut: CTE) -> Select[*tuple[Any, ...]]:
    """The lines in `cut` on the days that such bills leave.

    Those of a unit that they charge wholly stay as they are, so that it is told as charged.
    """
    free = _left(_charged(month), month)
    begins, ends = later(cut.c.begins, free.c.begins), earlier(cut.c.ends, free.c.ends)
    days = {"begins": begins.label("begins"), "ends": ends.label("ends")}
    columns = [days.get(column.name, column) for column in cut.c]
    partly = select(*columns).join(free, free.c.unit_id == cut.c.unit_id).where(begins < ends)
    return union_all(select(cut).where(cut.c.unit_id.not_in(select(free.c.unit_id))), partly)  # type: ignore[return-value]


def _left(charged: CTE, month: Month) -> CTE:
    """unit_id, begins, ends: the other days of the month, of the units that are charged some of it."""
    before = func.lag(charged.c.ends).over(partition_by=charged.c.unit_id, order_by=charged.c.begins)
    begun = func.coalesce(before, day(month.days.begins))
    between = select(charged.c.unit_id, begun.label("begins"), charged.c.begins.label("ends")).subquery()
    last = func.max(charged.c.ends)
    after = select(charged.c.unit_id, last.label("begins"), day(month.days.ends).label("ends")).group_by(
        charged.c.unit_id
    )
    gaps = select(between).where(between.c.begins < between.c.ends)
    return union_all(gaps, after.having(last < day(month.days.ends))).cte()
