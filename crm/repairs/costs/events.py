"""Materials and labour of a job. Sums are yuan."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairLineAdded:
    """`stock_item_id`: of what came out of the store or, named by `van`, somebody's van."""

    repair_order_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    stock_item_id: int | None
    name: str
    quantity: Decimal
    amount: Decimal
    van: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairLineTakenBack:
    repair_order_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    stock_item_id: int | None
    name: str
    quantity: Decimal
    amount: Decimal
