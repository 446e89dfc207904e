"""Whoever has a letter is told that its answer is due: once before, once when the day has passed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask, g
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.auth.actor import system_actor
from crm.correspondence.letters.jobs import remind
from crm.correspondence.letters.models import Letter, LetterState
from crm.dates import telling, utc_now
from crm.notifications.models import Notification
from crm.properties.models import Estate
from tests.correspondence.letters.making import TODAY, make_letter_in, make_letter_out
from tests.repairs.making import user_called

S = LetterState
DAY = timedelta(days=1)


def told(app: Flask, db: Session, later: timedelta = timedelta()) -> list[tuple[int, str]]:
    """What the tick says, so much later: to whom, about which page."""
    before = set(db.scalars(select(Notification.id)))
    with app.app_context(), telling(utc_now() + later):
        g.actor = system_actor("letters due")
        remind()
    new = db.scalars(select(Notification).where(Notification.id.not_in(before)).order_by(Notification.id))
    return [(each.user_id, each.url) for each in new]


def test_the_handler_is_told_once_before_and_once_after(app: Flask, db: Session, estate: Estate) -> None:
    who = user_called("sunhao").id
    made = make_letter_in(estate, S.passed_on, handler_id=who, reply_due_on=TODAY + 3 * DAY)
    page = (who, f"/letters/{made.id}")
    assert told(app, db) == [], "three days are enough"
    assert told(app, db, 1 * DAY) == [page]
    assert told(app, db, 2 * DAY) == []
    assert told(app, db, 3 * DAY) == []
    assert told(app, db, 4 * DAY) == [page]
    assert told(app, db, 9 * DAY) == []


def test_what_is_late_already_is_told_of_once(app: Flask, db: Session, estate: Estate) -> None:
    who = user_called("sunhao").id
    made = make_letter_in(estate, handler_id=who, reply_due_on=TODAY - 5 * DAY)
    assert told(app, db) == [(who, f"/letters/{made.id}")]
    assert told(app, db) == []
    assert db.get_one(Letter, made.id).warned_on == TODAY
    [text] = db.scalars(select(Notification.text).where(Notification.user_id == who))
    assert made.number in text


def test_while_nobody_has_it_those_are_told_who_keep_letters_there(
    app: Flask, db: Session, estate: Estate, other_estate: Estate
) -> None:
    make_letter_in(estate, reply_due_on=TODAY)
    here = {user_id for user_id, _url in told(app, db)}
    assert user_called("limin").id in here
    assert user_called("zhangjg").id not in here
    make_letter_in(other_estate, reply_due_on=TODAY)
    there = {user_id for user_id, _url in told(app, db)}
    assert user_called("limin").id not in there


def test_what_waits_for_nothing_is_left_alone(app: Flask, db: Session, estate: Estate) -> None:
    for state in (S.answered, S.noted, S.filed, S.void):
        make_letter_in(estate, state, reply_due_on=TODAY)
    make_letter_in(estate, reply_due_on=None)
    make_letter_out(estate)
    assert told(app, db) == []


def test_a_new_handler_is_warned_before_the_day_too(
    app: Flask, db: Session, sign_in: Callable[..., Any], estate: Estate
) -> None:
    first, second = user_called("sunhao").id, user_called("zhouhui").id
    made = make_letter_in(estate, S.passed_on, handler_id=first, reply_due_on=TODAY + DAY)
    assert told(app, db) == [(first, f"/letters/{made.id}")]
    client = sign_in("service_desk")
    db.expire_all()
    version, day = db.get_one(Letter, made.id).version, (TODAY + DAY).isoformat()
    facts = {"key": "k" * 24, "version": version, "handler_id": second, "reply_due_on": day}
    assert client.post(f"/letters/{made.id}/pass_on", data=facts).status_code == 302
    assert told(app, db) == [(second, f"/letters/{made.id}")]
    assert told(app, db) == []


def test_a_new_day_is_told_of_anew(app: Flask, db: Session, sign_in: Callable[..., Any], estate: Estate) -> None:
    who = user_called("sunhao").id
    made = make_letter_in(estate, S.passed_on, handler_id=who, reply_due_on=TODAY)
    assert len(told(app, db)) == 1
    client, day = sign_in("service_desk"), (TODAY + DAY).isoformat()
    db.expire_all()
    version = db.get_one(Letter, made.id).version
    facts = {"key": "k" * 24, "version": version, "handler_id": who, "reply_due_on": day}
    assert client.post(f"/letters/{made.id}/pass_on", data=facts).status_code == 302
    assert len(told(app, db)) == 1
