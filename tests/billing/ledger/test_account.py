"""A customer's account on screen, and a single charge on it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.audit.models import LogEntry
from crm.auth.permissions import RoleName
from crm.billing.charges.models import Basis
from crm.billing.ledger.models import Bill, BillSource
from crm.dates import today
from crm.settings import read_settings
from tests import factories as make
from tests.billing.ledger.making import make_adjustment, make_allocation, make_dispute, make_payment, make_request
from tests.billing.making import make_bill, make_item, make_tariff

TODAY = today(read_settings().timezone)
JANUARY = date(2026, 1, 1)


@pytest.fixture
def flat(estate):
    return make.make_unit(estate)


@pytest.fixture
def customer(estate, flat):
    return make.make_customer(estate, "欧阳娜娜", flat)


@pytest.fixture
def client(sign_in):
    return sign_in("wudan")


def charged(estate, customer, flat, period=JANUARY, **given):
    """120.5 × 2.80 of a whole month."""
    item = make_item(estate)
    reckoned = {"quantity": Decimal("120.5"), "price": Decimal("2.8"), "days": 31, "days_of": 31}
    facts = {"unit_id": flat.id, "tariff_id": make_tariff(item).id, "source": BillSource.run}
    return make_bill(customer, "337.40", period, item=item, **(facts | reckoned | given))


def test_every_open_line_says_why_it_is_what_it_is(client, estate, customer, flat):
    charged(estate, customer, flat)
    text = client.get(f"/billing/customers/{customer.id}").text
    for words in ("120.5 ㎡ × 2.8 元 = 337.40 元", "前期物业服务合同 YG-2019-07", "精确到分", flat.label, "已逾期"):
        assert words in text
    assert '<details class="bill-line">' in text


def test_the_oldest_due_comes_first_and_the_head_has_the_sums(client, customer):
    for month in (3, 1, 2):
        make_bill(customer, f"{month}00.00", date(2026, month, 1))
    make_payment(customer, "55.50")
    text = client.get(f"/billing/customers/{customer.id}").text
    places = [text.index(f"2026-0{month}-28") for month in (1, 2, 3)]
    assert places == sorted(places)
    assert all(sum_ in text for sum_ in ("600.00", "55.50"))


def test_a_disputed_line_is_grey_with_its_reason_and_its_end(client, customer):
    make_dispute(make_bill(customer))
    text = client.get(f"/billing/customers/{customer.id}").text
    assert "bill-disputed" in text
    assert "说没有住" in text
    assert "2099-01-01" in text
    assert "结束争议" in text


def test_a_dispute_that_ran_out_says_so(client, customer):
    make_dispute(make_bill(customer), TODAY - timedelta(days=1))
    text = client.get(f"/billing/customers/{customer.id}").text
    assert "bill-disputed" not in text
    assert "到期" in text


def test_the_tabs(client, customer):
    settled, payment = make_bill(customer), make_payment(customer)
    make_allocation(settled, payment)
    make_adjustment(make_bill(customer)), make_request(make_bill(customer))
    page = f"/billing/customers/{customer.id}?tab="
    assert f'href="/billing/bills/{settled.id}"' in client.get(f"{page}settled").text
    paid = client.get(f"{page}payments").text
    assert f'href="/billing/bills/{settled.id}"' in paid
    assert "先冲最早到期的" in paid
    adjusted = client.get(f"{page}adjustments").text
    assert "漏水两天" in adjusted
    assert "电梯停运三天" in adjusted


def test_the_address_of_a_merged_file_leads_to_the_kept_one(client, estate, customer):
    merged = make.make_customer(estate)
    make.make_merge(customer, merged)
    bill = make_bill(merged)
    assert client.get(f"/billing/customers/{merged.id}").location == f"/billing/customers/{customer.id}?tab=open"
    assert f'href="/billing/bills/{bill.id}"' in client.get(f"/billing/customers/{customer.id}").text


@pytest.mark.parametrize("tab", ["open", "settled", "payments", "adjustments"])
def test_four_cost_as_many_queries_as_one(client, queries, customer, tab):
    def some():
        settled, payment = make_bill(customer), make_payment(customer)
        make_allocation(settled, payment), make_dispute(make_bill(customer))
        make_adjustment(make_bill(customer)), make_request(make_bill(customer))

    page = f"/billing/customers/{customer.id}?tab={tab}"
    some(), client.get(page)
    with queries() as one:
        assert client.get(page).status_code == 200
    for _ in range(3):
        some()
    with queries() as four:
        client.get(page)
    assert len(one) == len(four) > 0


@pytest.mark.parametrize("role", [RoleName.dispatcher, RoleName.repair_worker, RoleName.administrator])
def test_who_may_not_read_charges_does_not(sign_in, customer, role):
    assert sign_in(role).get(f"/billing/customers/{customer.id}").status_code == 403


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("wudan", {"waiver", "write_off", "void", "dispute"}),
        ("zhengkai", {"split"}),
        ("hefang", set()),
    ],
)
def test_offered_is_what_the_role_is_for(sign_in, estate, customer, flat, role, offered):
    bill = charged(estate, customer, flat)
    make.make_occupancy(make.make_customer(estate, "司马青"), flat)
    text = sign_in(role).get(f"/billing/customers/{customer.id}").text
    pages = {name: f"/billing/bills/{bill.id}/ask/{name}" for name in ("waiver", "write_off", "void")}
    pages |= {name: f"/billing/bills/{bill.id}/{name}" for name in ("dispute", "split")}
    assert {name for name, page in pages.items() if page in text} == offered


# A single charge


@pytest.fixture
def item(estate):
    return make_item(estate, "门禁卡工本费", Basis.single)


@pytest.fixture
def typed(item, flat):
    return {
        "item_id": item.id,
        "amount": "20",
        "due_on": TODAY.isoformat(),
        "unit_id": flat.id,
        "note": "补办门禁卡",
        "last_seen": 0,
    }


def test_a_charge_is_entered_once_however_often_it_is_sent(client, db, customer, typed):
    page = f"/billing/customers/{customer.id}/charge"
    assert [client.post(page, data=typed).status_code for _ in range(2)] == [302, 302]
    [bill] = db.scalars(select(Bill).where(Bill.customer_id == customer.id)).all()
    assert (bill.amount, bill.open, bill.source, bill.note) == (20, 20, BillSource.single, "补办门禁卡")
    assert bill.issued_by == "吴丹"
    assert db.scalars(select(LogEntry.kind).order_by(LogEntry.id.desc())).first() == "BillIssued"
    form = client.get(page).text
    assert f'name="last_seen" type="hidden" value="{bill.id}"' in form
    assert client.post(page, data=typed | {"last_seen": bill.id}).status_code == 302
    assert len(db.scalars(select(Bill).where(Bill.customer_id == customer.id)).all()) == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"amount": "0"}, "金额要大于零"),
        ({"amount": "二十"}, "二十"),
        ({"amount": "1.234"}, "1.234"),
        ({"amount": "-5"}, "-5"),
        ({"due_on": "2020-01-01"}, "日期不能早于今天"),
        ({"due_on": "2926-01-01"}, "超过一年"),
        ({"due_on": "bald"}, "bald"),
        ({"note": " "}, "请填写事由"),
        ({"item_id": 999_999}, "补办门禁卡"),
        ({"unit_id": "999999"}, "补办门禁卡"),
    ],
)
def test_a_wrong_charge_is_refused_with_what_was_typed(client, db, customer, typed, wrong, words):
    answer = client.post(f"/billing/customers/{customer.id}/charge", data=typed | wrong)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.scalars(select(Bill).where(Bill.customer_id == customer.id)).all() == []


def test_without_an_item_the_page_says_whom_to_ask(client, customer):
    answer = client.get(f"/billing/customers/{customer.id}/charge")
    assert answer.status_code == 409
    assert "收费项目" in answer.text


def test_another_estates_item_is_not_offered(client, other_estate, customer, item):
    make_item(other_estate, "外区费用", Basis.single)
    assert "外区费用" not in client.get(f"/billing/customers/{customer.id}/charge").text
