"""A mail goes once, intact; what fails for now is tried again, what fails for good stops."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask, g
from sqlalchemy import func, select, update

from crm.audit.models import LogEntry
from crm.auth.actor import system_actor
from crm.dates import utc_now
from crm.errors import DomainError
from crm.files import store
from crm.outbox import service
from crm.outbox.delivery import Sender
from crm.outbox.models import Mail, MailState
from crm.outbox.service import is_address, post, put_back, send_due, take_back
from tests import factories as make

UNSEEN = {"synchronize_session": False}  # as if somebody else had written it
TEXT = "李敏您好：\n\n请在 11 月 28 日前回电。\n.\n一行只有一个点，也要原样送到。" + "长" * 2000


@pytest.fixture
def send(app: Flask):
    """One run of the job; how many went."""

    def run() -> int:
        with app.app_context():
            g.actor = system_actor("tests")
            return send_due()

    return run


@pytest.fixture
def stands(db):
    """The only mail there is, as it stands in the database now."""

    def read() -> Mail:
        db.expire_all()
        return db.scalars(select(Mail)).one()

    return read


def due_now(db) -> None:
    db.execute(update(Mail).values(next_try_at=utc_now() - timedelta(seconds=1)))
    db.commit()


def test_a_mail_goes_once_and_arrives_intact(work, mail, send, stands):
    with work():
        post("limin@example.com", "催办：欧阳娜娜的回电", TEXT)
    assert (send(), send()) == (1, 0)
    [arrived] = mail.mails
    assert arrived["Subject"] == "催办：欧阳娜娜的回电"
    assert arrived["From"] == "和安物业 <desk@example.com>"
    assert arrived["To"] == "limin@example.com"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived.get_content().strip().replace("\r\n", "\n") == TEXT
    sent = stands()
    assert (sent.state, sent.attempts, sent.error) == (MailState.sent, 1, "")
    assert arrived["Message-ID"] == sent.message_id
    assert sent.message_id.endswith("@example.com>")


def test_attachments_arrive_byte_for_byte(work, mail, send):
    content = "姓名,房号\n欧阳娜娜,3-1-502\n".encode()
    with work():
        upload = store.keep(content, "回访名单.csv", purpose="mail", estate_id=None)
        post("limin@example.com", "名单", "见附件。", uploads=[upload, upload])
    assert send() == 1
    attached = list(mail.mails[0].iter_attachments())
    assert [each.get_filename() for each in attached] == ["回访名单.csv"] * 2
    assert all(each.get_payload(decode=True) == content for each in attached)


def refused_after_writing() -> None:
    post("limin@example.com", "通知", "…")
    raise DomainError("no")


def test_nothing_is_written_when_the_unit_of_work_fails(work, mail, send, db):
    with pytest.raises(DomainError), work():
        refused_after_writing()
    assert send() == 0
    assert db.scalar(select(func.count(Mail.id))) == 0


def test_the_same_key_is_the_same_mail(work, mail, send):
    with work():
        first = post("limin@example.com", "通知", "…", key="report 2026-11")
        assert post("limin@example.com", "通知", "…", key="report 2026-11").id == first.id
    with work():
        assert post("limin@example.com", "通知", "…", key="report 2026-11").id == first.id
    assert (send(), len(mail.arrived)) == (1, 1)


def test_without_a_mail_server_mails_wait(work, send, stands):
    with work():
        post("limin@example.com", "通知", "…")
    assert send() == 0
    assert (stands().state, stands().attempts) == (MailState.waiting, 0)


@pytest.mark.parametrize("answer", ["451 come back later", "421 too busy"])
def test_what_fails_for_now_is_tried_again(work, mail, send, stands, db, answer):
    with work():
        post("limin@example.com", "通知", "…")
    mail.answer = lambda _envelope: answer
    assert send() == 0
    waiting = stands()
    assert waiting.state is MailState.waiting
    assert answer in waiting.error
    assert timedelta(seconds=50) < waiting.next_try_at - utc_now() <= timedelta(minutes=1)
    assert send() == 0, "not before its time"
    assert stands().attempts == 1
    mail.answer = lambda _envelope: ""
    due_now(db)
    assert send() == 1
    assert (stands().state, stands().attempts) == (MailState.sent, 2)


def test_each_pause_is_longer_until_an_hour_and_a_day_later_it_ends(work, mail, send, stands, db):
    with work():
        post("limin@example.com", "通知", "…")
    mail.answer = lambda _envelope: "451 later"
    pauses = []
    for _ in range(6):
        due_now(db)
        send()
        pauses.append(round((stands().next_try_at - utc_now()) / timedelta(minutes=1)))
    assert pauses == [1, 5, 15, 60, 60, 60]
    db.execute(update(Mail).values(tried_since=utc_now() - timedelta(hours=23, minutes=30)))
    due_now(db)
    send()
    assert stands().state is MailState.failed


def test_a_mail_that_waited_for_a_server_has_its_whole_day(work, mail, send, stands):
    make.make_mail(posted_at=utc_now() - timedelta(days=9), tried_since=utc_now() - timedelta(days=9))
    mail.answer = lambda _envelope: "451 later"
    send()
    assert stands().state is MailState.waiting


@pytest.mark.parametrize("where", ["answer", "answer_recipient"])
def test_what_fails_for_good_stops_with_the_servers_words(work, mail, send, stands, db, where):
    with work():
        post("nobody@example.com", "通知", "…")
    setattr(mail, where, lambda _about: "550 no such person here")
    assert send() == 0
    due_now(db)
    assert send() == 0
    failed = stands()
    assert (failed.state, failed.attempts, failed.error) == (MailState.failed, 1, "550 no such person here")
    entry = db.scalars(select(LogEntry).filter_by(kind="MailFailed")).one()
    assert entry.data["masked"] == "n***@example.com"


def test_one_bad_mail_does_not_hold_up_the_others(work, mail, send):
    with work():
        post("nobody@example.com", "通知", "…")
        post("limin@example.com", "通知", "…")
    mail.answer_recipient = lambda address: "550 no" if address.startswith("nobody") else ""
    assert send() == 1
    assert [arrived["To"] for arrived in mail.mails] == ["limin@example.com"]


def test_a_dead_server_fails_one_mail_and_ends_the_run(app, work, mail, send, db):
    with work():
        for _ in range(3):
            post("limin@example.com", "通知", "…")
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, smtp=replace(settings.smtp, port=1))
    assert send() == 0
    assert sorted(db.scalars(select(Mail.attempts))) == [0, 0, 1]
    assert "127.0.0.1:1" in db.scalars(select(Mail.error).where(Mail.attempts == 1)).one()


def test_a_lost_attachment_stops_the_mail_and_says_so(app, work, mail, send, stands):
    with work():
        upload = store.keep("房号\n3-1-502\n".encode(), "名单.csv", purpose="mail", estate_id=None)
        post("limin@example.com", "名单", "见附件。", uploads=[upload])
    with app.app_context():
        store.path_of(upload.sha256).unlink()
    assert send() == 0
    assert stands().state is MailState.failed
    assert "名单.csv" in stands().error


def test_killed_between_sending_and_marking_it_goes_again_with_the_same_id(app, work, mail, send, db):
    with work():
        post("limin@example.com", "通知", "…")
    with app.app_context():  # what `send_due` does, up to the moment in which the process dies
        g.actor = system_actor("tests")
        claim = service._claim()
        settings = app.config["SETTINGS"]
        assert Sender(settings.smtp, settings.mail_from).send(claim.letter).sent
    assert send() == 0, "nobody takes it while the lease holds"
    db.execute(update(Mail).values(leased_until=utc_now() - timedelta(seconds=1)))
    db.commit()
    assert send() == 1
    first, second = mail.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_who_lost_the_lease_notes_no_failure_but_what_went_out_is_sent(app, work, mail, stands, db):
    with work():
        post("limin@example.com", "通知", "…")
    with app.app_context():
        g.actor = system_actor("tests")
        slow = service._claim()
        db.execute(update(Mail).values(leased_until=utc_now() - timedelta(seconds=1)))
        db.commit()
        service._claim()
        service._mark(slow, service.Outcome(fault="550 no", final=True))
        assert stands().state is MailState.waiting
        service._mark(slow, service.Outcome())
        assert stands().state is MailState.sent


def test_what_is_taken_back_never_leaves(work, mail, send, db):
    gone = {state: make.make_mail(state=state).id for state in MailState}
    with work():
        take_back(list(gone.values()))
        take_back(list(gone.values()))
    assert send() == 0
    db.expire_all()
    states = {state: db.get_one(Mail, mail_id).state for state, mail_id in gone.items()}
    assert states == dict.fromkeys(MailState, MailState.taken_back) | {MailState.sent: MailState.sent}
    told = db.scalars(select(LogEntry.data).where(LogEntry.kind == "MailsTakenBack")).all()
    assert told == [{"mail_ids": sorted([gone[MailState.waiting], gone[MailState.failed]])}]
    for state in (MailState.waiting, MailState.failed):
        with work() as session, pytest.raises(DomainError):
            put_back(session.get(Mail, gone[state]))
    assert send() == 0


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (service.Outcome(), MailState.sent),
        (service.Outcome(fault="550 no", final=True), MailState.taken_back),
        (service.Outcome(fault="450 later"), MailState.taken_back),
    ],
)
def test_taken_back_at_the_mail_server_it_is_sent_or_never_tried_again(app, work, mail, stands, db, outcome, state):
    with work():
        post("limin@example.com", "通知", "…")
    with app.app_context():
        g.actor = system_actor("tests")
        claim = service._claim()
        with work():
            take_back([claim.mail_id])
        service._mark(claim, outcome)
    assert stands().state is state
    assert (stands().runner, stands().leased_until) == ("", None)


def test_put_back_and_taken_back_at_once_it_stays_taken_back(work, stands):
    """Whoever looked at it before it was taken back does not send it on its way again."""
    made = make.make_mail(state=MailState.failed, attempts=20, error="550 no")
    with work() as session:
        looked_at = session.get(Mail, made.id)
        session.execute(update(Mail).values(state=MailState.taken_back), execution_options=UNSEEN)
        with pytest.raises(DomainError):
            put_back(looked_at)
    assert stands().state is MailState.taken_back


def test_only_what_failed_is_sent_again(work, mail, send, stands):
    made = make.make_mail(state=MailState.failed, attempts=20, error="550 no")
    with work() as session:
        put_back(session.get(Mail, made.id))
    assert send() == 1
    with work() as session, pytest.raises(DomainError):
        put_back(session.get(Mail, made.id))
    assert stands().state is MailState.sent


@pytest.mark.parametrize(
    "to",
    [
        "",
        "limin",
        "limin@",
        "@example.com",
        "a@example.com, b@example.com",
        "李敏 <limin@example.com>",
        "limin@example.com\nBcc: x@example.com",
        "limin@exa mple.com",
        "a@b@example.com",
        "limin@example..com",
        "limin@" + "x" * 250 + ".com",
        "李敏@example.com",
    ],
)
def test_what_is_no_address_is_refused(work, db, to):
    with work(), pytest.raises(DomainError):
        post(to, "通知", "…")
    assert not is_address(to)


def test_nobody_smuggles_a_header_in(work, mail, send):
    with work():
        post("limin@example.com", "通知\r\nBcc: x@example.com\r\n\r\nx", "…")
    assert send() == 1
    [arrived] = mail.mails
    assert arrived["Bcc"] is None
    assert arrived["Subject"] == "通知 Bcc: x@example.com x"
    assert arrived.get_content().strip() == "…"
