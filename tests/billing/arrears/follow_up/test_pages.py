"""The pages of contacts, promises and plans: what is noted in few keys, what bad input says, who is reminded."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from urllib.parse import quote

import pytest
from flask import g
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import func, select

from crm.auth.actor import system_actor
from crm.billing.arrears.contacts.models import Contact, ContactOutcome
from crm.billing.arrears.follow_up import jobs
from crm.billing.arrears.promises.forms import LINES
from crm.billing.arrears.promises.models import Instalment, InstalmentPlan, PlanState, Promise
from crm.dates import business_day
from crm.notifications.models import Notification
from tests import factories as make
from tests.billing.arrears import making
from tests.billing.arrears.making import StepKind
from tests.billing.ledger.making import make_payment
from tests.billing.making import make_bill

DAY = timedelta(days=1)
EMPTY = {f"lines-{place}-{name}": "" for place in range(LINES) for name in ("due_on", "amount")}


@pytest.fixture
def today(work):
    with work():
        return business_day()


@pytest.fixture
def customer(estate):
    customer = make.make_customer(estate, "欧阳娜娜", make.make_unit(estate, "3-1-502"))
    make.make_phone(customer)
    return customer


@pytest.fixture
def debt(customer):
    return make_bill(customer, "300.00")


def scan():
    out = BytesIO()
    Image.new("RGB", (8, 8), (200, 120, 90)).save(out, "PNG")
    return BytesIO(out.getvalue()), "扫描件.png"


def address(customer, then=""):
    return f"/arrears/contacts/customers/{customer.id}/new" + (f"?next={quote(then)}" if then else "")


def said(today, **given):
    facts = {"outcome": "informed", "channel": "phone", "talked_to": "欧阳娜娜", "words": "已告知", "again_on": ""}
    return facts | {"contacted_on": today.isoformat(), "amount": "300", "due_on": "", "given_by": "欧阳娜娜"} | given


def newest(db, model):
    db.expire_all()
    return db.scalars(select(model).order_by(model.id.desc()).limit(1)).one()


def count(db, model):
    return db.scalar(select(func.count()).select_from(model))


def test_a_contact_and_what_was_promised_are_noted_once(db, sign_in, today, estate, customer, debt):
    step = making.make_step(estate, kind=StepKind.call, name="电话催缴")
    making.make_step(estate, 2, name="第一封催缴函")
    client = sign_in("service_desk")
    page = client.get(address(customer, "/arrears/contacts/due")).text
    assert 'value="300.00"' in page  # what is overdue and undisputed
    assert "电话催缴" in page
    assert "第一封催缴函" not in page
    assert "13907315678" not in page
    promised = said(today, outcome="promised", due_on=(today + DAY).isoformat(), step_id=str(step.id))
    for _twice in range(2):
        data = promised | {"proof": scan()}
        answer = client.post(address(customer, "/arrears/contacts/due"), data=data)
        assert answer.location == "/arrears/contacts/due"
    contact, made = newest(db, Contact), newest(db, Promise)
    assert (count(db, Contact), count(db, Promise)) == (1, 1)
    assert (contact.outcome, contact.step_id, contact.made_by) == (ContactOutcome.promised, step.id, "李敏")
    assert (made.contact_id, made.amount, made.due_on, made.given_by) == (contact.id, 300, today + DAY, "欧阳娜娜")
    assert client.get(f"/arrears/promises/{made.id}/proof").mimetype == "image/png"
    assert client.get(f"/arrears/promises/{made.id}").status_code == 200
    for shown in (f"/tenants/customers/{customer.id}", f"/card/customer/{customer.id}"):
        text = client.get(shown).text
        assert f"{made.due_on.isoformat()}" in text, shown
        assert "300.00" in text


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"outcome": ""}, "outcome"),
        ({"outcome": "shouts"}, "outcome"),
        ({"channel": "drums"}, "channel"),
        ({"words": ""}, "words"),
        ({"contacted_on": "2099-01-01"}, "contacted_on"),
        ({"contacted_on": "前几天"}, "contacted_on"),
        ({"again_on": "下个月吧"}, "again_on"),
        ({"outcome": "promised"}, "due_on"),
        ({"outcome": "promised", "due_on": "2020-01-01"}, "due_on"),
        ({"outcome": "promised", "due_on": "明天", "amount": "三百"}, "amount"),
        ({"outcome": "promised", "due_on": "明天", "amount": "0"}, "amount"),
        ({"outcome": "promised", "due_on": "明天", "given_by": ""}, "given_by"),
        ({"again_on": "2020-01-01"}, None),
        ({"again_on": "2099-01-01"}, None),
        ({"contacted_on": "2020-01-01"}, None),
        ({"outcome": "promised", "due_on": "2099-01-01"}, None),
        ({"outcome": "promised", "due_on": "明天", "proof": (BytesIO(b"MZ"), "virus.exe")}, None),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(db, sign_in, today, customer, given, field):
    answer = sign_in("service_desk").post(address(customer), data=said(today, **given))
    assert answer.status_code == 422
    assert (f'id="{field}-error"' if field else "data-summary") in answer.text
    assert "已告知" in answer.text or field == "words"
    assert (count(db, Contact), count(db, Promise)) == (0, 0)


ELSEWHERE = ["https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)", "//[", "/foo\r\nX: y"]


@pytest.mark.parametrize("then", ELSEWHERE)
def test_it_leads_back_to_pages_of_ours_only(sign_in, today, customer, then):
    answer = sign_in("service_desk").post(address(customer, then), data=said(today))
    assert (answer.status_code, answer.location) == (303, "/")


def test_what_the_database_cannot_keep_is_no_request(sign_in, today, customer):
    client = sign_in("service_desk")
    assert client.post(address(customer), data=said(today, words="已告\0知")).status_code == 400
    assert client.get("/arrears/contacts/due?q=%00").status_code == 400


def test_another_promise_in_the_same_words_is_another(db, sign_in, today, customer, debt):
    client = sign_in("service_desk")
    for amount in ("30", "300", "300"):
        first = said(today, outcome="promised", due_on=(today + DAY).isoformat(), amount=amount)
        assert client.post(address(customer), data=first).status_code == 303
    assert (count(db, Contact), count(db, Promise)) == (1, 2)
    assert newest(db, Promise).amount == 300


def test_what_was_agreed_comes_back_when_its_day_has_come(sign_in, customer, debt, today):
    client = sign_in("service_desk")
    assert "欧阳娜娜" in client.get("/arrears/contacts/due").text
    client.post(address(customer), data=said(today, again_on="明天"))
    assert "欧阳娜娜" not in client.get("/arrears/contacts/due").text
    assert "欧阳娜娜" in client.get("/arrears/contacts/?outcome=talked").text
    assert "欧阳娜娜" not in client.get("/arrears/contacts/?outcome=refuses").text


YEAR = date.today().year + 1


def planned(**given):
    facts = {
        "key": "form",
        "number": "3",
        "first_on": f"{YEAR}-01-28",
        "agreed_on": "",
        "reason": "暂时困难",
    }
    return EMPTY | facts | given


@pytest.mark.parametrize("first_on", ["", "9999-12-01"])
def test_a_first_day_that_cannot_be_is_said(sign_in, customer, debt, today, first_on):
    data = planned(bill_ids=str(debt.id), agreed_on=today.isoformat(), first_on=first_on)
    for work_out in ({}, {"work_out": "1"}):
        answer = sign_in("arrears_reviewer").post(f"/arrears/plans/customers/{customer.id}/new", data=data | work_out)
        assert answer.status_code in (200, 422)
        assert 'id="first_on-error"' in answer.text


def test_a_plan_is_looked_at_asked_for_decided_printed_and_signed(db, sign_in, customer, debt, today):
    clerk, chief = sign_in("arrears_reviewer"), sign_in("billing_supervisor")
    page = f"/arrears/plans/customers/{customer.id}/new"
    assert f'value="{debt.id}" checked' in clerk.get(page).text
    chosen = planned(bill_ids=str(debt.id), agreed_on=today.isoformat())
    looked = clerk.post(page, data=chosen | {"number": "7", "work_out": "1"})
    assert [looked.text.count(f'value="{sum_}"') for sum_ in ("42.86", "42.85")] == [5, 2]  # 300.00 in seven
    assert "<details open>" in looked.text
    assert count(db, InstalmentPlan) == 0
    answers = [clerk.post(page, data=chosen) for _twice in range(2)]
    plan = newest(db, InstalmentPlan)
    assert {answer.location for answer in answers} == {f"/arrears/plans/{plan.id}"}
    assert [str(row) for row in db.scalars(select(Instalment.due_on).filter_by(plan_id=plan.id))] == [
        f"{YEAR}-01-28",
        f"{YEAR}-02-28",
        f"{YEAR}-03-28",
    ]
    assert clerk.get(f"/arrears/plans/{plan.id}/decide").status_code == 403
    decided = chief.post(f"/arrears/plans/{plan.id}/decide", data={"version": plan.version, "verdict": "approve"})
    assert decided.location == f"/arrears/plans/{plan.id}"
    assert newest(db, InstalmentPlan).state is PlanState.agreed
    paper = PdfReader(BytesIO(clerk.get(f"/arrears/plans/{plan.id}/agreement.pdf").data))
    text = "".join("".join(each.extract_text().split()) for each in paper.pages)
    for words in (plan.code, "叁佰元整", f"{YEAR}-02-28", "100.00", "欧阳娜娜"):
        assert words in text
    signed = {"upload": scan()}
    assert clerk.post(f"/arrears/plans/{plan.id}/sign", data=signed).status_code == 303
    assert clerk.get(f"/arrears/plans/{plan.id}/signed").mimetype == "image/png"
    assert f"{YEAR}-01-28" in clerk.get("/arrears/plans/?state=kept").text
    assert plan.code not in clerk.get("/arrears/plans/?state=broken").text
    ending = {"version": newest(db, InstalmentPlan).version, "reason": "已一次付清"}
    ended = clerk.post(f"/arrears/plans/{plan.id}/end", data=ending)
    assert ended.status_code == 303
    assert newest(db, InstalmentPlan).ended_on == today


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"bill_ids": ""}, "bill_ids"),
        ({"number": "1"}, "number"),
        ({"number": ""}, "number"),
        ({"first_on": ""}, "first_on"),
        ({"first_on": "月底"}, "first_on"),
        ({"agreed_on": "2099-01-01"}, "agreed_on"),
        ({"reason": ""}, "reason"),
        ({"lines-0-due_on": "2099-01-01"}, "lines-0-amount"),
        ({"lines-0-amount": "300"}, "lines-0-due_on"),
        ({"lines-0-due_on": "2099-01-01", "lines-0-amount": "许多"}, "lines-0-amount"),
        ({"lines-0-due_on": "2099-01-01", "lines-0-amount": "299.99"}, None),
    ],
)
def test_a_plan_that_is_wrong_says_where(db, sign_in, customer, debt, today, given, field):
    data = planned(**{"bill_ids": str(debt.id), "agreed_on": today.isoformat()} | given)
    answer = sign_in("arrears_reviewer").post(f"/arrears/plans/customers/{customer.id}/new", data=data)
    assert answer.status_code == 422
    assert (f'href="#{field}"' if field else "299.99") in answer.text
    assert count(db, InstalmentPlan) == 0


def test_a_promise_is_withdrawn_with_a_reason(db, sign_in, customer, today):
    made = making.make_promise(customer, due_on=today + DAY)
    client = sign_in("service_desk")
    assert client.post(f"/arrears/promises/{made.id}/withdraw", data={"reason": ""}).status_code == 422
    assert client.post(f"/arrears/promises/{made.id}/withdraw", data={"reason": "记错了"}).status_code == 303
    assert newest(db, Promise).reason == "记错了"
    assert client.get(f"/arrears/promises/{made.id}/withdraw").status_code == 409


def test_collectors_are_reminded_once_a_day(app, db, estate, customer, today):
    hefang, user = make.user_called("hefang"), make.user_called("limin")
    own = {"recorded_by_id": hefang.id}
    for due_on in (today, today, today - DAY, today - 2 * DAY, today + DAY):
        making.make_promise(make.make_customer(estate), due_on=due_on, made_on=today - 9 * DAY, **own)
    paid = make.make_customer(estate)
    making.make_promise(paid, due_on=today, made_on=today, recorded_by_id=user.id)
    make_payment(paid, "300.00", paid_on=today)
    for days in (3, 4):
        bill = make_bill(make.make_customer(estate))
        making.make_plan([bill], [(today + days * DAY, "300.00")], agreed_on=today, requested_by_id=hefang.id)
    make_bill(customer)
    making.make_contact(customer, today - 20 * DAY, made_by_id=hefang.id)
    rung = []
    for _clock in range(2):
        with app.app_context():
            g.actor = system_actor("tests")
            rung.append(jobs.remind())
    assert rung == [4, 0]
    db.expire_all()
    told = db.scalars(select(Notification).where(Notification.user_id == hefang.id).order_by(Notification.id)).all()
    assert [row.url for row in told] == [
        "/arrears/contacts/due",
        "/arrears/plans/?next=soon",
        "/arrears/promises/?due=yesterday&state=broken",
        "/arrears/promises/?due=today&state=pending",
    ]
    assert all("阳光花园" in row.text for row in told)
    assert "2" in told[-1].text
    assert db.scalars(select(Notification).where(Notification.user_id == user.id)).all() == []
