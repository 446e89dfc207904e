"""Letters about complaints: one that came in is taken up, the reply goes out as one; to whom, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.complaints.cases import service
from crm.complaints.cases.models import Channel, Complaint, ComplaintLink, ComplaintState, LinkKind
from crm.complaints.cases.queries import get_case
from crm.complaints.cases.service import Said
from crm.correspondence.letters.models import Letter, LetterState, LetterStep
from crm.correspondence.letters.service import Said as LetterSaid
from crm.correspondence.letters.service import void
from crm.errors import DomainError
from crm.properties.models import Estate
from tests import factories as make
from tests.acting import as_
from tests.complaints.making import DIGITS, make_caller, make_case, make_complained
from tests.correspondence.letters.making import make_letter_in, make_letter_out
from tests.repairs.making import kept

Work, SignIn = Callable[..., Any], Callable[[str], FlaskClient]
S = ComplaintState
REPLY = "已换整根水管，并向您道歉"


def reply_of(case: Complaint, **more: Any) -> dict[str, Any]:
    return {"version": case.version, "key": "r", "reply": REPLY, **more}


def letters(db: Session) -> list[Letter]:
    return list(db.scalars(select(Letter).order_by(Letter.id)))


def test_the_reply_goes_out_as_a_letter_too(sign_in: SignIn, estate: Estate, db: Session) -> None:
    unit = make.make_unit(estate)
    case = make_complained(estate, S.acting, unit)
    client, page = sign_in("limin"), f"/complaints/{case.id}"
    assert "as_letter" in client.get(f"{page}/reply").text
    for _each in range(2):
        assert client.post(f"{page}/reply", data=reply_of(case, as_letter="y")).status_code == 302
    [letter] = letters(db)
    db.expire_all()
    after = db.get_one(Complaint, case.id)
    assert (after.state, after.reply_letter_id) == (S.replied, letter.id)
    assert (letter.customer_id, letter.kind, letter.state) == (case.customer_id, "answer", LetterState.registered)
    assert (letter.about_kind, letter.about_id) == ("complaint", case.id)
    [link] = db.scalars(select(ComplaintLink).filter_by(complaint_id=case.id))
    assert (link.kind, link.thing_id) == (LinkKind.letter, letter.id)
    shown = client.get(page).text
    assert shown.count(f'href="/letters/{letter.id}"') == 2, "under the reply, and among what it has to do with"
    assert f'href="{page}"' in client.get(f"/letters/{letter.id}").text
    paper = PdfReader(BytesIO(client.get(f"/letters/{letter.id}/paper.pdf").data))
    text = "".join("".join(each.extract_text().split()) for each in paper.pages)
    for words in ("YH-TS-02", letter.number, case.number, REPLY, "报修三天没人来"):
        assert words in text, words


def test_unticked_there_is_none(sign_in: SignIn, estate: Estate, db: Session) -> None:
    case = make_complained(estate, S.acting)
    assert sign_in("limin").post(f"/complaints/{case.id}/reply", data=reply_of(case)).status_code == 302
    db.expire_all()
    assert (letters(db), db.get_one(Complaint, case.id).reply_letter_id) == ([], None)


def test_replied_to_again_without_one_the_old_letter_is_not_this_reply_s(
    work: Work, estate: Estate, db: Session
) -> None:
    old = make_letter_out(estate)
    case = make_complained(estate, S.acting, reply_letter_id=old.id)
    with work(as_("limin")):
        service.reply(get_case(case.id), REPLY)
    db.expire_all()
    assert db.get_one(Complaint, case.id).reply_letter_id is None


def test_it_goes_to_the_first_who_can_be_told_with_none_of_the_words_of_others(
    work: Work, estate: Estate, db: Session
) -> None:
    case = make_case(estate, S.acting, words="不要说是我说的")
    make_caller(case, anonymous=True, name="匿名的人")
    make_caller(case, make.make_customer(estate, "不想听的人"), wants_word=False)
    make_caller(case, name="周三", words="我家也没热水", digits=DIGITS)
    with work(as_("limin")):
        service.reply(get_case(case.id), REPLY, as_letter=True)
    [letter] = letters(db)
    assert (letter.customer_id, letter.party) == (None, "周三")
    body = (letter.content or {})["body"]
    assert "我家也没热水" in body
    assert "不要说是我说的" not in body
    assert "匿名的人" not in body


@pytest.mark.parametrize("given", [{"anonymous": True}, {"wants_word": False}, {"anonymous": True, "name": ""}])
def test_nobody_to_write_to(sign_in: SignIn, work: Work, estate: Estate, db: Session, given: dict[str, Any]) -> None:
    case = make_case(estate, S.acting)
    make_caller(case, **given)
    client = sign_in("limin")
    assert "as_letter" not in client.get(f"/complaints/{case.id}/reply").text
    with work(as_("limin")), pytest.raises(DomainError):
        service.reply(get_case(case.id), REPLY, Said(key="x"), as_letter=True)
    db.expire_all()
    assert (letters(db), db.get_one(Complaint, case.id).state) == ([], S.acting), "no number is taken"
    assert client.post(f"/complaints/{case.id}/reply", data=reply_of(case, as_letter="y")).status_code == 302
    assert letters(db) == []


def test_where_it_cannot_be_replied_no_letter_is_written(work: Work, estate: Estate, db: Session) -> None:
    case = make_complained(estate, S.received)
    with work(as_("limin")), pytest.raises(DomainError):
        service.reply(get_case(case.id), REPLY, as_letter=True)
    assert letters(db) == []


def test_from_a_letter_that_came_in_a_complaint_is_taken(sign_in: SignIn, estate: Estate, db: Session) -> None:
    customer = make.make_customer(estate, unit=make.make_unit(estate))
    letter = make_letter_in(estate, customer_id=customer.id)
    out, void = make_letter_out(estate), make_letter_in(estate, LetterState.void)
    client, address = sign_in("limin"), f"/complaints/new?letter_id={letter.id}"
    assert f'href="{address}"' in client.get(f"/letters/{letter.id}").text
    for other in (out, void):
        assert f"letter_id={other.id}" not in client.get(f"/letters/{other.id}").text
    assert address not in sign_in("billing_supervisor").get(f"/letters/{letter.id}").text
    case = make_complained(estate)
    with_link = {"link_kind": "letter", "thing": letter.number}
    assert client.post(f"/complaints/{case.id}/links/letter", data=with_link).status_code == 302
    page = client.get(f"/letters/{letter.id}").text
    assert case.number in page
    assert f'href="/complaints/{case.id}"' in page


def replied_by_letter(work: Work, db: Session, case: Complaint) -> Letter:
    with work(as_("limin")):
        service.reply(get_case(case.id), REPLY, as_letter=True)
    db.expire_all()
    *_earlier, letter = letters(db)
    return letter


@pytest.mark.parametrize("channel", [Channel.hotline, Channel.phone])
def test_it_goes_out_under_the_hotline_s_number(work: Work, estate: Estate, db: Session, channel: Channel) -> None:
    """To whoever came through the hotline: nobody else hears that somebody did."""
    case = make_case(estate, S.acting, channel=Channel.hotline, hotline_number="XN20260117")
    if channel is Channel.phone:
        make_caller(case, anonymous=True, channel=Channel.hotline)
    make_caller(case, name="周三", channel=channel)
    letter = replied_by_letter(work, db, case)
    expected = channel is Channel.hotline
    assert ("XN20260117" in letter.subject) is expected
    assert ("XN20260117" in (letter.content or {})["body"]) is expected
    assert case.number in letter.subject


@pytest.mark.parametrize("filed", [True, False])
def test_with_it_the_letter_that_the_caller_wrote_is_answered(
    work: Work, estate: Estate, db: Session, filed: bool
) -> None:
    customer = make.make_customer(estate, "周三") if filed else None
    theirs = make_letter_in(estate, customer_id=customer.id) if customer else make_letter_in(estate, party="周三")
    case = make_case(estate, S.acting)
    make_caller(case, customer, name="周三")
    kept(link_to(case, theirs))
    letter = replied_by_letter(work, db, case)
    answered = db.get_one(Letter, theirs.id)
    assert (answered.state, letter.reply_to_id) == (LetterState.answered, theirs.id)
    assert answered.answered_at is not None
    assert db.scalars(select(LetterStep.note).filter_by(letter_id=theirs.id, action="answer")).one() == letter.number
    with work(as_("limin")) as inside:
        void(inside.get_one(Letter, letter.id), LetterSaid(reason="写错了"))
    db.expire_all()
    assert db.get_one(Letter, theirs.id).state is LetterState.passed_on


def link_to(case: Complaint, letter: Letter) -> ComplaintLink:
    facts = {"complaint_id": case.id, "kind": LinkKind.letter, "thing_id": letter.id, "label": letter.number}
    return ComplaintLink(linked_by="李敏", linked_at=letter.registered_at, **facts)


@pytest.mark.parametrize("which", ["another's", "over", "not linked", "ours"])
def test_no_other_letter_is_answered_with_it(work: Work, estate: Estate, db: Session, which: str) -> None:
    customer, other = make.make_customer(estate, "周三"), make.make_customer(estate, "周四")
    state = LetterState.noted if which == "over" else LetterState.registered
    whose = other.id if which == "another's" else customer.id
    theirs = (
        make_letter_out(estate, customer=customer)
        if which == "ours"
        else make_letter_in(estate, state, customer_id=whose)
    )
    case = make_case(estate, S.acting)
    make_caller(case, customer)
    if which != "not linked":
        kept(link_to(case, theirs))
    letter = replied_by_letter(work, db, case)
    assert (letter.id != theirs.id, letter.reply_to_id) == (True, None)
    assert db.get_one(Letter, theirs.id).state is state


@pytest.mark.parametrize("number", ["XN20260117", "20261124-0815", "202611240815", "T2026-77", "12345转办7号"])
def test_a_case_is_found_by_the_hotline_s_number(sign_in: SignIn, estate: Estate, number: str) -> None:
    case, other = make_case(estate, hotline_number=number), make_case(estate, hotline_number="XN20260118")
    page = sign_in("limin").get("/complaints/", query_string={"q": number.lower()}).text
    assert (case.number in page, other.number in page) == (True, False)
