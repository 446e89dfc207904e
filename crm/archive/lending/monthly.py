"""Lending in figures, by the borrowers' department and month; for whoever sees everybody's slips."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from crm.archive.lending.models import LendingIncident, LendingSlip, SlipForm, SlipLine
from crm.auth.models import Department
from crm.dates import beginning_of, business_day_of, months_later
from crm.db import session
from crm.sql import by_month, code_of

PAPER, COPY = LendingSlip.form == SlipForm.paper, LendingSlip.form == SlipForm.digital
NONE = 0  # of whoever has no department
Place = tuple[int, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfLending:
    """`judged`: slips whose last day lay in the month and that are back or late by now, `on_time` of them."""

    issued: int = 0
    documents: int = 0
    copies: int = 0
    judged: int = 0
    on_time: int = 0
    overdue: int = 0
    incidents: int = 0


def departments() -> dict[int, str]:
    return {
        row.id: row.name for row in session().execute(select(Department.id, Department.name).order_by(Department.name))
    }


def lending_of_months(months: Sequence[date], today: date) -> dict[Place, MonthOfLending]:
    """Of those of which anything happened; `months` follow one another."""
    found: dict[Place, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    firsts = {code_of(month): month for month in months}
    on_slip = SlipLine.slip_id == LendingSlip.id
    for name, moment, which in (
        ("issued", LendingSlip.issued_at, (PAPER,)),
        ("copies", LendingSlip.issued_at, (COPY,)),
        ("documents", LendingSlip.issued_at, (PAPER, on_slip)),
        ("incidents", LendingIncident.reported_at, (LendingIncident.line_id == SlipLine.id, on_slip)),
    ):
        for department_id, code, count in session().execute(
            by_month(LendingSlip.department_id, moment, months, *which)
        ):
            found[department_id or NONE, firsts[code]][name] = count
    for row in _due(months):
        _judge(found, row, months, today)
    return {place: MonthOfLending(**counts) for place, counts in found.items()}


def _due(months: Sequence[date]) -> Sequence[Any]:
    """What was lent on paper and was due in the months, or out in them though it was due before."""
    begins = months[0]
    out = or_(LendingSlip.returned_at.is_(None), LendingSlip.returned_at >= beginning_of(begins))
    lent = select(LendingSlip.department_id, LendingSlip.due_on, LendingSlip.returned_at).where(
        PAPER, LendingSlip.issued_at.is_not(None), LendingSlip.due_on < months_later(months[-1], 1)
    )
    return session().execute(lent.where(or_(LendingSlip.due_on >= begins, out))).all()


def _judge(found: Any, row: Any, months: Sequence[date], today: date) -> None:
    department = row.department_id or NONE
    back = business_day_of(row.returned_at) if row.returned_at else None
    if row.due_on >= months[0] and (back or row.due_on < today):
        counts = found[department, row.due_on.replace(day=1)]
        counts["judged"] += 1
        counts["on_time"] += back is not None and back <= row.due_on
    for month in months:
        ends = months_later(month, 1)
        if row.due_on < min(ends, today) and (back is None or back >= ends):
            found[department, month]["overdue"] += 1
