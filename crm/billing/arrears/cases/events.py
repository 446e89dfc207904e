"""What happened to a debt on its way to a lawyer, or out of the books. Sums are yuan."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAsked:
    legal_case_id: int
    customer_id: int
    estate_id: int
    amount: Decimal
    bills: int
    reason: str
    firm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDecided:
    """Handed over, refused or withdrawn; `remark` why."""

    legal_case_id: int
    customer_id: int
    decision: str
    amount: Decimal
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed:
    legal_case_id: int
    customer_id: int
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOffsAsked:
    """Of several bills in one go; each request says `AdjustmentRequested` too."""

    customer_id: int
    estate_id: int
    requests: int
    amount: Decimal
    reason: str
