"""The pages of the store."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crm.repairs.stock.models import StockItem
from tests.repairs.making import user_called
from tests.repairs.stock.making import make_stock_item, movements

FACTS = {"code": "JF-15", "name": "角阀", "measure": "个", "price": "18.00", "least": "5", "active": "y"}


def test_add_edit_and_a_taken_code(sign_in, db):
    client = sign_in("dispatcher")
    made = client.post("/repairs/stock/new", data=FACTS)
    assert made.status_code == 303
    item = db.query(StockItem).filter_by(code="JF-15").one()
    assert made.location == f"/repairs/stock/{item.id}"
    again = client.post("/repairs/stock/new", data=FACTS | {"name": "另一种"})
    assert again.status_code == 422
    assert "JF-15" in again.text
    assert "另一种" in again.text
    changed = client.post(f"/repairs/stock/{item.id}/edit", data=FACTS | {"version": 1, "price": "19.50"})
    assert changed.status_code == 303
    stale = client.post(f"/repairs/stock/{item.id}/edit", data=FACTS | {"version": 1, "price": "21"})
    assert stale.status_code == 409
    db.expire_all()
    assert db.get(StockItem, item.id).price == Decimal("19.50")


def test_what_is_low_is_marked(sign_in):
    low, plenty = make_stock_item("1", least=Decimal(2)), make_stock_item("9", least=Decimal(2))
    retired = make_stock_item("0", least=Decimal(2), active=False)
    client = sign_in("repair_worker")
    page = client.get("/repairs/stock/?state=low").text
    assert low.code in page
    assert plenty.code not in page
    assert retired.code not in page
    assert "notice-warning" in client.get(f"/repairs/stock/{low.id}").text
    assert "notice-warning" not in client.get(f"/repairs/stock/{retired.id}").text


def test_receive_move_and_count(sign_in, db):
    client, zhang = sign_in("dispatcher"), user_called("zhangjg")
    item = make_stock_item()
    at = f"/repairs/stock/{item.id}"
    for _twice in range(2):
        assert client.post(f"{at}/receive", data={"key": "a", "quantity": "10", "note": "进货"}).status_code == 303
    moving = {"key": "b", "way": "to_van", "worker_id": zhang.id, "quantity": "4"}
    assert client.post(f"{at}/move", data=moving).status_code == 303
    assert client.post(f"{at}/move", data=moving | {"key": "c", "quantity": "40"}).status_code == 422
    back = {"key": "d", "way": "to_store", "worker_id": zhang.id, "quantity": "1"}
    assert client.post(f"{at}/move", data=back).status_code == 303
    before = movements(item)
    same = client.post(f"{at}/count", data={"key": "e", "place": "store", "quantity": "7"}, follow_redirects=True)
    assert same.status_code == 200
    assert movements(item) == before
    assert client.post(f"{at}/count", data={"key": "f", "place": zhang.id, "quantity": "2"}).status_code == 303
    assert [row[:2] for row in movements(item)] == [
        ("received", 10),
        ("to_van", -4),
        ("to_van", 4),
        ("to_store", -1),
        ("to_store", 1),
        ("counted", -1),
    ]
    page = client.get(at).text
    assert "张建国" in page
    assert page.index("-1") < page.index("进货")


@pytest.mark.parametrize("bad", ["", "0", "-1", "一", "1.2345"])
@pytest.mark.parametrize("step", ["receive", "move", "count"])
def test_bad_quantities_keep_what_was_typed(sign_in, step, bad):
    if (step, bad) == ("count", "0"):
        return  # nothing there is a count
    item, zhang = make_stock_item("3"), user_called("zhangjg")
    sent = {"key": "x", "quantity": bad, "way": "to_van", "worker_id": zhang.id, "place": "store", "note": "备注原样"}
    answer = sign_in("dispatcher").post(f"/repairs/stock/{item.id}/{step}", data=sent)
    assert answer.status_code == 422
    assert "备注原样" in answer.text
    assert len(movements(item)) == 1


def test_who_only_reads_changes_nothing(sign_in):
    item, worker = make_stock_item("3"), sign_in("repair_worker")
    page = worker.get(f"/repairs/stock/{item.id}")
    assert page.status_code == 200
    assert "/receive" not in page.text
    for step in ("receive", "move", "count", "edit"):
        assert worker.get(f"/repairs/stock/{item.id}/{step}").status_code == 403
    assert worker.post("/repairs/stock/new", data=FACTS).status_code == 403
    assert worker.get("/repairs/stock/999999").status_code == 404
