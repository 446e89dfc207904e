"""The store: what is where is a sum over movements, and nothing falls below nought."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from crm.audit.models import LogEntry
from crm.errors import DomainError
from crm.repairs.stock import service
from crm.repairs.stock.models import StockMovement
from crm.repairs.stock.queries import balance, get_item, places_of
from tests.acting import as_
from tests.repairs.making import make_order, user_called
from tests.repairs.stock.making import make_stock_item, movements

D = Decimal


def refused(verb, *arguments, **given):
    with pytest.raises(DomainError) as no:
        verb(*arguments, **given)
    return str(no.value)


def last(db, kind):
    return db.scalars(select(LogEntry).filter_by(kind=kind).order_by(LogEntry.id.desc())).first()


def test_bought_in_and_moved(work, db):
    item, zhang = make_stock_item(), user_called("zhangjg").id
    with work(as_("sunhao")):
        found = get_item(item.id)
        service.receive(found, D("12.5"), "恒大五金", "form 1")
        service.receive(found, D("12.5"), "恒大五金", "form 1")
        service.to_van(found, D(5), zhang, "早上领", "form 2")
        service.to_van(found, D(5), zhang, "早上领", "form 2")
        service.to_store(found, D(2), zhang, key="form 3")
        assert [(place.user_id, place.quantity) for place in places_of(item.id)] == [(None, D("9.5")), (zhang, D(3))]
    kinds = ["received", "to_van", "to_van", "to_store", "to_store"]
    assert [kind for kind, _quantity, _van in movements(item)] == kinds
    pairs = db.execute(select(StockMovement.pair, func.sum(StockMovement.quantity)).group_by(StockMovement.pair)).all()
    assert sorted(total for pair, total in pairs if pair) == [0, 0]
    assert last(db, "StockReceived").data["note"] == "恒大五金"
    assert last(db, "StockMoved").data | {"kind": "to_store", "van": "张建国"} == last(db, "StockMoved").data


def test_no_place_falls_below_nought(work):
    zhang = user_called("zhangjg")
    item = make_stock_item("3", "1", zhang)
    with work(as_("sunhao")):
        found = get_item(item.id)
        assert "仓库里水龙头只有 3 个" in refused(service.to_van, found, D("3.001"), zhang.id)
        assert "张建国的随车材料里，水龙头只有 1 个" in refused(service.to_store, found, D(2), zhang.id)
        assert "请填写大于零的数量" in refused(service.to_van, found, D(0), zhang.id)
        assert "请填写大于零的数量" in refused(service.receive, found, D(-1), "")
        assert "此人不做维修" in refused(service.to_van, found, D(1), user_called("limin").id)
    assert len(movements(item)) == 2


def test_a_count_writes_the_difference_only(work, db):
    zhang = user_called("zhangjg")
    item = make_stock_item("3", "1", zhang)
    with work(as_("sunhao")):
        found = get_item(item.id)
        assert service.count(found, None, D(3)) == 0
        assert service.count(found, None, D("2.5"), "破损", "form 1") == D("-0.5")
        assert service.count(found, None, D("2.5"), "破损", "form 1") == D("-0.5")
        assert service.count(found, zhang.id, D(2)) == 1
        assert "请填写实有数量，可以为零" in refused(service.count, found, None, D(-1))
        assert (balance(item.id, None), balance(item.id, zhang.id)) == (D("2.5"), D(2))
    assert [row[:2] for row in movements(item)[2:]] == [("counted", D("-0.5")), ("counted", D(1))]
    told = last(db, "StockCounted").data
    assert (told["expected"], told["counted"], told["van"]) == ("1.000", "2", "张建国")


def test_a_code_is_given_once_and_a_change_is_told(work, db):
    item = make_stock_item(code="A-1")
    other = make_stock_item(code="A-2")
    facts = {"name": "角阀", "measure": "个", "price": D(20), "least": D(0), "active": True}
    with work(as_("sunhao")):
        assert "A-1 已被“水龙头”使用" in refused(service.add, code="A-1", **facts)
        assert "已被“水龙头”使用" in refused(service.add, code="a-1", **facts)
        assert "已被“水龙头”使用" in refused(service.change, get_item(other.id), {"code": "A-1"})
        service.change(get_item(item.id), {"code": "A-1", "price": D("40.00"), "active": False})
        assert "已停用，请先启用" in refused(service.receive, get_item(item.id), D(1), "")
    assert last(db, "StockItemChanged").data["changes"] == {"price": ["35.50", "40.00"], "active": [True, False]}


ACTS = ("receive", "to_van", "to_store", "count", "use", "back")
serials = count(1)
QUANTITIES = ("0.001", "1", "2.5", "7")
steps = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 1), st.sampled_from(QUANTITIES)), max_size=16)


class Store:
    """Two vans and a job; what is refused is refused. `books`: what each place has by hand."""

    def __init__(self, estate):
        self.vans = [user_called("zhangjg").id, user_called("sunhao").id]
        self.item_id, self.job = make_stock_item().id, make_order(estate).id
        self.books = {None: D(0), self.vans[0]: D(0), self.vans[1]: D(0)}
        self.used: list[tuple[str, int | None, Decimal]] = []

    def do(self, act, place, quantity):
        item, van, quantity = get_item(self.item_id), self.vans[place], D(quantity)
        with suppress(DomainError):
            getattr(self, f"_{act}")(item, van, quantity)

    def _receive(self, item, _van, quantity):
        service.receive(item, quantity, "")
        self.books[None] += quantity

    def _to_van(self, item, van, quantity):
        service.to_van(item, quantity, van)
        self.books[None] -= quantity
        self.books[van] += quantity

    def _to_store(self, item, van, quantity):
        service.to_store(item, quantity, van)
        self.books[van] -= quantity
        self.books[None] += quantity

    def _count(self, item, van, quantity):
        service.count(item, van, quantity)
        self.books[van] = quantity

    def _use(self, item, van, quantity):
        source = van if self.books[van] >= quantity else None
        pair = f"a line {next(serials)}"
        service.use(item, quantity, van, {"repair_order_id": self.job, "note": "W1"}, pair)
        self.books[source] -= quantity
        self.used.append((pair, source, quantity))

    def _back(self, item, _van, _quantity):
        if self.used:
            pair, source, quantity = self.used.pop()
            service.give_back(item, {"repair_order_id": self.job, "note": "W1"}, pair)
            self.books[source] += quantity


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(steps)
def test_whatever_moves_places_are_sums_and_never_below_nought(work, db, estate, steps):
    store = Store(estate)
    with work(as_("sunhao")):
        for step in steps:
            store.do(*step)
            for place, expected in store.books.items():
                assert balance(store.item_id, place) == expected >= 0
        whole = sum((place.quantity for place in places_of(store.item_id)), D(0))
        assert whole == sum(store.books.values())
