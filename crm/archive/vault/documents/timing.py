"""By when a title document has to be in the vault: 第一时间 is the working day on which A obtained it (L-25, A-14).

Alarm when that day is over, breach when the next working day is over too; a day off counts for the working day after
it. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from crm.archive.vault.models import Delay
from crm.worktime.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Terms:
    """Both days inclusive: it is in time up to the end of `due_on`."""

    due_on: date
    breach_on: date

    def delay_on(self, day: date) -> Delay | None:
        """Not in the vault by the beginning of that day, or laid into it on that day."""
        if day > self.breach_on:
            return Delay.breach
        return Delay.alarm if day > self.due_on else None


def terms(obtained_on: date, calendar: Calendar) -> Terms:
    due_on = obtained_on if calendar.works(obtained_on) else calendar.add(obtained_on, 1).day
    return Terms(due_on, calendar.add(due_on, 1).day)


def latest_late(day: date, delay: Delay, calendar: Calendar) -> date:
    """What was obtained up to that day is so late on `day`, what was obtained afterwards is not."""
    obtained = day - timedelta(days=1)
    while terms(obtained, calendar).delay_on(day) not in (delay, Delay.breach):
        obtained -= timedelta(days=1)
    return obtained
