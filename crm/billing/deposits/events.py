"""What happened to a customer's deposits. Sums are yuan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositTaken:
    deposit_id: int
    customer_id: int
    unit_id: int | None
    deposit_kind: str
    amount: Decimal
    method: str
    payer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositActRequested:
    """`takes_back`: what an earlier act did is to become undone."""

    deposit_request_id: int
    deposit_id: int
    customer_id: int
    kind: str
    takes_back: bool
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositActDecided:
    deposit_request_id: int
    deposit_id: int
    customer_id: int
    kind: str
    takes_back: bool
    decision: str
    amount: Decimal
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositMoved:
    """Deducted, given back, forfeited or entered wrongly; negative where such a movement was taken back."""

    deposit_movement_id: int
    deposit_id: int
    customer_id: int
    kind: str
    amount: Decimal
    balance: Decimal
    reason: str
    bill_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositsTiedOut:
    estate_id: int
    day: date
    register: Decimal
    ledger: Decimal
    bank: Decimal
    reference: str
    explanation: str
