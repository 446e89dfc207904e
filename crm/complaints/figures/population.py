"""The cases that any figure of a period is about, each with what it counts for: noughts and ones to be summed.

A case closed before the period has nothing to do with it, nor has one received later: all others are read once.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, Select, and_, or_, select, union_all

from crm.complaints.cases.models import CLOSED, ENDED, WITH_GROUND, Complaint, ComplaintState
from crm.complaints.cases.queries import OPEN
from crm.complaints.categories.models import Severity
from crm.complaints.figures.asked import Asked
from crm.sql import one

CASE = Complaint
VOID = (ComplaintState.withdrawn, ComplaintState.joined)
PROMISES = {
    "answer": (CASE.acknowledged_at, CASE.answer_due_at),
    "result": (CASE.replied_at, CASE.result_due_at),
}
Columns = dict[str, Any]


def population(asked: Asked) -> CTE:
    """id, estate_id, building_id, category_id, department_id, contractor, channel, cause, and what it counts for.

    Those under way, those closed since the period began, and those that ended otherwise but came in since then: each a
    stretch of an index of its own.
    """
    under_way = and_(OPEN, CASE.state.not_in(CLOSED))
    closed = and_(CASE.state.in_(CLOSED), CASE.closed_at >= asked.start)
    never = or_(CASE.state.in_(VOID), CASE.closed_at.is_(None))
    otherwise = and_(CASE.state.in_(ENDED), never, CASE.received_at >= asked.start)
    return union_all(*(_counted(asked).where(arm) for arm in (under_way, closed, otherwise))).cte("complaint_of")


def _counted(asked: Asked) -> Select[*tuple[Any, ...]]:
    return select(
        CASE.id,
        CASE.estate_id,
        CASE.building_id,
        CASE.category_id,
        CASE.about_department_id.label("department_id"),
        CASE.contractor,
        CASE.channel,
        CASE.cause,
        *(column.label(name) for name, column in counted(asked).items()),
    ).where(*asked.here(), CASE.received_at < asked.end)


def counted(asked: Asked) -> Columns:
    received = CASE.received_at >= asked.start
    live = CASE.state.not_in(VOID)
    closed = closed_in(asked)
    still = or_(CASE.closed_at.is_(None), CASE.closed_at >= asked.end)
    return {
        "received": one(received),
        "urgent": one(received, CASE.severity == Severity.urgent),
        "void": one(received, CASE.state.in_(VOID)),
        "closed": one(closed),
        "open": one(live, still),
        "reopened": one(closed, CASE.reopened > 0),
        "justified": one(closed, CASE.outcome.in_(WITH_GROUND)),
        **_promises(asked, live),
    }


def closed_in(asked: Asked) -> Any:
    return and_(CASE.state.in_(CLOSED), CASE.closed_at >= asked.start, CASE.closed_at < asked.end)


def _promises(asked: Asked, live: Any) -> Columns:
    """Of each promise whether it was decided in the period, and whether it was kept.

    It is decided when it is kept, or when it runs out. Cases taken back and those joined to another count nowhere.
    """
    columns: Columns = {}
    for name, (done, due) in PROMISES.items():
        kept_now = and_(done <= due, done >= asked.start, done < asked.end)
        ran_out = and_(due >= asked.start, due < asked.end, due < asked.now, or_(done.is_(None), done > due))
        columns[f"{name}_of"] = one(live, or_(kept_now, ran_out))
        columns[f"{name}_kept"] = one(live, kept_now)
    return columns
