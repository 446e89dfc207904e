"""What happened to a renovation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationApplied:
    renovation_id: int
    estate_id: int
    customer_id: int
    unit_id: int
    number: str
    works: list[str]
    deposit_asked: Decimal
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationStepTaken:
    renovation_id: int
    customer_id: int
    unit_id: int
    number: str
    action: str
    state: str
    reason: str = ""
    note: str = ""
