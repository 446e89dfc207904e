"""诉讼时效 of one bill: until which day it can be claimed in court, and what has set the clock back.

Civil Code art. 188 (three years), 195 (a demand, a promise or a payment interrupts: the whole time begins anew),
200 to 202 (the day something happens is not counted, the time ends on the same day of its last year). When it has run
out a demand changes nothing; a debtor who promises or pays all the same has waived the defence (Supreme People's
Court on limitation, art. 19). That a last day on a holiday moves to the next working day (art. 203) is left out: who
collects is warned early rather than late.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from crm.dates import months_later


class Cause(StrEnum):
    """What interrupts; all but a demand are acts of the debtor."""

    demand = "demand"
    payment = "payment"
    plan = "plan"
    promise = "promise"

    @property
    def revives(self) -> bool:
        return self is not Cause.demand


CAUSE_TITLES = {
    Cause.demand: _l("Demand served"),
    Cause.payment: _l("Part payment"),
    Cause.plan: _l("Instalment plan agreed"),
    Cause.promise: _l("Promise to pay"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Something that may interrupt, on its day; `id` of the delivery, allocation, plan or promise."""

    on: date
    cause: Cause
    id: int = 0
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """`expires_on` is the last day in time. `expired_on`: the last day of an earlier time that had run out before the
    debtor revived the claim; `too_late` changed nothing."""

    expires_on: date
    interrupted: Sequence[Happened]
    too_late: Sequence[Happened] = ()
    expired_on: date | None = None

    def has_run_out(self, day: date) -> bool:
        return self.expires_on < day

    @property
    def last(self) -> Happened | None:
        """What the present time began with; None for the due day itself."""
        return self.interrupted[-1] if self.interrupted else None


def clock(due_on: date, events: Iterable[Happened], years: int) -> Clock:
    """The time begins on the day after `due_on`; what happened up to that day is before it and changes nothing."""
    expires_on, expired_on = _later(due_on, years), None
    interrupted: list[Happened] = []
    too_late: list[Happened] = []
    for event in sorted(events, key=_order):
        if event.on <= due_on:
            continue
        if event.on > expires_on and not event.cause.revives:
            too_late.append(event)
            continue
        if event.on > expires_on:
            expired_on = expires_on
        interrupted.append(event)
        expires_on = _later(event.on, years)
    return Clock(expires_on=expires_on, interrupted=interrupted, too_late=too_late, expired_on=expired_on)


def _order(event: Happened) -> tuple[date, bool, str, int]:
    """Of one day the debtor's acts first, as `queries` has it too."""
    return event.on, not event.cause.revives, event.cause, event.id


def _later(day: date, years: int) -> date:
    return months_later(day, 12 * years)
