"""What happened to an incident. Numbers appear masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened:
    incident_id: int
    estate_id: int
    building_id: int | None
    incident: str
    category: str
    words: str
    expected_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentChanged:
    incident_id: int
    incident: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEnded:
    incident_id: int
    incident: str
    result: str
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCallerNoted:
    incident_id: int
    customer_id: int | None
    unit_id: int | None
    incident: str
    caller: str
    masked: str
    wants_word: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCallerTold:
    incident_id: int
    customer_id: int | None
    unit_id: int | None
    incident: str
    caller: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNumberShown:
    incident_id: int
    customer_id: int | None
    unit_id: int | None
    incident: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentJobAttached:
    incident_id: int
    repair_order_id: int
    customer_id: int | None
    unit_id: int | None
    incident: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentJobDetached:
    incident_id: int
    repair_order_id: int
    customer_id: int | None
    unit_id: int | None
    incident: str
    number: str
