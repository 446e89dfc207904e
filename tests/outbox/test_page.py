"""The outbox's page: what stands in it, what it keeps to itself, and sending again."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlalchemy import select

from crm.outbox.models import Mail, MailState
from tests import factories as make


def test_it_shows_state_and_reason_but_no_text(sign_in):
    make.make_mail(state=MailState.failed, error="550 no such person", text="密码重置链接")
    page = sign_in("administrator").get("/outbox/").text
    assert "limin@example.com" in page
    assert "550 no such person" in page
    assert "密码重置链接" not in page


def test_it_says_that_no_mail_server_is_set(app, sign_in):
    client = sign_in("administrator")
    assert "CRM_SMTP_URL" in client.get("/outbox/").text
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, smtp=object())
    try:
        assert "CRM_SMTP_URL" not in client.get("/outbox/").text
    finally:
        app.config["SETTINGS"] = settings


def test_the_state_is_a_filter(sign_in):
    make.make_mail("waits@example.com")
    make.make_mail("went@example.com", state=MailState.sent)
    page = sign_in("administrator").get("/outbox/?state=sent").text
    assert "went@example.com" in page
    assert "waits@example.com" not in page


def test_what_failed_is_sent_again_and_nothing_else(sign_in, db):
    failed, sent = make.make_mail(state=MailState.failed, attempts=20), make.make_mail(state=MailState.sent)
    client = sign_in("administrator")
    preview = client.post("/outbox/", data={"action": "send-again", "id": [failed.id, sent.id]}).text
    given = dict(re.findall(r'name="(selection|digest)" value="([^"]+)"', preview))
    answer = client.post("/outbox/", data={"action": "send-again", "step": "confirm"} | given)
    assert answer.status_code == 302
    db.expire_all()
    states = {mail.id: (mail.state, mail.attempts) for mail in db.scalars(select(Mail))}
    assert states == {failed.id: (MailState.waiting, 0), sent.id: (MailState.sent, 0)}


def test_what_was_taken_back_is_told_in_words_and_stays(sign_in, db):
    taken = make.make_mail("taken@example.com", state=MailState.taken_back)
    client = sign_in("administrator")
    page = client.get("/outbox/?state=taken_back").text
    assert "taken@example.com" in page
    assert "已撤回，未发送" in page.partition("taken@example.com")[2]
    preview = client.post("/outbox/", data={"action": "send-again", "id": [taken.id]}).text
    given = dict(re.findall(r'name="(selection|digest)" value="([^"]+)"', preview))
    client.post("/outbox/", data={"action": "send-again", "step": "confirm"} | given)
    db.expire_all()
    assert db.get_one(Mail, taken.id).state is MailState.taken_back


def test_ten_mails_cost_as_many_queries_as_one(sign_in, queries):
    client = sign_in("administrator")
    make.make_mail()
    client.get("/outbox/")
    with queries() as one:
        client.get("/outbox/")
    for _ in range(9):
        make.make_mail()
    with queries() as ten:
        client.get("/outbox/")
    assert len(one) == len(ten)
