"""What happened to estates and units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateAdded:
    estate_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateChanged:
    estate_id: int
    changes: dict[str, list[Any]]  # field -> [old, new]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAdded:
    unit_id: int
    estate_id: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChanged:
    unit_id: int
    estate_id: int
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingAdded:
    building_id: int
    estate_id: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentAdded:
    equipment_id: int
    estate_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentChanged:
    equipment_id: int
    estate_id: int
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAreaChanged:
    public_area_id: int
    estate_id: int
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAreaAdded:
    public_area_id: int
    estate_id: int
    name: str
