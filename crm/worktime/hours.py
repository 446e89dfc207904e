"""Office hours, and schedules: when time counts. Aware moments in, UTC out; the company's time zone inside. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.errors import DomainError
from crm.policy.figures import Figure
from crm.worktime.calendar import Calendar

STRETCH = re.compile(r"(\d{1,2}):(\d\d)\s*(?:-|–|—|~|至|到)\s*(\d{1,2}):(\d\d)")
WHOLE_DAY = 24 * 60
OfficeHours = tuple[tuple[int, int], ...]  # (opens, closes) in minutes after midnight, in order, apart
Hours = tuple[tuple[date, OfficeHours], ...]  # what holds from which day on, in order
Window = tuple[datetime, datetime]
NOTHING = timedelta()


def parse_hours(text: str) -> OfficeHours:
    """`08:30-12:00, 14:00-17:30`; 24:00 is the day's end. Raises `DomainError` with what to write instead."""
    written = [part.strip() for part in re.split(r"[,;、]", unicodedata.normalize("NFKC", text))]
    hours = tuple(sorted(_stretch(part) for part in written))
    if any(earlier[1] > later[0] for earlier, later in pairwise(hours)):
        raise DomainError(_("Two stretches of office hours overlap: %(hours)s", hours=text))
    return hours


def _stretch(text: str) -> tuple[int, int]:
    found = STRETCH.fullmatch(text)
    if not found:
        raise DomainError(_("Write office hours such as 08:30-12:00, 14:00-17:30."))
    opens, closes = (int(hour) * 60 + int(minute) for hour, minute in (found.group(1, 2), found.group(3, 4)))
    if int(found[2]) > 59 or int(found[4]) > 59 or closes > WHOLE_DAY:
        raise DomainError(_("There is no such time of day: %(written)s", written=text))
    if closes <= opens:
        raise DomainError(_("These hours end before they begin: %(written)s", written=text))
    return opens, closes


def fault_of_hours(text: str) -> str:
    """Why these cannot be office hours, or ""."""
    try:
        parse_hours(text)
    except DomainError as fault:
        return str(fault)
    return ""


OFFICE_HOURS = Figure(
    key="worktime.office_hours",
    title=_l("Office hours on working days"),
    default="08:30-12:00, 14:00-17:30",
    source=_l("Usual office hours; times of service are reckoned by them."),
    rule=fault_of_hours,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When time counts: round the clock, or in office hours on working days when there is a calendar."""

    timezone: ZoneInfo
    calendar: Calendar | None = None
    hours: Hours = ()

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """How much time counts from `start` up to `end`; none when `end` is not later."""
        start, end = utc(start), utc(end)
        if self.calendar is None:
            return max(end - start, NOTHING)
        windows = self._windows(start)
        total = NOTHING
        while start < end and (window := next(windows))[0] < end:
            total += min(window[1], end) - window[0]
        return total

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The first moment by which `span` has counted since `start`. Raises `ValueError` when it is negative."""
        start = utc(start)
        if span < NOTHING:
            raise ValueError("a span of time is not negative")
        if self.calendar is None or not span:
            return start + span
        for opens, closes in self._windows(start):
            if closes - opens >= span:
                return opens + span
            span -= closes - opens
        raise AssertionError("unreachable: windows have no end")

    def opening(self, moment: datetime) -> datetime:
        """The moment itself while time counts, else the next at which it does: reminders wait until then."""
        return utc(moment) if self.calendar is None else next(self._windows(utc(moment)))[0]

    def _windows(self, start: datetime) -> Iterator[Window]:
        """What is still open of `start`'s day, then every later stretch, in UTC and without end."""
        day = start.astimezone(self.timezone).date()
        while True:
            for opens, closes in self._stretches(day):
                if closes > start:
                    yield max(opens, start), closes
            day += timedelta(days=1)

    def _stretches(self, day: date) -> list[Window]:
        if self.calendar is None or not self.calendar.works(day):
            return []
        hours = next(hours for begins, hours in reversed(self.hours) if begins <= day)
        midnight = datetime.combine(day, time.min, self.timezone)
        return [
            (utc(midnight + timedelta(minutes=opens)), utc(midnight + timedelta(minutes=closes)))
            for opens, closes in hours
        ]


def utc(moment: datetime) -> datetime:
    """Raises `ValueError` for a naive one, whose time zone nobody said."""
    if moment.tzinfo is None:
        raise ValueError("naive datetime")
    return moment.astimezone(UTC)
