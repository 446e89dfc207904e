"""What happened at the counter. Sums are yuan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptIssued:
    receipt_id: int
    customer_id: int
    number: str
    kind: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPrinted:
    """`reason` is "" the first time only."""

    receipt_id: int
    customer_id: int
    number: str
    paper: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptVoided:
    receipt_id: int
    customer_id: int
    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawerCounted:
    day_close_id: int
    estate_id: int
    day: date
    counted: dict[str, str]
    variance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawerCountedAgain:
    day_close_id: int
    estate_id: int
    old: dict[str, str]
    new: dict[str, str]
    variance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceExplained:
    day_close_id: int
    estate_id: int
    variance: Decimal
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCloseSigned:
    day_close_id: int
    estate_id: int
    day: date
    variance: Decimal
    remark: str
