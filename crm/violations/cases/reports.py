"""Violations in figures, by estate and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.db import session
from crm.sql import by_month, code_of
from crm.violations.cases.models import Violation, ViolationState


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfViolations:
    """`open`: at the month's end, neither settled nor dropped."""

    noted: int
    settled: int
    open: int


def violations_of_months(
    estate_ids: Collection[int], months: Sequence[date]
) -> dict[tuple[int, date], MonthOfViolations]:
    """What was dropped as no violation counts nowhere; `months` follow one another."""
    here = Violation.estate_id.in_(estate_ids), Violation.state != ViolationState.dropped
    noted, settled = (
        _counts(by_month(Violation.estate_id, moment, months, *here, begun=True))
        for moment in (Violation.noted_at, Violation.settled_at)
    )
    found = {}
    for estate_id in estate_ids:
        still = noted[estate_id, None] - settled[estate_id, None]
        for month in months:
            place = estate_id, code_of(month)
            still += noted[place] - settled[place]
            found[estate_id, month] = MonthOfViolations(noted=noted[place], settled=settled[place], open=still)
    return found


def _counts(found: Any) -> defaultdict[Any, int]:
    return defaultdict(int, {(estate_id, code): count for estate_id, code, count in session().execute(found)})
