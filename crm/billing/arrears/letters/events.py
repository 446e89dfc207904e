"""What happened to letters that demand payment. Sums are yuan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandsMade:
    demand_run_id: int
    arrears_review_id: int
    estate_id: int
    demands: int
    total: Decimal
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandsRolledBack:
    demand_run_id: int
    arrears_review_id: int
    estate_id: int
    demands: int
    total: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandMade:
    demand_id: int
    customer_id: int
    number: str
    step: str
    amount: Decimal
    pay_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandVoided:
    demand_id: int
    customer_id: int
    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandPrinted:
    demand_id: int
    customer_id: int
    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandsPrinted:
    """Many in one file."""

    letters: int
    first: str
    last: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandMailed:
    """Put into the outbox; the address is masked."""

    demand_id: int
    customer_id: int
    mail_id: int
    number: str
    masked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandServed:
    """What came of bringing a letter, good or bad."""

    demand_id: int
    demand_delivery_id: int
    customer_id: int
    number: str
    channel: str
    arrival: str
    delivered_on: date
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandServiceTakenBack:
    demand_id: int
    demand_delivery_id: int
    customer_id: int
    number: str
    channel: str
    arrival: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandRunExported:
    demand_run_id: int
    estate_id: int
    rows: int
