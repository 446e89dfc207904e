"""The loan and guarantee company's archive in figures, by kind of project and month; for whoever oversees them all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from crm.archive.credit.models import Project, ProjectKind, ProjectState
from crm.archive.handover.models import Clock, Handover, HandoverState, LateFiling, LateState, RegisterEntry
from crm.archive.handover.queries.deadlines import due_of
from crm.dates import months_later
from crm.db import session
from crm.sql import by_month, code_of, month_of_day, one

ENDED = (ProjectState.ended, ProjectState.settled)
Place = tuple[ProjectKind, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfArchive:
    """`due`: hand-overs whose last day lay in the month, `late` of them. `received`: entries of the register."""

    ended: int = 0
    due: int = 0
    late: int = 0
    received: int = 0
    entered_late: int = 0
    supplements: int = 0


def archive_of_months(months: Sequence[date], today: date) -> dict[Place, MonthOfArchive]:
    """`months` follow one another."""
    found: dict[Any, dict[str, int]] = defaultdict(dict)
    for names, rows in (
        (("ended",), _counted(select(Project.kind).where(Project.state.in_(ENDED)), Project.ends_on, months)),
        (("due", "late"), _due(months, today)),
        (("received", "entered_late"), _received(months)),
        (("supplements",), _supplements(months)),
    ):
        for kind, code, *counts in rows:
            found[kind, code] |= dict(zip(names, map(int, counts), strict=True))
    return {(kind, month): MonthOfArchive(**found[kind, code_of(month)]) for kind in ProjectKind for month in months}


def _counted(found: Any, day: Any, months: Sequence[date], *sums: Any) -> Sequence[Any]:
    """(kind, month, how many, sums…) of the rows whose day lies in the months."""
    month = month_of_day(day, months).label("in_month")
    named = [sum_.label(f"sum_{place}") for place, sum_ in enumerate(sums)]
    within = and_(day >= months[0], day < months_later(months[-1], 1))
    each = found.add_columns(month, *named).where(within).subquery()
    by = each.c.kind, each.c.in_month
    counts = [func.sum(each.c[column.name]) for column in named]
    return session().execute(select(*by, func.count(), *counts).group_by(*by)).all()


def _due(months: Sequence[date], today: date) -> Sequence[Any]:
    """Late: handed in with days too many on the clock of the whole, or past its day and not handed in."""
    listed = (
        select(Project.kind, due_of(Clock.total).label("due_on"), RegisterEntry.late_total, Handover.state)
        .select_from(Handover)
        .join(Project, Project.id == Handover.project_id)
        .outerjoin(RegisterEntry, RegisterEntry.handover_id == Handover.id)
        .subquery()
    )
    waits = listed.c.state.not_in([HandoverState.checking, HandoverState.filed])
    late = case((or_(listed.c.late_total > 0, and_(waits, listed.c.due_on < today)), 1), else_=0)
    return _counted(select(listed.c.kind), listed.c.due_on, months, late)


def _received(months: Sequence[date]) -> Sequence[Any]:
    of = select(Project.kind).select_from(RegisterEntry).join(Handover, Handover.id == RegisterEntry.handover_id)
    joined = of.join(Project, Project.id == Handover.project_id)
    return _counted(joined, RegisterEntry.received_on, months, one(RegisterEntry.late))


def _supplements(months: Sequence[date]) -> Sequence[Any]:
    joined = LateFiling.handover_id == Handover.id, Handover.project_id == Project.id
    filed = LateFiling.state == LateState.filed
    return session().execute(by_month(Project.kind, LateFiling.registered_at, months, *joined, filed)).all()
