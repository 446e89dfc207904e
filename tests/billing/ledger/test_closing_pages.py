"""Closing a month on screen: its figures, the password, the order, what stands for good."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.billing.ledger.models import AdjustmentKind, PeriodClose
from crm.billing.ledger.reports import month_figures, months
from crm.dates import months_later, today
from crm.settings import read_settings
from tests import factories as make
from tests.auth.steps import let_pass
from tests.billing.ledger.making import make_adjustment, make_close, make_payment
from tests.billing.making import make_bill

TODAY = today(read_settings().timezone)
THIS = TODAY.replace(day=1)
LAST, BEFORE = months_later(THIS, -1), months_later(THIS, -2)


@pytest.fixture
def client(sign_in):
    return sign_in("zhengkai")


@pytest.fixture
def page(estate):
    return f"/billing/closing/{estate.id}/close"


@pytest.fixture
def customer(estate):
    return make.make_customer(estate)


def test_the_next_month_is_closed_and_stands_as_it_stood(client, db, estate, customer, page):
    bill = make_bill(customer, "1234.56", BEFORE)
    make_payment(customer, "77.00", month=BEFORE)
    make_adjustment(bill, "12.00", month=BEFORE), make_bill(customer, month=LAST)
    form = client.get(page).text
    for words in ("1,234.56", "77.00", "12.00", "不再变动", f"{BEFORE:%Y-%m}"):
        assert words in form
    answers = [client.post(page, data={"month": BEFORE.isoformat()}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 422]
    [closed] = db.scalars(select(PeriodClose)).all()
    assert (closed.month, closed.closed_by, closed.figures["charged"]) == (BEFORE, "郑凯", "1234.56")
    text = client.get(f"/billing/closing?estate_id={estate.id}").text
    assert "已结账" in text
    assert "1,234.56" in text


def test_several_months_are_closed_at_once_each_with_its_figures(client, db, estate, customer, page):
    first = months_later(THIS, -4)
    make_bill(customer, "11.00", first), make_bill(customer, "22.00", LAST)
    assert f'value="{LAST.isoformat()}"' in client.get(page).text
    sent = {"month": first.isoformat(), "until": BEFORE.isoformat()}
    for wrong in (THIS.isoformat(), "2026", months_later(THIS, -5).isoformat()):
        assert client.post(page, data=sent | {"until": wrong}).status_code == 422
    assert client.post(page, data=sent).status_code == 302
    closed = db.scalars(select(PeriodClose).order_by(PeriodClose.month)).all()
    assert [each.month for each in closed] == [first, months_later(THIS, -3), BEFORE]
    assert [each.figures["charged"] for each in closed] == ["11.00", "0", "0"]
    assert "until" not in client.get(page).text


def test_a_month_that_is_not_over_is_not_closed(client, customer, page):
    make_bill(customer, month=THIS)
    assert client.get(page).status_code == 409
    answer = client.post(page, data={"month": THIS.isoformat()})
    assert (answer.status_code, "当月结束后才能结账" in answer.text) == (422, True)


def test_nothing_to_close(client, db, page):
    assert client.get(page).status_code == 409
    assert client.post(page, data={"month": ""}).status_code == 422
    assert db.scalars(select(PeriodClose)).all() == []


def test_closing_wants_the_password(client, db, customer, page):
    make_bill(customer, month=LAST)
    let_pass(db, minutes=31)
    assert "confirming_password" in client.post(page, data={"month": LAST.isoformat()}).text
    assert db.scalars(select(PeriodClose)).all() == []


@pytest.mark.parametrize("who", ["wudan", "limin", "caoning"])
def test_who_does_not_close_sees_the_figures_at_most(sign_in, customer, page, who):
    make_bill(customer, month=LAST)
    client = sign_in(who)
    assert client.get(page).status_code == client.post(page).status_code == 403
    text = client.get("/billing/closing").text
    assert page not in text


def test_months_without_anything_stand_between(work, estate, customer):
    make_close(estate, months_later(THIS, -4))
    bill = make_bill(customer, "100.00", LAST)
    make_adjustment(bill, "30.00", month=LAST)
    make_adjustment(bill, "20.00", month=LAST, kind=AdjustmentKind.write_off)
    with work():
        found = months(estate.id, TODAY)
        assert [(each.month, each.next, each.closed is not None) for each in found] == [
            (THIS, False, False),
            (LAST, False, False),
            (BEFORE, False, False),
            (months_later(THIS, -3), True, False),
            (months_later(THIS, -4), False, True),
        ]
        figures = found[1].figures
        assert (figures.charged, figures.waived, figures.written_off) == (Decimal(100), Decimal(30), Decimal(20))
        assert figures == month_figures(estate.id, LAST)
        assert found[-1].figures.charged == Decimal("1234.56")


def test_ten_months_cost_as_many_queries_as_one(client, queries, estate, customer):
    address = f"/billing/closing?estate_id={estate.id}"
    make_bill(customer, month=THIS), make_close(estate, date(2018, 12, 1)), client.get(address)
    with queries() as one:
        assert client.get(address).status_code == 200
    for number in range(1, 10):
        make_bill(customer, month=months_later(THIS, -number)), make_close(estate, date(2019, number, 1))
    with queries() as ten:
        client.get(address)
    assert len(one) == len(ten)


def test_an_estate_one_does_not_see_is_not_shown(sign_in, other_estate):
    make_bill(make.make_customer(other_estate), "1234.56", month=LAST)
    assert "1,234.56" not in sign_in("limin").get(f"/billing/closing?estate_id={other_estate.id}").text
