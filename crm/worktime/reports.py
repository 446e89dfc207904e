"""The calendar as its pages show it: years drawn month by month, a notice before it is entered, what is missing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel import Locale
from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from crm.worktime import queries
from crm.worktime.calendar import SATURDAY, WEEKDAY_TITLES, Calendar, Difference, Override, differences
from crm.worktime.models import HolidayNotice
from crm.worktime.understanding.days import Remark, Understood
from crm.worktime.understanding.notice import YEARS, understand

ASK_FROM = 10  # October: the next year's notice is published between October and December


@dataclass(frozen=True, slots=True)
class DayCell:
    """`kind`: off and make_up are named by the notice, weekend and plain are not."""

    number: int
    kind: str
    mark: str
    why: str
    today: bool


@dataclass(frozen=True, slots=True)
class Month:
    title: str
    weeks: list[list[DayCell | None]]
    notes: list[tuple[str, str]]  # (mark, the days and their holiday)
    working_days: int


@dataclass(frozen=True, slots=True)
class Year:
    year: int
    months: list[Month]
    weekdays: list[tuple[str, str]]  # short and in full

    @property
    def working_days(self) -> int:
        return sum(month.working_days for month in self.months)


def draw_year(calendar: Calendar, year: int, today: date) -> Year:
    short = (get_locale() or Locale("zh")).days["stand-alone"]["short"]
    weekdays = [(short[number], str(title)) for number, title in enumerate(WEEKDAY_TITLES)]
    return Year(year, [_month(calendar, year, month, today) for month in range(1, 13)], weekdays)


def _month(calendar: Calendar, year: int, month: int, today: date) -> Month:
    days = list(_days_of(year, month))
    cells: list[DayCell | None] = [None] * days[0].weekday()
    cells += [_cell(calendar, day, today) for day in days]
    cells += [None] * (-len(cells) % 7)
    weeks = [cells[start : start + 7] for start in range(0, len(cells), 7)]
    working_days = sum(calendar.works(day) for day in days)
    return Month(format_date(days[0], "LLLL"), weeks, list(_notes(calendar, days)), working_days)


def _days_of(year: int, month: int) -> Iterator[date]:
    day = date(year, month, 1)
    while day.month == month:
        yield day
        day += timedelta(days=1)


def _cell(calendar: Calendar, day: date, today: date) -> DayCell:
    override = calendar.overrides.get(day)
    if override is None:
        kind = "weekend" if day.weekday() >= SATURDAY else "plain"
        return DayCell(day.day, kind, "", "", day == today)
    return DayCell(day.day, "make_up" if override.works else "off", mark(override), calendar.why(day), day == today)


def mark(override: Override) -> str:
    return _("Worked") if override.works else _("Off")


def _notes(calendar: Calendar, days: Sequence[date]) -> Iterator[tuple[str, str]]:
    """休: 15–23 春节; days that follow on each other and are the same are told together."""
    runs: list[tuple[Override, list[date]]] = []
    for day in days:
        override = calendar.overrides.get(day)
        if override and runs and runs[-1][0] == override and day - runs[-1][1][-1] == timedelta(days=1):
            runs[-1][1].append(day)
        elif override:
            runs.append((override, [day]))
    for override, run in runs:
        numbers = f"{run[0].day}–{run[-1].day}" if len(run) > 1 else str(run[0].day)
        yield mark(override), f"{numbers} {override.name}".strip()


@dataclass(frozen=True, slots=True)
class Missing:
    """A year without a notice that should have one; `urgent` when it has begun."""

    year: int
    urgent: bool


def missing(calendar: Calendar, today: date) -> list[Missing]:
    """This year, and from October on the next one."""
    years = [today.year] + [today.year + 1] * (today.month >= ASK_FROM)
    return [Missing(year, year == today.year) for year in years if year not in calendar.years]


def year_to_enter(calendar: Calendar, today: date) -> int:
    """The next year without a notice."""
    return calendar.covered_until(today).year + 1


@dataclass(frozen=True, slots=True)
class PreviewDay:
    day: date
    weekday: str
    works: bool
    name: str
    line: int
    remarks: list[Remark]


@dataclass(frozen=True, slots=True)
class Preview:
    """A notice as it was understood, before it is entered. `changes`: against the year's present notice, if any."""

    year: int
    title: str
    days: list[PreviewDay]
    overrides: dict[date, Override]
    faults: list[Remark]
    doubts: list[Remark]
    aside: list[tuple[int, str]]
    changes: list[Difference]
    latest: int
    digest: str
    drawn: Year | None

    @property
    def off(self) -> int:
        return sum(not day.works for day in self.days)

    @property
    def worked(self) -> int:
        return sum(day.works for day in self.days)


def preview(text: str, year: int | None, title: str, today: date) -> Preview:
    """What the text means, what is wrong with it, and what it would change."""
    read = understand(text, year)
    overrides = dict(read.overrides())
    latest = queries.latest_of(read.year) if read.year in YEARS else 0
    return Preview(
        year=read.year,
        title=title or read.title or _("Holiday notice of %(year)s", year=str(read.year)),
        days=_preview_days(read),
        overrides=overrides,
        faults=read.faults,
        doubts=read.doubts,
        aside=read.aside,
        changes=differences(calendar_of(queries.get_notice(latest)), _only(overrides)) if latest else [],
        latest=latest,
        digest=_digest(read.year, latest, overrides),
        drawn=draw_year(_only(overrides), read.year, today) if overrides and read.year in YEARS else None,
    )


def _preview_days(read: Understood) -> list[PreviewDay]:
    """A line's remarks stand under the first of its days."""
    told: set[int] = set()
    days = []
    for named in read.days:
        remarks = [] if named.line in told else [remark for remark in read.remarks if remark.line == named.line]
        told.add(named.line)
        weekday = str(WEEKDAY_TITLES[named.day.weekday()])
        days.append(PreviewDay(named.day, weekday, named.works, named.name, named.line, remarks))
    return days


def _only(overrides: dict[date, Override]) -> Calendar:
    return Calendar(overrides=overrides)


def calendar_of(notice: HolidayNotice | None) -> Calendar:
    """The calendar this notice alone would make; the weekends' rule when there is none."""
    return _only({row.day: Override(row.works, row.name) for row in notice.days} if notice else {})


def _digest(year: int, latest: int, overrides: dict[date, Override]) -> str:
    """Of what the preview showed, so that nothing else can be entered from it."""
    lines = [f"{day} {said.works} {said.name}" for day, said in sorted(overrides.items())]
    return hashlib.sha256("\n".join([f"{year} {latest}", *lines]).encode()).hexdigest()
