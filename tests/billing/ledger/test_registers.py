"""The registers of bills and payments: what each filter leaves, and their sums."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm.billing.charges.models import Basis
from crm.billing.ledger.models import AdjustmentKind, Method
from tests import factories as make
from tests.billing.ledger.making import make_adjustment, make_payment, user_id_of
from tests.billing.making import make_bill, make_item


@pytest.fixture
def client(sign_in):
    return sign_in("zhengkai")


@pytest.fixture
def bills(estate):
    """a open and due long ago, b part paid and due in the far future, c settled, d void, e written off."""
    flat, item = make.make_unit(estate, "7-1-101"), make_item(estate, "车位费", Basis.single)
    nana, sima = make.make_customer(estate), make.make_customer(estate, "司马青")
    nothing = Decimal(0)
    found = {
        "a": make_bill(nana, "100.00", unit_id=flat.id),
        "b": make_bill(sima, "200.00", date(2026, 2, 1), item=item, open=Decimal(50), due_on=date(2099, 1, 1)),
        "c": make_bill(nana, "400.00", open=nothing),
        "d": make_bill(nana, "800.00", open=nothing, voided=True),
        "e": make_bill(sima, "1600.00"),
    }
    make_adjustment(found["e"], "1600.00", kind=AdjustmentKind.write_off)
    return found | {"flat": flat, "nana": nana}


FILTERS = [
    ("", "abcde"),
    ("period=2026-02", "b"),
    ("period=202601", "acde"),
    ("item=车位费", "b"),
    ("building={building}", "a"),
    ("state=owed", "ab"),
    ("state=issued", "a"),
    ("state=part_paid", "b"),
    ("state=paid", "c"),
    ("state=void", "d"),
    ("state=written_off", "e"),
    ("overdue=1", "a"),
    ("q=司马", "be"),
    ("q=7栋1单元101", "a"),
    ("q={code}", "acd"),
    ("q=KH999999", ""),
    ("q=%25", ""),
    ("state=no&item=no", "abcde"),
]


def test_what_each_filter_leaves(client, bills):
    for query, shown in FILTERS:
        address = query.format(building=bills["flat"].building_id, code=bills["nana"].code)
        text = client.get(f"/billing/bills?{address}").text
        found = "".join(name for name in "abcde" if f'href="/billing/bills/{bills[name].id}"' in text)
        assert (query, found) == (query, shown)


def test_sums_over_what_is_left(client, bills):
    text = client.get("/billing/bills?q=司马").text
    assert "1,800.00" in text
    assert "50.00" in text


@pytest.mark.parametrize(("path", "words"), [("bills?period=soon", "soon"), ("payments?since=bald", "bald")])
def test_a_month_or_day_that_is_none_is_refused_by_name(client, path, words):
    answer = client.get(f"/billing/{path}")
    assert answer.status_code == 409
    assert "请填写" in answer.text


@pytest.fixture
def payments(estate):
    flat = make.make_unit(estate, "7-1-101")
    nana, sima = make.make_customer(estate, unit=flat), make.make_customer(estate, "司马青")
    other = {"received_by_id": user_id_of("hefang"), "received_by": "何芳"}
    return {
        "a": make_payment(nana, "100.00", paid_on=date(2026, 3, 1)),
        "b": make_payment(sima, "200.00", paid_on=date(2026, 3, 2), method=Method.wechat, reference="4200001"),
        "c": make_payment(sima, "400.00", paid_on=date(2026, 3, 3), payer="上官云", **other),
        "code": nana.code,
    }


OF_PAYMENTS = [
    ("", "abc"),
    ("since=2026-03-02", "bc"),
    ("until=2026-03-02", "ab"),
    ("since=2026-03-02&until=2026-03-02", "b"),
    ("method=wechat", "b"),
    ("cashier={wudan}", "ab"),
    ("q=司马", "bc"),
    ("q=上官", "c"),
    ("q=4200001", "b"),
    ("q=7-1-101", "a"),
    ("q={code}", "a"),
]


def test_what_each_filter_leaves_of_the_payments(client, payments):
    for query, shown in OF_PAYMENTS:
        address = query.format(wudan=user_id_of("wudan"), code=payments["code"])
        text = client.get(f"/billing/payments?{address}").text
        found = "".join(name for name in "abc" if f'href="/billing/payments/{payments[name].id}"' in text)
        assert (query, found) == (query, shown)


def test_nothing_of_estates_one_does_not_see(sign_in, other_estate):
    customer = make.make_customer(other_estate)
    bill, payment = make_bill(customer), make_payment(customer)
    clerk = sign_in("limin")
    assert f"/billing/bills/{bill.id}" not in clerk.get("/billing/bills").text
    assert f"/billing/payments/{payment.id}" not in clerk.get("/billing/payments").text
