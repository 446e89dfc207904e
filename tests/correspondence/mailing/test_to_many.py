"""Letters to many: numbers in a row, each a letter of the register, once however often it is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from pypdf import PdfReader
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from crm.auth.models import LoginSession
from crm.correspondence.audience.chosen import Audience
from crm.correspondence.letters.models import Letter, LetterBatch, LetterState, LetterStep
from crm.correspondence.mailing import jobs, papers, service, views
from crm.correspondence.mailing.content import Text
from crm.correspondence.mailing.service import ToMany
from crm.correspondence.wordings.models import WordingKind
from crm.files import store
from crm.jobs import printing
from crm.jobs.models import Job, JobState
from crm.jobs.runner import next_task, run, run_all
from crm.jobs.service import cancel
from crm.numbering import NumberSeries
from crm.properties.models import Estate
from tests import factories as make
from tests.acting import as_
from tests.billing.ledger.books import refused
from tests.correspondence.notices.making import inhabited, make_batch, make_wording
from tests.unpressed import html_of, unpressed

SignIn = Callable[[str], FlaskClient]
TEXT = Text(kind="other", subject="关于{unit}装修管理的函", body="尊敬的{name}：\n\n请遵守装修时间。{number}")


def told(estate: Estate, **given: Any) -> ToMany:
    facts: dict[str, Any] = {"audience": Audience(estate_id=estate.id), "text": TEXT, "key": "k1"}
    return ToMany(**(facts | given))


def make_many(work: Callable[..., Any], estate: Estate, **given: Any) -> int:
    with work(as_("limin")):
        made: int = service.make(told(estate, **given)).id
    return made


def test_each_gets_a_letter_with_the_next_number(work: Callable[..., Any], db: Session, estate: Estate) -> None:
    inhabited(estate, 5)
    batch_id = make_many(work, estate)
    assert make_many(work, estate) == batch_id  # the same form
    letters = db.scalars(select(Letter).where(Letter.batch_id == batch_id).order_by(Letter.id)).all()
    last = db.scalar(select(NumberSeries.last).where(NumberSeries.name == "发文"))
    assert last
    assert [letter.number[-5:-1] for letter in letters] == [f"{last - 4 + n:04d}" for n in range(5)]
    assert {letter.state for letter in letters} == {LetterState.registered}
    assert letters[0].subject == "关于3-1-101装修管理的函"
    assert letters[0].content
    assert letters[0].content["body"] == f"尊敬的住户3000：\n\n请遵守装修时间。{letters[0].number}"
    assert db.scalar(select(func.count(LetterStep.id))) == 5
    assert db.get_one(LetterBatch, batch_id).letters == 5


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": Text(kind="other", subject="函", body="{{7*7}}")}, "placeholder"),
        ({"text": Text(kind="other", subject="函", body="{begins}")}, "placeholder"),
        ({"shown": 3}, "not 3"),
    ],
)
def test_what_cannot_be_made_takes_no_number(
    work: Callable[..., Any], db: Session, estate: Estate, given: dict[str, Any], words: str
) -> None:
    inhabited(estate, 2)
    with work(as_("limin")), force_locale("en"):
        assert words in refused(service.make, told(estate, **given))
    assert db.scalar(select(func.count(Letter.id))) == 0
    assert not db.scalar(select(NumberSeries.last).where(NumberSeries.name == "发文"))


def test_more_than_one_file_holds_are_not_made(
    work: Callable[..., Any], db: Session, sign_in: SignIn, estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    inhabited(estate, 3)
    sent = {"kind": "other", "subject": "函", "body": "请遵守。", "uses": ["home"], "key": "k9", "step": "preview"}
    clerk, path = sign_in("limin"), f"/letters/to-many/new?estate_id={estate.id}"
    assert clerk.post(path, data=sent).status_code == 200
    monkeypatch.setattr(service, "MOST", 2)
    with work(as_("limin")), force_locale("en"):
        assert "At most 2" in refused(service.make, told(estate))
    looked = clerk.post(path, data=sent)
    assert (looked.status_code, "请遵守。" in looked.text) == (422, True)
    assert db.scalar(select(func.count(Letter.id))) == 0


def test_only_wordings_that_can_be_used_are_offered(sign_in: SignIn, estate: Estate) -> None:
    usable = make_wording(WordingKind.letter, name="告知", subject="函", body="{name}：请遵守。{address}")
    answer = make_wording(WordingKind.letter, name="复函", subject="函", body="来函{their_number}收悉。")
    page = sign_in("limin").get(f"/letters/to-many/new?estate_id={estate.id}").text
    offered = [f"wording_id={each.id}" in page for each in (usable, answer)]
    assert offered == [True, False]


def test_a_letter_of_a_batch_is_the_same_form_alone(
    sign_in: SignIn, work: Callable[..., Any], db: Session, estate: Estate
) -> None:
    inhabited(estate, 1)
    make_many(work, estate)
    letter = db.scalars(select(Letter)).one()
    assert letter.content
    client = sign_in("limin")
    with unpressed():
        alone = html_of(PdfReader(BytesIO(client.get(f"/letters/{letter.id}/paper.pdf").data)).pages[0])
    with client.application.test_request_context():
        of_many = papers.letter(letter.content)
    for paper in (alone, of_many):
        assert "YH-WL-02" in paper
        assert letter.content["day_in_words"] in paper
        assert letter.content["day"] not in paper


def test_nobody_is_told(work: Callable[..., Any], estate: Estate) -> None:
    with work(as_("limin")), force_locale("en"):
        assert "Nobody" in refused(service.make, told(estate))


def test_from_the_form_to_one_file(
    app: Flask, sign_in: SignIn, work: Callable[..., Any], db: Session, estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "PIECE", 2)
    unit = make.make_unit(estate, "3-1-100")
    make.make_customer(estate, "{{7*7}}<script>%s", unit)
    inhabited(estate, 4)
    wording = make_wording(WordingKind.letter, subject="装修函", body="尊敬的{name}：请遵守。")
    clerk, path = sign_in("limin"), f"/letters/to-many/new?estate_id={estate.id}&wording_id={wording.id}"
    assert "请遵守" in clerk.get(path).text
    sent = {"kind": "other", "subject": "装修函", "body": "尊敬的{name}：请遵守。", "uses": ["home"], "key": "k9"}
    looked = clerk.post(path, data={**sent, "step": "preview"})
    assert looked.status_code == 200
    assert "{{7*7}}&lt;script&gt;%s" in looked.text
    assert 'name="shown" type="hidden" value="5"' in looked.text or 'value="5"' in looked.text
    for _turn in range(2):
        done = clerk.post(path, data={**sent, "step": "make", "shown": "5"})
        assert done.status_code == 303
    with unpressed():
        run_all(app)
    [job] = db.scalars(select(Job))
    assert (job.state, job.error, job.result) == (JobState.done, "", {"letters": 5})
    with work():
        upload = store.find_upload(job.upload_id or 0)
        assert upload
        pages = [html_of(page) for page in PdfReader(BytesIO(store.read(upload))).pages]
    assert len(pages) == 5
    assert "{{7*7}}&lt;script&gt;%s" in pages[0]
    assert clerk.get(job.result_url).text.count("/tenants/customers/") == 5
    assert db.scalar(select(func.count(Letter.id))) == 5
    again = clerk.post(f"{job.result_url}/print")
    assert again.status_code == 303
    with unpressed():
        run_all(app)
    assert db.scalar(select(func.count(Letter.id))) == 5


def test_an_audience_that_changed_since_fails_the_job(
    app: Flask, work: Callable[..., Any], db: Session, estate: Estate
) -> None:
    inhabited(estate, 2)
    with work(as_("limin")):
        job_id = jobs.ask_make(told(estate, shown=2), "http://yihu.example/").id
    make.make_customer(estate, "新来", make.make_unit(estate, "3-1-999"))
    with unpressed():
        run_all(app)
    job = db.get_one(Job, job_id)
    assert job.state is JobState.failed
    assert "3" in job.error
    assert db.scalar(select(func.count(Letter.id))) == 0


def asked(**given: str | list[str]) -> dict[str, Any]:
    """The form as it is sent from the preview."""
    typed: dict[str, Any] = {"kind": "other", "subject": "装修函", "body": "尊敬的{name}：请遵守。", "uses": ["home"]}
    return typed | {"key": "k9", "step": "make"} | given


def hidden_in(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    assert found
    return found[1]


def test_others_than_were_shown_are_looked_at_again(app: Flask, sign_in: SignIn, db: Session, estate: Estate) -> None:
    inhabited(estate, 2)
    clerk, path = sign_in("limin"), f"/letters/to-many/new?estate_id={estate.id}"
    make.make_customer(estate, "新来", make.make_unit(estate, "3-1-999"))
    refusal = clerk.post(path, data=asked(shown="2"))
    assert (refusal.status_code, "尊敬的{name}：请遵守。" in refusal.text) == (422, True)
    assert hidden_in(refusal.text, "shown") == "3"
    assert db.scalar(select(func.count(Job.id))) == 0
    again = asked(shown="3", key=hidden_in(refusal.text, "key"))
    assert clerk.post(path, data=again).status_code == 303
    with unpressed():
        run_all(app)
    assert db.scalar(select(func.count(Letter.id))) == 3


@pytest.mark.parametrize("shown", ["", "x"])
def test_nothing_is_made_before_somebody_has_looked(sign_in: SignIn, db: Session, estate: Estate, shown: str) -> None:
    inhabited(estate, 1)
    answer = sign_in("limin").post(f"/letters/to-many/new?estate_id={estate.id}", data=asked(shown=shown))
    assert answer.status_code == 422
    assert db.scalar(select(func.count(Job.id))) == 0


def test_many_letters_want_the_password_whatever_the_form_says(
    sign_in: SignIn, db: Session, estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    inhabited(estate, 3)
    monkeypatch.setattr(views, "UNCONFIRMED", 2)
    clerk, path = sign_in("limin"), f"/letters/to-many/new?estate_id={estate.id}"
    db.execute(update(LoginSession).values(confirmed_at=None))
    db.commit()
    asked_for = ['type="password"' in clerk.post(path, data=asked(shown=shown)).text for shown in ("", "1", "3")]
    assert asked_for == [False, False, True]
    assert db.scalar(select(func.count(Job.id))) == 0
    monkeypatch.setattr(views, "UNCONFIRMED", 3)
    assert clerk.post(path, data=asked(shown="3")).status_code == 303


def test_the_form_goes_on_where_its_job_came_to_nothing(
    app: Flask, sign_in: SignIn, db: Session, estate: Estate
) -> None:
    """Somebody moves in between the asking and the making."""
    inhabited(estate, 2)
    clerk, path = sign_in("limin"), f"/letters/to-many/new?estate_id={estate.id}"
    assert clerk.post(path, data=asked(shown="2")).status_code == 303
    make.make_customer(estate, "新来", make.make_unit(estate, "3-1-999"))
    with unpressed():
        run_all(app)
    [failed] = db.scalars(select(Job))
    assert failed.state is JobState.failed
    looked = clerk.post(path, data=asked(step="preview"))
    assert looked.status_code == 200
    assert hidden_in(looked.text, "key") != "k9"
    for key in (hidden_in(looked.text, "key"), "k9", "k9"):  # also from the old page, and however often
        assert clerk.post(path, data=asked(shown="3", key=key)).status_code == 303
    with unpressed():
        run_all(app)
    db.expire_all()
    assert list(db.scalars(select(Job.state).order_by(Job.id))) == [JobState.failed, JobState.done]
    assert db.scalar(select(func.count(Letter.id))) == 3


def test_letters_that_stand_are_not_made_again_when_their_printing_ended(
    app: Flask, sign_in: SignIn, work: Callable[..., Any], db: Session, estate: Estate
) -> None:
    inhabited(estate, 2)
    clerk, path = sign_in("limin"), f"/letters/to-many/new?estate_id={estate.id}"
    clerk.post(path, data=asked(shown="2"))
    with unpressed():
        task = next_task(app)
        assert task
        run(app, task, "one")  # registered, not yet printed
    with work() as own:
        cancel(own.scalars(select(Job)).one())
    [batch] = db.scalars(select(LetterBatch))
    answer = clerk.post(path, data=asked(shown="2"))
    assert (answer.status_code, answer.location) == (303, f"/letters/to-many/{batch.id}")
    assert db.scalar(select(func.count(Letter.id))) == 2
    assert db.scalar(select(func.count(Job.id))) == 1


def test_the_other_estates_do_not_exist(sign_in: SignIn, other_estate: Estate) -> None:
    batch = make_batch(other_estate)
    assert sign_in("limin").get(f"/letters/to-many/{batch.id}").status_code == 404
    assert sign_in("limin").get(f"/letters/to-many/new?estate_id={other_estate.id}").status_code == 404
    assert sign_in("cashier").get("/letters/to-many/").status_code == 403
