"""Whose days were too many, reckoned from a hand-over's own rows (L-17, A-02 to A-04)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from crm.archive.handover import clocks
from crm.archive.handover.clocks import Delay, Dues, Hold, Passed
from crm.archive.handover.days import day_of
from crm.archive.handover.models import Cause, Clock, Deadline, HandoverStep
from crm.worktime.calendar import Calendar


def held(ends_on: date | None, steps: Sequence[HandoverStep]) -> list[Hold]:
    """Who held the dossier when; nobody is charged before the project has ended."""
    if ends_on is None:
        return []
    passed = [
        Passed(day=day_of(step.taken_at), target=step.target, hands_over=step.action == "hand_to_b") for step in steps
    ]
    return clocks.holds(ends_on, passed)


def dues(rows: Sequence[Deadline]) -> Dues:
    """B's day in each round is the newest of those that were reckoned from its start."""
    newest = {row.clock: row.due_on for row in rows}
    rounds: list[date] = []
    for row in (row for row in rows if row.clock is Clock.b):
        if row.cause is Cause.start:
            rounds.append(row.due_on)
        elif rounds:
            rounds[-1] = row.due_on
    return Dues(a=newest.get(Clock.a), b=tuple(rounds), total=newest.get(Clock.total))


def charged(calendar: Calendar, holds: Sequence[Hold], rows: Sequence[Deadline], today: date) -> Delay:
    return clocks.delay(calendar, holds, dues(rows), today) if holds else Delay()
