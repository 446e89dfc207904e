"""What happened to a customer's money. Sums are yuan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BillIssued:
    """One by one; what a run publishes says `BillsPublished`."""

    bill_id: int
    customer_id: int
    unit_id: int | None
    item: str
    amount: Decimal
    due_on: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargedForWork:
    """A bill that was made of finished work."""

    bill_id: int
    repair_order_id: int
    customer_id: int
    unit_id: int | None
    number: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BillSplit:
    bill_id: int
    customer_id: int
    day: date
    parts: list[int]  # the bills that stand for it now


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceived:
    payment_id: int
    customer_id: int
    amount: Decimal
    method: str
    allocated: Decimal
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditUsed:
    customer_id: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentRequested:
    adjustment_request_id: int
    customer_id: int
    bill_id: int | None
    payment_id: int | None
    kind: str
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDecided:
    adjustment_request_id: int
    customer_id: int
    bill_id: int | None
    payment_id: int | None
    kind: str
    decision: str
    amount: Decimal
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    adjustment_id: int
    customer_id: int
    bill_id: int | None
    payment_id: int | None
    kind: str
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentUndone:
    adjustment_id: int
    customer_id: int
    bill_id: int | None
    kind: str
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillDisputed:
    """`about`: what of the company's own it waits for, in words."""

    bill_id: int
    customer_id: int
    until: date
    reason: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeReleased:
    bill_id: int
    customer_id: int
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodClosed:
    estate_id: int
    month: date
