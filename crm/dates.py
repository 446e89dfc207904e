"""Days and moments: half-open periods, today at the company, and the dates people type."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app

WORDS = {
    "今天": 0, "today": 0, "明天": 1, "tomorrow": 1, "后天": 2, "昨天": -1, "yesterday": -1, "前天": -2,
}  # fmt: skip
YEARS = range(1900, 9999)  # a slip of the finger outside them, and at the ends no moment in UTC
FULL = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
MONTH_WORDS = {
    "本月": 0,
    "这个月": 0,
    "this month": 0,
    "上月": -1,
    "上个月": -1,
    "last month": -1,
    "下月": 1,
    "下个月": 1,
}
MONTH = re.compile(r"(\d{4})[-/.年]?(\d{1,2})月?")
SHORT_MONTH = re.compile(r"(\d{1,2})月?")
SHORT = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?")


@dataclass(frozen=True, slots=True)
class Period:
    """From `starts` up to, not including, `ends`; open when `ends` is None."""

    starts: date
    ends: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day < self.ends)

    def overlaps(self, other: Period) -> bool:
        return (other.ends is None or self.starts < other.ends) and (self.ends is None or other.starts < self.ends)


_told: ContextVar[datetime | None] = ContextVar("told", default=None)


@contextmanager
def telling(moment: datetime) -> Iterator[None]:
    """What is done meanwhile was done at that moment: for the demo company's past, and for tests of what takes days."""
    token = _told.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)


def utc_now() -> datetime:
    return _told.get() or datetime.now(UTC)


def today(timezone: ZoneInfo) -> date:
    """The business day at the company, not the server's."""
    return utc_now().astimezone(timezone).date()


def business_day() -> date:
    """Today at the company whose application runs."""
    return business_day_of(utc_now())


def business_day_of(moment: datetime) -> date:
    """The day at the company, not the server's."""
    return moment.astimezone(current_app.config["SETTINGS"].timezone).date()


def beginning_of(day: date) -> datetime:
    """Its first moment at the company."""
    return datetime.combine(day, time.min, tzinfo=current_app.config["SETTINGS"].timezone)


def months_later(day: date, months: int) -> date:
    """The same day of the month, or the month's last: 31 January and one month is 28 or 29 February.

    A negative number of months lies before.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def in_words(day: date) -> str:
    """As a Chinese paper says it, whoever makes it."""
    return f"{day.year}年{day.month}月{day.day}日"


def parse_date(text: str, today: date) -> date:
    """A day as people type it: 2026-11-23, 20261123, 2026年11月23日, 11-23 (this year), 明天.

    Raises ValueError when it is none of these, no day of the calendar, or of a year that nobody means.
    """
    text = text.strip()
    if text in WORDS:
        return today + timedelta(days=WORDS[text])
    for pattern in (FULL, COMPACT):
        if found := pattern.fullmatch(text):
            year, month, day = map(int, found.groups())
            return _in_years(date(year, month, day))
    if found := SHORT.fullmatch(text):
        month, day = map(int, found.groups())
        return date(today.year, month, day)
    raise ValueError(f"not a date: {text}")


def _in_years(day: date) -> date:
    if day.year not in YEARS:
        raise ValueError(f"not a year: {day.year}")
    return day


def parse_month(text: str, today: date) -> date:
    """The first day of a month as people type it: 2026-11, 202611, 2026年11月, 11月 (this year), 上月.

    Raises ValueError when it is none of these, or of a year that nobody means.
    """
    text = text.strip()
    if text in MONTH_WORDS:
        return months_later(today.replace(day=1), MONTH_WORDS[text])
    if found := MONTH.fullmatch(text):
        return _in_years(date(int(found[1]), int(found[2]), 1))
    if found := SHORT_MONTH.fullmatch(text):
        return date(today.year, int(found[1]), 1)
    raise ValueError(f"not a month: {text}")
