"""Reckoning in working days. Day 0 is not counted; due is the nth working day after it (A-02).

What a notice says goes before the rule of the weekends. A day is settled once no notice can change it any more: its
year's notice is entered and, in the last seven days of a year, the next year's as well, since New Year's make-up days
were more than once put into December (2006, 2007, 2011, 2018). Pure; texts follow the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

WEEKDAY_TITLES = (
    _l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"),
)  # fmt: skip
SATURDAY = 5
LAST_WEEK = (12, 25)  # holds exactly one weekend, the one before New Year


@dataclass(frozen=True, slots=True)
class Override:
    """What a notice says about a day."""

    works: bool
    name: str


@dataclass(frozen=True, slots=True)
class Due:
    """A due day; `version` is the calendar it was reckoned by."""

    day: date
    provisional: bool
    version: int


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A day passed on the way to the due day. `counted`: the how-manieth working day it is, 0 when it is off."""

    day: date
    works: bool
    why: str
    counted: int
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """`years` have a notice; `version` is the newest notice's id, 0 when there is none at all."""

    overrides: Mapping[date, Override] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    version: int = 0

    def works(self, day: date) -> bool:
        override = self.overrides.get(day)
        return day.weekday() < SATURDAY if override is None else override.works

    def is_settled(self, day: date) -> bool:
        """Whether no notice still to come can change the day."""
        return day.year in self.years and ((day.month, day.day) < LAST_WEEK or day.year + 1 in self.years)

    def why(self, day: date) -> str:
        """Why the day is worked or off: its weekday, the holiday, or that it makes up for one."""
        override = self.overrides.get(day)
        if override is None:
            return str(WEEKDAY_TITLES[day.weekday()])
        if override.works:
            return _("worked in exchange (%(weekday)s)", weekday=WEEKDAY_TITLES[day.weekday()])
        return _("%(name)s holiday", name=override.name) if override.name else _("holiday")

    def add(self, day: date, days: int) -> Due:
        """The nth working day after `day`. Raises `ValueError` below 1, `OverflowError` beyond the year 9999."""
        passed = list(self._passed(day, days))
        provisional = not all([self.is_settled(each) for each in passed])
        return Due(passed[-1], provisional, self.version)

    def reckoning(self, day: date, days: int) -> list[Reckoned]:
        """Every day after `day` up to the due day, with the reason; raises as `add` does."""
        lines: list[Reckoned] = []
        counted = 0
        for each in self._passed(day, days):
            works = self.works(each)
            counted += works
            lines.append(Reckoned(each, works, self.why(each), counted if works else 0, self.is_settled(each)))
        return lines

    def _passed(self, day: date, days: int) -> Iterator[date]:
        if days < 1:
            raise ValueError("at least one working day")
        while days:
            day += timedelta(days=1)
            days -= self.works(day)
            yield day

    def between(self, day: date, end: date) -> int:
        """How many working days lie after `day` up to and with `end`: what `add` counts. 0 when `end` is not later."""
        return sum(self.works(day + timedelta(days=offset)) for offset in range(1, (end - day).days + 1))

    def covered_until(self, day: date) -> date:
        """The last day of the years with a notice that follow on `day` without a gap.

        A day before `day` when its own year has none.
        """
        year = day.year
        while year in self.years:
            year += 1
        return date(year - 1, 12, 31)


@dataclass(frozen=True, slots=True)
class Difference:
    """A day that another notice turns from off to worked, the other way round, or gives another name."""

    day: date
    old: str
    new: str


def differences(before: Calendar, after: Calendar) -> list[Difference]:
    """What changes when `after` takes the place of `before`, in the order of the days."""
    named = sorted(set(before.overrides) | set(after.overrides))
    pairs = [(day, _state(before, day), _state(after, day)) for day in named]
    return [Difference(day, old, new) for day, old, new in pairs if old != new]


def _state(calendar: Calendar, day: date) -> str:
    title = _("works") if calendar.works(day) else _("off")
    return _("%(state)s: %(why)s", state=title, why=calendar.why(day))
