"""What happened to a move-in. Sums are yuan; parts, standings and documents are codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveInStarted:
    move_in_id: int
    customer_id: int
    unit_id: int
    number: str
    role: str
    starts_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveInTermsSet:
    """Its day, lease and licence; `changes`: field -> [old, new]."""

    move_in_id: int
    customer_id: int
    unit_id: int
    number: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveInStaffAdded:
    """Names from a pasted list or a workbook became people of the company."""

    move_in_id: int
    customer_id: int
    unit_id: int
    number: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveInDocumentKept:
    """`signing` "": not applicable, for the `reason`."""

    move_in_id: int
    customer_id: int
    unit_id: int
    number: str
    document: str
    signing: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveInMarked:
    move_in_id: int
    customer_id: int
    unit_id: int
    number: str
    part: str
    standing: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveInDefectFound:
    move_in_id: int
    repair_order_id: int
    customer_id: int
    unit_id: int
    number: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveInDepositAsked:
    move_in_id: int
    customer_id: int
    unit_id: int
    number: str
    deposit_kind: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveInSigned:
    move_in_id: int
    customer_id: int
    unit_id: int
    number: str
    signer: str
    signing: str
    content_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveInFiled:
    move_in_id: int
    customer_id: int
    unit_id: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveInCancelled:
    """`left`: what stays of it, in words."""

    move_in_id: int
    customer_id: int
    unit_id: int
    number: str
    reason: str
    left: list[str]
