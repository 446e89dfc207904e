"""Letters on paper and by mail: what stands on them, many in one file by several runners, each mail once."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, g
from flask_babel import force_locale
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.auth.actor import system_actor
from crm.billing.arrears.dunning.models import Demand, DemandDelivery, DemandPrint
from crm.billing.arrears.letters import jobs, queries, service
from crm.correspondence.serving.models import Arrival, Channel
from crm.correspondence.serving.served import Served
from crm.files import store
from crm.jobs import printing
from crm.jobs.models import Job, JobChunk, JobState
from crm.jobs.runner import next_task, run, run_all
from crm.jobs.service import cancel
from crm.outbox.models import Mail, MailState
from crm.outbox.service import send_due
from crm.properties.models import Estate
from crm.tenants.models import Customer
from tests import factories as make
from tests.billing.arrears.letters.making import content_of, make_letter, make_print
from tests.billing.ledger.books import refused
from tests.unpressed import html_of, unpressed

ROOT = "http://yihu.example/"


def words(text: str) -> str:
    return "".join(text.split())


def many(estate: Estate, count: int, **given: Any) -> list[int]:
    """Letters of customers with numbers of their own."""
    made = []
    for number in range(count):
        customer = make.make_customer(estate, f"住户{number}", **given)
        made.append(make_letter(estate, customer, content=content_of(customer, f"测字第{number:04d}号")).id)
    return made


def test_a_letter_says_what_was_frozen_and_verifies(db: Session, sign_in: Callable[[str], Any], estate: Estate) -> None:
    demand, client = make_letter(estate), sign_in("arrears_reviewer")
    printed = client.post(f"/arrears/letters/{demand.id}/print")
    assert printed.mimetype == "application/pdf"
    assert len(printed.data) < 70_000
    [page] = PdfReader(BytesIO(printed.data)).pages
    text = words(page.extract_text())
    for told in (
        "物业服务费催缴函",
        "2026催缴01字第0001号",
        "叁佰元整",
        "300.00",
        "2026年3月10日",
        "和安物业服务有限公司",
    ):
        assert told in text
    assert "第1/1页" in text
    with unpressed():
        refusal = client.post(f"/arrears/letters/{demand.id}/print")
        assert refusal.status_code == 422
        again = client.post(f"/arrears/letters/{demand.id}/print", data={"reason": "原件遗失"})
    [page] = PdfReader(BytesIO(again.data)).pages
    assert "原件遗失" in html_of(page)
    assert db.scalar(select(func.count(DemandPrint.id))) == 2
    short = re.search(r"<br>([0-9a-f]{12})</div>", html_of(page))
    assert short
    verdict = client.get(f"/verify?h={short[1]}").text
    assert "2026催缴01字第0001号" in verdict


# Many in one file


@pytest.fixture
def ask(work: Any, db: Session) -> Callable[..., int]:
    def asked(ids: list[int], reason: str = "") -> int:
        with work():
            return jobs.ask_print(ids, reason, ROOT).id

    return asked


def file_of(work: Any, job_id: int) -> list[str]:
    """The HTML of every page of what came of the job."""
    with work() as db:
        job = db.get_one(Job, job_id)
        assert (job.state, job.error) == (JobState.done, "")
        upload = store.find_upload(job.upload_id or 0)
        assert upload
        return [html_of(page) for page in PdfReader(BytesIO(store.read(upload))).pages]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of three letters, one look at each."""
    monkeypatch.setattr(printing, "PIECE", 3)
    monkeypatch.setattr(printing, "AT_ONCE", 1)


def test_two_runners_share_the_letters_of_one_file(
    app: Flask, work: Any, db: Session, estate: Estate, ask: Callable[..., int], small: None
) -> None:
    ids = many(estate, 7)
    make_print(db.get_one(Demand, ids[2]))
    with work(), force_locale("en"):
        assert "Write why" in refused(jobs.ask_print, ids, "", ROOT)
    job_id = ask(ids, "存档")
    with work(), force_locale("en"):
        assert "already" in refused(jobs.ask_print, ids[:1], "", ROOT)
        assert "already" in refused(service.note_print, queries.get_demand(ids[0]))
    with unpressed():
        for turn in range(20):
            if (task := next_task(app)) is None:
                break
            run(app, task, f"runner {turn % 2}")
    pages = file_of(work, job_id)
    assert len(pages) == 7
    assert [f"测字第{number:04d}号" in page for number, page in enumerate(pages)] == [True] * 7
    assert ["存档" in page for page in pages] == [number == 2 for number in range(7)]
    assert all("yihu.example" not in page and "<svg" in page for page in pages)
    db.expire_all()
    assert db.scalar(select(func.count(JobChunk.id))) == 3
    assert (db.get_one(Job, job_id).done, db.get_one(Job, job_id).total) == (7, 7)
    assert db.scalar(select(func.count(DemandPrint.id))) == 8
    with work(), force_locale("en"):
        assert "Write why" in refused(jobs.ask_print, ids[:1], "", ROOT)


def test_a_cancelled_file_leaves_no_print(
    app: Flask, work: Any, db: Session, estate: Estate, ask: Callable[..., int], small: None
) -> None:
    job_id = ask(many(estate, 4))
    with unpressed():
        for _turn in range(2):
            task = next_task(app)
            assert task
            run(app, task, "one")
        with work() as own:
            cancel(own.get_one(Job, job_id))
        run_all(app)
    db.expire_all()
    assert db.get_one(Job, job_id).state is JobState.cancelled
    assert db.scalar(select(func.count(DemandPrint.id))) == 0


def test_a_letter_that_became_void_is_left_out(
    app: Flask, work: Any, db: Session, estate: Estate, ask: Callable[..., int], small: None
) -> None:
    ids = many(estate, 2)
    job_id = ask(ids)
    db.get_one(Demand, ids[0]).voided = True
    db.commit()
    with unpressed():
        run_all(app)
    [page] = file_of(work, job_id)
    assert "测字第0001号" in page
    gone = ask(ids[:1])
    with unpressed():
        run_all(app)
    db.expire_all()
    assert db.get_one(Job, gone).state is JobState.failed


# By e-mail


def test_letters_go_by_mail_once_and_an_answer_serves_them(
    app: Flask, work: Any, db: Session, estate: Estate, mail: Any, small: None
) -> None:
    ids = many(estate, 2, email="owner@example.com")
    nowhere, wrong = many(estate, 1)[0], many(estate, 1, email="not an address")[0]
    for _twice in range(2):
        with work():
            job_id = jobs.ask_mail([*ids, nowhere, wrong], ROOT).id
        with unpressed():
            run_all(app)
        db.expire_all()
        assert db.get_one(Job, job_id).state is JobState.done
    assert db.get_one(Job, job_id).result == {"mails": 0, "not_mailed": 4}
    assert db.scalar(select(func.count(Mail.id))) == 2
    assert db.scalar(select(func.count(DemandDelivery.id))) == 0
    assert sent(app) == 2
    [first, _second] = mail.mails
    assert "物业服务费催缴函" in first["Subject"]
    assert "请您尽快缴清" in first.get_body().get_content()
    [paper] = first.iter_attachments()
    assert paper.get_payload(decode=True).startswith(b"%PDF-")
    db.expire_all()
    entries = db.scalars(select(DemandDelivery).order_by(DemandDelivery.demand_id)).all()
    assert [(each.demand_id, each.channel, each.arrival) for each in entries] == [
        (key, Channel.email, Arrival.on_its_way) for key in ids
    ]
    assert served_of(work, ids) == []
    with work():
        demand = queries.get_demand(ids[0])
        answered = Served(
            channel=Channel.email,
            arrival=Arrival.delivered,
            delivered_on=demand.day,
            note="已收到，月底缴",
            upload_id=make.make_upload(None, "demand_delivery").id,
        )
        service.note_delivery(demand, answered)
    assert served_of(work, ids) == ids[:1]
    with work(), force_locale("en"):
        run_ = queries.get_run(demand.run_id)
        assert "brought" in refused(service.roll_back, run_, "错")


def sent(app: Flask) -> int:
    with app.app_context():
        g.actor = system_actor("outbox")
        return send_due()


def served_of(work: Any, ids: list[int]) -> list[int]:
    with work() as db:
        found = select(Demand.id).where(Demand.id.in_(ids), queries.is_served()).order_by(Demand.id)
        return list(db.scalars(found))


def test_what_the_mail_server_refuses_comes_back(app: Flask, work: Any, db: Session, estate: Estate, mail: Any) -> None:
    [demand_id] = many(estate, 1, email="gone@example.com")
    mail.answer_recipient = lambda _address: "550 no such user"
    with work():
        jobs.ask_mail([demand_id], ROOT)
    with unpressed():
        run_all(app)
    with work(), force_locale("en"):
        run_ = queries.get_run(queries.get_demand(demand_id).run_id)
        assert "e-mail already" in refused(service.roll_back, run_, "错")
    assert sent(app) == 0
    db.expire_all()
    entry = db.scalars(select(DemandDelivery)).one()
    assert (entry.arrival, "550" in entry.note) == (Arrival.returned, True)
    assert db.scalars(select(Mail.state)).one() is MailState.failed


def test_what_came_back_goes_anew_to_the_address_that_is_known_now(
    app: Flask, work: Any, db: Session, sign_in: Any, estate: Estate, mail: Any
) -> None:
    [demand_id] = many(estate, 1, email="gone@example.com")
    client, path = sign_in("arrears_reviewer"), f"/arrears/letters/{demand_id}"

    def ask() -> list[MailState]:
        with work():
            jobs.ask_mail([demand_id], ROOT)
        with unpressed():
            run_all(app)
        db.expire_all()
        return list(db.scalars(select(Mail.state).order_by(Mail.id)))

    mail.answer_recipient = lambda address: "550 no such user" if "gone" in address else ""
    assert ask() == [MailState.waiting]
    assert sent(app) == 0
    page = client.get(path).text
    assert ("g***@example.com" in page, "550" in page, "gone@example.com" in page) == (True, True, False)
    with work() as own:
        own.get_one(Customer, own.get_one(Demand, demand_id).customer_id).email = "there@example.com"
    assert [ask(), ask()] == [[MailState.taken_back, MailState.waiting]] * 2
    assert sent(app) == 1
    assert ask() == [MailState.taken_back, MailState.sent]
    assert db.scalars(select(Mail.recipient).order_by(Mail.id)).all() == ["gone@example.com", "there@example.com"]
    entries = db.scalars(select(DemandDelivery.arrival).order_by(DemandDelivery.id)).all()
    assert entries == [Arrival.returned, Arrival.on_its_way]
    with work() as own:
        [row] = own.execute(queries.demands().where(Demand.id == demand_id)).all()
        assert row.mail is MailState.sent, "in the list it stands once"
