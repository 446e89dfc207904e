"""Whether a worker is there: from his shifts and absences. Pure; days and hours are the company's.

Whoever has no shifts at all is there in office hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from flask_babel import gettext as _

from crm.worktime.hours import Schedule, utc


class Shift(Protocol):
    """Every week on `weekday` (0 Monday) from `begins` up to `ends`, minutes after midnight."""

    @property
    def weekday(self) -> int: ...
    @property
    def begins(self) -> int: ...
    @property
    def ends(self) -> int: ...


class Absence(Protocol):
    """From `starts` up to, not including, `ends`."""

    @property
    def starts(self) -> date: ...
    @property
    def ends(self) -> date: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """What is known of a worker on a day: `today` in words, and whether he is `away`, or `off` by his shifts."""

    trades: frozenset[str]
    shifts: Sequence[Shift]
    absences: Sequence[Absence]  # of the day and later
    today: str
    away: bool
    off: bool

    @property
    def tone(self) -> str:
        """Of `today`."""
        return "orange" if self.away else "grey" if self.off else "green"

    def does(self, trade: str) -> bool:
        """Whoever has no trade does everything."""
        return not self.trades or trade in self.trades


def on_shift(shifts: Sequence[Shift], absences: Iterable[Absence], moment: datetime, office: Schedule) -> bool:
    """A stretch counts from its first minute up to, not including, its last; `office` holds where there are none."""
    here = moment.astimezone(office.timezone)
    if absence_on(absences, here.date()):
        return False
    if not shifts:
        return office.opening(moment) == utc(moment)
    minute = here.hour * 60 + here.minute
    return any(each.weekday == here.weekday() and each.begins <= minute < each.ends for each in shifts)


def today_in_words(shifts: Sequence[Shift], absences: Iterable[Absence], day: date) -> str:
    """`08:30–12:00, 14:00–17:30`, or why there is nothing of that."""
    if away := absence_on(absences, day):
        return _("away until %(day)s: %(reason)s", day=f"{last_day(away):%m-%d}", reason=away.reason)
    if not shifts:
        return _("office hours")
    return hours_of(shifts, day.weekday()) or _("off")


def absence_on(absences: Iterable[Absence], day: date) -> Absence | None:
    """The one of that day; of several the one that lasts longest."""
    holding = [each for each in absences if each.starts <= day < each.ends]
    return max(holding, key=lambda each: each.ends, default=None)


def last_day(absence: Absence) -> date:
    """As people say it: the last day away."""
    return absence.ends - timedelta(days=1)


def hours_of(shifts: Iterable[Shift], weekday: int) -> str:
    """As it is typed and read: `08:30–12:00, 14:00–17:30`; "" is a day off."""
    stretches = sorted((each.begins, each.ends) for each in shifts if each.weekday == weekday)
    return ", ".join(f"{_clock(begins)}–{_clock(ends)}" for begins, ends in stretches)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
