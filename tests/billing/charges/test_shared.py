"""Shared costs: entered with the invoice, the later counts, none after the month is published."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from sqlalchemy import select

from crm.billing.charges.models import SharedCost
from crm.billing.runs import service as runs
from tests import factories as make
from tests.billing.making import SHARED, make_item, make_shared_cost

TYPED = {"period": "2026-10", "building_id": "0", "total": "12,000.50", "document": "发票 0451"}


@pytest.fixture
def supervisor(sign_in):
    return sign_in("zhengkai")


@pytest.fixture
def item(estate):
    return make_item(estate, "公共能耗分摊", **SHARED)


def test_entered_with_its_invoice(supervisor, estate, item, db):
    building = make.make_building(estate)
    typed = TYPED | {"building_id": building.id, "period": "202610", "file": (BytesIO(b"%PDF-"), "a.txt")}
    assert supervisor.post(f"/billing/charges/{item.id}/shared/new", data=typed).status_code == 422
    typed["file"] = (BytesIO("金额".encode()), "发票.csv")
    assert supervisor.post(f"/billing/charges/{item.id}/shared/new", data=typed).status_code == 302
    cost = db.scalars(select(SharedCost)).one()
    assert (cost.period, cost.total, cost.building_id) == (date(2026, 10, 1), Decimal("12000.50"), building.id)
    assert supervisor.get(f"/billing/charges/shared/{cost.id}/invoice").data == "金额".encode()
    assert "2026-10" in supervisor.get("/billing/charges/shared").text


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"total": "0"}, "total"),
        ({"total": "abc"}, "total"),
        ({"period": "2026-13"}, "period"),
        ({"document": ""}, "document"),
    ],
)
def test_what_cannot_be_is_named(supervisor, item, given, field):
    page = supervisor.post(f"/billing/charges/{item.id}/shared/new", data=TYPED | given)
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert all(f'value="{value}"' in page.text for value in given.values() if value)


def test_the_later_of_two_counts(supervisor, item):
    make_shared_cost(item, "100"), make_shared_cost(item, "200")
    page = supervisor.get("/billing/charges/shared").text
    assert page.count("tone-green") == page.count("tone-grey") == 1


def test_none_after_the_month_is_published(supervisor, item, work):
    with work():
        runs.publish(runs.draft(item, date(2026, 10, 1)), item)
    page = supervisor.post(f"/billing/charges/{item.id}/shared/new", data=TYPED)
    assert page.status_code == 422
    assert "2026-10" in page.text
    assert (
        supervisor.post(f"/billing/charges/{item.id}/shared/new", data=TYPED | {"period": "2026-11"}).status_code == 302
    )


def test_an_item_that_is_not_shared_has_none(supervisor, estate):
    assert supervisor.get(f"/billing/charges/{make_item(estate).id}/shared/new").status_code == 409
