"""The account on other pages: the customer's, the unit's and the caller card; only for whoever may read charges."""

from __future__ import annotations

from datetime import date

import pytest

from tests import factories as make
from tests.billing.ledger.making import make_dispute, make_payment
from tests.billing.making import make_bill


@pytest.fixture
def flat(estate):
    return make.make_unit(estate)


@pytest.fixture
def customer(estate, flat):
    customer = make.make_customer(estate, "欧阳娜娜", flat)
    make_bill(customer, "1234.50", date(2026, 3, 1), unit_id=flat.id)
    make_dispute(make_bill(customer, "100.00", date(2026, 4, 1)))
    make_payment(customer, "88.00")
    return customer


def ask(sign_in, customer):
    sent = {"amount": "300", "reason": "漏水两天"}
    assert sign_in("wudan").post(f"/billing/bills/{make_bill(customer).id}/ask/waiver", data=sent).status_code == 302


def test_the_customers_page_has_the_figures_and_the_tab(sign_in, customer):
    client, page = sign_in("limin"), f"/tenants/customers/{customer.id}"
    text = client.get(page).text
    for words in ("1,334.50", "最早到期 2026-03", "88.00", "费用与押金", f'href="/billing/customers/{customer.id}"'):
        assert words in text
    tab = client.get(f"{page}?tab=money").text
    for words in ("2026-03-28", "1,234.50", "有争议"):
        assert words in tab


@pytest.mark.parametrize("who", ["sunhao"])
def test_whoever_may_not_read_charges_sees_nothing_of_them(sign_in, customer, flat, who):
    ask(sign_in, customer)
    client = sign_in(who)
    pages = (
        f"/tenants/customers/{customer.id}",
        f"/tenants/customers/{customer.id}?tab=money",
        f"/tenants/units/{flat.id}",
        f"/card/customer/{customer.id}",
        f"/card/unit/{flat.id}",
    )
    for page in pages:
        text = client.get(page).text
        assert "欧阳娜娜" in text
        for words in ("1,234.50", "1,334.50", "费用与押金", "漏水两天", "申请调整", "/billing/"):
            assert words not in text


def test_money_stands_in_the_timeline_in_words(sign_in, customer):
    ask(sign_in, customer)
    text = sign_in("limin").get(f"/tenants/customers/{customer.id}").text
    assert "申请调整" in text
    assert "减免 · 300.00 元 · 漏水两天" in text


def test_the_caller_card(sign_in, customer, flat):
    client = sign_in("limin")
    card = client.get(f"/card/customer/{customer.id}").text
    for words in ("欠费 1,334.50 元，最早到期 2026-03", "余额 88.00 元", 'data-key="p"'):
        assert words in card
    assert f'href="/billing/customers/{customer.id}"' in card
    unit = client.get(f"/card/unit/{flat.id}").text
    assert "欠费 1,234.50 元，最早到期 2026-03" in unit
    assert "state=owed" in unit


def test_the_customers_page_costs_the_same_for_any_number_of_bills(sign_in, queries, customer):
    client, page = sign_in("limin"), f"/tenants/customers/{customer.id}?tab=money"
    client.get(page)
    with queries() as one:
        client.get(page)
    for _ in range(9):
        make_dispute(make_bill(customer))
    with queries() as ten:
        client.get(page)
    assert len(one) == len(ten)
