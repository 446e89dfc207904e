"""The moments a task is due at; no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import lazy_gettext
from hypothesis import given
from hypothesis import strategies as some

from crm.clock.tasks import Task

SECONDS, MINUTES, HOURS, DAYS = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
moments = some.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=some.just(UTC))
periods = some.sampled_from([SECONDS / 10, 30 * SECONDS, MINUTES, 7 * MINUTES, HOURS, 6 * HOURS, DAYS, 2 * DAYS])


def every(period: timedelta) -> Task:
    return Task("look", lazy_gettext("Import"), period, lambda: None)


def at(text: str) -> datetime:
    """A moment in China."""
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("period", "now", "due", "following"),
    [
        (30 * SECONDS, "2026-11-23 08:00:29", "2026-11-23 08:00:00", "2026-11-23 08:00:30"),
        (MINUTES, "2026-11-23 08:00:00", "2026-11-23 08:00:00", "2026-11-23 08:01:00"),
        (HOURS, "2026-11-23 08:59:59", "2026-11-23 08:00:00", "2026-11-23 09:00:00"),
        (6 * HOURS, "2026-11-23 07:00:00", "2026-11-23 02:00:00", "2026-11-23 08:00:00"),
        (DAYS, "2026-11-23 07:59:00", "2026-11-23 00:00:00", "2026-11-24 00:00:00"),
        (DAYS, "2026-11-23 00:00:00", "2026-11-23 00:00:00", "2026-11-24 00:00:00"),
    ],
)
def test_due_moments(app: Flask, period: timedelta, now: str, due: str, following: str) -> None:
    with app.app_context():
        assert (every(period).due_at(at(now)), every(period).due_next(at(now))) == (at(due), at(following))


@given(moments, periods, some.integers(0, 99))
def test_all_clocks_agree(app: Flask, now: datetime, period: timedelta, percent: int) -> None:
    """Whenever between two due moments a clock looks, it finds the first of them."""
    task = every(period)
    with app.app_context():
        due, following = task.due_at(now), task.due_next(now)
        assert due <= now < following
        assert following - due == period
        assert task.due_at(due + percent * period / 100) == due == task.due_at(following - timedelta.resolution)
        assert task.due_at(following) == following
