"""Service clocks: how much of a promised time is used up, and when the rest is. Nothing here is stored or ticks.

Everything follows from when the thing was taken in, what was promised, and the pauses with their own moments. So
another promise forgets no pause, a pause outside office hours moves nothing, and what was late stays late. Each promise
(first contact, arrival, completion) has a clock of its own. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.errors import DomainError
from crm.worktime.hours import NOTHING, Schedule, utc

Run = tuple[datetime, datetime | None]


class PauseReason(StrEnum):
    customer = "customer"
    access = "access"
    appointment = "appointment"
    material = "material"
    third_party = "third_party"
    approval = "approval"
    weather = "weather"
    closed = "closed"


PAUSE_TITLES = {
    PauseReason.customer: _l("Waiting for the customer"),
    PauseReason.access: _l("Nobody lets us in"),
    PauseReason.appointment: _l("Agreed for a later time"),
    PauseReason.material: _l("Waiting for material"),
    PauseReason.third_party: _l("Waiting for somebody else's work"),
    PauseReason.approval: _l("Waiting for approval"),
    PauseReason.weather: _l("Weather"),
    PauseReason.closed: _l("Was closed, then opened again"),
}


class ClockState(StrEnum):
    running = "running"
    paused = "paused"
    late = "late"
    met = "met"
    missed = "missed"
    dropped = "dropped"


CLOCK_TITLES = {
    ClockState.running: _l("Running"),
    ClockState.paused: _l("Paused"),
    ClockState.late: _l("Late"),
    ClockState.met: _l("In time"),
    ClockState.missed: _l("Too late"),
    ClockState.dropped: _l("No longer wanted"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """From `begins` up to `ends`, or until it is ended; `cap` is the most it may hold up, in the schedule's time."""

    begins: datetime
    reason: PauseReason
    ends: datetime | None = None
    cap: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceClock:
    """A promise of `target` from `begins` on. `ended`: when what was promised was done, or `dropped`: when nobody
    wanted it any more."""

    begins: datetime
    target: timedelta
    schedule: Schedule
    pauses: tuple[Pause, ...] = ()
    ended: datetime | None = None
    dropped: bool = False

    def elapsed(self, now: datetime) -> timedelta:
        """The time that counted so far."""
        stop = self._stop(now)
        return sum((self.schedule.worked(begins, ends or stop) for begins, ends in self._runs(stop)), NOTHING)

    def remaining(self, now: datetime) -> timedelta:
        """Negative when more than the target has counted."""
        return self.target - self.elapsed(now)

    def due(self, now: datetime) -> datetime:
        """When the target is used up, as far as is known at `now`: a pause that lasts is taken to end this moment."""
        left = self.target
        for begins, ends in self._runs(self._stop(now)):
            worked = left if ends is None else self.schedule.worked(begins, ends)
            if worked >= left:
                return self.schedule.add(begins, left)
            left -= worked
        raise AssertionError("unreachable: the last run has no end")

    def state(self, now: datetime) -> ClockState:
        """Done exactly at the due moment is in time."""
        due = self.due(now)
        if self.ended is not None and utc(self.ended) <= utc(now):
            kept = ClockState.dropped if self.dropped else ClockState.met
            return kept if utc(self.ended) <= due else ClockState.missed
        if utc(now) > due:
            return ClockState.late
        return ClockState.paused if self.is_paused(now) else ClockState.running

    def is_paused(self, now: datetime) -> bool:
        return any(begins <= utc(now) and (ends is None or utc(now) < ends) for begins, ends in self._held())

    def retargeted(self, target: timedelta, schedule: Schedule | None = None) -> ServiceClock:
        """Another promise from the same intake on; what was waited stays waited."""
        return replace(self, target=target, schedule=schedule or self.schedule)

    def paused(self, at: datetime, reason: PauseReason, cap: timedelta | None = None) -> ServiceClock:
        """Raises `DomainError` when the clock does not run at that moment."""
        if self.ended is not None or utc(at) < utc(self.begins) or self.is_paused(at):
            raise DomainError(_("The clock does not run now, so it cannot be paused."))
        return replace(self, pauses=(*self.pauses, Pause(begins=at, reason=reason, cap=cap)))

    def resumed(self, at: datetime) -> ServiceClock:
        """Ends every pause that lasts. Raises `DomainError` when none does."""
        lasting = [pause for pause in self.pauses if pause.ends is None and utc(pause.begins) <= utc(at)]
        if not lasting:
            raise DomainError(_("The clock is not paused."))
        return replace(self, pauses=tuple(replace(each, ends=at) if each in lasting else each for each in self.pauses))

    def finished(self, at: datetime) -> ServiceClock:
        """Raises `DomainError` when it had ended already."""
        if self.ended is not None:
            raise DomainError(_("The clock has ended already."))
        return replace(self, ended=at)

    def let_go(self, at: datetime) -> ServiceClock:
        """What was promised is wanted no more; what was done before, or late, stays so."""
        return self if self.ended is not None else replace(self, ended=at, dropped=True)

    def reopened(self, at: datetime) -> ServiceClock:
        """It runs on with what was left; the time it was closed counts for nobody."""
        if self.ended is None:
            raise DomainError(_("The clock has not ended."))
        closed = Pause(begins=self.ended, reason=PauseReason.closed, ends=at)
        return replace(self, pauses=(*self.pauses, closed), ended=None)

    def _stop(self, now: datetime) -> datetime:
        return utc(now) if self.ended is None else min(utc(now), utc(self.ended))

    def _held(self) -> list[Run]:
        return sorted(((utc(pause.begins), self._end(pause)) for pause in self.pauses), key=lambda held: held[0])

    def _end(self, pause: Pause) -> datetime | None:
        """When the pause stops holding: by itself, by its cap, or not yet."""
        ends = None if pause.ends is None else utc(pause.ends)
        if pause.cap is None:
            return ends
        capped = self.schedule.add(pause.begins, pause.cap)
        return capped if ends is None else min(ends, capped)

    def _runs(self, stop: datetime) -> Iterator[Run]:
        """The stretches between the pauses known at `stop`, in order; the last one has no end."""
        start = utc(self.begins)
        for begins, ends in self._held():
            if begins >= stop:
                break
            if begins > start:
                yield start, begins
            start = max(start, stop if ends is None else min(ends, stop))
        yield start, None
