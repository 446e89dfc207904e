"""Materials and their movements."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from crm.auth.models import User
from crm.db import open_session
from crm.repairs.stock.models import MovementKind, StockItem, StockMovement
from tests.repairs import making as repairs

AT = datetime(2026, 11, 24, 1, tzinfo=UTC)
serials = count(1)


def make_stock_item(store: str = "0", van: str = "0", van_of: User | None = None, **given: Any) -> StockItem:
    """A tap for 35.50, with so many in the store and in somebody's van."""
    number = next(serials)
    facts: dict[str, Any] = {"code": f"SLT{number:04d}", "name": "水龙头", "measure": "个", "price": Decimal("35.50")}
    item: StockItem = repairs.kept(StockItem(**(facts | given)))
    if Decimal(store):
        make_movement(item, store)
    if Decimal(van) and van_of:
        make_movement(item, van, van_of_id=van_of.id, kind=MovementKind.to_van)
    return item


def make_movement(item: StockItem, quantity: str, **given: Any) -> StockMovement:
    facts: dict[str, Any] = {"kind": MovementKind.received, "moved_by": "孙浩", "moved_at": AT}
    moved: StockMovement = repairs.kept(StockMovement(item_id=item.id, quantity=Decimal(quantity), **(facts | given)))
    return moved


def movements(item: StockItem) -> list[tuple[str, Decimal, int | None]]:
    """In the order they were written: kind, quantity, whose van."""
    with open_session() as db:
        rows = db.query(StockMovement).filter_by(item_id=item.id).order_by(StockMovement.id).all()
        return [(row.kind.value, row.quantity, row.van_of_id) for row in rows]
