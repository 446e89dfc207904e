"""What the imports of billing say happened. Sums are yuan."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryTakenOver:
    """`due`: the sum of the bills, `paid`: of the payments."""

    fee_import_id: int
    estate_id: int
    file: str
    bills: int
    due: Decimal
    payments: int
    paid: Decimal
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedHistoryDownloaded:
    fee_import_id: int
    estate_id: int
    rows: int
