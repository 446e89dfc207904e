"""Office hours and schedules; no database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crm.errors import DomainError
from crm.worktime.hours import OFFICE_HOURS, Schedule, fault_of_hours, parse_hours
from tests.worktime.test_calendar import CALENDAR

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = parse_hours("08:30-12:00, 14:00-17:30")
OFFICE = Schedule(timezone=SHANGHAI, calendar=CALENDAR, hours=((date.min, HOURS),))
ALWAYS = Schedule(timezone=SHANGHAI)

moments = some.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 30), timezones=some.just(UTC))
spans = some.timedeltas(timedelta(), timedelta(days=10))
schedules = some.sampled_from([OFFICE, ALWAYS])


def at(text: str) -> datetime:
    """A moment of Shanghai's clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("08:30-12:00, 14:00-17:30", ((510, 720), (840, 1050))),
        ("14:00–17:30；8:30—12:00", ((510, 720), (840, 1050))),
        ("９：００至１８：００", ((540, 1080),)),
        ("00:00-24:00", ((0, 1440),)),
        ("08:00-12:00、12:00-18:00", ((480, 720), (720, 1080))),
    ],
)
def test_hours_as_people_write_them(text: str, hours: object) -> None:
    assert parse_hours(text) == hours
    assert fault_of_hours(text) == ""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "such as"),
        ("早九晚五", "such as"),
        ("08:30-12:00,", "such as"),
        ("08:30-12:60", "no such time"),
        ("08:30-24:30", "no such time"),
        ("17:30-08:30", "end before"),
        ("09:00-09:00", "end before"),
        ("08:30-12:00, 11:00-17:30", "overlap"),
    ],
)
def test_what_are_no_hours_says_why(text: str, fault: str) -> None:
    assert fault in fault_of_hours(text)
    with pytest.raises(DomainError, match=fault):
        OFFICE_HOURS.parsed(text)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-05-07 09:00", "2026-05-07 11:00", 2),
        ("2026-05-07 11:30", "2026-05-07 14:30", 1),
        ("2026-05-07 00:00", "2026-05-08 00:00", 7),
        ("2026-05-08 17:00", "2026-05-09 09:00", 1),
        ("2026-05-09 17:30", "2026-05-11 08:30", 0),
        ("2026-02-14 08:00", "2026-02-25 00:00", 14),
        ("2026-05-07 11:00", "2026-05-07 09:00", 0),
    ],
)
def test_time_counts_in_office_hours_of_working_days(start: str, end: str, hours: float) -> None:
    """2026-05-09 is a Saturday that is worked, 05-10 a Sunday; in February lies the Spring Festival."""
    assert OFFICE.worked(at(start), at(end)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-05-07 09:00", 2, "2026-05-07 11:00"),
        ("2026-05-07 11:00", 1, "2026-05-07 12:00"),
        ("2026-05-07 11:00", 2, "2026-05-07 15:00"),
        ("2026-05-07 20:00", 1, "2026-05-08 09:30"),
        ("2026-05-08 17:00", 1, "2026-05-09 09:00"),
        ("2026-02-14 17:00", 1, "2026-02-24 09:00"),
        ("2026-05-10 12:00", 0, "2026-05-10 12:00"),
    ],
)
def test_a_span_ends_in_office_hours(start: str, hours: int, due: str) -> None:
    assert OFFICE.add(at(start), timedelta(hours=hours)) == at(due)


def test_round_the_clock_has_no_night_and_no_lost_minute_at_midnight() -> None:
    day = Schedule(timezone=SHANGHAI, calendar=CALENDAR, hours=((date.min, parse_hours("00:00-24:00")),))
    for schedule in (ALWAYS, day):
        assert schedule.worked(at("2026-05-07 12:00"), at("2026-05-08 12:00")) == timedelta(days=1)
        assert schedule.add(at("2026-05-07 23:00"), timedelta(hours=2)) == at("2026-05-08 01:00")


def test_hours_that_change_count_from_their_day_on() -> None:
    shorter = ((date.min, HOURS), (date(2026, 5, 8), parse_hours("09:00-12:00")))
    schedule = Schedule(timezone=SHANGHAI, calendar=CALENDAR, hours=shorter)
    assert schedule.worked(at("2026-05-07 00:00"), at("2026-05-09 00:00")) == timedelta(hours=10)
    assert schedule.add(at("2026-05-07 16:30"), timedelta(hours=2)) == at("2026-05-08 10:00")


@pytest.mark.parametrize(
    ("moment", "opening"),
    [("2026-05-07 09:10", "2026-05-07 09:10"), ("2026-05-07 00:00", "2026-05-07 08:30"),
     ("2026-05-07 12:00", "2026-05-07 14:00"), ("2026-09-30 20:00", "2026-10-08 08:30")],
)  # fmt: skip
def test_reminders_wait_for_the_office_to_open(moment: str, opening: str) -> None:
    assert OFFICE.opening(at(moment)) == at(opening)
    assert ALWAYS.opening(at(moment)) == at(moment)


@given(schedules, moments, moments, moments)
def test_time_adds_up_over_any_moment_between(
    schedule: Schedule, one: datetime, two: datetime, three: datetime
) -> None:
    first, middle, last = sorted((one, two, three))
    assert schedule.worked(first, middle) + schedule.worked(middle, last) == schedule.worked(first, last)
    assert timedelta() <= schedule.worked(first, last) <= last - first


@given(schedules, moments, spans)
def test_what_was_added_has_been_worked(schedule: Schedule, start: datetime, span: timedelta) -> None:
    due = schedule.add(start, span)
    assert schedule.worked(start, due) == span
    assert due >= start + span
    assert due == start or schedule.worked(start, due - timedelta.resolution) < span  # the first such moment


@given(schedules, moments, spans, spans)
def test_adding_twice_is_adding_the_sum(
    schedule: Schedule, start: datetime, first: timedelta, second: timedelta
) -> None:
    once = schedule.add(start, first + second)
    twice = schedule.add(schedule.add(start, first), second)
    assert twice == once or not second  # nothing more is due at once, even at night


@given(moments, spans)
def test_answers_are_in_utc_whatever_zone_was_asked_in(start: datetime, span: timedelta) -> None:
    there = start.astimezone(ZoneInfo("Asia/Kathmandu"))
    assert OFFICE.add(there, span) == OFFICE.add(start, span)
    assert OFFICE.add(there, span).tzinfo is UTC


def test_a_naive_moment_and_a_negative_span_are_bugs() -> None:
    with pytest.raises(ValueError, match="naive"):
        OFFICE.worked(datetime(2026, 5, 7), datetime(2026, 5, 8))
    with pytest.raises(ValueError, match="negative"):
        OFFICE.add(at("2026-05-07 09:00"), timedelta(hours=-1))
