"""Reckoning in working days, against the published calendars; no database."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as some

from crm.worktime.calendar import Calendar, Override, differences
from crm.worktime.published import PUBLISHED, published_days

OVERRIDES = {day: Override(works, name) for year in PUBLISHED for day, works, name in published_days(year)}
CALENDAR = Calendar(overrides=OVERRIDES, years=frozenset(PUBLISHED), version=2)
DAYS = [date(2025, 1, 1) + timedelta(days=offset) for offset in range(730)]
within = some.dates(date(2025, 1, 1), date(2026, 11, 30))


def test_every_published_day_equals_the_calendar_others_keep() -> None:
    assert DAYS[-1] == date(2026, 12, 31)
    assert [day for day in DAYS if CALENDAR.works(day) != chinese_calendar.is_workday(day)] == []


def test_a_notice_changes_only_what_the_weekends_would_have_otherwise() -> None:
    assert all(day.weekday() >= 5 for day, override in OVERRIDES.items() if override.works)
    assert sorted(OVERRIDES) == sorted({day for year in PUBLISHED for day, _works, _name in published_days(year)})


@pytest.mark.parametrize(
    ("end", "of_a", "of_b"),
    [("2026-02-13", "2026-02-25", "2026-02-27"), ("2026-09-30", "2026-10-10", "2026-10-13"),
     ("2026-05-07", "2026-05-11", "2026-05-13"), ("2025-01-24", "2025-02-05", "2025-02-07")],
)  # fmt: skip
def test_three_and_two_working_days_of_the_hand_over(end: str, of_a: str, of_b: str) -> None:
    first = CALENDAR.add(date.fromisoformat(end), 3)
    second = CALENDAR.add(first.day, 2)
    assert (first.day.isoformat(), second.day.isoformat()) == (of_a, of_b)
    assert not first.provisional
    assert not second.provisional
    assert first.version == 2


@pytest.mark.parametrize(
    ("day", "days", "due", "provisional"),
    [
        ("2026-12-28", 3, "2026-12-31", True),
        ("2026-12-28", 5, "2027-01-04", True),
        ("2026-12-23", 1, "2026-12-24", False),
        ("2025-12-30", 2, "2026-01-04", False),
        ("2024-12-31", 1, "2025-01-02", False),
        ("2030-01-01", 1, "2030-01-02", True),
    ],
)
def test_a_day_that_a_notice_to_come_may_change_is_provisional(
    day: str, days: int, due: str, provisional: bool
) -> None:
    """The last week of December too: New Year's make-up days were put there in 2006, 2007, 2011 and 2018."""
    found = CALENDAR.add(date.fromisoformat(day), days)
    assert (found.day.isoformat(), found.provisional) == (due, provisional)


def test_the_reckoning_names_every_day_and_its_reason() -> None:
    lines = CALENDAR.reckoning(date(2026, 2, 13), 3)
    assert [(line.day.day, line.works, line.counted) for line in lines] == [
        (14, True, 1), *[(day, False, 0) for day in range(15, 24)], (24, True, 2), (25, True, 3),
    ]  # fmt: skip
    assert [line.why for line in lines[:2]] == ["worked in exchange (Saturday)", "春节 holiday"]
    assert lines[-1].why == "Wednesday"
    assert all(line.settled for line in lines)
    assert not CALENDAR.reckoning(date(2026, 12, 28), 1)[0].settled


@given(within, some.integers(1, 60))
def test_counting_is_the_inverse_of_adding(day: date, days: int) -> None:
    due = CALENDAR.add(day, days)
    assert CALENDAR.works(due.day)
    assert CALENDAR.between(day, due.day) == days
    assert CALENDAR.between(day, due.day - timedelta(days=1)) == days - 1
    assert CALENDAR.reckoning(day, days)[-1].day == due.day


@given(within, some.integers(1, 30), some.integers(1, 30))
def test_two_spans_one_after_the_other_are_their_sum(day: date, first: int, second: int) -> None:
    assert CALENDAR.add(CALENDAR.add(day, first).day, second).day == CALENDAR.add(day, first + second).day


@given(within, within, some.integers(1, 30))
def test_a_later_beginning_is_never_due_earlier(one: date, other: date, days: int) -> None:
    assert CALENDAR.add(min(one, other), days).day <= CALENDAR.add(max(one, other), days).day


def test_nothing_lies_between_a_day_and_an_earlier_one() -> None:
    assert CALENDAR.between(date(2026, 5, 7), date(2026, 5, 7)) == 0
    assert CALENDAR.between(date(2026, 5, 7), date(2026, 4, 1)) == 0


@pytest.mark.parametrize("days", [0, -1])
def test_less_than_one_working_day_is_no_span(days: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        CALENDAR.add(date(2026, 5, 7), days)


def test_the_calendar_reaches_to_the_first_gap() -> None:
    calendar = Calendar(years=frozenset({2025, 2026, 2028}))
    assert calendar.covered_until(date(2025, 6, 1)) == date(2026, 12, 31)
    assert calendar.covered_until(date(2027, 6, 1)) == date(2026, 12, 31)
    assert calendar.covered_until(date(2028, 1, 1)) == date(2028, 12, 31)


def test_without_any_notice_weekends_are_off_and_all_is_provisional() -> None:
    due = Calendar().add(date(2026, 9, 30), 3)
    assert (due.day, due.provisional, due.version) == (date(2026, 10, 5), True, 0)


def test_differences_name_what_turns() -> None:
    other = dict(OVERRIDES) | {date(2026, 5, 6): Override(False, "劳动节")}
    del other[date(2026, 5, 9)]
    found = differences(CALENDAR, Calendar(overrides=other))
    assert [(change.day, change.old, change.new) for change in found] == [
        (date(2026, 5, 6), "works: Wednesday", "off: 劳动节 holiday"),
        (date(2026, 5, 9), "works: worked in exchange (Saturday)", "off: Saturday"),
    ]
    assert differences(CALENDAR, CALENDAR) == []
