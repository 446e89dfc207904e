"""The two clocks of a complaint, reckoned from its steps: the first answer, and the result. Pure.

Urgent ones count round the clock, ordinary ones in office hours up to the end of a working day. Whoever changes the
severity changes the targets from the receipt on; opened again, the result is promised anew from that moment. Withdrawn
or joined to another, whatever still ran ends with that step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from crm.complaints.cases.figures import Promise
from crm.complaints.cases.models import ComplaintState
from crm.worktime.clocks import ServiceClock
from crm.worktime.hours import Schedule

S = ComplaintState
DROPPED = (S.withdrawn, S.joined)  # nobody waits for it here any more
TAKEN_OVER = "take_over"  # a step that only an import takes


class Taken(Protocol):
    """A step as `ComplaintStep` keeps it."""

    @property
    def action(self) -> str: ...
    @property
    def to_state(self) -> ComplaintState: ...
    @property
    def taken_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is promised for the present severity. `hours` of an urgent case, `days` of an ordinary one: working days
    after the day on which it came in, or the next on which anybody is there; 0 is the same day."""

    schedule: Schedule
    hours: Mapping[Promise, int] | None = None
    days: Mapping[Promise, int] | None = None

    def target(self, promise: Promise, begins: datetime) -> timedelta:
        """How much of the schedule's time there is."""
        if self.hours is not None:
            return timedelta(hours=self.hours[promise])
        assert self.days is not None and self.schedule.calendar is not None  # noqa: S101, PT018 - one of the two
        day = self.schedule.opening(begins).astimezone(self.schedule.timezone).date()
        last = self.schedule.calendar.add(day, self.days[promise]).day if self.days[promise] else day
        midnight = datetime.combine(last + timedelta(days=1), datetime.min.time(), self.schedule.timezone)
        return self.schedule.worked(begins, midnight)


def clocks(steps: Sequence[Taken], terms: Terms) -> dict[Promise, ServiceClock]:
    """`steps` in their order, the first being the receipt."""
    begins = next((step.taken_at for step in steps if step.action == TAKEN_OVER), steps[0].taken_at)
    found = {Promise.answer: _answer(steps, terms, begins), Promise.result: _result(steps, terms, begins)}
    over = next((step.taken_at for step in steps if step.to_state in DROPPED), None)
    return found if over is None else {promise: clock.let_go(over) for promise, clock in found.items()}


def _clock(promise: Promise, terms: Terms, begins: datetime) -> ServiceClock:
    return ServiceClock(begins=begins, target=terms.target(promise, begins), schedule=terms.schedule)


def _answer(steps: Sequence[Taken], terms: Terms, begins: datetime) -> ServiceClock:
    answered = next((step.taken_at for step in steps[1:] if step.to_state not in (S.received, *DROPPED)), None)
    return replace(_clock(Promise.answer, terms, begins), ended=answered)


def _result(steps: Sequence[Taken], terms: Terms, begins: datetime) -> ServiceClock:
    clock = _clock(Promise.result, terms, begins)
    for step in steps[1:]:
        if step.to_state is S.replied and clock.ended is None:
            clock = clock.finished(step.taken_at)
        elif step.to_state is S.reopened and clock.ended is not None:
            clock = _clock(Promise.result, terms, step.taken_at)
    return clock
