"""A complaint's page and lists, its steps as they are sent, and what of a caller is shown where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.dossiers.models import Item
from crm.audit.log import record
from crm.audit.models import LogEntry
from crm.billing.arrears.matters import grounds_open
from crm.billing.ledger.models import Dispute
from crm.complaints.cases import service
from crm.complaints.cases.events import ComplaintEnded
from crm.complaints.cases.listings import complaints
from crm.complaints.cases.models import About, Complaint, ComplaintCaller, ComplaintState, ComplaintStep, Outcome
from crm.complaints.cases.queries import get_case
from crm.complaints.cases.service import Found, Said
from crm.complaints.categories.models import Severity
from crm.dates import business_day, utc_now
from crm.jobs.runner import run_all
from crm.lists.asking import asked
from crm.phones import mask_phone
from crm.properties.models import Estate
from crm.tenants import closing
from crm.tenants.closing import Closed, Paper
from crm.web.pdf import press
from tests import factories as make
from tests.acting import as_
from tests.billing.ledger.making import make_dispute
from tests.billing.making import make_bill
from tests.complaints.hanging import make_verified
from tests.complaints.making import (
    DIGITS,
    NOW,
    department_called,
    make_callback,
    make_caller,
    make_case,
    make_complained,
    make_to_call,
)
from tests.repairs.making import user_called

SignIn = Callable[[str], FlaskClient]
S = ComplaintState
OTHER = "13900002222"


def now_of(db: Session, case: Complaint) -> Complaint:
    db.expire_all()
    return db.get_one(Complaint, case.id)


def sent(case: Complaint, key: str = "once", **more: Any) -> dict[str, Any]:
    return {"version": case.version, "key": key, **more}


def test_the_page_says_what_is_known_and_masks_the_number(sign_in: SignIn, estate: Estate) -> None:
    case = make_complained(estate, S.acting, plan="换人上门")
    page = sign_in("limin").get(f"/complaints/{case.id}").text
    for words in (case.number, "报修三天没人来", "欧阳娜娜", mask_phone(DIGITS), "孙浩", "工程维修部", "换人上门"):
        assert words in page, words
    assert DIGITS not in page
    assert f"/complaints/{case.id}/reply" in page
    assert f"/complaints/{case.id}/close" not in page, "nothing is offered that is refused"


@pytest.mark.parametrize(
    ("state", "given", "following"),
    [
        (S.received, {}, "acknowledge"),
        (S.acknowledged, {}, "classify"),
        (S.classified, {}, "investigate"),
        (S.investigating, {}, "act"),
        (S.investigating, {"severity": Severity.urgent}, "plan"),
        (S.investigating, {"severity": Severity.urgent, "plan": "换人"}, "approve_plan"),
        (S.acting, {}, "reply"),
        (S.called_back, {}, "close"),
        (S.closed, {}, "file"),
    ],
)
def test_the_next_step_stands_out(
    sign_in: SignIn, estate: Estate, state: S, given: dict[str, Any], following: str
) -> None:
    case = make_complained(estate, state, **given)
    page = sign_in("zhouhui").get(f"/complaints/{case.id}").text
    assert f'<a class="btn btn-primary" href="/complaints/{case.id}/{following}" data-key="w">' in page
    assert page.count('data-key="w"') == 1


def test_whoever_it_is_about_is_told_why_there_is_no_button(sign_in: SignIn, estate: Estate) -> None:
    case = make_complained(estate, S.called_back)
    told = "针对您所在部门"
    page = sign_in("sunhao").get(f"/complaints/{case.id}").text
    assert told in page
    assert f"/complaints/{case.id}/close" not in page
    assert told not in sign_in("limin").get(f"/complaints/{case.id}").text


def test_a_step_is_taken_once_however_often_its_form_is_sent(sign_in: SignIn, estate: Estate, db: Session) -> None:
    case = make_complained(estate)
    clerk = sign_in("limin")
    for _ in range(3):
        answer = clerk.post(f"/complaints/{case.id}/acknowledge", data=sent(case, note="今天上门"))
        assert answer.location == f"/complaints/{case.id}"
    steps = db.scalars(select(ComplaintStep.action).filter_by(complaint_id=case.id).order_by(ComplaintStep.id)).all()
    assert steps == ["receive", "acknowledge"]
    assert now_of(db, case).acknowledged_at is not None


def test_a_form_opened_on_an_older_state_changes_nothing(sign_in: SignIn, estate: Estate, db: Session) -> None:
    case = make_case(estate, S.classified)
    clerk = sign_in("limin")
    assert clerk.post(f"/complaints/{case.id}/investigate", data=sent(case, "a")).status_code == 302
    late = clerk.post(f"/complaints/{case.id}/escalate", data=sent(case, "b", reason="要赔钱"))
    assert late.status_code == 409
    assert now_of(db, case).level == 0


@pytest.mark.parametrize(
    ("action", "state", "data", "words"),
    [
        ("acknowledge", S.received, {"note": " "}, "请写下说了什么"),
        ("contact", S.acting, {"note": ""}, "请写下说了什么"),
        ("plan", S.investigating, {"plan": ""}, "请写明做什么"),
        ("reply", S.acting, {"reply": ""}, "请写明怎么答复客户"),
        ("escalate", S.acting, {"reason": ""}, "请填写原因"),
        ("withdraw", S.acting, {"reason": ""}, "请填写原因"),
        ("assign", S.acting, {"handler_id": "999999"}, "不是有效的选择"),
        ("close", S.called_back, {"cause": "response", "cause_words": "没人"}, "请选择投诉是否成立"),
        ("close", S.called_back, {"outcome": "justified", "cause_words": "没人"}, "请选择原因"),
        ("close", S.called_back, {"outcome": "justified", "cause": "response"}, "请写明是怎么造成的"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_done(
    sign_in: SignIn, estate: Estate, db: Session, action: str, state: S, data: dict[str, str], words: str
) -> None:
    case = make_case(estate, state)
    answer = sign_in("limin").post(f"/complaints/{case.id}/{action}", data=sent(case, **data))
    assert answer.status_code == 422
    assert words in answer.text
    assert now_of(db, case).version == case.version


def test_it_is_classified_by_its_form(sign_in: SignIn, estate: Estate, db: Session) -> None:
    case = make_case(estate, S.acknowledged)
    clerk = sign_in("limin")
    form = clerk.get(f"/complaints/{case.id}/classify").text
    assert "工程维修部" in form
    chosen = {"category_id": case.category_id, "severity": "urgent", "about": "service"}
    nobody = clerk.post(f"/complaints/{case.id}/classify", data=sent(case, "n", about_department_id="", **chosen))
    assert "请说明投诉的是谁" in nobody.text
    engineers, limin = department_called("工程维修部"), user_called("limin").id
    more = {"about_department_id": engineers, "handler_id": limin}
    assert clerk.post(f"/complaints/{case.id}/classify", data=sent(case, **chosen, **more)).status_code == 302
    after = now_of(db, case)
    assert (after.state, after.severity, after.handler_id) == (S.classified, Severity.urgent, limin)


@pytest.mark.parametrize("path", ["", "/acknowledge", "/classify", "/close", "/file"])
def test_another_estates_case_is_none(sign_in: SignIn, other_estate: Estate, path: str) -> None:
    case = make_case(other_estate)
    assert sign_in("limin").get(f"/complaints/{case.id}{path}").status_code == 404


def test_another_estates_callers_and_calls_are_none(sign_in: SignIn, other_estate: Estate) -> None:
    case = make_to_call(other_estate)
    clerk = sign_in("limin")
    assert clerk.get(f"/complaints/callbacks/{case.id}").status_code == 404
    assert clerk.get(f"/complaints/callers/{make_caller(case).id}/number").status_code == 404
    assert case.number not in clerk.get("/complaints/").text
    assert case.number not in clerk.get("/complaints/callbacks/").text


def test_who_may_not_take_a_step_meets_a_closed_door(sign_in: SignIn, estate: Estate) -> None:
    case = make_case(estate, S.called_back)
    auditor = sign_in("auditor")
    assert auditor.get(f"/complaints/{case.id}").status_code == 200
    for action in ("close", "reopen", "file", "withdraw", "contact"):
        assert auditor.post(f"/complaints/{case.id}/{action}").status_code == 403
    assert auditor.get("/complaints/callbacks/").status_code == 403


# Who complains


def test_an_anonymous_caller_is_named_nowhere(sign_in: SignIn, estate: Estate) -> None:
    unit = make.make_unit(estate)
    secret = make.make_customer(estate, "慕容秋荻", unit=unit)
    case = make_case(estate, S.replied, make.make_unit(estate))
    make_caller(case, secret, anonymous=True, digits=OTHER, name="慕容秋荻", unit_id=unit.id)
    make_caller(case)
    clerk = sign_in("limin")
    for path in (
        f"/complaints/{case.id}",
        f"/complaints/callbacks/{case.id}",
        "/complaints/",
        "/complaints/?q=慕容秋荻",
        f"/complaints/?q={OTHER[-4:]}",
        "/complaints/callbacks/",
        f"/tenants/customers/{secret.id}?tab=complaints",
    ):
        page = clerk.get(path)
        assert page.status_code == 200
        body = page.text if "customers" not in path else page.text.partition("complaints-of")[2]
        assert OTHER not in body, path
        assert mask_phone(OTHER) not in body, path
        if "q=" not in path:
            assert "慕容秋荻" not in body, path
        if "q=" in path or "customers" in path:
            assert case.number not in body, path
    with_right = clerk.get(f"/complaints/{case.id}").text
    assert "匿名" in with_right


def test_a_number_is_shown_for_a_reason_that_is_kept(sign_in: SignIn, estate: Estate, db: Session) -> None:
    customer = make.make_customer(estate)
    case = make_case(estate)
    named = make_caller(case, customer, digits=DIGITS)
    hidden = make_caller(case, customer, digits=OTHER, anonymous=True)
    clerk = sign_in("limin")
    for caller, digits in ((named, DIGITS), (hidden, OTHER)):
        path = f"/complaints/callers/{caller.id}/number"
        assert digits not in clerk.get(path).text
        assert digits in clerk.post(path, data={"reason": "call_back"}).text
    entries = db.scalars(select(LogEntry).filter_by(kind="ComplaintNumberShown").order_by(LogEntry.id)).all()
    assert [entry.data["customer_ids"] for entry in entries] == [[customer.id], []]
    assert sign_in("auditor").get(f"/complaints/callers/{named.id}/number").status_code == 403


def test_the_neighbours_file_says_nothing_of_the_caller(
    sign_in: SignIn, work: Callable[..., Any], estate: Estate
) -> None:
    home = make.make_unit(estate)
    neighbour = make.make_customer(estate, "公孙绿萼", unit=home)
    caller = make.make_customer(estate, "慕容秋荻", unit=make.make_unit(estate))
    given = {"about": About.neighbour, "about_customer_id": neighbour.id, "about_department_id": None}
    case = make_case(estate, S.received, home, words="慕容家说楼上半夜唱歌", **given)
    make_caller(case, caller, digits=OTHER)
    with work(as_("limin")):
        service.acknowledge(get_case(case.id), Said(note="慕容秋荻：今晚去看"))
    clerk = sign_in("limin")
    pages = [clerk.get(f"/tenants/customers/{neighbour.id}?tab={tab}").text for tab in ("overview", "complaints")]
    pages.append(clerk.get(f"/tenants/units/{home.id}").text)
    for page in pages:
        assert "慕容" not in page
        assert mask_phone(OTHER) not in page
    assert case.number in pages[1], "that somebody complained is known"
    own = clerk.get(f"/tenants/customers/{caller.id}?tab=complaints").text
    assert "楼上半夜唱歌" in own
    assert "今晚去看" in own, "the file of the caller has what was answered"


# Lists and search


def test_the_list_is_narrowed(sign_in: SignIn, estate: Estate) -> None:
    unit = make.make_unit(estate)
    first = make_complained(estate, S.acting, unit, words="电梯坏了两天", level=1, result_due_at=NOW)
    make_caller(first, digits=OTHER)
    second = make_case(estate, S.filed, severity=Severity.urgent, words="保洁不扫楼道", satisfied=True)
    clerk = sign_in("limin")

    def found(query: str) -> set[str]:
        page = clerk.get(f"/complaints/?{query}").text
        return {case.number for case in (first, second) if case.number in page}

    for query in (
        "state=open",
        "late=1",
        "state=acting",
        "level=1",
        "severity=ordinary",
        f"building={unit.building_id}",
        f"handler={user_called('sunhao').id}&state=unreplied",
        f"q={first.number.lower()}",
        "q=欧阳",
        "q=电梯",
        f"q={OTHER[-4:]}",
        f"q={unit.label}",
    ):
        assert found(query) == {first.number}, query
    for query in ("state=ended", "severity=urgent", "q=楼道"):
        assert found(query) == {second.number}, query
    for query in (f"department={department_called('工程维修部')}", f"category={first.category_id}", "channel=phone"):
        assert found(query) == {first.number, second.number}, query
    assert found("since=2026-11-25") == set()
    assert found("callback=1") == set()


def test_the_list_counts_what_its_reader_may_see(
    app: Flask, work: Callable[..., Any], estate: Estate, other_estate: Estate
) -> None:
    for place in (estate, estate, other_estate):
        make_complained(place)
    everybody = as_("zhouhui")
    for who, figure in ((everybody, 3), (replace(everybody, estate_ids=frozenset({estate.id})), 2)):
        for address in ("/complaints/", "/complaints/?state=open"):
            with app.test_request_context(address), work(who):
                assert asked(complaints(utc_now(), business_day())).summary() == (figure, {})


def test_a_case_is_found_by_its_number(sign_in: SignIn, estate: Estate, other_estate: Estate) -> None:
    case, elsewhere = make_case(estate, number="T2611-0777"), make_case(other_estate, number="T2611-0778")
    clerk = sign_in("limin")
    assert clerk.get("/search", query_string={"q": " t2611-0777"}).location == f"/complaints/{case.id}"
    assert clerk.get("/search", query_string={"q": elsewhere.number}).status_code == 200
    assert sign_in("administrator").get("/search", query_string={"q": case.number}).status_code == 200


def test_the_desk_counts_what_waits(sign_in: SignIn, estate: Estate) -> None:
    make_case(estate)
    make_to_call(estate, callback_due_on=date(2026, 11, 20))
    page = sign_in("limin").get("/").text
    for words in ("未答复结果的投诉", "未首次答复的投诉", "到期的投诉回访"):
        assert words in page
    assert "未首次答复的投诉" not in sign_in("administrator").get("/").text


def test_the_page_costs_the_same_for_many_callers(sign_in: SignIn, estate: Estate, queries: Callable[..., Any]) -> None:
    case = make_complained(estate, S.acting)
    clerk = sign_in("limin")

    def count() -> int:
        clerk.get(f"/complaints/{case.id}")
        with queries() as seen:
            assert clerk.get(f"/complaints/{case.id}").status_code == 200
        return len(seen)

    one = count()
    for _ in range(5):
        customer = make.make_customer(estate)
        make.make_phone(customer, OTHER)
        make_caller(case, customer)
    assert count() == one


def test_the_form_says_who_else_would_lose_the_case(sign_in: SignIn, estate: Estate, db: Session) -> None:
    case = make_complained(estate, S.acting)
    clerk, address = sign_in("zhouhui"), f"/complaints/{case.id}/withdraw"
    assert 'name="for_all"' not in clerk.get(address).text
    make_caller(case, anonymous=True, name="不说")
    make_caller(case, name="诸葛亮")
    page = clerk.get(address).text
    assert 'name="for_all"' in page
    assert "诸葛亮" in page
    assert "不说" not in page
    refused = clerk.post(address, data=sent(case, reason="不投诉了"))
    assert (refused.status_code, now_of(db, case).state) == (422, S.acting)
    assert clerk.post(address, data=sent(case, reason="不投诉了", for_all="1")).status_code == 302
    assert now_of(db, case).state is S.withdrawn


# Calling back


def test_only_those_one_may_call_are_on_the_list(sign_in: SignIn, estate: Estate) -> None:
    ours = make_to_call(estate)
    about_us = make_to_call(estate, about_department_id=department_called("客户服务部"))
    mine = make_to_call(estate, handler_id=user_called("limin").id)
    nobody = make_case(estate, S.replied, wants_callback=False)
    page = sign_in("limin").get("/complaints/callbacks/").text
    assert ours.number in page
    assert mask_phone(DIGITS) in page
    assert DIGITS not in page
    for case in (about_us, mine, nobody):
        assert case.number not in page


def test_a_call_back_leads_to_the_next(sign_in: SignIn, estate: Estate, db: Session) -> None:
    first, second = make_to_call(estate), make_to_call(estate)
    clerk = sign_in("limin")
    caller = caller_of(db, first)
    page = clerk.get(f"/complaints/callbacks/{first.id}").text
    assert "已修好并道歉" in page
    data = {"key": "k1", "answer": "unreached", "caller_id": caller}
    for _ in range(2):
        assert clerk.post(f"/complaints/callbacks/{first.id}", data=data).location in (
            f"/complaints/callbacks/{second.id}",
            "/complaints/callbacks/",
        )
    content = {"key": "k2", "answer": "satisfied", "score": "5", "caller_id": caller}
    assert clerk.post(f"/complaints/callbacks/{first.id}", data=content).location == f"/complaints/{first.id}"
    assert now_of(db, first).state is S.called_back
    other = {"key": "k3", "answer": "unsatisfied", "words": "", "caller_id": caller_of(db, second)}
    refused = clerk.post(f"/complaints/callbacks/{second.id}", data=other)
    assert (refused.status_code, "请写下客户对什么不满意" in refused.text) == (422, True)
    clerk.post(f"/complaints/callbacks/{second.id}", data={**other, "words": "又漏了"})
    after = now_of(db, second)
    assert (after.state, after.level) == (S.reopened, 1)


def caller_of(db: Session, case: Complaint) -> int:
    return db.scalars(select(ComplaintCaller.id).filter_by(complaint_id=case.id)).one()


def test_the_page_tells_why_somebody_else_calls(sign_in: SignIn, estate: Estate) -> None:
    case = make_to_call(estate, handler_id=user_called("limin").id)
    make_callback(case)
    page = sign_in("limin").get(f"/complaints/callbacks/{case.id}").text
    assert "投诉处理人不能自己回访" in page
    assert '<form class="form-page"' not in page


# The debt, the dossier


def test_open_complaints_stand_before_the_debt(
    sign_in: SignIn, work: Callable[..., Any], estate: Estate, db: Session
) -> None:
    customer = make.make_customer(estate)
    case, hidden = make_case(estate, S.called_back), make_case(estate, S.acting)
    open_one = make_case(estate, S.acting)
    for each in (case, open_one):
        make_caller(each, customer)
    make_caller(hidden, customer, anonymous=True)
    with work(as_("limin")):
        assert [ground.id for ground in grounds_open(customer.id) if ground.kind == "complaint"] == [open_one.id]
    assert open_one.number in sign_in("limin").get(f"/card/customer/{customer.id}").text


def test_who_may_not_approve_a_plan_reads_that_it_waits(sign_in: SignIn, estate: Estate) -> None:
    facts = {"level": 1, "planned_by_id": user_called("zhouhui").id}
    waiting = make_case(estate, S.investigating, plan="换人，24小时内上门", **facts)
    unwritten = make_case(estate, S.investigating, level=1)
    words = "方案已写好，等待批准"
    for who in ("limin", "zhouhui"):
        client = sign_in(who)
        assert words in client.get(f"/complaints/{waiting.id}").text
        assert words not in client.get(f"/complaints/{unwritten.id}").text
    page = sign_in("shentao").get(f"/complaints/{waiting.id}").text
    assert words not in page
    assert "批准方案" in page


def test_what_waits_for_a_joined_case_waits_for_the_other(
    work: Callable[..., Any], estate: Estate, db: Session
) -> None:
    customer = make.make_customer(estate)
    main = make_case(estate, S.called_back)
    make_verified(main)
    joined = make_case(estate, S.joined, joined_to_id=main.id)
    parked = make_dispute(make_bill(customer), about_kind="complaint", about_id=joined.id)
    facts = {"customer_ids": [customer.id], "unit_id": None, "number": joined.number}

    def is_released() -> bool:
        db.expire_all()
        return db.get_one(Dispute, parked.id).released_at is not None

    with work(as_("limin")):
        record(ComplaintEnded(complaint_id=joined.id, state="joined", **facts))  # type: ignore[arg-type]
    assert not is_released()
    with work(as_("limin")):
        service.close(get_case(main.id), Found(cause="response", words="没人", outcome=Outcome.justified))
    assert is_released()


def test_closing_releases_what_waited_and_files_it(
    app: Flask, sign_in: SignIn, estate: Estate, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    make.make_dossier(estate, subject_id=customer.id)
    case = make_case(estate, S.called_back)
    make_callback(case, satisfied=True, caller_id=make_caller(case, customer).id)
    make_verified(case)
    parked = make_dispute(make_bill(customer), about_kind="complaint", about_id=case.id)
    paper = Paper(
        slot="complaint",
        title=f"投诉处理单 {case.number}",
        number=case.number,
        day=case.received_at.date(),
        estate_id=estate.id,
        customer_ids=[customer.id],
        content=press("<p>投诉处理单</p>"),
    )
    monkeypatch.setitem(closing.closed, "complaint", Closed(lambda _key: paper, service.filed))
    data = sent(case, outcome="justified", cause="response", cause_words="班次排少了")
    assert sign_in("limin").post(f"/complaints/{case.id}/close", data=data).status_code == 302
    assert now_of(db, case).state is S.closed
    db.expire_all()
    assert db.get_one(Dispute, parked.id).released_at is not None
    run_all(app)
    assert now_of(db, case).state is S.filed
    [item] = db.scalars(select(Item).filter_by(source_kind="complaint", source_id=case.id))
    assert item.doc_no == case.number
    assert case.number in sign_in("limin").get(f"/tenants/customers/{customer.id}?tab=archive").text
