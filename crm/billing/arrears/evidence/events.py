"""What was done with evidence packs: each holds a customer's data in full, so making and fetching one is a disclosure.
Sums are yuan."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceMade:
    evidence_pack_id: int
    customer_id: int
    legal_case_id: int | None
    estate_id: int
    amount: Decimal
    pages: int
    missing: int
    sha256: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFetched:
    evidence_pack_id: int
    customer_id: int
    estate_id: int
    sha256: str
