"""The clocks of a repair order, reckoned from its steps: one for each promise, each with pauses of its own. Pure.

Emergencies count round the clock, all others in office hours. Whoever changes the priority changes the targets from the
report on; what was waited stays waited. Decision 030.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from crm.repairs.orders.figures import Promise
from crm.repairs.orders.models import OrderState
from crm.worktime.clocks import Pause, PauseReason, ServiceClock
from crm.worktime.hours import Schedule, utc

FAR = datetime(9000, 1, 1, tzinfo=UTC)  # by then every pause has ended by itself
S = OrderState
DROPPED = (S.cancelled, S.duplicate)  # nobody waits for it any more
TAKEN_OVER = "take_over"  # a step that only an import takes
REOPENS = ("redo", "unsatisfied")
APPOINTS = ("register", "appoint")  # a time may be agreed on as soon as it is reported
HOLDS_ARRIVAL = (PauseReason.appointment, PauseReason.access, PauseReason.customer)


class Taken(Protocol):
    """A step as `RepairStep` keeps it."""

    @property
    def action(self) -> str: ...
    @property
    def from_state(self) -> OrderState | None: ...
    @property
    def to_state(self) -> OrderState: ...
    @property
    def reason(self) -> str: ...
    @property
    def until(self) -> datetime | None: ...
    @property
    def taken_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is promised for the order's present priority, and what a pause may hold at most.

    `not_before`: of a planned job the beginning of its day; nothing counts until then.
    """

    targets: Mapping[Promise, timedelta]
    caps: Mapping[PauseReason, timedelta]
    schedule: Schedule
    not_before: datetime | None = None

    def begin(self, moment: datetime) -> datetime:
        return moment if self.not_before is None else max(utc(moment), utc(self.not_before))


def clocks(steps: Sequence[Taken], terms: Terms) -> dict[Promise, ServiceClock]:
    """`steps` in their order, the first being the report."""
    pauses = tuple(_pauses(steps, terms))
    found = {
        Promise.accept: _acceptance(steps, terms),
        Promise.arrive: _arrival(steps, terms, pauses),
        Promise.finish: _completion(steps, terms, pauses),
    }
    over = next((step.taken_at for step in steps if step.to_state in DROPPED), None)
    return found if over is None else {promise: clock.let_go(over) for promise, clock in found.items()}


def due_at(clock: ServiceClock) -> datetime:
    """When the promise runs out if every pause lasts as long as it may: late exactly from then on."""
    return clock.due(FAR)


def _begins(steps: Sequence[Taken]) -> datetime:
    """The report; of a job that came from another system the moment it came: nobody here promised anything before."""
    return next((step.taken_at for step in steps if step.action == TAKEN_OVER), steps[0].taken_at)


def _acceptance(steps: Sequence[Taken], terms: Terms) -> ServiceClock:
    """From the report on; handed back, given to somebody else or to be done again it begins anew."""
    begins = terms.begin(_begins(steps))
    clock = ServiceClock(begins=begins, target=terms.targets[Promise.accept], schedule=terms.schedule)
    for step in steps[1:]:
        if step.to_state is S.accepted and step.action in ("accept", "grab") and clock.ended is None:
            clock = clock.finished(step.taken_at)
        elif step.action in ("hand_back", "transfer", *REOPENS):
            clock = replace(clock, begins=terms.begin(step.taken_at), ended=None)
    return clock


def _arrival(steps: Sequence[Taken], terms: Terms, pauses: tuple[Pause, ...]) -> ServiceClock:
    """Up to the first time somebody was there."""
    arrived = next((step.taken_at for step in steps if step.to_state in (S.on_site, S.done)), None)
    return ServiceClock(
        begins=terms.begin(_begins(steps)),
        target=terms.targets[Promise.arrive],
        schedule=terms.schedule,
        pauses=tuple(pause for pause in pauses if pause.reason in HOLDS_ARRIVAL),
        ended=arrived,
    )


def _completion(steps: Sequence[Taken], terms: Terms, pauses: tuple[Pause, ...]) -> ServiceClock:
    """Up to the end of the work; done again, it goes on with what was left."""
    clock = ServiceClock(
        begins=terms.begin(_begins(steps)),
        target=terms.targets[Promise.finish],
        schedule=terms.schedule,
        pauses=pauses,
    )
    for step in steps[1:]:
        if step.to_state is S.done and clock.ended is None:
            clock = clock.finished(step.taken_at)
        elif step.action in REOPENS and clock.ended is not None:
            clock = clock.reopened(step.taken_at)
    return clock


def _pauses(steps: Sequence[Taken], terms: Terms) -> Iterator[Pause]:
    """While it waits, while a quote waits for its answer, and up to the time agreed on with the customer."""
    for place, step in enumerate(steps):
        later = steps[place + 1 :]
        if step.action == "wait":
            yield _pause(step, PauseReason(step.reason), _left(later, S.waiting), terms)
        elif step.action == "quote" and step.from_state is not S.quoted:
            yield _pause(step, PauseReason.approval, _left(later, S.quoted), terms)
        elif step.action in APPOINTS and step.until and utc(step.until) > utc(step.taken_at):
            another = next((each.taken_at for each in later if each.action == "appoint"), None)
            ends = step.until if another is None else min(utc(step.until), utc(another))
            yield _pause(step, PauseReason.appointment, ends, terms)


def _pause(step: Taken, reason: PauseReason, ends: datetime | None, terms: Terms) -> Pause:
    return Pause(begins=step.taken_at, reason=reason, ends=ends, cap=terms.caps[reason])


def _left(later: Sequence[Taken], state: OrderState) -> datetime | None:
    return next((step.taken_at for step in later if step.from_state is state and step.to_state is not state), None)
