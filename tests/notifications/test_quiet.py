"""Quiet hours: what comes meanwhile rings at their end; what is urgent, or rings already, rings at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.auth.models import User
from crm.dates import telling
from crm.errors import DomainError
from crm.notifications.jobs import prune
from crm.notifications.models import Notification
from crm.notifications.quiet import QuietHours, parse_time
from crm.notifications.service import notify
from tests import factories as make

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 24)
SignIn = Callable[[str], FlaskClient]
Work = Callable[[], Any]
COUNTED = '<span class="bell-count" aria-hidden="true">{}</span>'


def at(clock: str, days: int = 0) -> datetime:
    return datetime.combine(DAY + timedelta(days=days), time.fromisoformat(clock), tzinfo=ZONE)


@pytest.mark.parametrize(
    ("hours", "now", "ends"),
    [
        ("21:00-08:00", "20:59", None),
        ("21:00-08:00", "21:00", ("08:00", 1)),
        ("21:00-08:00", "23:59", ("08:00", 1)),
        ("21:00-08:00", "00:00", ("08:00", 0)),
        ("21:00-08:00", "07:59", ("08:00", 0)),
        ("21:00-08:00", "08:00", None),
        ("12:00-14:00", "11:59", None),
        ("12:00-14:00", "12:00", ("14:00", 0)),
        ("12:00-14:00", "13:59", ("14:00", 0)),
        ("12:00-14:00", "14:00", None),
        ("00:00-23:59", "00:00", ("23:59", 0)),
        ("00:00-00:00", "00:00", None),
        ("09:00-09:00", "09:00", None),
        ("09:00-09:00", "21:00", None),
    ],
)
def test_when_they_end(hours: str, now: str, ends: tuple[str, int] | None) -> None:
    quiet = QuietHours(*map(time.fromisoformat, hours.split("-")))
    assert quiet.end_after(at(now)) == (at(*ends) if ends else None)


@pytest.mark.parametrize("typed", ["8:30", "08:30", "0830", "８：３０", " 8:30 "])
def test_a_time_as_people_type_it(typed: str) -> None:
    assert parse_time(typed) == time(8, 30)


@pytest.mark.parametrize("typed", ["", "8", "24:00", "08:60", "half past eight", "8:3"])
def test_no_time_of_day(app: Flask, typed: str) -> None:
    with app.app_context(), pytest.raises(DomainError, match="21:00"):
        parse_time(typed)


@pytest.fixture
def limin(db: Session) -> User:
    return db.scalars(select(User).filter_by(username="limin")).one()


@pytest.fixture
def tell(work: Work, limin: User) -> Callable[..., None]:
    def told(moment: datetime, **given: Any) -> None:
        with telling(moment), work():
            notify(limin.id, "回拨", "/calls/1", **given)

    return told


def kept(db: Session) -> list[Notification]:
    db.expire_all()
    return list(db.scalars(select(Notification).order_by(Notification.id)))


@contextmanager
def bell_at(sign_in: SignIn, moment: datetime) -> Iterator[FlaskClient]:
    with telling(moment):
        yield sign_in("limin")


def test_what_comes_at_night_rings_in_the_morning(sign_in: SignIn, db: Session, tell: Callable[..., None]) -> None:
    tell(at("22:00"))
    assert [each.rings_at for each in kept(db)] == [at("08:00", 1).astimezone(UTC)]
    with bell_at(sign_in, at("22:01")) as client:
        assert "bell-count" not in client.get("/notifications/bell").text
        for page in ("/notifications/", "/notifications/latest"):
            assert "8:00 提醒" in client.get(page).text or "rings at 8:00" in client.get(page).text
    with bell_at(sign_in, at("08:00", 1)) as client:
        assert COUNTED.format(1) in client.get("/notifications/bell").text
        page = client.get("/notifications/").text
        assert "told-new" in page
        assert "8:00 提醒" not in page
        assert "rings at" not in page


@pytest.mark.parametrize(("moment", "urgent"), [("12:00", False), ("22:00", True)])
def test_by_day_and_when_urgent_it_rings_at_once(
    db: Session, tell: Callable[..., None], moment: str, urgent: bool
) -> None:
    tell(at(moment), urgent=urgent)
    assert [each.rings_at for each in kept(db)] == [None]


@pytest.mark.parametrize(
    ("own", "moment", "rings"),
    [
        ("12:00-14:00", "22:00", None),
        ("12:00-14:00", "13:00", ("14:00", 0)),
        ("08:00-08:00", "22:00", None),
        ("23:00-06:00", "22:00", None),
    ],
)
def test_one_s_own_hours_stand_before_the_company_s(
    db: Session, limin: User, tell: Callable[..., None], own: str, moment: str, rings: tuple[str, int] | None
) -> None:
    limin.quiet_from, limin.quiet_until = map(time.fromisoformat, own.split("-"))
    db.commit()
    tell(at(moment))
    assert [each.rings_at for each in kept(db)] == [at(*rings) if rings else None]


@pytest.mark.parametrize(
    ("first", "urgent", "rings"),
    [
        (("20:00", 0), False, None),  # it rang before the quiet hours began
        (("22:00", 0), False, ("08:00", 1)),
        (("22:00", 0), True, None),  # what waited is urgent by now
        (("22:00", -1), False, ("08:00", 0)),  # it has rung this morning
    ],
)
def test_a_group_told_again(
    db: Session, tell: Callable[..., None], first: tuple[str, int], urgent: bool, rings: tuple[str, int] | None
) -> None:
    tell(at(*first), group="follow-ups")
    tell(at("22:30"), group="follow-ups", urgent=urgent)
    assert [(each.count, each.rings_at) for each in kept(db)] == [(2, at(*rings) if rings else None)]


@pytest.mark.parametrize(
    ("typed", "answer", "stored"),
    [
        (("22:30", "6:00"), 302, (time(22, 30), time(6))),
        (("", ""), 302, (None, None)),
        (("22:30", ""), 422, (time(12), time(13))),
        (("late", "6:00"), 422, (time(12), time(13))),
    ],
)
def test_setting_one_s_own(
    sign_in: SignIn, db: Session, limin: User, typed: tuple[str, str], answer: int, stored: tuple[Any, Any]
) -> None:
    limin.quiet_from, limin.quiet_until = time(12), time(13)
    db.commit()
    client, sent = sign_in("limin"), {"quiet_from": typed[0], "quiet_until": typed[1]}
    assert 'value="12:00"' in client.get("/notifications/quiet").text
    page = client.post("/notifications/quiet", data=sent)
    assert page.status_code == answer
    assert answer == 302 or f'value="{typed[0]}"' in page.text
    db.expire_all()
    assert (limin.quiet_from, limin.quiet_until) == stored
    logged = db.scalars(select(LogEntry).filter_by(kind="QuietHoursSet")).all()
    assert len(logged) == (answer == 302)


def test_the_page_is_by_day_and_kind_and_reads_what_is_named(sign_in: SignIn, db: Session, limin: User) -> None:
    told = [make.make_notification(limin, url=url) for url in ("/repairs/1", "/repairs/2", "/calls/1", "/nowhere")]
    client = sign_in("limin")
    page = client.get("/notifications/").text
    assert page.count('class="told-kind"') == 3
    client.post("/notifications/read", data={"notification_id": [told[0].id, told[1].id, "x"]})
    assert [each.read_at is None for each in kept(db)] == [False, False, True, True]
    page = client.get("/notifications/").text
    assert page.index("/notifications/read") < page.index("told-new") < page.rindex("told-kind")
    only = client.get("/notifications/?only=unread").text
    assert only.count('name="notification_id" value="') == 2 * 2  # to open each, and to read each group
    assert client.post("/notifications/read", data={"only": "unread"}).location == "/notifications/?only=unread"
    assert "told-new" not in client.get("/notifications/?only=unread").text


def test_what_was_read_long_ago_goes(app: Flask, db: Session, limin: User) -> None:
    now = at("09:00").astimezone(UTC)
    for read_at in (None, now - timedelta(days=89), now - timedelta(days=91)):
        make.make_notification(limin, read_at=read_at)
    with app.app_context(), telling(now):
        assert (prune(), prune()) == (1, 0)
    assert [each.read_at for each in kept(db)] == [None, now - timedelta(days=89)]
