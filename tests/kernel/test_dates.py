"""Days as people type them, and half-open periods."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.dates import Period, months_later, parse_date, parse_month, today, utc_now

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-23", date(2026, 11, 23)),
        ("2026/1/5", date(2026, 1, 5)),
        ("2026.01.05", date(2026, 1, 5)),
        ("2026年11月23日", date(2026, 11, 23)),
        ("2026年11月23", date(2026, 11, 23)),
        ("20261123", date(2026, 11, 23)),
        ("11-23", date(2026, 11, 23)),
        ("1/5", date(2026, 1, 5)),
        ("3月8日", date(2026, 3, 8)),
        (" 2024-02-29 ", date(2024, 2, 29)),
        ("今天", TODAY),
        ("today", TODAY),
        ("明天", date(2026, 11, 24)),
        ("后天", date(2026, 11, 25)),
        ("昨天", date(2026, 11, 22)),
        ("前天", date(2026, 11, 21)),
    ],
)
def test_days_people_type(typed, meant):
    assert parse_date(typed, TODAY) == meant


@pytest.mark.parametrize(
    "typed", ["", " ", "2026", "2026-13-01", "2026-02-29", "20260230", "11", "23-11", "下周", "2026-11-23 10:00", "1e3"]
)
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(ValueError):  # noqa: PT011 - the calendar's own words differ
        parse_date(typed, TODAY)


@pytest.mark.parametrize("typed", ["0001-01-01", "0206-11-23", "1899-12-31", "9999-12-31", "18991231"])
def test_a_year_that_nobody_means_is_refused(typed):
    with pytest.raises(ValueError, match="not a year"):
        parse_date(typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-10", date(2026, 10, 1)),
        ("202610", date(2026, 10, 1)),
        ("2026年3月", date(2026, 3, 1)),
        ("2026/3", date(2026, 3, 1)),
        ("3月", date(2026, 3, 1)),
        ("12", date(2026, 12, 1)),
        ("本月", date(2026, 11, 1)),
        ("上月", date(2026, 10, 1)),
        ("下个月", date(2026, 12, 1)),
    ],
)
def test_months_people_type(typed, meant):
    assert parse_month(typed, TODAY) == meant


@pytest.mark.parametrize("typed", ["", "2026", "13", "2026-13", "2026-10-05", "去年", "0001-01", "0206-11", "9999-12"])
def test_what_is_no_month_is_refused(typed):
    with pytest.raises(ValueError):  # noqa: PT011 - the calendar's own words differ
        parse_month(typed, TODAY)


@given(DAYS)
def test_every_day_is_read_in_every_full_spelling(day):
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"):
        assert parse_date(day.strftime(form), TODAY) == day


def test_a_period_holds_its_first_day_and_not_its_end():
    period = Period(date(2026, 1, 1), date(2026, 2, 1))
    assert date(2026, 1, 1) in period
    assert date(2026, 1, 31) in period
    assert date(2026, 2, 1) not in period
    assert date(2025, 12, 31) not in period
    assert date(9999, 12, 31) in Period(date(2026, 1, 1))


@given(DAYS, st.integers(1, 400), DAYS, st.integers(1, 400), st.booleans(), st.booleans())
def test_periods_overlap_where_they_share_a_day(first, length, second, other_length, open_first, open_second):
    """Seen from both sides, and equal to asking for the later beginning."""
    left = Period(first, None if open_first else first + timedelta(length))
    right = Period(second, None if open_second else second + timedelta(other_length))
    later = max(first, second)
    assert left.overlaps(right) == right.overlaps(left) == (later in left and later in right)


def test_months_that_touch_do_not_overlap():
    january, february = Period(date(2026, 1, 1), date(2026, 2, 1)), Period(date(2026, 2, 1), date(2026, 3, 1))
    assert not january.overlaps(february)


def test_moments_are_aware_and_the_business_day_is_the_company_s():
    assert utc_now().utcoffset() == timedelta(0)
    early, late = today(ZoneInfo("Pacific/Kiritimati")), today(ZoneInfo("Pacific/Niue"))
    assert timedelta(0) < early - late <= timedelta(2)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 5, 7), 24, date(2028, 5, 7)),
        (date(2026, 11, 25), -12, date(2025, 11, 25)),
        (date(2024, 2, 29), -12, date(2023, 2, 28)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
    ],
)
def test_months_later(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
