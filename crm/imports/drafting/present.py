"""The present state of one estate, as plain data loaded in a few queries; drafting compares against it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

UnitKey = tuple[str, str, str, str]  # ("unit", building, entrance, number) or ("parking_space", zone, number, "")


@dataclass(slots=True)
class StoredCustomer:
    id: int
    values: dict[str, Any]
    phones: dict[str, tuple[int, bool]] = field(default_factory=dict)


@dataclass(slots=True)
class StoredOccupancy:
    id: int
    unit: UnitKey
    customer_id: int
    values: dict[str, Any]  # role, share, starts, ends


@dataclass(slots=True)
class Present:
    """Every dict maps a natural key to (id, values); `estate_id` is None for an estate that does not exist yet."""

    estate_id: int | None = None
    buildings: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    entrances: dict[tuple[str, str], tuple[int, dict[str, Any]]] = field(default_factory=dict)
    units: dict[UnitKey, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    customers: list[StoredCustomer] = field(default_factory=list)
    merged: list[set[int]] = field(default_factory=list)  # ids of files that are one customer
    occupancies: list[StoredOccupancy] = field(default_factory=list)
    members: dict[tuple[int, str], tuple[int, dict[str, Any]]] = field(default_factory=dict)
    vehicles: dict[tuple[int, str], tuple[int, dict[str, Any]]] = field(default_factory=dict)
