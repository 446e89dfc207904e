"""What happened to a compensation. `amount` in yuan; on the customer's file as well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationAsked:
    """`decision`: where whoever asked may promise so much by themselves, why."""

    complaint_id: int
    compensation_id: int
    customer_id: int | None
    number: str  # of the complaint
    compensation_kind: str
    amount: Decimal
    reason: str
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationDecided:
    complaint_id: int
    compensation_id: int
    customer_id: int | None
    number: str
    compensation_kind: str
    amount: Decimal
    approved: bool
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationTakenBack:
    complaint_id: int
    compensation_id: int
    customer_id: int | None
    number: str
    compensation_kind: str
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationGiven:
    complaint_id: int
    compensation_id: int
    customer_id: int | None
    number: str
    compensation_kind: str
    amount: Decimal
    given_on: date
    reference: str
