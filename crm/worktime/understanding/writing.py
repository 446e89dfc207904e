"""Days as they are written: 1月1日（周四）至3日（周六）, 2027-01-01. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _

from crm.errors import DomainError
from crm.worktime.calendar import WEEKDAY_TITLES
from crm.worktime.understanding.days import Understood

PLAIN = r"(?P<whole>\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{8})"
WORDED = r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})[日号]"
DATE = rf"(?:{PLAIN}|{WORDED})(?:\s*\((?P<note>[^)]{{0,60}})\))?"
WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
LETTERS = "一二三四五六日"
TO = re.compile(r"\s*(?:至|到|-|–|—|~)+\s*")
LONGEST = 31  # days; a longer holiday is a slip of the pen


@dataclass(frozen=True, slots=True)
class Written:
    """A day as written, with the weekday the text gives it, "" for none."""

    day: date
    weekday: str

    def agrees(self) -> bool:
        return not self.weekday or LETTERS.index(self.weekday.replace("天", "日")) == self.day.weekday()


def read_day(found: re.Match[str], year: int, before: date | None) -> Written:
    """A match of `DATE`; what it leaves out is that of the day `before` it, or `year`. Raises `DomainError`."""
    note = WEEKDAY.search(found["note"] or "")
    try:
        day = _whole(found["whole"]) if found["whole"] else _worded(found, year, before)
    except ValueError as error:
        raise DomainError(_("There is no such day: %(written)s", written=found[0])) from error
    return Written(day, note[1] if note else "")


def _whole(text: str) -> date:
    parts = re.split(r"[-/.]", text) if len(text) < 8 or not text.isdecimal() else (text[:4], text[4:6], text[6:])
    year, month, day = map(int, parts)
    return date(year, month, day)


def _worded(found: re.Match[str], year: int, before: date | None) -> date:
    """Without a month it is the month before, in that one's year."""
    if found["month"]:
        return date(int(found["year"] or year), int(found["month"]), int(found["day"]))
    if before is None:
        raise ValueError("no month")
    return date(before.year, before.month, int(found["day"]))


def stretch(first: date, last: date) -> list[date]:
    """Every day from one to the other. Raises `DomainError` when they are the wrong way round or far apart."""
    length = (last - first).days + 1
    if length < 1:
        raise DomainError(_("It ends before it begins: %(first)s to %(last)s.", first=first, last=last))
    if length > LONGEST:
        raise DomainError(_("%(first)s to %(last)s is too long for a holiday.", first=first, last=last))
    return [first + timedelta(days=offset) for offset in range(length)]


def check_weekday(written: Written, understood: Understood, line: int) -> None:
    if not written.agrees():
        facts = {"day": written.day, "right": WEEKDAY_TITLES[written.day.weekday()], "said": f"周{written.weekday}"}
        understood.doubt(line, _("%(day)s is a %(right)s, the text says %(said)s.", **facts))
