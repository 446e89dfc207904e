"""A bill and a payment on screen: what is asked for on them, disputes, a split, money that goes back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from sqlalchemy import select

from crm.billing.charges.models import Basis
from crm.billing.ledger.figures import ALONE_UP_TO
from crm.billing.ledger.models import (
    Adjustment,
    AdjustmentKind,
    AdjustmentRequest,
    Bill,
    Dispute,
    Method,
    Payment,
    RequestState,
)
from crm.dates import today
from crm.settings import read_settings
from tests import factories as make
from tests.billing.ledger.making import (
    make_adjustment,
    make_allocation,
    make_dispute,
    make_payment,
    make_request,
    user_id_of,
)
from tests.billing.making import make_bill, make_item

TODAY = today(read_settings().timezone)
WHY = {"reason": "电梯停运三天"}


@pytest.fixture
def customer(estate):
    return make.make_customer(estate)


@pytest.fixture
def bill(customer):
    return make_bill(customer)


@pytest.fixture
def payment(customer):
    return make_payment(customer)


@pytest.fixture
def client(sign_in):
    return sign_in("wudan")


def asked(db):
    db.expire_all()
    return db.scalars(select(AdjustmentRequest).order_by(AdjustmentRequest.id)).all()


def test_a_bill_tells_everything_about_itself(client, bill, payment):
    make_allocation(bill, payment, "100.00"), make_adjustment(bill), make_request(bill), make_dispute(bill)
    text = client.get(f"/billing/bills/{bill.id}").text
    for words in (
        f"/billing/payments/{payment.id}",
        "100.00",
        "漏水两天",
        "电梯停运三天",
        "说没有住",
        "先冲最早到期的",
    ):
        assert words in text


def test_a_payment_tells_everything_about_itself(client, bill, payment):
    make_allocation(bill, payment, "100.00"), make_request(payment)
    text = client.get(f"/billing/payments/{payment.id}").text
    for words in (f"/billing/bills/{bill.id}", "100.00", "200.00", "电梯停运三天", "吴丹", "申请待审批"):
        assert words in text


def test_the_timeline_of_a_bill_has_what_was_asked_and_decided(client, sign_in, db, bill):
    client.post(f"/billing/bills/{bill.id}/ask/waiver", data=WHY | {"amount": "30"})
    [request] = asked(db)
    sign_in("zhengkai").post(f"/billing/requests/{request.id}/approve", data={"version": 1, "remark": "同意"})
    text = client.get(f"/billing/bills/{bill.id}").text
    for words in ("申请调整", "申请已审批", "减免 · 30.00 元 · 电梯停运三天", "已批准", "同意"):
        assert words in text


@pytest.mark.parametrize(("kind", "sum_"), [("waiver", 30), ("write_off", 300), ("void", 300)])
def test_asked_for_once(client, db, bill, kind, sum_):
    sent = WHY | {"amount": "30"}
    answers = [client.post(f"/billing/bills/{bill.id}/ask/{kind}", data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 422]
    assert "已有一份申请在等待审批" in answers[1].text
    [request] = asked(db)
    assert (request.kind, request.amount, request.bill_id) == (kind, sum_, bill.id)
    assert request.requested_by_id == user_id_of("wudan")
    db.expire_all()
    assert db.get_one(Bill, bill.id).open == 300


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"amount": "300.01"}, "最多 300.00 元"),
        ({"amount": "0"}, "最多 300.00 元"),
        ({"amount": ""}, "金额"),
        ({"amount": "三十"}, "三十"),
        ({"reason": "  "}, "事由"),
        ({"reason": "长" * 301}, "300"),
    ],
)
def test_a_wrong_wish_is_refused(client, db, bill, sent, words):
    answer = client.post(f"/billing/bills/{bill.id}/ask/waiver", data={"amount": "30"} | WHY | sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert asked(db) == []


def test_a_scan_goes_with_the_request(client, db, bill):
    scan = (BytesIO("一,二\n".encode()), "申请书.csv")
    client.post(f"/billing/bills/{bill.id}/ask/waiver", data=WHY | {"amount": "30", "evidence": scan})
    [request] = asked(db)
    assert client.get(f"/billing/requests/{request.id}/evidence").data == "一,二\n".encode()
    assert "申请书.csv" in client.get(f"/billing/requests/{request.id}").text


@pytest.mark.parametrize(
    ("make_it", "wish", "words"),
    [
        ({"voided": True, "open": Decimal(0)}, "waiver", "账单已作废"),
        ({"open": Decimal(0)}, "write_off", "已无未结金额"),
        ({"voided": True, "open": Decimal(0)}, "void", "账单已作废"),
    ],
)
def test_what_is_not_possible_says_why(client, customer, make_it, wish, words):
    bill = make_bill(customer, **make_it)
    answer = client.get(f"/billing/bills/{bill.id}/ask/{wish}")
    assert answer.status_code == 409
    assert words in answer.text
    assert words in client.get(f"/billing/bills/{bill.id}").text


# Disputes


def test_a_dispute_is_noted_and_ended(client, db, bill):
    page = f"/billing/bills/{bill.id}"
    sent = {"reason": "说没有住", "until": (TODAY + timedelta(days=30)).isoformat()}
    assert client.post(f"{page}/dispute", data=sent).status_code == 302
    again = client.post(f"{page}/dispute", data=sent)
    assert (again.status_code, "已列为争议" in again.text) == (422, True)
    assert client.post(f"{page}/release", data={"outcome": " "}).status_code == 422
    assert client.post(f"{page}/release", data={"outcome": "核对门禁记录，有人居住"}).status_code == 302
    [dispute] = db.scalars(select(Dispute)).all()
    assert (dispute.released_by, dispute.outcome) == ("吴丹", "核对门禁记录，有人居住")
    assert client.get(f"{page}/release").status_code == 409


@pytest.mark.parametrize("sent", [{"until": "2020-01-01"}, {"until": ""}, {"reason": ""}])
def test_a_wrong_dispute(client, db, bill, sent):
    right = {"reason": "说没有住", "until": TODAY.isoformat()}
    assert client.post(f"/billing/bills/{bill.id}/dispute", data=right | sent).status_code == 422
    assert db.scalars(select(Dispute)).all() == []


# A split


@pytest.fixture
def sold(estate, customer):
    """January of a flat that changes hands on the 11th: (bill, buyer)."""
    flat = make.make_unit(estate)
    make.make_occupancy(customer, flat, ends=date(2026, 1, 11))
    buyer = make.make_customer(estate, "司马青")
    make.make_occupancy(buyer, flat, starts=date(2026, 1, 11))
    item = make_item(estate, basis=Basis.fixed)
    return make_bill(customer, "310.00", item=item, unit_id=flat.id, days=31, days_of=31), buyer


def test_split_with_the_buyer_and_the_day_at_hand(sign_in, db, sold, payment):
    bill, buyer = sold
    make_allocation(bill, payment, "150.00")
    client, page = sign_in("zhengkai"), f"/billing/bills/{bill.id}"
    assert f"{page}/split" in client.get(page).text
    form = client.get(f"{page}/split").text
    assert "司马青" in form
    assert 'value="2026-01-11"' in form
    sent = {"day": "2026-01-11", "buyer_id": buyer.id}
    assert [client.post(f"{page}/split", data=sent).status_code for _ in range(2)] == [302, 422]
    db.expire_all()
    parts = db.scalars(select(Bill).where(Bill.replaces_id == bill.id).order_by(Bill.id)).all()
    assert [(part.customer_id, part.amount, part.open) for part in parts] == [
        (bill.customer_id, Decimal(100), 0),
        (buyer.id, Decimal(210), Decimal(210)),
    ]
    assert db.get_one(Payment, payment.id).open == 200
    assert f"/billing/bills/{parts[1].id}" in client.get(page).text


@pytest.mark.parametrize("day", ["2026-01-01", "2026-02-01", "gestern"])
def test_a_day_outside_the_bill(sign_in, sold, day):
    bill, buyer = sold
    answer = sign_in("zhengkai").post(f"/billing/bills/{bill.id}/split", data={"day": day, "buyer_id": buyer.id})
    assert answer.status_code == 422


def test_nobody_to_split_with_and_nothing_to_split(sign_in, customer, bill, estate):
    client, flat = sign_in("zhengkai"), make.make_unit(estate)
    alone = make_bill(customer, item=make_item(estate, basis=Basis.fixed), unit_id=flat.id)
    for one, words in ((alone, "先在档案里登记买方"), (bill, "抄表")):
        answer = client.get(f"/billing/bills/{one.id}/split")
        assert (answer.status_code, words in answer.text) == (409, True)
        assert f"/billing/bills/{one.id}/split" not in client.get(f"/billing/bills/{one.id}").text


# Money that goes back


def test_a_refund_is_asked_for(client, db, bill, payment):
    make_allocation(bill, payment, "100.00")
    page, sent = f"/billing/payments/{payment.id}/refund", WHY | {"method": "transfer", "reference": "6222…8"}
    assert 'value="200.00"' in client.get(page).text
    for sum_ in ("200.01", "0", "-1"):
        assert client.post(page, data=sent | {"amount": sum_}).status_code == 422
    assert client.post(page, data=sent | {"amount": "50", "method": "deposit"}).status_code == 422
    assert client.post(page, data=sent | {"amount": "50"}).status_code == 302
    [request] = asked(db)
    assert (request.kind, request.amount, request.method) == (AdjustmentKind.refund, 50, Method.transfer)


def test_no_credit_no_refund(client, bill, payment):
    make_allocation(bill, payment)
    answer = client.get(f"/billing/payments/{payment.id}/refund")
    assert (answer.status_code, "没有余额可退" in answer.text) == (409, True)


def test_a_small_one_of_today_is_taken_back_alone(client, db, customer, bill):
    small = make_payment(customer, str(ALONE_UP_TO.default), paid_on=TODAY)
    make_allocation(bill, small)
    page = f"/billing/payments/{small.id}/take-back"
    assert "可直接撤回" in client.get(page).text
    assert [client.post(page, data=WHY).status_code for _ in range(2)] == [302, 422]
    db.expire_all()
    assert (db.get_one(Payment, small.id).open, db.get_one(Bill, bill.id).open) == (0, 300)
    assert asked(db) == []
    [back] = db.scalars(select(Adjustment)).all()
    assert (back.kind, back.amount, back.request_id) == (AdjustmentKind.reversal, 500, None)
    assert "这笔收款已撤回" in client.get(f"/billing/payments/{small.id}").text


@pytest.mark.parametrize("given", [{"amount": "500.01"}, {"paid_on": date(2026, 1, 2)}, {"received_by_id": None}])
def test_any_other_is_asked_for(client, db, customer, given):
    payment = make_payment(customer, **({"paid_on": TODAY} | given))
    page = f"/billing/payments/{payment.id}/take-back"
    assert "另一人审批" in client.get(page).text
    assert client.post(page, data=WHY).status_code == 302
    [request] = asked(db)
    assert (request.kind, request.state) == (AdjustmentKind.reversal, RequestState.requested)


def test_a_waiver_is_undone_once(sign_in, db, bill):
    waiver, client = make_adjustment(bill), sign_in("zhengkai")
    page = f"/billing/adjustments/{waiver.id}/undo"
    assert f'href="{page}"' in client.get(f"/billing/bills/{bill.id}").text
    assert client.post(page, data={"reason": ""}).status_code == 422
    assert [client.post(page, data=WHY).status_code for _ in range(2)] == [302, 422]
    db.expire_all()
    assert db.get_one(Bill, bill.id).open == 300
    assert f'href="{page}"' not in client.get(f"/billing/bills/{bill.id}").text


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("hefang", "bills/{bill}/ask/waiver"),
        ("hefang", "bills/{bill}/dispute"),
        ("limin", "payments/{payment}/refund"),
        ("zhengkai", "payments/{payment}/take-back"),
        ("wudan", "bills/{bill}/split"),
        ("wudan", "adjustments/{waiver}/undo"),
    ],
)
def test_who_may_not_does_not(sign_in, bill, payment, who, path):
    address = path.format(bill=bill.id, payment=payment.id, waiver=make_adjustment(bill).id)
    for method in ("GET", "POST"):
        assert sign_in(who).open(f"/billing/{address}", method=method).status_code == 403
