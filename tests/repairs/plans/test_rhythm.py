"""Due days, each reckoned from the first; no database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crm.repairs.plans.rhythm import Every, Rhythm

MONTHLY = Rhythm(first_on=date(2026, 1, 31), every=1, unit=Every.months)
rhythms = some.builds(
    Rhythm,
    first_on=some.dates(date(2020, 1, 1), date(2030, 12, 31)),
    every=some.integers(1, 60),
    unit=some.sampled_from(Every),
)
days = some.dates(date(2019, 1, 1), date(2040, 12, 31))


def test_the_31st_does_not_drift() -> None:
    assert [MONTHLY.due_day(number) for number in range(4)] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]
    assert MONTHLY.after(date(2026, 2, 28)) == date(2026, 3, 31)
    assert MONTHLY.after(date(2026, 2, 27)) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("unit", "every", "second"),
    [
        (Every.days, 15, date(2026, 12, 16)),
        (Every.weeks, 2, date(2026, 12, 15)),
        (Every.months, 6, date(2027, 6, 1)),
    ],
)
def test_each_unit(unit: Every, every: int, second: date) -> None:
    rhythm = Rhythm(first_on=date(2026, 12, 1), every=every, unit=unit)
    assert rhythm.after(None) == date(2026, 12, 1)
    assert rhythm.after(date(2026, 11, 30)) == date(2026, 12, 1)
    assert rhythm.after(date(2026, 12, 1)) == second


@given(rhythms, days)
def test_the_next_is_the_first_that_is_later(rhythm: Rhythm, day: date) -> None:
    found = rhythm.after(day)
    assert found > day
    number = next(number for number in range(10_000) if rhythm.due_day(number) == found)
    assert number == 0 or rhythm.due_day(number - 1) <= day


@given(rhythms, days)
def test_due_days_lie_apart(rhythm: Rhythm, day: date) -> None:
    first = rhythm.after(day)
    assert rhythm.after(first) - first >= timedelta(days=rhythm.shortest)


def test_between_takes_its_end_and_not_its_beginning() -> None:
    found = MONTHLY.between(date(2026, 1, 31), date(2026, 3, 31))
    assert found == [date(2026, 2, 28), date(2026, 3, 31)]
    assert MONTHLY.between(None, date(2026, 1, 30)) == []
    assert MONTHLY.between(date(2026, 3, 31), date(2026, 3, 31)) == []
