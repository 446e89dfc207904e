"""The notices that were published before this version: the facts the first migration seeds, and the only place of them.

A row says: name, first and last day off, then the weekend days worked instead. Weekends inside a holiday are listed as
the notice lists them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Published:
    title: str
    announced_at: datetime
    rows: tuple[str, ...]


PUBLISHED = {
    2025: Published(
        "国务院办公厅关于2025年部分节假日安排的通知",
        datetime(2024, 11, 12, 4, tzinfo=UTC),
        (
            "元旦 01-01 01-01",
            "春节 01-28 02-04 01-26 02-08",
            "清明节 04-04 04-06",
            "劳动节 05-01 05-05 04-27",
            "端午节 05-31 06-02",
            "国庆节、中秋节 10-01 10-08 09-28 10-11",
        ),
    ),
    2026: Published(
        "国务院办公厅关于2026年部分节假日安排的通知",
        datetime(2025, 11, 4, 4, tzinfo=UTC),
        (
            "元旦 01-01 01-03 01-04",
            "春节 02-15 02-23 02-14 02-28",
            "清明节 04-04 04-06",
            "劳动节 05-01 05-05 05-09",
            "端午节 06-19 06-21",
            "中秋节 09-25 09-27",
            "国庆节 10-01 10-07 09-20 10-10",
        ),
    ),
}


def published_days(year: int) -> Iterator[tuple[date, bool, str]]:
    """(day, works, name), as the rows of a notice have them. Raises `KeyError` for a year not published here."""
    for row in PUBLISHED[year].rows:
        name, *written = row.split()
        first, last, *worked = [date.fromisoformat(f"{year}-{day}") for day in written]
        for offset in range((last - first).days + 1):
            yield first + timedelta(days=offset), False, name
        for day in worked:
            yield day, True, name
