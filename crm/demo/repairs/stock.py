"""What the demo company's store holds, what is in the vans, and what was used on which job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from crm.bulk import Ids, pour
from crm.dates import beginning_of, business_day_of
from crm.demo.place import Ground
from crm.demo.repairs.crew import DISPATCHER, NAMES
from crm.repairs.costs.lines import Line
from crm.repairs.orders.models import LineKind
from crm.repairs.stock.models import MovementKind, StockItem, StockMovement

_ITEMS = """
SN-001 三角阀 个 28 10
SN-002 不锈钢软管 根 22 10
SN-003 水龙头 个 85 6
SN-004 面盆下水 套 45 4
SN-005 马桶水件 套 96 4
SN-006 生料带 卷 3 20
SN-007 PPR管 米 12 20
SN-008 PPR直接 个 4 20
SN-009 暖气放气阀 个 18 10
SN-010 球阀 个 46 6
DQ-001 五孔插座 个 26 10
DQ-002 墙壁开关 个 22 10
DQ-003 空气开关 个 38 8
DQ-004 漏电保护器 个 95 4
DQ-005 LED灯泡 个 18 30
DQ-006 声控灯头 个 24 20
DQ-007 LED吸顶灯 个 68 6
DQ-008 电线 米 4.5 100
WJ-001 锁芯 个 120 4
WJ-002 合页 个 15 10
WJ-003 闭门器 个 98 4
WJ-004 玻璃胶 支 25 10
TJ-001 防水涂料 公斤 28 20
TJ-002 水泥砂浆 公斤 2 50
RD-001 对讲分机 台 260 3
RD-002 门禁读头 个 180 2
RD-003 网线 米 3 100
"""
ITEMS = tuple(tuple(line.split()) for line in _ITEMS.split("\n") if line)
PRICES = {name: Decimal(price) for _code, name, _measure, price, _least in ITEMS}
MEASURES = {name: measure for _code, name, measure, _price, _least in ITEMS}
BY_LENGTH = ("米", "公斤")
SHORT = ("对讲分机", "漏电保护器")  # fewer than the least are left
BEFORE = timedelta(hours=8)  # the afternoon before a month is when it is loaded for


def labour(price: Decimal) -> Line:
    """An hour of it."""
    return Line(kind=LineKind.labour, name="人工", quantity=Decimal(1), price=price)


def of_store(name: str, quantity: int) -> Line:
    """So many of what the store holds; its `item_id` follows from the name."""
    held = {"measure": MEASURES[name], "price": PRICES[name]}
    return Line(kind=LineKind.material, name=name, quantity=Decimal(quantity), **held)  # type: ignore[arg-type]


def some(name: str, dice: Random) -> Line:
    many = dice.randint(2, 8) if MEASURES[name] in BY_LENGTH else dice.choices((1, 2), (5, 1))[0]
    return of_store(name, many)


def row_of(line: Line) -> dict[str, Any]:
    """Of the table of lines."""
    names = ("kind", "name", "quantity", "measure", "price", "amount")
    return {name: getattr(line, name) for name in names}


class Store:
    """Bought in and brought into the vans before the month in which it is used, so that nothing is below nought."""

    def __init__(self, ground: Ground, starts: date) -> None:
        self.ground, self.starts = ground, starts
        self.usernames = {user_id: username for username, user_id in ground.users.items()}
        ids = Ids()
        keys = ids.take(StockItem, len(ITEMS))
        self.ids = {item[1]: key for item, key in zip(ITEMS, keys, strict=True)}
        pour(
            StockItem,
            [
                {
                    "id": key,
                    "code": code,
                    "name": name,
                    "measure": measure,
                    "price": Decimal(price),
                    "least": Decimal(least),
                    "active": True,
                    "version": 1,
                }
                for key, (code, name, measure, price, least) in zip(keys, ITEMS, strict=True)
            ],
        )
        ids.settle()
        self.used: dict[date, Counter[tuple[str, int]]] = {}
        self.rows: list[dict[str, Any]] = []

    def use(self, name: str, quantity: Decimal, worker_id: int, order_id: int, line_id: int, at: datetime) -> None:
        """Out of the worker's van, for the line of a job."""
        month = max(business_day_of(at).replace(day=1), self.starts)
        self.used.setdefault(month, Counter())[name, worker_id] += int(quantity)
        row = self._row(name, MovementKind.used, -quantity, self.usernames[worker_id], at)
        self.rows.append(row | {"van_of_id": worker_id, "repair_order_id": order_id, "pair": f"line-{line_id}"})

    def settle(self) -> None:
        """What was bought and loaded for all that was used."""
        rows = [*self._first(), *self.rows]
        for month in sorted(self.used):
            rows += self._loaded(month)
        pour(StockMovement, sorted(rows, key=lambda row: (row["moved_at"], -row["quantity"])))

    def _first(self) -> Iterator[dict[str, Any]]:
        """What the store has for itself: of two things less than it should."""
        at = beginning_of(self.starts) - BEFORE
        for _code, name, _measure, _price, least in ITEMS:
            quantity = max(1, int(least) // 2) if name in SHORT else int(least) * 2
            yield self._row(name, MovementKind.received, Decimal(quantity), DISPATCHER, at) | {"note": "期初入库"}

    def _loaded(self, month: date) -> Iterator[dict[str, Any]]:
        at, used = beginning_of(month) - BEFORE, self.used[month]
        bought: Counter[str] = Counter()
        for (name, _worker_id), quantity in used.items():
            bought[name] += quantity
        for name, quantity in bought.items():
            yield self._row(name, MovementKind.received, Decimal(quantity), DISPATCHER, at) | {"note": "月度采购"}
        for number, ((name, worker_id), quantity) in enumerate(used.items()):
            move = self._row(name, MovementKind.to_van, Decimal(-quantity), DISPATCHER, at + timedelta(minutes=10))
            move |= {"pair": f"demo-{month:%Y%m}-{number:04d}"}
            yield move
            yield move | {"quantity": Decimal(quantity), "van_of_id": worker_id}

    def _row(self, name: str, kind: MovementKind, quantity: Decimal, by: str, at: datetime) -> dict[str, Any]:
        return {
            "item_id": self.ids[name],
            "kind": kind,
            "quantity": quantity,
            "van_of_id": None,
            "repair_order_id": None,
            "pair": None,
            "note": "",
            "moved_by_id": self.ground.users[by],
            "moved_by": NAMES[by],
            "moved_at": at,
        }
