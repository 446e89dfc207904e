"""From the notice to the dossier: served, looked at again, deducted, settled and filed; and what others see of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from crm.archive.dossiers.models import Item
from crm.audit.models import LogEntry
from crm.auth.actor import system_actor
from crm.auth.models import User
from crm.billing.deposits import service as deposits
from crm.billing.deposits.hindrances import refund_hindrance
from crm.billing.deposits.models import Deposit, DepositMovement, DepositRequest, MovementKind, RequestState
from crm.billing.deposits.queries import get_deposit, get_request
from crm.correspondence.letters.models import Letter, LetterDelivery, LetterState
from crm.dates import business_day
from crm.errors import DomainError
from crm.jobs import runner
from crm.notifications.models import Notification
from crm.properties.models import Estate
from crm.violations.cases.jobs import remind
from crm.violations.cases.models import (
    Settlement,
    Violation,
    ViolationInspection,
    ViolationPhoto,
    ViolationState,
    ViolationStep,
)
from tests import factories as make
from tests.acting import as_
from tests.billing.deposits.making import cashier, make_deposit, supervisor, wish
from tests.violations.making import make_inspection, make_letter, make_violation, type_called
from tests.violations.test_noting import picture

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., Any]
S = ViolationState


def again(db: Session, violation: Violation) -> Violation:
    db.expire_all()
    return db.get_one(Violation, violation.id)


def sent(violation: Violation, key: str = "once", **more: Any) -> dict[str, Any]:
    return {"version": violation.version, "key": key, **more}


def of_somebody(estate: Estate, state: ViolationState = S.noted, **given: Any) -> tuple[Violation, Any, Any]:
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    return make_violation(estate, state, unit, customer_id=customer.id, person="", **given), customer, unit


def words_of(client: FlaskClient, address: str) -> str:
    """What a paper says, without spaces."""
    paper = PdfReader(BytesIO(client.get(address).data))
    return "".join("".join(page.extract_text().split()) for page in paper.pages)


@pytest.fixture
def today(app: Flask) -> date:
    with app.app_context():
        return business_day()


# The notice


def test_the_notice_is_a_letter_with_a_number_and_says_what_it_said(
    sign_in: SignIn, estate: Estate, db: Session, today: date
) -> None:
    violation, customer, unit = of_somebody(estate)
    client, due = sign_in("limin"), today + timedelta(days=3)
    page = client.get(f"/violations/{violation.id}/serve").text
    assert due.isoformat() in page, "three days are the type's"
    data = sent(violation, wording="请在三日内搬走。", clause="管理规约第十八条", due_on=due.isoformat())
    for _each in range(2):
        assert client.post(f"/violations/{violation.id}/serve", data=data).location == f"/violations/{violation.id}"
    after = again(db, violation)
    [letter] = db.scalars(select(Letter).filter_by(about_kind="violation", about_id=violation.id))
    assert (after.state, after.due_on, after.letter_id, after.served_at) == (S.notice_served, due, letter.id, None)
    assert (letter.state, letter.customer_id, letter.unit_id) == (LetterState.registered, customer.id, unit.id)
    assert letter.number.startswith("发〔")
    assert letter.content is not None
    assert "请在三日内搬走。" in letter.content["body"]
    text = words_of(client, f"/letters/{letter.id}/paper.pdf")
    for words in (
        "YH-WG-01",
        violation.number,
        letter.number,
        unit.label,
        customer.name,
        "请在三日内搬走。",
        due.isoformat(),
    ):
        assert words in text, words


def test_the_paper_shows_what_was_found(sign_in: SignIn, estate: Estate) -> None:
    violation, _customer, _unit = of_somebody(estate, S.notice_served)
    client, address = sign_in("limin"), f"/letters/{violation.letter_id}/paper.pdf"
    assert len(PdfReader(BytesIO(client.get(address).data)).pages[0].images) == 0
    photos = {"key": "p", "stage": "found", "photos": [(picture(), "一.jpg"), (picture("blue"), "二.jpg")]}
    assert client.post(f"/violations/{violation.id}/photos", data=photos).status_code == 302
    assert len(PdfReader(BytesIO(client.get(address).data)).pages[0].images) == 2


def test_the_paper_keeps_the_pictures_it_was_printed_with(sign_in: SignIn, estate: Estate, db: Session) -> None:
    violation, _customer, _unit = of_somebody(estate)
    client, photos = sign_in("limin"), f"/violations/{violation.id}/photos"

    def add(key: str, colour: str) -> None:
        data = {"key": key, "stage": "found", "photos": [(picture(colour), "一.jpg")]}
        assert client.post(photos, data=data).status_code == 302

    add("before", "red")
    data = sent(violation, wording="请搬走。", clause="", due_on="明天")
    assert client.post(f"/violations/{violation.id}/serve", data=data).status_code == 302
    add("after", "blue")
    letter = db.scalars(select(Letter).filter_by(about_id=violation.id)).one()
    [held] = PdfReader(BytesIO(client.get(f"/letters/{letter.id}/paper.pdf").data)).pages[0].images
    red, _green, blue = Image.open(BytesIO(held.data)).convert("RGB").resize((1, 1)).tobytes()
    assert red > 200 > blue


# How it was brought is noted on the letter's page; the violation follows


def brought(client: FlaskClient, violation: Violation, way: str, **more: Any) -> TestResponse:
    return client.post(f"/letters/{violation.letter_id}/serve/{way}", data={"delivered_on": "今天", **more})


def steps_of(db: Session, violation: Violation) -> list[str]:
    found = select(ViolationStep.action).filter_by(violation_id=violation.id).order_by(ViolationStep.id)
    return list(db.scalars(found))


def test_left_at_the_door_it_counts_with_its_photo(sign_in: SignIn, estate: Estate, db: Session, today: date) -> None:
    violation, _customer, _unit = of_somebody(estate, S.notice_served, served_at=None, due_on=today)
    client, page = sign_in("limin"), f"/violations/{violation.id}"
    assert f"/letters/{violation.letter_id}#bringing" in client.get(page).text
    assert brought(client, violation, "posted_at_door").status_code == 422
    assert again(db, violation).served_at is None
    answers = [brought(client, violation, "posted_at_door", photo=(picture(), "门上.jpg")) for _each in range(2)]
    assert [answer.status_code for answer in answers] == [303, 422], "what is noted already is not noted again"
    after = again(db, violation)
    assert (after.state, after.due_on, after.served_at is not None) == (S.notice_served, today, True)
    assert steps_of(db, violation) == ["note", "arrived"]
    [delivery] = db.scalars(select(LetterDelivery).filter_by(letter_id=violation.letter_id))
    text = client.get(page).text
    assert f"/letters/deliveries/{delivery.id}/proof" in text
    assert "posted_at_door" not in text
    entry = db.scalars(select(LogEntry).filter_by(kind="ViolationServed")).one()
    assert (entry.data["violation_id"], entry.data["delivered_on"]) == (violation.id, today.isoformat())


def test_refused_it_counts_with_a_witness_only(sign_in: SignIn, estate: Estate, db: Session) -> None:
    violation, _customer, _unit = of_somebody(estate, S.notice_served, served_at=None)
    client = sign_in("limin")
    assert brought(client, violation, "by_hand", arrival="refused").status_code == 422
    assert again(db, violation).served_at is None
    assert brought(client, violation, "by_hand", arrival="refused", witness="保安赵刚").status_code == 303
    assert again(db, violation).served_at is not None
    assert "保安赵刚" in client.get(f"/violations/{violation.id}").text


def test_by_ems_it_is_on_its_way_first_and_may_come_back(sign_in: SignIn, estate: Estate, db: Session) -> None:
    violation, _customer, _unit = of_somebody(estate, S.notice_served, served_at=None)
    client = sign_in("limin")
    for arrival in ("on_its_way", "returned", "delivered"):
        assert brought(client, violation, "ems", tracking="EX123", arrival=arrival).status_code == 303
        assert (again(db, violation).served_at is not None) is (arrival == "delivered")
    assert brought(client, violation, "by_hand", arrival="delivered", person="本人").status_code == 303
    assert steps_of(db, violation) == ["note", "arrived"], "it arrives once"


def test_taken_back_it_did_not_arrive_until_it_does(sign_in: SignIn, estate: Estate, db: Session) -> None:
    violation, _customer, _unit = of_somebody(estate, S.notice_served, served_at=None)
    client = sign_in("limin")
    brought(client, violation, "by_hand", arrival="delivered", person="邻居")
    [entry] = db.scalars(select(LetterDelivery).filter_by(letter_id=violation.letter_id))
    data = {"reason": "送错了门"}
    assert client.post(f"/letters/deliveries/{entry.id}/take-back", data=data).status_code == 303
    after = again(db, violation)
    assert (after.state, after.served_at) == (S.notice_served, None)
    page = client.get(f"/violations/{violation.id}").text
    assert "送错了门" in page
    assert f"/letters/{violation.letter_id}#bringing" in page
    brought(client, violation, "by_hand", arrival="delivered", person="本人")
    assert again(db, violation).served_at is not None
    assert steps_of(db, violation) == ["note", "arrived", "unserved", "arrived"]


@pytest.mark.parametrize("state", [S.filed, S.dropped])
def test_of_what_is_over_the_letter_alone_is_noted(
    sign_in: SignIn, estate: Estate, db: Session, state: ViolationState
) -> None:
    letter = make_letter(estate)
    violation = make_violation(estate, state, letter_id=letter.id, served_at=None)
    with db.begin_nested():
        db.get_one(Letter, letter.id).about_id = violation.id
    db.commit()
    assert brought(sign_in("limin"), violation, "by_hand", arrival="delivered", person="本人").status_code == 303
    assert (again(db, violation).served_at, steps_of(db, violation)) == (None, ["note"])


def test_an_older_notice_moves_nothing(sign_in: SignIn, estate: Estate, db: Session) -> None:
    violation, _customer, _unit = of_somebody(estate, S.not_rectified, served_at=None)
    client, old = sign_in("limin"), violation.letter_id
    data = sent(violation, wording="再次通知", clause="", due_on="明天")
    assert client.post(f"/violations/{violation.id}/serve", data=data).status_code == 302
    late = {"delivered_on": "今天", "arrival": "delivered", "person": "本人"}
    assert client.post(f"/letters/{old}/serve/by_hand", data=late).status_code == 303
    assert again(db, violation).served_at is None


def test_whoever_handles_violations_may_bring_the_notice(sign_in: SignIn, estate: Estate, db: Session) -> None:
    violation, _customer, _unit = of_somebody(estate, S.notice_served, served_at=None)
    engineer = sign_in("sunhao")
    assert brought(engineer, violation, "by_hand", arrival="delivered", person="本人").status_code == 303
    assert engineer.get("/letters/write").status_code == 403, "letters of all kinds are the desk's"
    cashier_s = sign_in("cashier")
    assert brought(cashier_s, violation, "by_hand", arrival="delivered", person="本人").status_code == 403


def test_a_void_notice_is_served_anew(sign_in: SignIn, estate: Estate, db: Session) -> None:
    violation, _customer, _unit = of_somebody(estate, S.notice_served, served_at=None)
    client = sign_in("limin")
    letter = db.get_one(Letter, violation.letter_id)
    void = {"version": letter.version, "key": "v", "reason": "写错了"}
    assert client.post(f"/letters/{letter.id}/void", data=void).status_code == 302
    page = client.get(f"/violations/{violation.id}").text
    assert f"/letters/{letter.id}#bringing" not in page
    assert "作废" in page


def test_the_letter_leads_to_the_violation(sign_in: SignIn, estate: Estate) -> None:
    violation, _customer, _unit = of_somebody(estate, S.notice_served, served_at=None)
    page = sign_in("limin").get(f"/letters/{violation.letter_id}").text
    assert f'href="/violations/{violation.id}"' in page
    assert violation.number in page


def test_served_anew_the_old_proof_counts_no_more(sign_in: SignIn, estate: Estate, db: Session) -> None:
    violation, _customer, _unit = of_somebody(estate, S.not_rectified)
    old = violation.letter_id
    data = sent(violation, wording="再次通知", clause="", due_on="明天")
    assert sign_in("limin").post(f"/violations/{violation.id}/serve", data=data).status_code == 302
    after = again(db, violation)
    assert after.letter_id != old
    assert (after.state, after.served_at) == (S.notice_served, None)


@pytest.mark.parametrize("due", ["昨天", "不知道", "", "2099-01-01"])
def test_a_day_that_is_none_is_refused_and_takes_no_number(
    sign_in: SignIn, estate: Estate, db: Session, due: str
) -> None:
    violation, _customer, _unit = of_somebody(estate)
    data = sent(violation, wording="请搬走。", clause="", due_on=due)
    answer = sign_in("limin").post(f"/violations/{violation.id}/serve", data=data)
    assert answer.status_code == 422
    assert "请搬走。" in answer.text
    assert db.scalars(select(Letter)).all() == []


def test_stop_of_work_and_report_are_letters_too(sign_in: SignIn, estate: Estate, db: Session) -> None:
    violation, customer, _unit = of_somebody(estate, type_id=type_called("擅自拆改承重结构").id)
    boss = sign_in("zhouhui")
    data = sent(violation, "s", wording="立即停工。", due_on="明天", reason="危及整栋楼")
    assert boss.post(f"/violations/{violation.id}/stop", data=data).status_code == 302
    stopped = again(db, violation)
    assert (stopped.state, stopped.due_on is not None) == (S.stopped, True)
    data = sent(stopped, "e", authority="住房和城乡建设局", doc_no="建受5号", wording="拆了承重墙", due_on="明天")
    assert boss.post(f"/violations/{violation.id}/escalate", data=data).status_code == 302
    after = again(db, violation)
    stop, report = db.scalars(select(Letter).filter_by(about_id=violation.id).order_by(Letter.id))
    assert (after.state, after.letter_id) == (S.escalated, stop.id)
    assert (report.party, report.customer_id, report.doc_no) == ("住房和城乡建设局", None, "建受5号")
    clause = after.clause
    assert clause
    told = ((stop, ("YH-WG-03", customer.name, clause)), (report, ("YH-WG-04", "住房和城乡建设局", "建受5号", clause)))
    for letter, words in told:
        assert letter.content is not None
        assert (letter.content["clause"], clause in letter.content["body"]) == (clause, True)
        text = words_of(boss, f"/letters/{letter.id}/paper.pdf")
        assert all("".join(word.split()) in text for word in words)


@pytest.mark.parametrize("state", [S.noted, S.notice_served, S.not_rectified])
def test_where_nobody_is_known_no_work_is_stopped(
    sign_in: SignIn, estate: Estate, db: Session, state: ViolationState
) -> None:
    violation, known = make_violation(estate, state, person=""), make_violation(estate, state, person="装修队")
    boss = sign_in("zhouhui")
    for each, offered in ((violation, False), (known, True)):
        assert (f"/violations/{each.id}/stop" in boss.get(f"/violations/{each.id}").text) is offered
    assert boss.get(f"/violations/{violation.id}/stop").status_code in (409, 422)
    data = sent(violation, wording="立即停工。", due_on="明天", reason="危及整栋楼")
    assert boss.post(f"/violations/{violation.id}/stop", data=data).status_code == 422
    assert again(db, violation).state is state


def test_the_report_is_filled_with_what_was_done_not_with_the_order(sign_in: SignIn, estate: Estate) -> None:
    violation, _customer, _unit = of_somebody(estate, S.not_rectified)
    gone = make_letter(estate, about_id=violation.id, state=LetterState.void)
    make_inspection(violation)
    page = sign_in("zhouhui").get(f"/violations/{violation.id}/escalate").text
    typed = page[page.index("<textarea") :].partition("</textarea>")[0]
    letter = sign_in("zhouhui").get(f"/letters/{violation.letter_id}").text
    number = letter[letter.index("发〔") :].partition("-")[0]
    assert all(words in typed for words in (number, "2026-11-24", "还在"))
    assert violation.wording not in typed
    assert gone.number not in typed


# Looking again


def test_from_the_list_one_tap_with_a_photo(sign_in: SignIn, estate: Estate, db: Session, today: date) -> None:
    late, _c, _u = of_somebody(estate, S.notice_served, due_on=today - timedelta(days=2))
    due, _c, unit = of_somebody(estate, S.not_rectified, due_on=today)
    soon, _c, _u = of_somebody(estate, S.stopped, due_on=today + timedelta(days=5))
    far, _c, _u = of_somebody(estate, S.stopped, due_on=today + timedelta(days=50))
    other = [of_somebody(estate, state, due_on=today)[0] for state in (S.rectified, S.settled)]
    client = sign_in("limin")

    def listed(query: str = "") -> set[str]:
        page = client.get(f"/violations/inspections{query}")
        assert page.status_code == 200
        return {each.number for each in (late, due, soon, far, *other) if each.number in page.text}

    assert listed() == {late.number, due.number}
    assert listed("?until=week") == {late.number, due.number, soon.number}
    assert listed("?until=all") == {late.number, due.number, soon.number, far.number}
    assert listed(f"?until=all&building={unit.building_id}") == {due.number}
    assert listed("?until=poem&building=x") == {late.number, due.number}
    sent_in = sent(due, words="", next_on="明天", photos=[(picture(), "清完.jpg")])
    answer = client.post(f"/violations/{due.id}/passed?from=list", data=sent_in)
    assert answer.location == "/violations/inspections"
    assert again(db, due).state is S.rectified
    [inspection] = db.scalars(select(ViolationInspection).filter_by(violation_id=due.id))
    assert (inspection.passed, inspection.inspected_by, inspection.next_on) == (True, "李敏", None)
    assert inspection.words
    assert [each.stage for each in db.scalars(select(ViolationPhoto).filter_by(violation_id=due.id))] == ["inspected"]
    client.get("/violations/inspections")  # says what was done, once
    assert listed() == {late.number}


def test_after_a_tap_the_walk_goes_on_where_it_was(sign_in: SignIn, estate: Estate, today: date) -> None:
    first, _c, unit = of_somebody(estate, S.stopped, due_on=today + timedelta(days=5))
    walk = f"/violations/inspections?until=week&building={unit.building_id}"
    client = sign_in("limin")
    page = client.get(walk).text
    for verb in ("passed", "failed"):
        assert f"/violations/{first.id}/{verb}?from=list&amp;until=week&amp;building={unit.building_id}" in page
    address = f"/violations/{first.id}/failed?from=list&until=week&building={unit.building_id}"
    refused = client.post(address, data=sent(first, words="", next_on="明天"))
    assert (refused.status_code, walk.replace("&", "&amp;") in refused.text) == (422, True)
    assert client.post(address, data=sent(first, words="还在", next_on="明天")).location == walk


def test_not_put_right_wants_words_and_the_next_day(sign_in: SignIn, estate: Estate, db: Session, today: date) -> None:
    violation, _customer, _unit = of_somebody(estate, S.notice_served)
    client, address = sign_in("limin"), f"/violations/{violation.id}/failed?from=list"
    tomorrow = (today + timedelta(days=1)).isoformat()
    for words, next_on in (("", tomorrow), ("还在", "今天"), ("还在", "")):
        answer = client.post(address, data=sent(violation, words=words, next_on=next_on))
        assert answer.status_code == 422
    assert client.post(address, data=sent(violation, words="还在", next_on=tomorrow)).status_code == 302
    after = again(db, violation)
    assert (after.state, after.due_on) == (S.not_rectified, today + timedelta(days=1))


def test_with_a_photo_that_is_none_nothing_is_noted(sign_in: SignIn, estate: Estate, db: Session) -> None:
    violation, _customer, _unit = of_somebody(estate, S.notice_served)
    data = sent(violation, words="已清", photos=[(BytesIO(b"%PDF-1.4 no"), "a.png")])
    assert sign_in("limin").post(f"/violations/{violation.id}/passed?from=list", data=data).status_code == 422
    assert again(db, violation).state is S.notice_served
    assert db.scalars(select(ViolationInspection)).all() == []


def test_more_time_is_later_and_has_a_reason(sign_in: SignIn, estate: Estate, db: Session, today: date) -> None:
    violation, _customer, _unit = of_somebody(estate, S.notice_served, due_on=today)
    client, address = sign_in("limin"), f"/violations/{violation.id}/extend"
    later = (today + timedelta(days=7)).isoformat()
    for due, reason in ((later, ""), (today.isoformat(), "出差"), ("昨天", "出差")):
        assert client.post(address, data=sent(violation, due_on=due, reason=reason)).status_code == 422
    assert client.post(address, data=sent(violation, due_on=later, reason="出差")).status_code == 302
    after = again(db, violation)
    assert (after.due_on, after.state) == (today + timedelta(days=7), S.notice_served)


def test_the_sheet_of_inspections_has_each(sign_in: SignIn, estate: Estate) -> None:
    violation, customer, _unit = of_somebody(estate, S.rectified)
    make_inspection(violation)
    make_inspection(violation, passed=True)
    text = words_of(sign_in("limin"), f"/violations/{violation.id}/inspections.pdf")
    for words in ("YH-WG-02", violation.number, customer.name, "还在", "已经搬走"):
        assert words in text, words


def test_whoever_handles_them_is_told_once_a_day(
    app: Flask, work: Work, estate: Estate, db: Session, today: date
) -> None:
    due, _c, _u = of_somebody(estate, S.notice_served, due_on=today)
    late, _c, _u = of_somebody(estate, S.escalated, due_on=today - timedelta(days=1))
    of_somebody(estate, S.stopped, due_on=today + timedelta(days=1))
    of_somebody(estate, S.settled, due_on=today)
    with app.app_context():
        g.actor = system_actor("tests")
        assert (remind(), remind()) == (2, 0)
    assert again(db, due).warned_on == again(db, late).warned_on == today
    told = db.scalars(select(Notification).filter_by(url="/violations/inspections")).all()
    names = {name_of(db, each.user_id) for each in told}
    assert {"李敏", "周慧", "孙浩"} <= names
    assert "张建国" not in names
    assert len(told) == len(names)
    version = again(db, due).version
    assert version == due.version, "forms that are open stay good"


def name_of(db: Session, user_id: int) -> str:
    return db.get_one(User, user_id).full_name


# The deposit


def deduct(client: FlaskClient, violation: Violation, deposit: Deposit, amount: str, key: str = "k") -> Any:
    data = sent(violation, key, deposit_id=str(deposit.id), with_photos="y")
    data |= {"lines-0-amount": amount, "lines-0-reason": "清运费", "lines-0-clause": "装修协议第八条"}
    return client.post(f"/violations/{violation.id}/deduct", data=data)


def test_a_large_deduction_goes_through_a_second_person(
    sign_in: SignIn, work: Work, estate: Estate, db: Session
) -> None:
    violation, customer, unit = of_somebody(estate, S.rectified)
    deposit = make_deposit(customer, "5000.00", unit)
    boss = sign_in("zhouhui")
    for _each in range(2):
        assert deduct(boss, violation, deposit, "3000").location == f"/violations/{violation.id}"
    [asked] = db.scalars(select(DepositRequest))
    assert (asked.state, asked.amount, asked.alone) == (RequestState.requested, Decimal("3000.00"), False)
    after = again(db, violation)
    assert (after.deposit_request_id, after.deducted) == (asked.id, Decimal(0))
    settle = {"settlement": "deducted", "words": "从押金扣"}
    assert boss.post(f"/violations/{violation.id}/settle", data=sent(after, "s", **settle)).status_code == 422
    with work(as_("zhouhui")), pytest.raises(DomainError):
        deposits.approve(get_request(asked.id))
    with work(supervisor()):
        deposits.approve(get_request(asked.id))
    after = again(db, violation)
    assert after.deducted == Decimal("3000.00")
    assert db.get_one(Deposit, deposit.id).balance == Decimal("2000.00")
    assert boss.post(f"/violations/{violation.id}/settle", data=sent(after, "t", **settle)).status_code == 302
    assert again(db, violation).settlement is Settlement.deducted
    [entry] = db.scalars(select(LogEntry).filter_by(kind="ViolationDeducted"))
    assert (entry.data["amount"], entry.data["total"]) == ("3000.00", "3000.00")


def test_a_small_one_is_booked_at_once_and_may_be_taken_back(
    sign_in: SignIn, work: Work, estate: Estate, db: Session
) -> None:
    violation, customer, unit = of_somebody(estate, S.not_rectified)
    deposit = make_deposit(customer, unit=unit)
    assert deduct(sign_in("zhouhui"), violation, deposit, "100").status_code == 302
    assert again(db, violation).deducted == Decimal("100.00")
    movement_id = db.scalars(select(DepositMovement.id)).one()
    with work(as_("zhouhui")) as session:
        deposits.take_back(session.get_one(DepositMovement, movement_id), "扣错了", "back")
    assert again(db, violation).deducted == Decimal(0)
    assert db.get_one(Deposit, deposit.id).balance == deposit.balance


def void(client: FlaskClient, db: Session, violation: Violation) -> None:
    letter = db.get_one(Letter, violation.letter_id)
    answer = client.post(f"/letters/{letter.id}/void", data={"version": letter.version, "key": "v", "reason": "写错了"})
    assert answer.status_code == 302


def test_what_was_settled_by_a_deduction_keeps_it(sign_in: SignIn, work: Work, estate: Estate, db: Session) -> None:
    violation, customer, unit = of_somebody(estate, S.not_rectified)
    deposit = make_deposit(customer, unit=unit)
    boss = sign_in("zhouhui")
    assert deduct(boss, violation, deposit, "100").status_code == 302
    movement_id = db.scalars(select(DepositMovement.id)).one()
    data = sent(again(db, violation), "s", settlement="deducted", words="从押金扣")
    assert boss.post(f"/violations/{violation.id}/settle", data=data).status_code == 302
    for state in (S.settled, S.filed):
        assert again(db, violation).state is state
        with work(as_("zhouhui")) as session, pytest.raises(DomainError, match=violation.number):
            deposits.take_back(session.get_one(DepositMovement, movement_id), "扣错了", f"back-{state}")
        boss.post(f"/violations/{violation.id}/file", data=sent(again(db, violation), "f"))
    assert again(db, violation).deducted == Decimal("100.00")
    assert db.get_one(Deposit, deposit.id).balance == Decimal("1900.00")


def test_settled_otherwise_the_deduction_may_be_taken_back(
    sign_in: SignIn, work: Work, estate: Estate, db: Session
) -> None:
    violation, customer, unit = of_somebody(estate, S.not_rectified)
    boss = sign_in("zhouhui")
    deduct(boss, violation, make_deposit(customer, unit=unit), "100")
    data = sent(again(db, violation), "s", settlement="compensated", words="另行赔付")
    assert boss.post(f"/violations/{violation.id}/settle", data=data).status_code == 302
    with work(as_("zhouhui")) as session:
        deposits.take_back(session.scalars(select(DepositMovement)).one(), "改为赔付", "back")
    assert again(db, violation).deducted == Decimal(0)


def test_while_a_deduction_is_to_be_taken_back_settling_waits(
    sign_in: SignIn, work: Work, estate: Estate, db: Session
) -> None:
    violation, customer, unit = of_somebody(estate, S.rectified)
    other, _customer, _unit = of_somebody(estate, S.rectified, deducted=Decimal("100.00"))
    boss = sign_in("zhouhui")
    deduct(boss, violation, make_deposit(customer, "5000.00", unit), "3000")
    with work(supervisor()):
        deposits.approve(get_request(db.scalars(select(DepositRequest.id)).one()))
    with work(as_("zhouhui")) as session:
        asked = deposits.take_back(session.scalars(select(DepositMovement)).one(), "扣多了", "back").id
    after, settle = again(db, violation), {"settlement": "deducted", "words": "从押金扣"}
    assert after.deducted == Decimal("3000.00")
    assert boss.post(f"/violations/{violation.id}/settle", data=sent(after, "s", **settle)).status_code == 422
    assert boss.post(f"/violations/{other.id}/settle", data=sent(other, "o", **settle)).status_code == 302
    with work(supervisor()):
        deposits.refuse(get_request(asked), "不予退回")
    assert boss.post(f"/violations/{violation.id}/settle", data=sent(after, "t", **settle)).status_code == 302


def test_what_is_to_be_taken_back_is_not_filed_meanwhile(
    sign_in: SignIn, work: Work, estate: Estate, db: Session
) -> None:
    violation, customer, unit = of_somebody(estate, S.rectified)
    boss = sign_in("zhouhui")
    deduct(boss, violation, make_deposit(customer, "5000.00", unit), "3000")
    with work(supervisor()):
        deposits.approve(get_request(db.scalars(select(DepositRequest.id)).one()))
    settle = {"settlement": "rectified", "words": "已清理"}
    boss.post(f"/violations/{violation.id}/settle", data=sent(again(db, violation), "s", **settle))
    with work(as_("zhouhui")) as session:
        asked = deposits.take_back(session.scalars(select(DepositMovement)).one(), "扣多了", "back").id
    address = f"/violations/{violation.id}/file"
    assert boss.post(address, data=sent(again(db, violation), "f")).status_code == 422
    with work(supervisor()):
        deposits.approve(get_request(asked))
    assert again(db, violation).deducted == Decimal(0)
    assert boss.post(address, data=sent(again(db, violation), "g")).status_code == 302


def test_no_money_rests_on_a_notice_that_did_not_arrive(sign_in: SignIn, estate: Estate, db: Session) -> None:
    violation, customer, unit = of_somebody(estate, S.rectified, served_at=None)
    deposit, boss = make_deposit(customer, unit=unit), sign_in("zhouhui")
    assert deduct(boss, violation, deposit, "100").status_code == 422
    assert f"/violations/{violation.id}/deduct" not in boss.get(f"/violations/{violation.id}").text
    assert db.scalars(select(DepositRequest)).all() == []
    assert brought(boss, violation, "by_hand", arrival="delivered", person="本人").status_code == 303
    assert deduct(boss, again(db, violation), deposit, "100").status_code == 302


@pytest.mark.parametrize(
    ("state", "action"), [(S.not_rectified, "settle"), (S.rectified, "settle"), (S.settled, "file")]
)
def test_nothing_rests_on_a_void_notice_until_it_is_made_out_again(
    sign_in: SignIn, estate: Estate, db: Session, state: ViolationState, action: str
) -> None:
    violation, customer, unit = of_somebody(estate, state, served_at=None)
    boss, page = sign_in("zhouhui"), f"/violations/{violation.id}"
    deposit = make_deposit(customer, unit=unit)
    assert f"{page}/{action}" in boss.get(page).text
    void(boss, db, violation)
    shown = boss.get(page).text
    assert (f"{page}/{action}" in shown, f"{page}/deduct" in shown, f"{page}/serve" in shown) == (False, False, True)
    data = {"settlement": "compensated", "words": "已赔偿"}
    assert boss.post(f"{page}/{action}", data=sent(violation, "a", **data)).status_code == 422
    assert deduct(boss, violation, deposit, "100").status_code == 422
    assert again(db, violation).state is state
    anew = sent(violation, "n", wording="请搬走。", clause="", due_on="明天")
    assert boss.post(f"{page}/serve", data=anew).status_code == 302
    after = again(db, violation)
    assert (after.state, after.letter_id != violation.letter_id) == (S.notice_served, True)
    assert (after.settlement, after.settled_at, after.rectified_at) == (None, None, None)
    assert boss.post(f"{page}/passed", data=sent(after, "p", words="已清")).status_code == 302
    assert boss.post(f"{page}/settle", data=sent(again(db, violation), "s", **data)).status_code == 302


def test_turned_down_nothing_is_deducted_and_one_may_ask_again(
    sign_in: SignIn, work: Work, estate: Estate, db: Session
) -> None:
    violation, customer, unit = of_somebody(estate, S.rectified)
    deposit = make_deposit(customer, "5000.00", unit)
    boss = sign_in("zhouhui")
    deduct(boss, violation, deposit, "3000")
    assert deduct(boss, again(db, violation), deposit, "2000", "again").status_code == 422
    with work(supervisor()):
        deposits.refuse(get_request(db.scalars(select(DepositRequest.id)).one()), "依据不足")
    [entry] = db.scalars(select(LogEntry).filter_by(kind="ViolationDeductionRefused"))
    assert entry.data["remark"] == "依据不足"
    assert deduct(boss, again(db, violation), deposit, "2000", "third").status_code == 302
    assert again(db, violation).deducted == Decimal(0)


def test_only_the_customers_own_deposit_and_no_more_than_is_left(sign_in: SignIn, estate: Estate, db: Session) -> None:
    violation, customer, unit = of_somebody(estate, S.rectified)
    own, foreign = make_deposit(customer, "500.00", unit), make_deposit(make.make_customer(estate))
    boss = sign_in("zhouhui")
    assert deduct(boss, violation, foreign, "100").status_code == 422
    assert deduct(boss, violation, own, "501").status_code == 422
    assert deduct(boss, violation, own, "-1").status_code == 422
    assert deduct(boss, violation, own, "").status_code == 422
    assert db.scalars(select(DepositRequest)).all() == []


def test_what_is_wrong_in_a_line_stands_above_the_form(sign_in: SignIn, estate: Estate) -> None:
    violation, customer, unit = of_somebody(estate, S.rectified)
    deposit = make_deposit(customer, "500.00", unit)
    data = sent(violation, deposit_id=str(deposit.id), photos=[(picture(), "一.jpg")])
    data |= {"lines-0-amount": "100", "lines-0-reason": "清运费", "lines-1-amount": "-1", "lines-1-reason": ""}
    page = sign_in("zhouhui").post(f"/violations/{violation.id}/deduct", data=data).text
    summary = page[page.index("data-summary") :].partition("</ul>")[0]
    assert 'href="#lines-1-amount"' in summary
    assert 'href="#lines-1-reason"' in summary
    assert "lines-0" not in summary
    assert "照片" in summary, "they are to be chosen again"


def test_an_open_violation_keeps_the_renovation_deposit_until_it_is_settled(
    sign_in: SignIn, work: Work, estate: Estate, db: Session
) -> None:
    violation, customer, unit = of_somebody(estate, S.rectified)
    held = make_deposit(customer, unit=unit)
    free = [make_deposit(customer, kind="key"), make_deposit(make.make_customer(estate))]
    with work(cashier()):
        told = refund_hindrance(get_deposit(held.id))
        assert violation.number in told
        assert [refund_hindrance(get_deposit(each.id)) for each in free] == ["", ""]
        with pytest.raises(DomainError, match=violation.number):
            deposits.ask(get_deposit(held.id), wish(MovementKind.refund, "2000.00"))
    data = sent(violation, settlement="rectified", words="已清理")
    assert sign_in("limin").post(f"/violations/{violation.id}/settle", data=data).status_code == 302
    with work(cashier()):
        assert refund_hindrance(get_deposit(held.id)) == ""
        deposits.ask(get_deposit(held.id), wish(MovementKind.refund, "2000.00"))


def test_an_unknown_persons_violation_keeps_the_units_deposit(work: Work, estate: Estate) -> None:
    unit = make.make_unit(estate)
    held = make_deposit(make.make_customer(estate, unit=unit), unit=unit)
    violation = make_violation(estate, unit=unit)
    with work(cashier()):
        assert violation.number in refund_hindrance(get_deposit(held.id))


@pytest.mark.parametrize("state", [S.settled, S.filed, S.dropped])
def test_what_is_over_keeps_nothing(work: Work, estate: Estate, state: ViolationState) -> None:
    _violation, customer, unit = of_somebody(estate, state)
    held = make_deposit(customer, unit=unit)
    with work(cashier()):
        assert refund_hindrance(get_deposit(held.id)) == ""


# Into the dossier


def test_the_second_sheet_says_how_it_ended(sign_in: SignIn, estate: Estate, db: Session) -> None:
    violation, _customer, _unit = of_somebody(estate, S.stopped, deducted=Decimal("200.00"))
    boss = sign_in("zhouhui")
    data = sent(violation, "e", authority="住房和城乡建设局", wording="拆了承重墙", due_on="明天")
    assert boss.post(f"/violations/{violation.id}/escalate", data=data).status_code == 302
    data = sent(again(db, violation), "s", settlement="authority", words="已由住建局立案，交其处理。")
    assert boss.post(f"/violations/{violation.id}/settle", data=data).status_code == 302
    letters = db.scalars(select(Letter).filter_by(about_id=violation.id)).all()
    assert len(letters) == 2
    text = words_of(boss, f"/violations/{violation.id}/inspections.pdf")
    told = ["交由行政部门处理", "已由住建局立案，交其处理。", "200.00", "周慧", *(each.number for each in letters)]
    for words in told:
        assert words in text, words


@pytest.mark.parametrize("inspected", [True, False])
def test_filed_both_papers_lie_in_the_dossier_once(
    app: Flask, sign_in: SignIn, estate: Estate, db: Session, *, inspected: bool
) -> None:
    violation, customer, _unit = of_somebody(estate, S.settled)
    make.make_dossier(estate, subject_id=customer.id)
    if inspected:
        make_inspection(violation, passed=True)
    client = sign_in("limin")
    for _each in range(2):
        assert client.post(f"/violations/{violation.id}/file", data=sent(violation)).status_code == 302
    assert runner.run_all(app) > 0
    items = db.scalars(select(Item).where(Item.source_id == violation.id).order_by(Item.id)).all()
    assert sorted(each.source_kind or "" for each in items) == ["violation", "violation_inspections"]
    assert {each.doc_no for each in items} == {violation.number}
    assert again(db, violation).state is S.filed
    assert violation.number in client.get(f"/tenants/customers/{customer.id}?tab=archive").text
    assert client.get(f"/violations/{violation.id}/inspections.pdf").status_code == 200


@pytest.mark.parametrize("lies", [(), ("violation",), ("violation_inspections",)])
def test_whichever_paper_is_missing_it_is_noticed(sign_in: SignIn, estate: Estate, lies: tuple[str, ...]) -> None:
    violation, customer, _unit = of_somebody(estate, S.filed)
    dossier = make.make_dossier(estate, subject_id=customer.id)
    client = sign_in("limin")
    for kind in lies:
        make.make_item(dossier, source_kind=kind, source_id=violation.id)
    assert violation.number in client.get("/violations/?state=unfiled").text
    for kind in {"violation", "violation_inspections"} - set(lies):
        make.make_item(dossier, source_kind=kind, source_id=violation.id)
    assert violation.number not in client.get("/violations/?state=unfiled").text


def test_of_nobodys_file_nothing_is_pressed(app: Flask, sign_in: SignIn, estate: Estate, db: Session) -> None:
    violation = make_violation(estate, S.settled)
    assert sign_in("limin").post(f"/violations/{violation.id}/file", data=sent(violation)).status_code == 302
    assert again(db, violation).state is S.filed
    assert runner.run_all(app) == 0


# What others see


def test_customer_and_unit_show_it_and_it_is_found_by_its_number(
    sign_in: SignIn, estate: Estate, other_estate: Estate
) -> None:
    violation, customer, unit = of_somebody(estate, S.notice_served, number="G2611-0777")
    elsewhere = make_violation(other_estate, number="G2611-0778")
    client = sign_in("limin")
    assert violation.number in client.get(f"/tenants/customers/{customer.id}?tab=violations").text
    assert violation.number in client.get(f"/tenants/units/{unit.id}").text
    assert f"/violations/new?customer_id={customer.id}" in client.get(f"/card/customer/{customer.id}").text
    assert client.get("/search", query_string={"q": " g2611-0777"}).location == f"/violations/{violation.id}"
    assert client.get("/search", query_string={"q": elsewhere.number}).status_code == 200
    assert client.get(f"/violations/{elsewhere.id}").status_code == 404
    assert sign_in("administrator").get("/search", query_string={"q": violation.number}).status_code == 200


def test_the_start_page_counts_what_is_due(sign_in: SignIn, estate: Estate, other_estate: Estate, today: date) -> None:
    of_somebody(estate, S.notice_served, due_on=today)
    of_somebody(estate, S.stopped, due_on=today - timedelta(days=1))
    make_violation(other_estate, S.stopped, due_on=today)
    page = sign_in("limin").get("/").text
    section = page[page.index('id="violations-work"') :].partition("</section>")[0]
    values = [part.partition("<")[0] for part in section.split('figure-value">')[1:]]
    assert values == ["2", "1", "1"]
    assert 'id="violations-work"' not in sign_in("repair_worker").get("/").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=open", {"a", "b", "c"}),
        ("state=unsettled", {"a", "b"}),
        ("state=to_inspect", {"b"}),
        ("state=ended", {"d"}),
        ("state=settled", {"c"}),
        ("due=overdue", {"b"}),
        ("due=today", set()),
        ("due=week", set()),
        ("q=红衣", {"a"}),
        ("q=G2611-09", {"a", "b", "c", "d"}),
        ("since=明天", set()),
    ],
)
def test_the_list_is_narrowed(sign_in: SignIn, estate: Estate, query: str, found: set[str]) -> None:
    states = {"a": S.noted, "b": S.notice_served, "c": S.settled, "d": S.dropped}
    people = {"a": "穿红衣服的人"}
    made = {
        name: make_violation(estate, state, number=f"G2611-09{place}", person=people.get(name, "某人"))
        for place, (name, state) in enumerate(states.items())
    }
    page = sign_in("limin").get(f"/violations/?{query}").text
    assert {name for name, each in made.items() if each.number in page} == found


def test_pages_cost_as_many_queries_for_ten_as_for_one(
    sign_in: SignIn, estate: Estate, queries: Callable[..., Any], today: date
) -> None:
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    client = sign_in("limin")
    paths = ("/violations/inspections?until=all", f"/tenants/customers/{customer.id}?tab=violations", "/")

    def counts() -> list[int]:
        found = []
        for path in paths:
            client.get(path)
            with queries() as seen:
                assert client.get(path).status_code == 200
            found.append(len(seen))
        return found

    make_violation(estate, S.notice_served, unit, customer_id=customer.id, due_on=today)
    one = counts()
    for _each in range(9):
        make_violation(estate, S.notice_served, unit, customer_id=customer.id, due_on=today)
    assert counts() == one


def test_photos_are_added_until_it_is_over(sign_in: SignIn, estate: Estate, db: Session) -> None:
    violation, over = make_violation(estate), make_violation(estate, S.filed)
    client = sign_in("limin")

    def add(to: Violation, who: FlaskClient, key: str = "p") -> int:
        data = {"key": key, "stage": "found", "photos": [(picture(), "一.jpg"), (picture("blue"), "二.jpg")]}
        return int(who.post(f"/violations/{to.id}/photos", data=data).status_code)

    assert [add(violation, client), add(violation, client)] == [302, 302]
    assert len(db.scalars(select(ViolationPhoto)).all()) == 2
    assert add(over, client, "q") == 403
    assert add(violation, sign_in("caoning"), "r") == 403
    assert add(make_violation(estate), client) == 422, "this form was another one's"


def test_of_photos_that_are_refused_none_is_shown(sign_in: SignIn, estate: Estate, db: Session) -> None:
    violation = make_violation(estate)
    photos = [(picture(), "一.jpg"), (BytesIO(b"a;b"), "二.csv")]
    answer = sign_in("limin").post(
        f"/violations/{violation.id}/photos", data={"key": "p", "stage": "found", "photos": photos}
    )
    assert (answer.status_code, "二.csv" in answer.text) == (422, True)
    assert "/violations/photos/" not in answer.text
    assert db.scalars(select(ViolationPhoto)).all() == []
