"""When a clock is due, with what was approved for it: the one rule of storing a due date and of proving it (L-18)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from crm.archive.handover import clocks, figures
from crm.archive.handover.models import Clock
from crm.worktime.calendar import Calendar, Due


def reckoned(calendar: Calendar, clock: Clock, starts_on: date, days: int, approved: Mapping[Clock, date]) -> Due:
    """`approved`: the latest day to which each of the hand-over's clocks was postponed."""
    return clocks.due(calendar, starts_on, days, _postponed(calendar, clock, approved))


def _postponed(calendar: Calendar, clock: Clock, approved: Mapping[Clock, date]) -> Due | None:
    """A day set by a person is firm, for no notice changes it. A's leaves B the own days after it: the total's end."""
    own = Clock.b if clock is Clock.total else clock
    granted = [Due(approved[own], False, calendar.version)] if own in approved else []
    if clock is Clock.total and Clock.a in approved:
        granted.append(calendar.add(approved[Clock.a], figures.days_of(Clock.b, approved[Clock.a])))
    return max(granted, key=lambda due: due.day, default=None)
