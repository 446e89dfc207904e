"""A household's own link: it opens without signing in, cannot be guessed, and is good for no other household."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.auth import limits
from crm.auth.limits import Limit
from crm.correspondence.notices.models import NoticeDelivery, NoticeHousehold, NoticeState, NoticeStep, Reach
from crm.correspondence.notices.reading import token_of
from crm.properties.models import Estate
from tests import factories as make
from tests.correspondence.notices.making import NOW, make_household, make_notice
from tests.repairs.making import kept


def link_of(app: Flask, household: NoticeHousehold) -> str:
    with app.app_context():
        return f"/n/{household.id}/{token_of(household.notice_id, household.id)}"


def test_reading_it_notes_nothing_and_the_button_does(
    app: Flask, client: FlaskClient, db: Session, estate: Estate
) -> None:
    customer = make.make_customer(estate, "欧阳娜娜", email="ouyang@example.com")
    make.make_phone(customer, "13786420011")
    household = make_household(make_notice(estate, wants_reading=True), customer)
    link = link_of(app, household)
    for _turn in range(2):
        page = client.get(link)
        assert page.status_code == 200
    assert '<form method="post" action="/n/' in page.text
    assert "停水通知" in page.text
    assert household.label in page.text
    assert "欧阳娜娜" in page.text
    assert not any(secret in page.text for secret in ("137864", "20011", "ouyang@", "/tenants/"))
    db.expire_all()
    assert db.get_one(NoticeHousehold, household.id).read_at is None
    for _turn in range(2):
        assert client.post(link).location == link
    db.expire_all()
    row = db.get_one(NoticeHousehold, household.id)
    assert (row.reached_by, row.reached_at is not None, row.read_at is not None) == (Reach.reading, True, True)
    [entry] = db.scalars(select(NoticeDelivery))
    assert (entry.reach, entry.noted_by) == (Reach.reading, "欧阳娜娜")
    assert '<form method="post" action="/n/' not in client.get(link).text


def test_it_is_good_for_no_other(app: Flask, client: FlaskClient, db: Session, estate: Estate) -> None:
    notice = make_notice(estate)
    one, other = make_household(notice), make_household(notice)
    elsewhere = make_household(make_notice(estate))
    token = link_of(app, one).rpartition("/")[2]
    wrong = [f"/n/{other.id}/{token}", f"/n/{elsewhere.id}/{token}", f"/n/{one.id}/{token[:-1]}", f"/n/{one.id}/x"]
    wrong += [f"/n/999999/{token}", f"/n/{one.id}/{token.swapcase()}", f"/n/{one.id}/é{token}"]
    for link in wrong:
        assert client.get(link).status_code == 404, link
        assert client.post(link).status_code == 404, link
    assert db.scalars(select(NoticeDelivery)).all() == []


def test_tokens_hang_on_the_installations_key(app: Flask) -> None:
    from dataclasses import replace

    with app.app_context():
        before = token_of(1, 2)
        assert len(before) == 43
        assert len({before, token_of(2, 1), token_of(1, 3), token_of(12, 2)}) == 4
        settings = app.config["SETTINGS"]
        app.config["SETTINGS"] = replace(settings, session_key=b"another")
        assert token_of(1, 2) != before
        app.config["SETTINGS"] = settings


@pytest.mark.parametrize(
    ("state", "words"), [(NoticeState.withdrawn, "改期"), (NoticeState.over, "已结束"), (NoticeState.issued, "")]
)
def test_what_does_not_run_says_so(
    app: Flask, client: FlaskClient, db: Session, estate: Estate, state: NoticeState, words: str
) -> None:
    notice = make_notice(estate, state, wants_reading=True)
    if state is NoticeState.withdrawn:
        facts = {"action": "withdraw", "to_state": state, "reason": "改期", "taken_by": "周慧", "taken_at": NOW}
        kept(NoticeStep(notice_id=notice.id, **facts))
    household = make_household(notice)
    page = client.get(link_of(app, household), headers={"Accept-Language": "en"}).text
    assert ("I have read it" in page) == (state is NoticeState.issued)
    assert ("is over" in page) == (state is NoticeState.over)
    assert ("改期" in page) == (state is NoticeState.withdrawn)
    client.post(link_of(app, household))
    db.expire_all()
    assert (db.get_one(NoticeHousehold, household.id).read_at is None) == (state is not NoticeState.issued)


def test_who_is_not_asked_sees_no_button_and_may_say_it_still(
    app: Flask, client: FlaskClient, db: Session, estate: Estate
) -> None:
    link = link_of(app, household := make_household(make_notice(estate, wants_reading=False)))
    page = client.get(link, headers={"Accept-Language": "en"}).text
    assert "停水通知" in page
    assert "I have read it" not in page
    assert "<form" not in page.split("</h1>")[1].split("</section>")[0]
    assert client.post(link).location == link
    db.expire_all()
    assert db.get_one(NoticeHousehold, household.id).reached_by is Reach.reading
    assert "Confirmed as read" in client.get(link, headers={"Accept-Language": "en"}).text


def test_tries_are_counted(app: Flask, client: FlaskClient, estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READING", Limit(size=2, per_minute=0.001))
    link = link_of(app, make_household(make_notice(estate)))
    assert [client.get(each).status_code for each in (f"{link}x", link, link, link)] == [404, 200, 429, 429]


def test_it_wants_the_forms_token(app: Flask, client: FlaskClient, db: Session, estate: Estate) -> None:
    household = make_household(make_notice(estate))
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert client.post(link_of(app, household)).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    db.expire_all()
    assert db.get_one(NoticeHousehold, household.id).read_at is None


def test_somebody_of_the_house_reads_in_the_households_name(
    app: Flask, sign_in: Callable[[str], Any], db: Session, estate: Estate
) -> None:
    household = make_household(make_notice(estate))
    sign_in("limin").post(link_of(app, household))
    [entry] = db.scalars(select(NoticeDelivery))
    assert entry.noted_by == household.name
