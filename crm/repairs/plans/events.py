"""What happened to a plan of maintenance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenancePlanned:
    maintenance_plan_id: int
    equipment_id: int
    title: str
    next_due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenancePlanChanged:
    """Also when it was taken out of use or brought back."""

    maintenance_plan_id: int
    equipment_id: int
    title: str
    changes: dict[str, list[Any]]  # field -> [old, new]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceJobMade:
    maintenance_plan_id: int
    equipment_id: int
    repair_order_id: int
    title: str
    number: str
    planned_for: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceLeftOut:
    """Due days that passed while nobody made jobs: one job was made for the latest, none for these."""

    maintenance_plan_id: int
    equipment_id: int
    title: str
    left_out: list[date]
