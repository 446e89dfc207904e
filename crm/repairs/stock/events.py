"""What happened in the store. Quantities are of the item's own measure; `van` is whose, "" the store."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class StockItemAdded:
    stock_item_id: int
    code: str
    name: str
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StockItemChanged:
    stock_item_id: int
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockReceived:
    stock_item_id: int
    name: str
    quantity: Decimal
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockMoved:
    """`kind`: to_van or to_store."""

    stock_item_id: int
    name: str
    kind: str
    quantity: Decimal
    van: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCounted:
    stock_item_id: int
    name: str
    van: str
    expected: Decimal
    counted: Decimal
    note: str
