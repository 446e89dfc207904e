"""When something is due, as people type it: 15:00, 明天 15:00, 周五下午3点半, 11-28 9:30, 2小时. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm.dates import parse_date

MORNING = time(9)  # of a day named without an hour
WEEKDAYS = "一二三四五六日"
_SPAN = re.compile(r"\+?(\d{1,3})\s*(分钟?|min|m|小时|个小时|h|天|d)(?:后|内)?")
_UNITS = {"分": "minutes", "m": "minutes", "小": "hours", "个": "hours", "h": "hours", "天": "days", "d": "days"}
_CLOCK = re.compile(r"(上午|早上|中午|下午|晚上)?\s*(\d{1,2})(?:[:点时](半|\d{1,2})?分?)$")
_WEEKDAY = re.compile(r"(下)?(?:周|星期|礼拜)([一二三四五六日天])")


def parse_due(text: str, now: datetime, timezone: ZoneInfo) -> datetime:
    """The moment meant, in the company's time. Raises ValueError when it is none."""
    written = unicodedata.normalize("NFKC", text).strip().lower()
    if span := _SPAN.fullmatch(written):
        return now + timedelta(**{_UNITS[span[2][0]]: int(span[1])})
    here = now.astimezone(timezone)
    clock = _CLOCK.search(written)
    named = written[: clock.start()].strip() if clock else written
    if not (clock or named):
        raise ValueError("no moment")
    day = _day(named, here.date()) if named else here.date()
    return datetime.combine(day, _time(clock) if clock else MORNING, tzinfo=timezone)


def _day(text: str, today: date) -> date:
    """A day of `parse_date`, or the next such weekday; with 下 the one of next week."""
    if named := _WEEKDAY.fullmatch(text):
        wanted = WEEKDAYS.index(named[2].replace("天", "日"))
        monday = today - timedelta(days=today.weekday())
        if named[1]:
            return monday + timedelta(days=7 + wanted)
        return today + timedelta(days=(wanted - today.weekday()) % 7)
    return parse_date(text, today)


def _time(clock: re.Match[str]) -> time:
    hour, minute = int(clock[2]), 30 if clock[3] == "半" else int(clock[3] or 0)
    if clock[1] in ("下午", "晚上") and hour < 12:
        hour += 12
    if clock[1] == "中午" and hour < 3:
        hour += 12
    return time(hour, minute)
