"""What happened to the settlement of a renovation. Sums are yuan."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationSettlementProposed:
    renovation_id: int
    renovation_settlement_id: int
    customer_id: int
    unit_id: int
    number: str
    held: Decimal
    deducted: Decimal
    back: Decimal
    billed: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationSettlementStepTaken:
    """`action`: of the workflow, or what followed from the deposit's book: booked, turned_down, paid, undone."""

    renovation_id: int
    renovation_settlement_id: int
    customer_id: int
    unit_id: int
    number: str
    action: str
    state: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationDamageBilled:
    """What is above the deposit."""

    renovation_id: int
    renovation_settlement_id: int
    customer_id: int
    unit_id: int
    bill_id: int
    number: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationSettled:
    """`deposit_id`: None where none was held. `back`: what went back of it."""

    renovation_id: int
    renovation_settlement_id: int
    customer_id: int
    unit_id: int
    number: str
    deposit_id: int | None
    deducted: Decimal
    back: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationReopened:
    """Its settlement was taken back, or somebody decided so; `settlement_id`: of the one that does not hold."""

    renovation_id: int
    renovation_settlement_id: int | None
    customer_id: int
    unit_id: int
    number: str
    was: str
    reason: str
