"""Requests to decide: one asks, another decides, with the password; what has become impossible says so."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.billing.ledger.models import Adjustment, AdjustmentKind, AdjustmentRequest, Bill, Payment, RequestState
from tests import factories as make
from tests.auth.steps import let_pass
from tests.billing.ledger.making import make_allocation, make_payment, make_request, user_id_of
from tests.billing.making import make_bill

SENT = {"version": 1, "remark": "同意"}


@pytest.fixture
def bill(estate):
    return make_bill(make.make_customer(estate))


@pytest.fixture
def asked(bill):
    return make_request(bill)


@pytest.fixture
def client(sign_in):
    return sign_in("zhengkai")


def page_of(asked, step=""):
    return f"/billing/requests/{asked.id}{'/' if step else ''}{step}"


def state_of(db, asked):
    db.expire_all()
    return db.get_one(AdjustmentRequest, asked.id).state


def test_approved_and_carried_out_once(client, db, bill, asked):
    text = client.get(page_of(asked)).text
    for words in ("电梯停运三天", "10.00", "吴丹", page_of(asked, "approve"), page_of(asked, "refuse")):
        assert words in text
    answers = [client.post(page_of(asked, "approve"), data=SENT) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 422]
    assert "已处理" in answers[1].text
    assert state_of(db, asked) is RequestState.approved
    [made] = db.scalars(select(Adjustment)).all()
    assert (made.amount, made.request_id, made.made_by) == (10, asked.id, "郑凯")
    assert db.get_one(Bill, bill.id).open == 290
    text = client.get(page_of(asked)).text
    assert "同意" in text
    assert page_of(asked, "approve") not in text


@pytest.mark.parametrize("kind", [AdjustmentKind.refund, AdjustmentKind.reversal])
def test_money_goes_back_when_approved(client, db, estate, bill, kind):
    payment = make_payment(make.make_customer(estate))
    asked = make_request(payment, kind)
    assert client.post(page_of(asked, "approve"), data=SENT).status_code == 302
    db.expire_all()
    assert db.get_one(Payment, payment.id).open == 0


def test_refused_with_a_reason(client, db, bill, asked):
    assert client.post(page_of(asked, "refuse"), data=SENT | {"remark": " "}).status_code == 422
    assert state_of(db, asked) is RequestState.requested
    assert client.post(page_of(asked, "refuse"), data=SENT | {"remark": "没有依据"}).status_code == 302
    assert state_of(db, asked) is RequestState.refused
    assert db.get_one(Bill, bill.id).open == 300


def test_withdrawn_by_whoever_asked_and_nobody_else(sign_in, db, estate, asked):
    other = make_request(make_payment(make.make_customer(estate)), requested_by_id=user_id_of("hefang"))
    cashier = sign_in("wudan")
    assert "只有申请人可以撤回" in cashier.get(page_of(other)).text
    assert cashier.post(page_of(other, "withdraw"), data=SENT).status_code == 422
    assert cashier.post(page_of(asked, "withdraw"), data=SENT).status_code == 302
    assert state_of(db, asked) is RequestState.withdrawn


def test_ones_own_request_says_why_one_cannot_decide(client, db, bill):
    own = make_request(bill, requested_by_id=user_id_of("zhengkai"))
    assert "本人的申请须由他人审批" in client.get(page_of(own)).text
    for step in ("approve", "refuse"):
        assert client.get(page_of(own, step)).status_code == 409
        answer = client.post(page_of(own, step), data=SENT)
        assert (answer.status_code, "本人的申请须由他人审批" in answer.text) == (422, True)
    assert state_of(db, own) is RequestState.requested


def test_approving_wants_the_password(client, db, asked):
    let_pass(db, minutes=31)
    question = client.post(page_of(asked, "approve"), data=SENT)
    assert "confirming_password" in question.text
    assert state_of(db, asked) is RequestState.requested


def test_what_was_paid_meanwhile_cannot_be_waived(client, db, estate, bill):
    asked = make_request(bill, amount=Decimal(250))
    make_allocation(bill, make_payment(make.make_customer(estate)), "100.00")
    assert "最多 200.00 元" in client.get(page_of(asked)).text
    answer = client.post(page_of(asked, "approve"), data=SENT)
    assert (answer.status_code, "最多 200.00 元" in answer.text) == (422, True)
    assert db.scalars(select(Adjustment)).all() == []
    assert client.post(page_of(asked, "refuse"), data=SENT).status_code == 302


def test_a_form_opened_before_somebody_else_acted(client, db, asked):
    answer = client.post(page_of(asked, "approve"), data=SENT | {"version": 7})
    assert answer.status_code == 422
    assert "同意" in answer.text
    assert state_of(db, asked) is RequestState.requested


@pytest.mark.parametrize(
    ("who", "step", "status"),
    [("wudan", "approve", 403), ("wudan", "refuse", 403), ("zhengkai", "withdraw", 403), ("limin", "approve", 403)],
)
def test_who_may_not_does_not(sign_in, asked, who, step, status):
    assert sign_in(who).post(page_of(asked, step), data=SENT).status_code == status


# The work list


FILTERS = [
    ("zhengkai", "", "abc"),
    ("zhengkai", "state=requested", "ab"),
    ("zhengkai", "state=refused", "c"),
    ("zhengkai", "kind=refund", "b"),
    ("zhengkai", "mine=decide", "ab"),
    ("zhengkai", "mine=decided", "c"),
    ("zhengkai", "mine=asked", ""),
    ("wudan", "mine=asked", "abc"),
    ("wudan", "mine=decide", ""),
    ("zhengkai", "q=司马", "b"),
]


def test_filters_of_the_work_list(sign_in, estate):
    nana, sima = make.make_customer(estate), make.make_customer(estate, "司马青")
    decided = {"state": RequestState.refused, "decided_by_id": user_id_of("zhengkai")}
    rows = {
        "a": make_request(make_bill(nana)),
        "b": make_request(make_payment(sima)),
        "c": make_request(make_bill(nana), **decided),
    }
    clients = {who: sign_in(who) for who in ("zhengkai", "wudan")}
    for who, query, shown in FILTERS:
        text = clients[who].get(f"/billing/requests?{query}").text
        found = "".join(name for name, row in rows.items() if f'href="{page_of(row)}"' in text)
        assert (query, found) == (query, shown)


# Over many bills at once


def test_waivers_of_many_bills_at_once(sign_in, db, estate, queries):
    client, customer = sign_in("wudan"), make.make_customer(estate)
    bills = [make_bill(customer, f"{number}0.00") for number in range(1, 5)]
    paid = make_bill(customer, open=Decimal(0))
    sent = {"action": "waive", "id": [bill.id for bill in (*bills, paid)]}
    form = client.post("/billing/bills", data=sent).text
    assert 'name="reason"' in form
    token = form.partition('name="selection" value="')[2].partition('"')[0]
    sent = {"action": "waive", "selection": token, "reason": "台风停水三天"}
    preview = client.post("/billing/bills", data=sent).text
    assert "申请减免 40.00" in preview
    assert "已无未结金额" in preview
    digest = preview.partition('name="digest" value="')[2].partition('"')[0]
    done = client.post("/billing/bills", data=sent | {"step": "confirm", "digest": digest})
    assert done.location == "/billing/requests?mine=asked"
    found = db.scalars(select(AdjustmentRequest).order_by(AdjustmentRequest.bill_id)).all()
    assert [(row.bill_id, row.amount) for row in found] == [(bill.id, bill.amount) for bill in bills]
    assert {row.reason for row in found} == {"台风停水三天"}


def test_who_does_not_ask_for_waivers_is_not_offered_them(client, bill):
    assert 'value="waive"' not in client.get("/billing/bills").text
    assert client.post("/billing/bills", data={"action": "waive", "id": bill.id}).status_code == 403
