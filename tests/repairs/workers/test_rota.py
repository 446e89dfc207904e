"""Whether a worker is there; no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

import pytest
from flask_babel import force_locale

from crm.repairs.workers.rota import Rota, absence_on, hours_of, on_shift, today_in_words
from tests.worktime.test_hours import OFFICE, at

DAY = date(2026, 5, 7)  # a Thursday


@dataclass(frozen=True)
class Stretch:
    weekday: int
    begins: int
    ends: int


@dataclass(frozen=True)
class Away:
    starts: date
    ends: date
    reason: str = "年假"


THURSDAY = [Stretch(3, 14 * 60, 17 * 60 + 30), Stretch(3, 8 * 60 + 30, 12 * 60)]
NIGHT = [Stretch(3, 20 * 60, 24 * 60), Stretch(4, 0, 8 * 60)]


@pytest.mark.parametrize(
    ("shifts", "moment", "there"),
    [
        (THURSDAY, "2026-05-07 08:29", False),
        (THURSDAY, "2026-05-07 08:30", True),
        (THURSDAY, "2026-05-07 11:59", True),
        (THURSDAY, "2026-05-07 12:00", False),
        (THURSDAY, "2026-05-07 14:00", True),
        (THURSDAY, "2026-05-07 17:30", False),
        (THURSDAY, "2026-05-08 09:00", False),
        (NIGHT, "2026-05-07 19:59", False),
        (NIGHT, "2026-05-07 23:59", True),
        (NIGHT, "2026-05-08 00:00", True),
        (NIGHT, "2026-05-08 07:59", True),
        (NIGHT, "2026-05-08 08:00", False),
        (NIGHT, "2026-05-07 00:00", False),
    ],
)
def test_a_stretch_counts_up_to_its_last_minute(shifts: list[Stretch], moment: str, there: bool) -> None:
    assert on_shift(shifts, [], at(moment), OFFICE) is there


def test_the_companys_day_counts_not_utcs() -> None:
    """00:30 on Friday in Shanghai is still Thursday in UTC."""
    assert on_shift(NIGHT, [], at("2026-05-08 00:30").astimezone(UTC), OFFICE)
    assert not on_shift(NIGHT, [Away(date(2026, 5, 8), date(2026, 5, 9))], at("2026-05-08 00:30"), OFFICE)


def test_an_absence_stands_over_a_shift() -> None:
    away = [Away(DAY, date(2026, 5, 8))]
    assert not on_shift(THURSDAY, away, at("2026-05-07 09:00"), OFFICE)
    assert on_shift([Stretch(4, 0, 1440)], away, at("2026-05-08 00:00"), OFFICE)


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2026-05-07 09:00", True),
        ("2026-05-07 12:30", False),
        ("2026-05-07 17:30", False),
        ("2026-05-03 09:00", False),  # a holiday
        ("2026-05-09 09:00", True),  # a Saturday that is worked
    ],
)
def test_with_no_shifts_at_all_office_hours_count(moment: str, there: bool) -> None:
    assert on_shift([], [], at(moment), OFFICE) is there


@pytest.mark.parametrize(
    ("shifts", "absences", "words"),
    [
        (THURSDAY, [], "08:30–12:00, 14:00–17:30"),
        (NIGHT, [], "20:00–24:00"),
        ([Stretch(0, 0, 60)], [], "off"),
        ([], [], "office hours"),
        (THURSDAY, [Away(DAY, date(2026, 5, 12), "leave")], "away until 05-11: leave"),
        (THURSDAY, [Away(date(2026, 5, 8), date(2026, 5, 12))], "08:30–12:00, 14:00–17:30"),
        (THURSDAY, [Away(date(2026, 5, 1), DAY)], "08:30–12:00, 14:00–17:30"),
    ],
)
def test_today_in_words(app: Any, shifts: list[Stretch], absences: list[Away], words: str) -> None:
    with app.test_request_context(), force_locale("en"):
        assert today_in_words(shifts, absences, DAY) == words


def test_of_two_absences_the_longer_one_is_said() -> None:
    short, long = Away(DAY, date(2026, 5, 8)), Away(DAY, date(2026, 5, 20))
    assert absence_on([long, short], DAY) is long
    assert absence_on([], DAY) is None


def test_hours_are_written_as_they_are_typed() -> None:
    assert hours_of(THURSDAY, 3) == "08:30–12:00, 14:00–17:30"
    assert hours_of(THURSDAY, 4) == ""


def test_whoever_has_no_trade_does_everything() -> None:
    nothing: dict[str, Any] = {"shifts": (), "absences": (), "today": "", "away": False, "off": False}
    assert Rota(trades=frozenset(), **nothing).does("lift")
    assert Rota(trades=frozenset({"lift"}), **nothing).does("lift")
    assert not Rota(trades=frozenset({"hvac"}), **nothing).does("lift")
