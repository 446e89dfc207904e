"""What changed about a repair worker; hours as they are read, days away as people say them: both inclusive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerTradesSet:
    user_id: int
    old: list[str]
    new: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerShiftsSet:
    user_id: int
    changes: dict[str, list[Any]]  # monday … sunday -> [old, new]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerAway:
    user_id: int
    starts: date
    last_day: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerBackEarly:
    """`new` before `starts`: not away at all."""

    user_id: int
    starts: date
    old: date
    new: date
