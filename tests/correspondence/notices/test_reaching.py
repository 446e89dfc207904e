"""How households are reached: whatever is noted and taken back in whatever order, `reached` follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.correspondence.notices import bulk, queries, reminding, service
from crm.correspondence.notices.models import Notice, NoticeDelivery, NoticeHousehold, NoticeState, Reach
from crm.correspondence.notices.service import Reached, mailing
from crm.correspondence.notices.service.mailing import mail_failed, mail_sent
from crm.dates import telling
from crm.db import open_session
from crm.errors import UsedElsewhere
from crm.notifications.models import Notification
from crm.outbox.models import STATE_TITLES, Mail, MailState
from crm.properties.models import Estate
from crm.steps.taking import Said
from crm.tenants.models import Customer
from tests import factories as make
from tests.acting import as_
from tests.billing.ledger.books import refused
from tests.correspondence.notices.making import NOW, make_household, make_notice, make_told

WAYS = st.sampled_from(["mailbox", "hand", "door", "failed", "reading", "back"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(WAYS, st.integers(0, 5)), max_size=9))
def test_reached_follows_from_the_entries(
    work: Callable[..., Any], estate: Estate, acts: list[tuple[str, int]]
) -> None:
    upload = make.make_upload(estate)
    household_id = make_household(make_notice(estate)).id
    standing: list[tuple[int, Reach]] = []
    with work(as_("limin")):
        for act, which in acts:
            found = queries.get_household(household_id)
            if act == "back":
                live = [each for each in standing if each[1] is not Reach.reading]
                if live:
                    chosen = live[which % len(live)]
                    service.take_back(queries.get_delivery(chosen[0]), "记错了")
                    standing.remove(chosen)
            elif act == "reading":
                before = found.read_at
                service.note_reading(found)
                if before is None:
                    standing.append((queries.deliveries_of(household_id)[-1].id, Reach.reading))
            elif act == "failed":
                service.note(found, Reached(reach=Reach.hand, worked=False, note="无人"))
            else:
                reach = Reach(act)
                made = service.note(found, Reached(reach=reach, person="王", upload_id=upload.id))
                standing.append((made.id, reach))
            found = queries.get_household(household_id)
            assert found.reached_by is (standing[0][1] if standing else None)
            assert (found.reached_at is None) == (not standing)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Reached(reach=Reach.hand), "who took it"),
        (Reached(reach=Reach.door), "photograph"),
        (Reached(reach=Reach.counter, person="王"), "sign"),
        (Reached(reach=Reach.mailbox, worked=False), "did not work"),
        (Reached(reach=Reach.email), "by itself"),
        (Reached(reach=Reach.reading), "by itself"),
    ],
)
def test_what_proves_nothing_is_refused(work: Callable[..., Any], estate: Estate, said: Reached, words: str) -> None:
    household = make_household(make_notice(estate))
    with work(as_("limin")), force_locale("en"):
        assert words in refused(service.note, queries.get_household(household.id), said)


@pytest.mark.parametrize("state", [NoticeState.over, NoticeState.withdrawn])
def test_nothing_is_noted_of_what_ran(work: Callable[..., Any], estate: Estate, state: NoticeState) -> None:
    household = make_household(make_notice(estate, state))
    with work(as_("limin")):
        found = queries.get_household(household.id)
        assert refused(service.note, found, Reached(reach=Reach.mailbox))
        assert service.note_reading(found) is False
        assert service.bring_many([household.id], Reach.mailbox) == 0


def test_a_form_sent_twice_is_one_entry(work: Callable[..., Any], db: Session, estate: Estate) -> None:
    notice = make_notice(estate)
    one, other = make_household(notice), make_household(notice)
    for _turn in range(2):
        with work(as_("limin")):
            service.note(queries.get_household(one.id), Reached(reach=Reach.mailbox, key="eins"))
    assert db.scalar(select(func.count(NoticeDelivery.id))) == 1
    with pytest.raises(UsedElsewhere), work(as_("limin")):
        service.note(queries.get_household(other.id), Reached(reach=Reach.mailbox, key="eins"))


def test_an_entry_is_taken_back_once(work: Callable[..., Any], estate: Estate) -> None:
    household = make_household(make_notice(estate))
    with work(as_("limin")):
        made = service.note(queries.get_household(household.id), Reached(reach=Reach.mailbox)).id
    with work(as_("limin")):
        assert refused(service.take_back, queries.get_delivery(made), " ")
        back = service.take_back(queries.get_delivery(made), "记错了").id
    with work(as_("limin")), force_locale("en"):
        assert "already" in refused(service.take_back, queries.get_delivery(made), "再")
        assert "another" in refused(service.take_back, queries.get_delivery(back), "再")


def test_many_letter_boxes_at_once(work: Callable[..., Any], db: Session, estate: Estate) -> None:
    notice = make_notice(estate)
    ids = [make_household(notice).id for _ in range(4)]
    with work(as_("limin")):
        service.note(queries.get_household(ids[0]), Reached(reach=Reach.hand, person="王"))
    with work(as_("limin")):
        assert service.bring_many(ids, Reach.mailbox, "3栋") == 3  # one is reached already
    rows = {row.id: row for row in db.scalars(select(NoticeHousehold))}
    assert [rows[key].reached_by for key in ids] == [Reach.hand, Reach.mailbox, Reach.mailbox, Reach.mailbox]
    with work() as own:
        tally = queries.tally(notice.id)
        assert (tally.reached, tally.unreached, tally.households) == (4, 0, 4)
        for key in ids:  # as the entries alone would say
            before = own.get_one(NoticeHousehold, key).reached_at
            service.delivering.reckon(own.get_one(NoticeHousehold, key))
            assert own.get_one(NoticeHousehold, key).reached_at == before


def test_what_the_outbox_says(work: Callable[..., Any], db: Session, app: Flask, estate: Estate) -> None:
    household = make_household(make_notice(estate), make.make_customer(estate, email="owner@example.com"))
    with work(as_("limin")), app.test_request_context():
        mail = service.post_notice(queries.get_household(household.id))
        assert mail
        mail_id = mail.id
        assert service.post_notice(queries.get_household(household.id)) is None
    mail = db.get_one(Mail, mail_id)
    assert (mail.recipient, mail.key) == ("owner@example.com", f"notice-{household.id}")
    assert "/n/" in mail.text
    for _turn in range(2):
        with work() as own:
            mail_failed(own.get_one(Mail, mail_id), "550 no such user")
    db.expire_all()
    assert db.get_one(NoticeHousehold, household.id).reached_at is None
    for _turn in range(2):
        with work() as own:
            mail_sent(own.get_one(Mail, mail_id))
    db.expire_all()
    assert db.get_one(NoticeHousehold, household.id).reached_by is Reach.email
    assert db.scalar(select(func.count(NoticeDelivery.id))) == 2


@pytest.mark.parametrize("asks", [True, False])
def test_a_mail_asks_only_where_reading_is_wanted(
    work: Callable[..., Any], db: Session, app: Flask, estate: Estate, asks: bool
) -> None:
    notice = make_notice(estate, wants_reading=asks)
    household = make_household(notice, make.make_customer(estate, email="owner@example.com"))
    with work(as_("limin")), app.test_request_context():
        service.post_notice(queries.get_household(household.id))
        asked, shown = mailing.kept(mailing.ASKED), mailing.kept(mailing.SHOWN)
    text = db.scalars(select(Mail.text)).one()
    assert f"/n/{household.id}/" in text
    assert (asked in text) == asks
    assert (shown in text) == (not asks)


def post(app: Flask, work: Callable[..., Any], household_id: int) -> int | None:
    with work(as_("limin")), app.test_request_context():
        made = service.post_notice(queries.get_household(household_id))
        return made.id if made else None


def mailed(app: Flask, work: Callable[..., Any], notice: Notice) -> tuple[NoticeHousehold, int]:
    """A household of the notice, and its mail that waits."""
    household = make_household(notice, make.make_customer(notice_estate(notice), email="owner@example.com"))
    mail_id = post(app, work, household.id)
    assert mail_id
    return household, mail_id


def notice_estate(notice: Notice) -> Estate:
    with open_session() as own:
        return own.get_one(Estate, notice.estate_id)


@pytest.mark.parametrize("stop", [service.end, service.withdraw])
def test_what_waits_in_the_outbox_does_not_leave_after_the_end(
    work: Callable[..., Any], db: Session, app: Flask, estate: Estate, stop: Callable[..., None]
) -> None:
    notice, other = make_notice(estate), make_notice(estate)
    waiting, failed, sent, others = (mailed(app, work, each)[1] for each in (notice, notice, notice, other))
    with work() as own:
        own.get_one(Mail, failed).state = MailState.failed
        own.get_one(Mail, sent).state = MailState.sent
    with work(as_("zhouhui")):
        stop(queries.get_notice(notice.id), Said(reason="写错了"))
    states = [db.get_one(Mail, mail_id).state for mail_id in (waiting, failed, sent, others)]
    assert states == [MailState.taken_back, MailState.taken_back, MailState.sent, MailState.waiting]


@pytest.mark.parametrize("state", [NoticeState.over, NoticeState.withdrawn])
@pytest.mark.parametrize("outcome", [mail_sent, lambda mail: mail_failed(mail, "550 no such user")])
def test_the_outbox_reaches_nobody_once_the_notice_has_ended(
    work: Callable[..., Any], db: Session, app: Flask, estate: Estate, state: NoticeState, outcome: Callable[..., None]
) -> None:
    notice = make_notice(estate)
    household, mail_id = mailed(app, work, notice)
    with work(as_("zhouhui")):
        stop = service.end if state is NoticeState.over else service.withdraw
        stop(queries.get_notice(notice.id), Said(reason="写错了"))
    with work() as own:
        outcome(own.get_one(Mail, mail_id))
    assert db.get_one(Notice, notice.id).state is state
    assert db.get_one(NoticeHousehold, household.id).reached_at is None
    assert db.scalar(select(func.count(NoticeDelivery.id))) == 0


def test_what_failed_goes_to_the_address_that_stands_in_the_file_now(
    work: Callable[..., Any], db: Session, app: Flask, estate: Estate
) -> None:
    household, first = mailed(app, work, make_notice(estate))
    with work() as own:
        own.get_one(Mail, first).state = MailState.failed
        own.get_one(Customer, household.customer_id).email = "right@example.com"
    second = post(app, work, household.id)
    assert second
    assert second != first
    assert post(app, work, household.id) is None  # that one waits
    old, new = db.get_one(Mail, first), db.get_one(Mail, second)
    assert (old.state, new.state) == (MailState.taken_back, MailState.waiting)
    assert (old.recipient, new.recipient) == ("owner@example.com", "right@example.com")
    with work() as own:
        mail_failed(own.get_one(Mail, second), "550 no such user")
        own.get_one(Mail, second).state = MailState.failed
    third = post(app, work, household.id)
    assert third
    assert len({first, second, third}) == 3
    with work() as own:
        mail_sent(own.get_one(Mail, third))
    assert db.get_one(NoticeHousehold, household.id).reached_by is Reach.email


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (None, ""),
        (MailState.waiting, "stands in the outbox"),
        (MailState.sent, "was sent"),
        (MailState.failed, ""),
        (MailState.taken_back, ""),
    ],
)
def test_only_a_mail_that_waits_or_went_hinders_another(
    work: Callable[..., Any], estate: Estate, state: MailState | None, words: str
) -> None:
    mail = make.make_mail(state=state) if state else None
    customer = make.make_customer(estate, email="owner@example.com")
    household = make_household(make_notice(estate), customer, mail_id=mail.id if mail else None)
    with work(as_("limin")), force_locale("en"):
        [shown] = bulk.MAIL.preview([household.id], None)
    assert (words in shown.hindrance) if words else shown.hindrance == ""
    assert shown.old == (str(STATE_TITLES[state]) if state else "")


def test_a_mail_of_others_is_none_of_ours(work: Callable[..., Any], db: Session) -> None:
    with work() as own:
        from crm.outbox.service import post

        mail_sent(post("a@example.com", "x", "y", key="demand-1"))
        mail_sent(own.get_one(Mail, post("a@example.com", "x", "y").id))
    assert db.scalar(select(func.count(NoticeDelivery.id))) == 0


def test_who_is_unreached_is_told_once_a_day(app: Flask, work: Callable[..., Any], db: Session, estate: Estate) -> None:
    notice = make_told(estate)

    def remind(day: int) -> int:
        from datetime import timedelta

        with telling(NOW + timedelta(days=day)), app.app_context():
            from flask import g

            from crm.auth.actor import system_actor

            g.actor = system_actor("clock")
            return reminding.remind()

    assert [remind(0), remind(3), remind(4), remind(4), remind(5)] == [0, 0, 1, 0, 1]
    assert db.scalar(select(func.count(Notification.id))) > 0
    whom = set(db.scalars(select(Notification.user_id)))
    assert whom == {notice.drafted_by_id, notice.issued_by_id}
    household = db.scalars(select(NoticeHousehold.id)).one()
    with work(as_("limin")):
        service.note(queries.get_household(household), Reached(reach=Reach.mailbox))
    assert remind(6) == 0
    db.expire_all()
    assert db.get_one(Notice, notice.id).warned_on
