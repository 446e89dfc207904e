"""The two clocks and the total: when each is due, who holds the dossier, whose days were too many. Pure functions.

A has 3 working days from the project's end, B 2 from the actual receipt, 5 altogether; day 0 is not counted (A-02,
A-03). A supplement stops nothing (A-04). Each working day too many is charged to whoever held the dossier when it
began: what the archivist takes for checking is charged to neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from crm.archive.handover.models import HandoverState, Party
from crm.worktime.calendar import Calendar, Due

HOLDERS = {
    HandoverState.preparing: Party.a,
    HandoverState.with_b: Party.b,
    HandoverState.supplementing: Party.b,
    HandoverState.coded: Party.b,
    HandoverState.checking: Party.archivist,
}


@dataclass(frozen=True, slots=True)
class Passed:
    """A step that moved the dossier on: on which business day, to where."""

    day: date
    target: HandoverState
    hands_over: bool  # A's handing over to B: B's clock starts anew


@dataclass(frozen=True, slots=True)
class Hold:
    """The dossier in one party's hands; `round` counts A's hand-overs to B, 0 before the first."""

    party: Party
    since: date
    until: date | None  # None: still
    round: int


@dataclass(frozen=True, slots=True)
class Delay:
    """Working days too many so far, by owner; `total` those beyond the total period."""

    a: int = 0
    b: int = 0
    total: int = 0


def holds(starts: date, passed: Iterable[Passed]) -> list[Hold]:
    """Who held the dossier when, from the project's end on. What was before the end counts for nobody."""
    found: list[Hold] = []
    party, since, hand_overs = Party.a, starts, 0
    for step in passed:
        day = max(step.day, starts)
        holder = HOLDERS.get(step.target)
        if holder is party and not step.hands_over:
            continue
        found.append(Hold(party, since, day, hand_overs))
        if holder is None:
            return found
        party, since, hand_overs = holder, day, hand_overs + step.hands_over
    return [*found, Hold(party, since, None, hand_overs)]


def delay(calendar: Calendar, held: Sequence[Hold], due: Dues, today: date) -> Delay:
    """`today` ends what still runs; the day a period ends on is itself in time."""
    late = {Party.a: 0, Party.b: 0}
    for hold in held:
        limit = due.a if hold.party is Party.a else due.b_of(hold.round) if hold.party is Party.b else None
        if limit is not None:
            late[hold.party] += calendar.between(max(limit, hold.since), hold.until or today)
    handed_in = _handed_in(held) or today
    total = calendar.between(due.total, handed_in) if due.total else 0
    return Delay(a=late[Party.a], b=late[Party.b], total=total)


def _handed_in(held: Sequence[Hold]) -> date | None:
    """The day B handed it in for good; None while it is with A or B."""
    return held[-1].since if held and held[-1].party is Party.archivist else None


@dataclass(frozen=True, slots=True)
class Dues:
    """What is due: A's day, B's in each round in which A handed over, the total; None where no clock runs yet."""

    a: date | None
    b: tuple[date, ...]
    total: date | None

    def b_of(self, hand_over: int) -> date | None:
        return self.b[hand_over - 1] if 0 < hand_over <= len(self.b) else None


def due(calendar: Calendar, starts: date, days: int, postponed: Due | None = None) -> Due:
    """When a clock that starts on that day is due; an approved postponement moves it later, never earlier."""
    reckoned = calendar.add(starts, days)
    return postponed if postponed is not None and postponed.day > reckoned.day else reckoned


def is_late_entry(calendar: Calendar, received: date, entered: date) -> bool:
    """Whether a working day went by between the receipt and the entry in the register (L-20)."""
    if entered <= received:
        return False
    return calendar.works(received) or calendar.between(received, entered) > calendar.works(entered)
