"""What is summed from elsewhere: how long it took, what was said in call-backs, what was given, the months before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from crm.auth.queries import departments
from crm.complaints.cases.models import CLOSED, Compensation, CompensationState, Complaint, ComplaintCallback
from crm.complaints.categories.models import CAUSES, CONTRACTORS, ComplaintCategory
from crm.complaints.figures.asked import Asked
from crm.complaints.figures.population import VOID
from crm.dates import months_later
from crm.db import session
from crm.properties.queries import building_names
from crm.sql import counted_between, median_of, one, seconds_between
from crm.web.figures import TENTH, Ratio

CASE = Complaint
NOUGHT = Decimal(0)


def median_hours(asked: Asked, done: Any) -> Decimal | None:
    """From the receipt to the moment `done`, which lies in the period: half of them waited no longer."""
    over = (*asked.here(), CASE.state.not_in(VOID), done >= asked.start, done < asked.end)
    waited = select(seconds_between(CASE.received_at, done).label("value")).where(*over)
    seconds, rows = session().execute(median_of(waited)).one()
    return (Decimal(seconds) / 3600 / rows).quantize(TENTH) if rows else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Of call-backs: `score` on average, from 1 to 5."""

    satisfied: Ratio
    attempts: int
    score: Decimal | None


def heard(asked: Asked) -> Heard:
    each = ComplaintCallback
    found = (
        select(
            func.count().label("attempts"),
            func.count(each.satisfied).label("reached"),
            func.sum(one(each.satisfied)).label("satisfied"),
            func.sum(each.score).label("score"),
            func.count(each.score).label("scores"),
        )
        .join(CASE, CASE.id == each.complaint_id)
        .where(*asked.here(), each.made_at >= asked.start, each.made_at < asked.end)
    )
    row: Any = session().execute(found).one()
    return Heard(
        satisfied=Ratio(int(row.satisfied or 0), row.reached),
        attempts=row.attempts,
        score=(Decimal(int(row.score)) / row.scores).quantize(Decimal("0.01")) if row.scores else None,
    )


def given(asked: Asked) -> tuple[int, Decimal]:
    """How many compensations were given in the period, and yuan altogether."""
    of_these = Compensation.state == CompensationState.given, *asked.here()
    days = Compensation.given_on >= asked.begins, Compensation.given_on < asked.ends
    found = select(func.count(), func.sum(Compensation.amount)).join(CASE, CASE.id == Compensation.complaint_id)
    count, total = session().execute(found.where(*of_these, *days)).one()
    return count, total or NOUGHT


def by_month(asked: Asked) -> list[tuple[date, int, int]]:
    """Received and closed in each month of the period, and at least of the thirteen up to its end."""
    months = asked.before
    days = (*months, months_later(months[-1], 1))
    received = counted_between(CASE.received_at, days, *asked.here())
    closed = counted_between(CASE.closed_at, days, *asked.here(), CASE.state.in_(CLOSED))
    row = session().execute(select(*received, *closed)).one()
    return list(zip(months, row[: len(months)], row[len(months) :], strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """How things are called, by their ids or codes."""

    buildings: Mapping[int, str]
    categories: Mapping[int, str]
    departments: Mapping[int, str]
    causes: Mapping[str, str]
    contractors: Mapping[str, str]


def named(asked: Asked) -> Named:
    parent = aliased(ComplaintCategory)
    category = select(ComplaintCategory.id, ComplaintCategory.name, parent.name.label("group"))
    joined = category.outerjoin(parent, parent.id == ComplaintCategory.parent_id)
    return Named(
        buildings=building_names(asked.estates),
        categories={row.id: " · ".join(filter(None, (row.group, row.name))) for row in session().execute(joined)},
        departments=departments(),
        causes={entry.code: entry.title for entry in CAUSES.entries()},
        contractors={entry.code: entry.title for entry in CONTRACTORS.entries()},
    )
