"""What happened to the workers of a renovation and to their passes. ID numbers and telephones stand in none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationWorkersRegistered:
    """`names`: with their trades."""

    renovation_id: int
    customer_id: int
    unit_id: int
    number: str
    names: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationWorkerChanged:
    """`changes`: of the ID number and the telephone, as they are masked."""

    renovation_id: int
    renovation_worker_id: int
    customer_id: int
    unit_id: int
    number: str
    name: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationWorkerRevealed:
    """ID number and telephone were shown in full to the acting person."""

    renovation_id: int
    renovation_worker_id: int
    customer_id: int
    number: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationPassesIssued:
    renovation_id: int
    customer_id: int
    unit_id: int
    number: str
    passes: list[str]
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationPassesExtended:
    """By hand, or with the permit."""

    renovation_id: int
    customer_id: int
    unit_id: int
    number: str
    passes: list[str]
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationPassEnded:
    """`action`: withdraw, lose or hand_in."""

    renovation_id: int
    renovation_pass_id: int
    customer_id: int
    unit_id: int
    number: str
    name: str
    pass_number: str
    action: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationPassesSecured:
    """A deposit stands for these cards; `deposit_id` None: none any more."""

    renovation_id: int
    deposit_id: int | None
    customer_id: int
    unit_id: int
    number: str
    passes: list[str]
