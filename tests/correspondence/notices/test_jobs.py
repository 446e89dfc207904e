"""Many papers in one file by several runners, each mail once, and what is filed when a notice is over."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, g
from flask_babel import force_locale
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.archive.dossiers.models import Item
from crm.auth.actor import system_actor
from crm.correspondence.audience.chosen import Audience
from crm.correspondence.notices import jobs, queries, service
from crm.correspondence.notices.models import Notice, NoticeDelivery, NoticeHousehold, Reach
from crm.correspondence.notices.service import Reached
from crm.files import store
from crm.jobs import printing
from crm.jobs.models import Job, JobChunk, JobState
from crm.jobs.runner import next_task, run, run_all
from crm.jobs.service import cancel
from crm.outbox.models import Mail
from crm.outbox.service import send_due
from crm.properties.models import Estate
from crm.steps.taking import Said
from crm.tenants import closing
from tests import factories as make
from tests.acting import as_
from tests.billing.ledger.books import refused
from tests.correspondence.notices.making import crowd, drafted, make_household, make_notice
from tests.correspondence.notices.test_pages import picture
from tests.outbox.conftest import mail, post_office
from tests.unpressed import html_of, unpressed

__all__ = ["mail", "post_office"]
WAYS = (Reach.counter, Reach.door, Reach.door, Reach.mailbox, Reach.hand, Reach.hand)
ROOT = "http://yihu.example/"


def words(text: str) -> str:
    return "".join(text.split())


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of three households, one look at each."""
    monkeypatch.setattr(printing, "PIECE", 3)
    monkeypatch.setattr(printing, "AT_ONCE", 1)


def many(estate: Estate, count: int, **given: Any) -> list[int]:
    notice = make_notice(estate)
    return [make_household(notice, make.make_customer(estate, f"住户{n}", **given)).id for n in range(count)]


def ask(work: Callable[..., Any], verb: Callable[..., Job], ids: list[int]) -> int:
    with work():
        return verb(ids, ROOT).id


def pages_of(work: Callable[..., Any], job_id: int) -> list[Any]:
    with work() as db:
        job = db.get_one(Job, job_id)
        assert (job.state, job.error) == (JobState.done, "")
        upload = store.find_upload(job.upload_id or 0)
        assert upload
        return list(PdfReader(BytesIO(store.read(upload))).pages)


def test_two_runners_share_the_papers_of_one_file(
    app: Flask, work: Callable[..., Any], db: Session, estate: Estate, small: None
) -> None:
    ids = many(estate, 7)
    job_id = ask(work, jobs.ask_print, list(reversed(ids)))
    with work(), force_locale("en"):
        assert "already" in refused(jobs.ask_print, ids[:1], ROOT)
    with unpressed():
        for turn in range(20):
            if (task := next_task(app)) is None:
                break
            run(app, task, f"runner {turn % 2}")
    pages = [html_of(page) for page in pages_of(work, job_id)]
    assert [f"住户{number}" in page for number, page in enumerate(pages)] == [True] * 7
    assert all("<svg" in page for page in pages)
    db.expire_all()
    assert db.scalar(select(func.count(JobChunk.id))) == 3
    assert (db.get_one(Job, job_id).done, db.get_one(Job, job_id).total) == (7, 7)
    printed = select(func.count(NoticeHousehold.id)).where(NoticeHousehold.printed_at.is_not(None))
    assert db.scalar(printed) == 7


def test_a_cancelled_print_marks_nobody(
    app: Flask, work: Callable[..., Any], db: Session, estate: Estate, small: None
) -> None:
    job_id = ask(work, jobs.ask_print, many(estate, 4))
    with unpressed():
        for _turn in range(2):
            task = next_task(app)
            assert task
            run(app, task, "one")
        with work() as own:
            cancel(own.get_one(Job, job_id))
        run_all(app)
    db.expire_all()
    assert db.scalar(select(func.count(NoticeHousehold.id)).where(NoticeHousehold.printed_at.is_not(None))) == 0


class Killed(BaseException):
    pass


def test_a_killed_runner_is_followed_without_doubles(
    app: Flask, work: Callable[..., Any], db: Session, estate: Estate, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mails: the third of a piece is the last thing the first runner sees."""
    ids = [
        household for number, household in enumerate(many(estate, 5, email="owner@example.com")) if number is not None
    ]
    job_id = ask(work, jobs.ask_mail, ids)
    posted, real = [], service.mailing.post_notice

    def dying(household: NoticeHousehold) -> Mail | None:
        if len(posted) == 2:
            posted.append(0)
            raise Killed
        posted.append(household.id)
        return real(household)

    monkeypatch.setattr(jobs, "post_notice", dying)
    with pytest.raises(Killed):
        run_all(app)
    run_all(app)
    db.expire_all()
    assert db.get_one(Job, job_id).state is JobState.done
    assert sorted(db.scalars(select(Mail.key))) == sorted(f"notice-{key}" for key in ids)
    assert db.get_one(Job, job_id).result == {"mails": 5, "not_mailed": 0}
    again = ask(work, jobs.ask_mail, ids)
    run_all(app)
    db.expire_all()
    assert db.get_one(Job, again).result == {"mails": 0, "not_mailed": 5}


def test_what_leaves_reaches_and_is_plain_text(
    app: Flask, work: Callable[..., Any], db: Session, estate: Estate, mail: Any
) -> None:
    notice = make_notice(estate)
    customer = make.make_customer(estate, "甲", email="owner@example.com")
    payload = "{{7*7}} {0.__class__} <script>alert(1)</script> %s"
    household = make_household(notice, customer, subject="停水 {{7*7}}", body=payload)
    without = make_household(notice)
    ask(work, jobs.ask_mail, [household.id, without.id])
    run_all(app)
    with app.app_context():
        g.actor = system_actor("mail")
        assert send_due() == 1
    [letter] = mail.mails
    text = letter.get_body().get_content()
    assert payload in text
    assert letter["Subject"] == "停水 {{7*7}}"
    assert f"{ROOT}n/{household.id}/" in text
    db.expire_all()
    assert db.get_one(NoticeHousehold, household.id).reached_by is Reach.email
    assert db.get_one(NoticeHousehold, without.id).reached_at is None


def test_a_pressed_paper_says_it_as_plain_text(
    app: Flask, work: Callable[..., Any], db: Session, estate: Estate
) -> None:
    body = "第一段 {{7*7}}\n\n第二段 {0.__class__} <script>x</script> %s"
    household = make_household(make_notice(estate), make.make_customer(estate, "{{8*8}}<b>"), body=body)
    job_id = ask(work, jobs.ask_print, [household.id])
    run_all(app)
    [page] = pages_of(work, job_id)
    text = words(page.extract_text())
    for told in ("{{7*7}}", "{0.__class__}<script>x</script>%s", "{{8*8}}<b>", "和安物业服务有限公司", "第1/1页"):
        assert told in text, told
    assert "49" not in text.replace(household.label, "")


@pytest.mark.parametrize("verb", [service.end, service.withdraw])
def test_receipts_are_filed_when_it_runs_no_more(
    app: Flask,
    work: Callable[..., Any],
    db: Session,
    estate: Estate,
    monkeypatch: pytest.MonkeyPatch,
    verb: Callable[[Notice, Said], None],
) -> None:
    """Of those who signed, whose slip or whose door was photographed; a killed runner's successor files none twice."""
    monkeypatch.setattr(closing, "PIECE", 2)
    notice = make_notice(estate)
    ids = []
    for number in range(7):
        customer = make.make_customer(estate, f"住户{number}")
        make.make_dossier(estate, customer.name, subject_id=customer.id)
        ids.append(make_household(notice, customer).id)
    with work(as_("limin")):
        for number, reach in enumerate(WAYS):
            content = picture("PNG" if reach is Reach.counter else "JPEG")
            kept = store.keep(content, f"{number}.png", purpose="notice_delivery", estate_id=estate.id)
            upload_id = None if number in (3, 5) else kept.id
            said = Reached(reach=reach, person="王", upload_id=upload_id)
            service.note(queries.get_household(ids[number]), said)
        [wrong] = queries.deliveries_of(ids[2])
        service.take_back(queries.get_delivery(wrong.id), "拍错门")
    with work(as_("limin")):
        verb(queries.get_notice(notice.id), Said(reason="改期"))
    run_all(app)
    db.expire_all()
    [job] = db.scalars(select(Job))
    assert (job.state, job.error, job.result) == (JobState.done, "", {"filed": 3})
    items = db.scalars(select(Item).where(Item.source_kind == "notice_household").order_by(Item.id)).all()
    assert [item.source_id for item in items] == [ids[0], ids[1], ids[4]]
    assert [item.pages for item in items] == [2, 2, 2]  # the sheet and its proof
    assert {item.doc_no for item in items} == {notice.number}
    with work(as_("limin")):
        closing.file_all_soon("notice_household", ids[:2], "noch einmal", estate.id)
    run_all(app)
    assert db.scalar(select(func.count(Item.id)).where(Item.source_kind == "notice_household")) == 3


def test_a_notice_to_two_thousand_households(
    app: Flask, work: Callable[..., Any], db: Session, queries: Callable[..., Any], estate: Estate
) -> None:
    from crm.correspondence.notices import queries as notices

    with work() as own:
        crowd(own, estate, 2_000)
    with work(as_("limin")):
        notice_id = service.draft(drafted(estate, audience=Audience(estate_id=estate.id, uses=("home",)))).id
    with queries() as seen, work(as_("zhouhui")):
        service.issue(notices.get_notice(notice_id))
    assert len(seen) < 40  # however many households
    with work(as_("limin")) as own:
        ids = notices.ids_of(notice_id)
        assert len(ids) == 2_000
        assert service.bring_many(ids[:1_200], Reach.mailbox) == 1_200
        service.note(notices.get_household(ids[1_500]), Reached(reach=Reach.hand, person="王"))
        tally = notices.tally(notice_id)
        assert (tally.households, tally.reached, tally.unreached) == (2_000, 1_201, 799)
        listed = own.execute(notices.households(NoticeHousehold.notice_id == notice_id, notices.UNREACHED)).all()
        assert len(listed) == tally.unreached
        by_building = notices.buildings_of(notice_id)
        assert sum(row.households for row in by_building) == 2_000
        assert sum(row.unreached for row in by_building) == 799
        assert own.scalar(select(func.count(NoticeDelivery.id))) == 1_201
