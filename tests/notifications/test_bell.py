"""The bell: one line for what is the same, one's own and nobody else's, and marking read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, g
from sqlalchemy import delete, select

from crm.auth.actor import system_actor
from crm.auth.models import User
from crm.db import unit_of_work
from crm.notifications.models import Notification
from crm.notifications.service import notify
from tests import factories as make


def user_called(db, username):
    return db.scalars(select(User).filter_by(username=username)).one()


@pytest.fixture
def limin(db):
    return user_called(db, "limin")


@pytest.fixture
def kept(db, limin):
    """Her notifications, newest first, as they stand in the database now."""

    def read():
        db.expire_all()
        own = select(Notification).filter_by(user_id=limin.id)
        return db.scalars(own.order_by(Notification.created_at.desc(), Notification.id.desc())).all()

    return read


def test_what_is_of_one_group_is_counted_up_and_moves_to_the_top(work, limin, kept):
    with work():
        notify(limin.id, "回拨：欧阳娜娜", "/calls/1", group="follow-ups", icon="phone-call")
        notify(limin.id, "导入完成", "/imports/1")
    with work():
        notify(limin.id, "回拨：周海", "/calls/2", group="follow-ups", icon="phone-call")
    first, second = kept()
    assert (first.text, first.url, first.count) == ("回拨：周海", "/calls/2", 2)
    assert (second.text, second.count) == ("导入完成", 1)


def test_without_a_group_each_stands_alone(work, limin, kept):
    with work():
        for _ in range(2):
            notify(limin.id, "导入完成", "/imports/1")
    assert [each.count for each in kept()] == [1, 1]


def test_what_was_read_is_not_counted_up(work, sign_in, limin, kept):
    with work():
        notify(limin.id, "回拨", "/calls/1", group="follow-ups")
    sign_in("limin").post("/notifications/read")
    with work():
        notify(limin.id, "回拨", "/calls/1", group="follow-ups")
    assert [(each.count, each.read_at is None) for each in kept()] == [(1, True), (1, False)]


def test_two_people_have_a_bell_each(work, db, limin, kept):
    other = user_called(db, "zhouhui")
    with work():
        notify(limin.id, "回拨", "/calls/1", group="follow-ups")
        notify(other.id, "回拨", "/calls/1", group="follow-ups")
    assert [each.count for each in kept()] == [1]


@pytest.mark.parametrize("url", ["https://example.com/", "//example.com/", "/\\example.com", "calls/1"])
def test_a_notification_leads_only_to_pages_of_ours(work, limin, url):
    with work(), pytest.raises(ValueError, match="not a page of ours"):
        notify(limin.id, "回拨", url)


def test_the_bell_shows_the_number_on_every_page(sign_in, limin):
    client = sign_in("limin")
    assert "bell-count" not in client.get("/notifications/").text
    for _ in range(3):
        make.make_notification(limin)
    assert '<span class="bell-count" aria-hidden="true">3</span>' in client.get("/account").text
    assert '<span class="bell-count" aria-hidden="true">3</span>' in client.get("/notifications/bell").text


def test_more_than_ninety_nine_are_not_counted_out(sign_in, limin):
    for _ in range(100):
        make.make_notification(limin)
    client = sign_in("limin")
    assert '<span class="bell-count" aria-hidden="true">99+</span>' in client.get("/notifications/bell").text
    assert "?page=2" in client.get("/notifications/").text
    assert "?page=3" in client.get("/notifications/?page=2").text


def test_opening_one_marks_it_and_leads_there(sign_in, limin, kept):
    told = make.make_notification(limin, url="/account")
    answer = sign_in("limin").post("/notifications/open", data={"notification_id": told.id})
    assert (answer.status_code, answer.location) == (303, "/account")
    assert kept()[0].read_at is not None


def test_reading_the_page_marks_nothing(sign_in, limin, kept):
    make.make_notification(limin)
    assert sign_in("limin").get("/notifications/").status_code == 200
    assert kept()[0].read_at is None


def test_somebody_elses_does_not_exist(sign_in, limin, kept):
    told = make.make_notification(limin)
    other = sign_in("zhouhui")
    assert other.post("/notifications/open", data={"notification_id": told.id}).status_code == 404
    other.post("/notifications/read")
    assert kept()[0].read_at is None


@pytest.mark.parametrize("sent", [{}, {"notification_id": "all"}])
def test_an_address_without_a_notification_is_refused(sign_in, sent):
    assert sign_in("limin").post("/notifications/open", data=sent).status_code == 400


def test_ten_cost_as_many_queries_as_one(sign_in, queries, limin):
    client = sign_in("limin")
    make.make_notification(limin)
    client.get("/notifications/")
    with queries() as one:
        client.get("/notifications/")
    for _ in range(9):
        make.make_notification(limin)
    with queries() as ten:
        client.get("/notifications/")
    assert len(one) == len(ten)


def test_many_at_once_are_one_line(app: Flask, engine):
    """On connections of their own, so that they really meet."""

    def tell(number: int) -> None:
        with app.app_context():
            g.actor = system_actor("tests")
            with unit_of_work():
                notify(1, f"回拨 {number}", "/calls/1", group="at once")

    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(tell, range(24)))
        with engine.connect() as connection:
            found = connection.execute(select(Notification.count).where(Notification.group == "at once")).all()
        assert [row.count for row in found] == [24]
    finally:
        with engine.begin() as connection:
            connection.execute(delete(Notification).where(Notification.group == "at once"))
