"""What happened to a move-out or a sale. What others owe is told of those who owe it alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingStarted:
    """`customer_ids`: who leaves."""

    leaving_id: int
    estate_id: int
    unit_id: int
    customer_ids: list[int]
    number: str
    leaving_kind: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingChanged:
    leaving_id: int
    unit_id: int
    customer_ids: list[int]
    number: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingBuyersNamed:
    """`buyers`: names with shares, all there are now; `customer_ids`: theirs."""

    leaving_id: int
    unit_id: int
    customer_ids: list[int]
    number: str
    buyers: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingStepTaken:
    """Any step beside those that have an event of their own."""

    leaving_id: int
    unit_id: int
    customer_ids: list[int]
    number: str
    action: str
    state: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingSigned:
    """`sha256`: of the paper's bytes; `how`: drawn or scanned."""

    leaving_id: int
    leaving_sheet_id: int
    unit_id: int
    customer_ids: list[int]
    number: str
    how: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillsDivided:
    """`customer_ids`: of those who leave; `amount`: what passed from them to whoever pays from the day on."""

    leaving_id: int
    unit_id: int
    customer_ids: list[int]
    number: str
    bills: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingClosed:
    """`customer_ids`: who left and who took over."""

    leaving_id: int
    unit_id: int
    customer_ids: list[int]
    number: str
    leaving_kind: str
    day: date
    names: list[str]
