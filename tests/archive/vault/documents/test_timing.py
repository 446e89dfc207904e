"""第一时间: alarm when the working day is over, breach when the next one is; told once (L-25, A-14)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask, g
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.vault.documents.jobs import ring_for_late_titles
from crm.archive.vault.documents.timing import latest_late, terms
from crm.archive.vault.models import Delay, TitleDocument, TitleState
from crm.auth.actor import system_actor
from crm.auth.models import User
from crm.dates import telling, utc_now
from crm.notifications.models import Notification
from crm.worktime.calendar import Calendar, Override
from tests.archive.vault.making import CUSTODIAN, MANAGER, A, B, appoint_custodian, make_title, titles_in_vault

HOLIDAY = {date(2026, 10, day): Override(False, "国庆节") for day in range(1, 8)}
MADE_UP = {date(2026, 10, 10): Override(True, "")}
CALENDAR = Calendar(overrides=HOLIDAY | MADE_UP, years=frozenset({2026}), version=1)


@pytest.mark.parametrize(
    ("obtained", "due", "breach"),
    [
        (date(2026, 11, 24), date(2026, 11, 24), date(2026, 11, 25)),  # a Tuesday
        (date(2026, 11, 27), date(2026, 11, 27), date(2026, 11, 30)),  # a Friday
        (date(2026, 11, 28), date(2026, 11, 30), date(2026, 12, 1)),  # a Saturday
        (date(2026, 9, 30), date(2026, 9, 30), date(2026, 10, 8)),  # before the holiday
        (date(2026, 10, 3), date(2026, 10, 8), date(2026, 10, 9)),  # within it
        (date(2026, 10, 9), date(2026, 10, 9), date(2026, 10, 10)),  # a Friday before a Saturday that is worked
    ],
)
def test_terms(obtained: date, due: date, breach: date) -> None:
    found = terms(obtained, CALENDAR)
    assert (found.due_on, found.breach_on) == (due, breach)
    assert [found.delay_on(day) for day in (obtained, due)] == [None, None]
    assert [found.delay_on(due + timedelta(days=1)), found.delay_on(breach)] == [Delay.alarm, Delay.alarm]
    assert found.delay_on(breach + timedelta(days=1)) is Delay.breach


@pytest.mark.parametrize("delay", Delay)
def test_the_latest_late_is_the_boundary(delay: Delay) -> None:
    for offset in range(60):
        day = date(2026, 9, 25) + timedelta(days=offset)
        last = latest_late(day, delay, CALENDAR)
        worst = {Delay.alarm: (Delay.alarm, Delay.breach), Delay.breach: (Delay.breach,)}[delay]
        assert terms(last, CALENDAR).delay_on(day) in worst
        assert terms(last + timedelta(days=1), CALENDAR).delay_on(day) not in worst


def ring(app: Flask, at: datetime) -> int:
    """As the clock does, at that moment."""
    with app.app_context(), telling(at):
        g.actor, g.request_id = system_actor("clock"), ""
        return ring_for_late_titles()


def rung(db: Session) -> list[str]:
    found = select(User.username).join(Notification, Notification.user_id == User.id)
    return sorted(db.scalars(found.where(Notification.url.like("/archive/vault/documents/%"))))


def test_each_delay_is_told_once_to_whom_it_concerns(app: Flask, db: Session) -> None:
    appoint_custodian()
    late = make_title(obtained_at=datetime(2026, 11, 24, 1, tzinfo=UTC))
    titles_in_vault()
    make_title(state=TitleState.expected)
    tuesday = datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert ring(app, tuesday) == 0
    assert [ring(app, tuesday + timedelta(days=1)) for _again in range(2)] == [1, 0]
    assert rung(db) == sorted([A, B])
    assert [ring(app, tuesday + timedelta(days=2)) for _again in range(2)] == [1, 0]
    assert rung(db) == sorted([A, A, B, B, CUSTODIAN, MANAGER])
    assert db.get_one(TitleDocument, late.id).state is TitleState.with_a


def test_a_breach_is_told_alone_where_nobody_was_told_of_the_alarm(app: Flask, db: Session) -> None:
    make_title(obtained_at=utc_now() - timedelta(days=20))
    assert [ring(app, utc_now()) for _again in range(2)] == [1, 0]
