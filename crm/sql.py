"""What the two engines say in different words, each behind one name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import Date, Integer, Select, String, and_, case, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement, FunctionElement

from crm.dates import beginning_of, months_later


class later(FunctionElement[Any]):
    """The later of two days, the greater of two figures; neither may be missing."""

    inherit_cache = True
    name = "later"

    def __init__(self, *of: Any, type_: Any = Date) -> None:
        super().__init__(*of)
        self.type = type_()


class earlier(FunctionElement[Any]):
    """The earlier of two days, the smaller of two figures; neither may be missing."""

    inherit_cache = True
    name = "earlier"

    def __init__(self, *of: Any, type_: Any = Date) -> None:
        super().__init__(*of)
        self.type = type_()


class days_between(FunctionElement[int]):
    """Days from the first day up to, without, the second."""

    inherit_cache = True
    name = "days_between"
    type = Integer()

    def __init__(self, begins: ColumnElement[date], ends: ColumnElement[date]) -> None:
        super().__init__(begins, ends)


class day_before(FunctionElement[date]):
    """The day before."""

    inherit_cache = True
    name = "day_before"
    type = Date()

    def __init__(self, day: ColumnElement[date]) -> None:
        super().__init__(day)


class years_later(FunctionElement[date]):
    """The same day so many years later, 28 February for the 29th: as `crm.dates.months_later` has it."""

    inherit_cache = True
    name = "years_later"
    type = Date()

    def __init__(self, day: Any, years: Any) -> None:
        super().__init__(day, years)


class day_after(FunctionElement[date]):
    """The day after."""

    inherit_cache = True
    name = "day_after"
    type = Date()

    def __init__(self, day: ColumnElement[date]) -> None:
        super().__init__(day)


class _listed(FunctionElement[int]):
    """The ids of a list that is sent as one value."""

    inherit_cache = True
    name = "listed"
    type = Integer()


def is_one_of(ids: Sequence[int], id_: Any) -> ColumnElement[bool]:
    """However many there are: a statement takes some ten thousand values at most."""
    found: ColumnElement[bool] = id_.bool_op("IN")(_listed(literal(json.dumps(ids), String)))
    return found


@compiles(later)
def _later(element: later, compiler: Any, **given: Any) -> str:
    return f"max({compiler.process(element.clauses, **given)})"


@compiles(later, "postgresql")
def _later_on_postgresql(element: later, compiler: Any, **given: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **given)})"


@compiles(earlier)
def _earlier(element: earlier, compiler: Any, **given: Any) -> str:
    return f"min({compiler.process(element.clauses, **given)})"


@compiles(earlier, "postgresql")
def _earlier_on_postgresql(element: earlier, compiler: Any, **given: Any) -> str:
    return f"least({compiler.process(element.clauses, **given)})"


@compiles(days_between)
def _days_between(element: days_between, compiler: Any, **given: Any) -> str:
    begins, ends = (compiler.process(clause, **given) for clause in element.clauses)
    return f"CAST(julianday({ends}) - julianday({begins}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_between_on_postgresql(element: days_between, compiler: Any, **given: Any) -> str:
    begins, ends = (compiler.process(clause, **given) for clause in element.clauses)
    return f"(CAST({ends} AS DATE) - CAST({begins} AS DATE))"


@compiles(day_before)
def _day_before(element: day_before, compiler: Any, **given: Any) -> str:
    return f"date({compiler.process(element.clauses, **given)}, '-1 day')"


@compiles(day_before, "postgresql")
def _day_before_on_postgresql(element: day_before, compiler: Any, **given: Any) -> str:
    return f"(CAST({compiler.process(element.clauses, **given)} AS DATE) - 1)"


@compiles(years_later)
def _years_later(element: years_later, compiler: Any, **given: Any) -> str:
    """SQLite makes 1 March of a 29 February that is none: the month's last day is the earlier one then."""
    day, years = (compiler.process(clause, **given) for clause in element.clauses)
    same, month_end = f"({years}) || ' years'", "'start of month', '+1 month', '-1 day'"
    return f"min(date({day}, {same}), date({day}, 'start of month', {same}, {month_end}))"


@compiles(years_later, "postgresql")
def _years_later_on_postgresql(element: years_later, compiler: Any, **given: Any) -> str:
    day, years = (compiler.process(clause, **given) for clause in element.clauses)
    return f"CAST(CAST({day} AS DATE) + make_interval(years => CAST({years} AS INTEGER)) AS DATE)"


@compiles(day_after)
def _day_after(element: day_after, compiler: Any, **given: Any) -> str:
    return f"date({compiler.process(element.clauses, **given)}, '+1 day')"


@compiles(day_after, "postgresql")
def _day_after_on_postgresql(element: day_after, compiler: Any, **given: Any) -> str:
    return f"(CAST({compiler.process(element.clauses, **given)} AS DATE) + 1)"


@compiles(_listed)
def _listed_on_sqlite(element: _listed, compiler: Any, **given: Any) -> str:
    ids = compiler.process(element.clauses, **given)
    return f"(SELECT value FROM json_each({ids}))"  # noqa: S608 - a bound value


@compiles(_listed, "postgresql")
def _listed_on_postgresql(element: _listed, compiler: Any, **given: Any) -> str:
    ids = compiler.process(element.clauses, **given)
    return f"(SELECT CAST(value AS INTEGER) FROM json_array_elements_text(CAST({ids} AS JSON)))"  # noqa: S608 - a bound value


class seconds_between(FunctionElement[int]):
    """Whole seconds from the first moment up to the second, rounded."""

    inherit_cache = True
    name = "seconds_between"
    type = Integer()

    def __init__(self, begins: Any, ends: Any) -> None:
        super().__init__(begins, ends)


@compiles(seconds_between)
def _seconds_between(element: seconds_between, compiler: Any, **given: Any) -> str:
    begins, ends = (compiler.process(clause, **given) for clause in element.clauses)
    return f"CAST(round((julianday({ends}) - julianday({begins})) * 86400) AS INTEGER)"


@compiles(seconds_between, "postgresql")
def _seconds_between_on_postgresql(element: seconds_between, compiler: Any, **given: Any) -> str:
    begins, ends = (compiler.process(clause, **given) for clause in element.clauses)
    return f"CAST(round(extract(epoch FROM ({ends}) - ({begins}))) AS INTEGER)"


def median_of(each: Select[Any]) -> Select[Any, int]:
    """sum and count of the one or two values in the middle of `each`, whose only column is `value`."""
    of_these = each.subquery("each")
    place, count = func.row_number().over(order_by=of_these.c.value), func.count().over()
    ranked = select(of_these.c.value, place.label("place"), count.label("count")).subquery("ranked")
    middle = ranked.c.place.in_([(ranked.c["count"] + 1) // 2, (ranked.c["count"] + 2) // 2])
    return select(func.sum(ranked.c.value).label("sum"), func.count().label("count")).where(middle)


def one(*conditions: Any) -> Any:
    """1 where all of them hold, else 0."""
    return case((and_(*conditions), 1), else_=0)


def month_of(moment: Any, months: Sequence[date]) -> Any:
    """202611 for a moment of November 2026 at the company, whatever the database's own time zone; None before the first
    of `months`. The moment lies before the end of the last."""
    stretches = [(moment >= beginning_of(first), first.year * 100 + first.month) for first in reversed(months)]
    return case(*stretches, else_=None).cast(Integer)


def month_of_day(day: Any, months: Sequence[date]) -> Any:
    """As `month_of`, of a column of days: 0 before the first of `months`, the month after the last for all later."""
    firsts = [*months, months_later(months[-1], 1)]
    stretches = [(day >= first, code_of(first)) for first in reversed(firsts)]
    return case(*stretches, else_=0).cast(Integer)


def code_of(month: date) -> int:
    """202611 for November 2026."""
    return month.year * 100 + month.month


def by_month(key: Any, moment: Any, months: Sequence[date], *conditions: Any, begun: bool = False) -> Any:
    """(key, 202611, count) of the moments that lie in `months`; with `begun` those before too, their month None."""
    in_time = [moment < beginning_of(months_later(months[-1], 1))]
    if not begun:
        in_time.append(moment >= beginning_of(months[0]))
    counted = select(key.label("key"), month_of(moment, months).label("in_month"))
    each = counted.where(*in_time, *conditions).subquery()
    return select(each.c.key, each.c.in_month, func.count()).group_by(each.c.key, each.c.in_month)


def counted_between(moment: Any, days: Sequence[date], *conditions: Any) -> list[Any]:
    """As many scalars as there are stretches between `days`: how many moments lie in each."""
    begins = [beginning_of(day) for day in days]
    return [
        select(func.count()).where(*conditions, moment >= since, moment < until).scalar_subquery()
        for since, until in pairwise(begins)
    ]
