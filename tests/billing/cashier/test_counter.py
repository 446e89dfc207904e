"""The counter's pages: found, paid once, refused with words, receipts opened, closes signed with a password."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from crm.billing.cashier.models import CloseState, DayClose, PrintSize, Receipt
from crm.billing.ledger.models import Allocation, Bill, Dispute, Method, Payment, Rule
from crm.db import open_session
from crm.demo.cast import DEMO_PASSWORD
from crm.desk import index
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer, OccupancyRole
from tests import factories as make
from tests.billing.cashier.making import make_close, make_payment, make_print, make_receipt
from tests.billing.making import make_bill

SignIn = Callable[[str], FlaskClient]
FIELD = r'name="{}" type="hidden" value="([^"]*)"'


@pytest.fixture
def customer(estate: Estate) -> Customer:
    return make.make_customer(estate, unit=make.make_unit(estate, "3-1-502"))


@pytest.fixture
def cashier(sign_in: SignIn) -> FlaskClient:
    return sign_in("wudan")


def page_of(customer: Customer) -> str:
    return f"/billing/counter/customers/{customer.id}"


def form_of(page: str) -> dict[str, Any]:
    """What the browser would send at once: every line ticked, the sum as it stands, cash."""
    hidden = {
        name: re.findall(rf'<input id="{name}" name="{name}"[^>]*value="([^"]*)"', page)[0]
        for name in ("key", "stand", "said")
    }
    ticked = re.findall(r'name="bill" value="(\d+)"[^>]*checked', page)
    day = re.findall(r'name="paid_on"[^>]*value="([^"]*)"', page)[0]
    return hidden | {"bill": ticked, "method": "cash", "paid_on": day}


def opened(client: FlaskClient, customer: Customer, **changes: Any) -> dict[str, Any]:
    return form_of(client.get(page_of(customer)).text) | changes


def send(client: FlaskClient, customer: Customer, **changes: Any) -> TestResponse:
    return client.post(page_of(customer), data=opened(client, customer, **changes))


def count(db: Session, model: Any) -> int:
    db.expire_all()
    return db.scalar(select(func.count()).select_from(model)) or 0


def test_the_usual_case_pays_all_that_is_owed(db: Session, cashier: FlaskClient, customer: Customer) -> None:
    make_bill(customer, "100.00"), make_bill(customer, "50.25")
    answer = send(cashier, customer)
    assert answer.status_code == 303
    page = cashier.get(answer.location).text
    assert "150.25" in page
    assert "壹佰伍拾元贰角伍分" in page
    assert [(bill.open, bill.settled > 0) for bill in db.scalars(select(Bill))] == [(0, True), (0, True)]
    assert db.scalars(select(Allocation.rule).distinct()).all() == [Rule.oldest]


def test_the_form_sent_twice_is_one_payment(db: Session, cashier: FlaskClient, customer: Customer) -> None:
    make_bill(customer, "100.00")
    form = opened(cashier, customer)
    answers = [cashier.post(page_of(customer), data=form) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert count(db, Payment) == count(db, Receipt) == 1


def test_an_unticked_line_stays_open(db: Session, cashier: FlaskClient, customer: Customer) -> None:
    kept, paid = make_bill(customer, "100.00"), make_bill(customer, "50.00")
    assert send(cashier, customer, bill=[str(paid.id)]).status_code == 303
    db.expire_all()
    assert (db.get_one(Bill, kept.id).open, db.get_one(Bill, paid.id).open) == (100, 0)
    assert db.scalars(select(Allocation.rule)).all() == [Rule.chosen]


def test_a_disputed_line_is_shown_with_its_reason_and_left_out(
    db: Session, cashier: FlaskClient, customer: Customer
) -> None:
    parked, free = make_bill(customer, "100.00"), make_bill(customer, "50.00")
    until = make.NOW.date().replace(year=2099)
    db.add(Dispute(bill_id=parked.id, reason="门禁坏了一个月", until=until, raised_by="李敏", raised_at=make.NOW))
    db.commit()
    page = cashier.get(page_of(customer)).text
    assert "门禁坏了一个月" in page
    assert form_of(page)["bill"] == [str(free.id)]
    assert send(cashier, customer, bill=[str(parked.id), str(free.id)]).status_code == 303
    db.expire_all()
    assert db.get_one(Bill, parked.id).open == 100


def test_two_tabs_the_second_sees_that_the_account_changed(
    db: Session, cashier: FlaskClient, customer: Customer
) -> None:
    make_bill(customer, "100.00")
    first, second = opened(cashier, customer), opened(cashier, customer)
    cashier.post(page_of(customer), data=first)
    refused = cashier.post(page_of(customer), data=second)
    assert refused.status_code == 422
    assert count(db, Payment) == 1
    new = make_bill(customer, "30.00")
    again = form_of(cashier.get(page_of(customer)).text)
    assert again["bill"] == [str(new.id)]


def test_a_part_and_the_change_for_cash(db: Session, cashier: FlaskClient, customer: Customer) -> None:
    make_bill(customer, "100.00")
    answer = send(cashier, customer, amount="60", given="100")
    assert "40.00" in cashier.get(answer.location).text
    assert db.scalars(select(Bill.open)).one() == 40


def test_what_is_left_over_is_told_before_it_becomes_credit(
    db: Session, cashier: FlaskClient, customer: Customer
) -> None:
    make_bill(customer, "100.00")
    form = opened(cashier, customer, amount="130.50")
    told = cashier.post(page_of(customer), data=form)
    assert told.status_code == 422
    assert "30.50" in told.text
    assert count(db, Payment) == 0
    answer = cashier.post(page_of(customer), data=form | {"said": form_of(told.text)["said"]})
    assert answer.status_code == 303
    assert db.scalars(select(Payment.open)).one() == Decimal("30.50")
    make_bill(customer, "20.00")
    cashier.post(f"{page_of(customer)}/credit")
    db.expire_all()
    assert db.scalars(select(Payment.open)).one() == Decimal("10.50")


def test_with_nothing_owed_a_sum_is_paid_in_advance(db: Session, cashier: FlaskClient, customer: Customer) -> None:
    assert send(cashier, customer).status_code == 422
    assert send(cashier, customer, amount="500", said="50000").status_code == 303
    assert db.scalars(select(Payment.open)).one() == 500


@pytest.mark.parametrize(
    ("wrong", "kept"),
    [
        ({"amount": "0"}, "0"),
        ({"amount": "-5"}, "-5"),
        ({"amount": "abc"}, "abc"),
        ({"amount": "10.005"}, "10.005"),
        ({"amount": "9999999999999999"}, "9999999999999999"),
        ({"paid_on": "2999-01-01"}, "2999-01-01"),
        ({"paid_on": "13-45"}, "13-45"),
        ({"method": "deposit"}, ""),
        ({"method": ""}, ""),
        ({"given": "50"}, "50"),
        ({"given": "500", "method": "wechat"}, "500"),
        ({"bill": []}, ""),
        ({"key": ""}, ""),
        ({"key": "x" * 65}, ""),
        ({"reference": "9" * 61}, "9" * 61),
    ],
)
def test_what_is_wrong_is_refused_and_stays_typed(
    db: Session, cashier: FlaskClient, customer: Customer, wrong: dict[str, Any], kept: str
) -> None:
    make_bill(customer, "100.00")
    answer = send(cashier, customer, **wrong)
    assert answer.status_code == 422
    assert kept in answer.text
    assert "notice-danger" in answer.text
    assert count(db, Payment) == 0


def test_other_customers_lines_are_not_paid(db: Session, cashier: FlaskClient, customer: Customer) -> None:
    other = make_bill(make.make_customer(Estate(id=customer.estate_id)), "70.00")
    mine = make_bill(customer, "100.00")
    assert send(cashier, customer, bill=[str(mine.id), str(other.id)]).status_code == 303
    db.expire_all()
    assert db.get_one(Bill, other.id).open == 70


def test_search_leads_to_the_account(
    work: Callable[..., Any], cashier: FlaskClient, estate: Estate, customer: Customer
) -> None:
    tenant = make.make_customer(estate, "陈静")
    unit_id = make.make_occupancy(tenant, unit_of(customer), OccupancyRole.tenant).unit_id
    make_bill(tenant, "12.00", unit_id=unit_id)
    receipt = make_receipt(make_payment(customer))
    with work():
        index.rebuild()
    assert cashier.post("/billing/counter/search", data={"q": "陈静"}).location.endswith(page_of(tenant))
    unit = cashier.post("/billing/counter/search", data={"q": "3-1-502"}).location
    choice = cashier.get(unit).text
    assert page_of(customer) in choice
    assert page_of(tenant) in choice
    assert page_of(tenant) in cashier.get(page_of(customer)).text
    number = receipt.content["number"]
    found = cashier.post("/billing/counter/search", data={"q": number.lower()}).location
    assert found.endswith(f"/receipts/{receipt.id}")
    assert "12.00" in cashier.post("/billing/counter/search/suggest", data={"q": "陈静"}).text
    assert cashier.post("/billing/counter/search", data={"q": "没有这个人"}).status_code == 200


def unit_of(customer: Customer) -> Any:
    with open_session() as db:
        return db.scalars(select(Unit).filter_by(label="3-1-502", estate_id=customer.estate_id)).one()


def test_ten_lines_cost_as_many_queries_as_one(
    cashier: FlaskClient, customer: Customer, queries: Callable[..., Any]
) -> None:
    make_bill(customer)
    cashier.get(page_of(customer))
    with queries() as one:
        cashier.get(page_of(customer))
    for _ in range(9):
        make_bill(customer)
        make_receipt(make_payment(customer))
    with queries() as ten:
        cashier.get(page_of(customer))
    assert len(one) == len(ten)


@pytest.mark.parametrize("size", PrintSize)
def test_a_receipt_on_paper(cashier: FlaskClient, customer: Customer, size: PrintSize) -> None:
    for month in range(1, 4):
        make_bill(customer, "100.00", period=make.NOW.date().replace(month=month, day=1))
    location = send(cashier, customer, amount="250").location.partition("?")[0]
    paper = cashier.post(f"{location}/print", data={"size": size})
    [page] = PdfReader(BytesIO(paper.data)).pages
    width, height = (round(float(side) / 72 * 25.4) for side in (page.mediabox.width, page.mediabox.height))
    assert (width, height) == ((241, 140) if size is PrintSize.slip else (210, 297))
    text = page.extract_text().replace(" ", "").replace("\n", "")
    assert "贰佰伍拾元整" in text
    assert "SJ" in text
    assert cashier.post(f"{location}/print", data={"size": size}).status_code == 422
    if size is PrintSize.a4:
        again = cashier.post(f"{location}/print", data={"size": size, "reason": "客户遗失"})
        assert "客户遗失" in PdfReader(BytesIO(again.data)).pages[0].extract_text()


def test_a_small_payment_of_today_is_taken_back_alone(db: Session, cashier: FlaskClient, customer: Customer) -> None:
    make_bill(customer, "100.00")
    location = send(cashier, customer).location
    receipt = db.scalars(select(Receipt)).one()
    back = f"/billing/counter/payments/{receipt.about_id}/take-back"
    assert back in cashier.get(location).text
    assert cashier.post(back, data={"reason": " "}).status_code == 422
    assert cashier.post(back, data={"reason": "收错户"}).status_code == 302
    db.expire_all()
    assert db.scalars(select(Receipt.void_reason)).one() == "收错户"
    assert db.scalars(select(Bill.open)).one() == 100
    assert "收错户" in cashier.get("/billing/counter/receipts/gaps").text
    assert cashier.get("/billing/counter/receipts/gaps.pdf").mimetype == "application/pdf"
    big = make_payment(customer, "5000.00")
    make_receipt(big)
    assert cashier.post(f"/billing/counter/payments/{big.id}/take-back", data={"reason": "x"}).status_code == 422


def test_a_payment_without_receipt_gets_one(db: Session, cashier: FlaskClient, customer: Customer) -> None:
    collected = make_payment(customer, method=Method.bank_collection)
    assert f"payments/{collected.id}/receipt" in cashier.get(page_of(customer)).text
    assert cashier.post(f"/billing/counter/payments/{collected.id}/receipt").status_code == 302
    assert count(db, Receipt) == 1


def test_the_day_is_closed_blind_and_signed_with_a_password(
    db: Session, sign_in: SignIn, cashier: FlaskClient, customer: Customer
) -> None:
    make_bill(customer, "123.45")
    send(cashier, customer)
    blind = cashier.get("/billing/counter/closes/new").text
    assert "123.45" not in blind
    answer = cashier.post(
        "/billing/counter/closes/new",
        data={"estate_id": customer.estate_id, "piece_10000": "1", "piece_2000": "1", "cash": "1"},
    )
    assert answer.status_code == 422
    made = cashier.post(
        "/billing/counter/closes/new", data={"estate_id": customer.estate_id, "piece_10000": "1", "piece_2000": "1"}
    )
    close = db.scalars(select(DayClose)).one()
    assert (close.state, close.variance) == (CloseState.unexplained, Decimal("-3.45"))
    assert close.pieces == {"10000": 1, "2000": 1}
    assert "123.45" in cashier.get(made.location).text
    wrong = cashier.post(f"{made.location}/explain", data={"version": close.version + 1, "explanation": "零钱不够"})
    assert wrong.status_code == 409
    cashier.post(f"{made.location}/explain", data={"version": close.version, "explanation": "零钱不够"})
    supervisor = sign_in("zhengkai")
    db.expire_all()
    sent = {"version": db.get_one(DayClose, close.id).version, "remark": ""}
    supervisor.post(f"{made.location}/sign", data=sent)
    db.expire_all()
    assert db.get_one(DayClose, close.id).state is CloseState.counted  # the password is asked for first
    supervisor.post(f"{made.location}/sign", data=sent | {"confirming_password": DEMO_PASSWORD})
    db.expire_all()
    assert db.get_one(DayClose, close.id).state is CloseState.signed
    paper = cashier.get(f"{made.location}/report.pdf")
    assert "零钱不够" in PdfReader(BytesIO(paper.data)).pages[0].extract_text()
    assert cashier.get("/billing/counter/closes/?state=signed").text.count("郑凯") == 1


def test_what_is_not_a_number_is_no_count(cashier: FlaskClient, estate: Estate) -> None:
    for wrong in ({"piece_100": "-1"}, {"piece_100": "x"}, {"pos": "1.234"}, {"estate_id": "999999"}):
        sent = {"estate_id": estate.id} | wrong
        assert cashier.post("/billing/counter/closes/new", data=sent).status_code == 422


def test_nothing_to_close_is_said(cashier: FlaskClient, estate: Estate) -> None:
    assert cashier.post("/billing/counter/closes/new", data={"estate_id": estate.id}).status_code == 422


def test_only_the_own_close_is_explained_and_only_anothers_signed(
    sign_in: SignIn, cashier: FlaskClient, estate: Estate
) -> None:
    waiting = make_close(estate, CloseState.unexplained)
    foreign = make_close(estate, CloseState.unexplained, cashier_id=make.user_called("limin").id)
    assert cashier.get(f"/billing/counter/closes/{waiting.id}/explain").status_code == 200
    assert cashier.get(f"/billing/counter/closes/{foreign.id}/explain").status_code == 409
    assert sign_in("zhengkai").get(f"/billing/counter/closes/{waiting.id}/sign").status_code == 409
    assert cashier.get(f"/billing/counter/closes/{waiting.id}/sign").status_code == 403


def test_the_receipts_of_another_estate_do_not_exist(sign_in: SignIn, other_estate: Estate) -> None:
    payment = make_payment(make.make_customer(other_estate))
    receipt = make_receipt(payment)
    make_print(receipt)
    clerk = sign_in("limin")
    assert clerk.get(f"/billing/counter/receipts/{receipt.id}").status_code == 404
    assert receipt.content["number"] not in clerk.get("/billing/counter/receipts/").text
