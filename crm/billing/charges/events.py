"""What happened to charge items, tariffs and shared costs. Sums and prices are yuan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeItemAdded:
    charge_item_id: int
    estate_id: int
    name: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeItemChanged:
    charge_item_id: int
    changes: dict[str, list[Any]]  # field -> [old, new]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeItemRetired:
    charge_item_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeItemTakenUp:
    """Used again after it was retired."""

    charge_item_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffEntered:
    charge_item_id: int
    unit_id: int | None
    use: str | None  # neither a unit nor a use: of all
    since: date
    terms: str
    price: Decimal | None
    quantity: Decimal | None
    legal_basis: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffsTakenOver:
    """Many at once, from workbooks."""

    charge_item_id: int
    files: list[str]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedCostEntered:
    charge_item_id: int
    shared_cost_id: int
    period: date
    building_id: int | None
    total: Decimal
    document: str
