"""What happened to a repair order. Numbers appear masked; sums are yuan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairRegistered:
    repair_order_id: int
    estate_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    category: str
    priority: str
    channel: str
    masked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairStepTaken:
    """Any step of the workflow beside those that have an event of their own."""

    repair_order_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    action: str
    state: str
    worker: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairClassified:
    repair_order_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairAppointed:
    repair_order_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    wanted_from: datetime
    wanted_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairFinished:
    repair_order_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    worker: str
    result: str
    in_time: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairCharged:
    """What the customer owes for finished work: billing makes the bill of it."""

    repair_order_id: int
    customer_id: int
    unit_id: int | None
    number: str
    amount: Decimal
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairEnded:
    """Nothing of ours is left to do: what waited for it waits no more. `state`: confirmed, cancelled or duplicate."""

    repair_order_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairFiled:
    """`item_id`: its sheet in the customer's dossier, None where nobody has one."""

    repair_order_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    item_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairNumberShown:
    repair_order_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairPhotoTaken:
    repair_order_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairsProved:
    """`faults`: how often a job under way says something else than its steps; the first few as `examples`."""

    faults: int
    examples: list[str]
