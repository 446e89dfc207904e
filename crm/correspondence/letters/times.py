"""上行时效: how long letters in took, from the counter to whoever deals with them, and to the answer. Clause P-17."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from crm.auth.models import Department, User
from crm.correspondence.letters.models import Direction, Letter, LetterState
from crm.dates import beginning_of, business_day_of, months_later
from crm.db import session
from crm.properties.queries import in_chosen_estate

TENTH, HUNDREDTH = Decimal("0.1"), Decimal("0.01")
Holder = aliased(User)
MEANINGS = (
    (
        _l("Letters received"),
        _l("Letters in that were registered in the month, without those found void. Each counts for its department."),
    ),
    (
        _l("Department"),
        _l("Whom it was passed on to: the department, else that of the person. Others stand under “Not passed on”."),
    ),
    (
        _l("Passed on"),
        _l(
            "From registering to passing it on for the first time, in hours round the clock. Median: half of those "
            "passed on took no longer. Worst: the longest of them."
        ),
    ),
    (
        _l("Answered"),
        _l(
            "From registering to the number of our answer, or to the note that none is wanted, in days. Median and "
            "worst as above; what is still open does not count here."
        ),
    ),
    (
        _l("In time"),
        _l(
            "Of the letters with a day for the answer: answered or noted no later than on it ÷ all that were, or whose "
            "day has passed. What is open and not due yet is left out."
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`share`: per cent; None where nothing counts."""

    department: str
    received: int
    passed_on: int
    hours: Decimal | None
    worst_hours: Decimal | None
    answered: int
    days: Decimal | None
    worst_days: Decimal | None
    in_time: int
    due: int

    @property
    def share(self) -> Decimal | None:
        return (Decimal(100) * self.in_time / self.due).quantize(TENTH, ROUND_HALF_UP) if self.due else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    month: date
    lines: Sequence[Line]
    total: Line


def times(month: date, today: date) -> Times:
    """Of the chosen estates, by the departments' names; `month` is its first day."""
    rows = session().execute(_received(month)).all()
    parts: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        parts[row.department or ""].append(row)
    named = sorted((name, part) for name, part in parts.items() if name)
    lines = [line(name, part, today) for name, part in named]
    if parts[""]:
        lines.append(line(_("Not passed on"), parts[""], today))
    return Times(month=month, lines=lines, total=line(_("All departments"), rows, today))


def _received(month: date) -> Any:
    department = func.coalesce(Letter.department_id, Holder.department_id)
    within_month = (
        Letter.registered_at >= beginning_of(month),
        Letter.registered_at < beginning_of(months_later(month, 1)),
    )
    return (
        select(
            Letter.registered_at,
            Letter.passed_on_at,
            Letter.answered_at,
            Letter.reply_due_on,
            Department.name.label("department"),
        )
        .outerjoin(Holder, Holder.id == Letter.handler_id)
        .outerjoin(Department, Department.id == department)
        .where(Letter.direction == Direction.incoming, Letter.state != LetterState.void, *within_month)
        .where(in_chosen_estate(Letter.estate_id))
    )


def line(department: str, rows: Sequence[Any], today: date) -> Line:
    """Of rows with `registered_at`, `passed_on_at`, `answered_at` and `reply_due_on`."""
    passed = [_seconds(row.registered_at, row.passed_on_at) for row in rows if row.passed_on_at]
    answered = [_seconds(row.registered_at, row.answered_at) for row in rows if row.answered_at]
    due = [row for row in rows if row.reply_due_on and (row.answered_at or row.reply_due_on < today)]
    kept = [row for row in due if row.answered_at and business_day_of(row.answered_at) <= row.reply_due_on]
    return Line(
        department=department,
        received=len(rows),
        passed_on=len(passed),
        hours=_middle(passed, 3600, TENTH),
        worst_hours=_most(passed, 3600, TENTH),
        answered=len(answered),
        days=_middle(answered, 86400, HUNDREDTH),
        worst_days=_most(answered, 86400, HUNDREDTH),
        in_time=len(kept),
        due=len(due),
    )


def _seconds(begins: datetime, ends: datetime) -> int:
    return round((ends - begins).total_seconds())


def _middle(seconds: Sequence[int], unit: int, places: Decimal) -> Decimal | None:
    return _rounded(Decimal(median(seconds)), unit, places) if seconds else None


def _most(seconds: Iterable[int], unit: int, places: Decimal) -> Decimal | None:
    longest = max(seconds, default=None)
    return None if longest is None else _rounded(Decimal(longest), unit, places)


def _rounded(seconds: Decimal, unit: int, places: Decimal) -> Decimal:
    return (seconds / unit).quantize(places, ROUND_HALF_UP)
