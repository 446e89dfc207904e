"""What was understood of a notice, and what is doubtful about it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from crm.worktime.calendar import SATURDAY, WEEKDAY_TITLES, Override

STATUTORY = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")  # each is in every year's notice


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day off, or worked though it is a weekend; `line` is where it stands, counted from 1."""

    day: date
    works: bool
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Remark:
    """`stops`: the notice cannot be entered like this; else somebody has to look at it. `line` 0: the whole."""

    line: int
    text: str
    stops: bool


@dataclass(slots=True)
class Understood:
    """Filled while reading. `aside` are lines that say nothing about days."""

    year: int
    title: str = ""
    days: list[NamedDay] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    aside: list[tuple[int, str]] = field(default_factory=list)

    def doubt(self, line: int, text: str) -> None:
        self.remarks.append(Remark(line, text, stops=False))

    def fault(self, line: int, text: str) -> None:
        self.remarks.append(Remark(line, text, stops=True))

    @property
    def faults(self) -> list[Remark]:
        return [remark for remark in self.remarks if remark.stops]

    @property
    def doubts(self) -> list[Remark]:
        return [remark for remark in self.remarks if not remark.stops]

    def overrides(self) -> Mapping[date, Override]:
        return {named.day: Override(named.works, named.name) for named in self.days}

    def check(self) -> None:
        """Look at all days together, then put days and remarks in order."""
        self._check_repeated()
        for named in self.days:
            self._check_day(named)
        self._check_names()
        if not self.days and not self.faults:
            self.fault(0, _("No day was found in it."))
        self.days.sort(key=lambda named: named.day)
        self.remarks.sort(key=lambda remark: (not remark.stops, remark.line))

    def _check_repeated(self) -> None:
        first: dict[date, NamedDay] = {}
        for named in self.days:
            other = first.setdefault(named.day, named)
            if other is named:
                continue
            facts = {"day": named.day, "line": other.line}
            if other.works != named.works:
                self.fault(named.line, _("%(day)s is off and worked at once, see line %(line)s.", **facts))
            else:
                self.doubt(named.line, _("%(day)s stands there twice, see line %(line)s.", **facts))
        self.days = list(first.values())

    def _check_day(self, named: NamedDay) -> None:
        weekday = WEEKDAY_TITLES[named.day.weekday()]
        facts = {"day": named.day, "weekday": weekday, "year": str(self.year)}
        if (named.day.year, named.day.month) == (self.year - 1, 12):
            self.doubt(named.line, _("%(day)s belongs to the year before; it will count there.", **facts))
        elif named.day.year != self.year:
            self.fault(named.line, _("%(day)s is no day of %(year)s.", **facts))
        if named.works and named.day.weekday() < SATURDAY:
            self.doubt(named.line, _("%(day)s is a %(weekday)s, worked anyway: no make-up day.", **facts))

    def _check_names(self) -> None:
        named = " ".join(day.name for day in self.days)
        missing = [holiday for holiday in STATUTORY if holiday not in named]
        if self.days and missing:
            self.doubt(0, _("These holidays are not in it: %(names)s.", names="、".join(missing)))
