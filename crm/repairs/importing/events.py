"""What the imports of repairs say happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairsTakenOver:
    """`unfinished`: how many of the orders are open jobs."""

    repair_import_id: int
    estate_id: int
    file: str
    orders: int
    unfinished: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRepairsTakenOver:
    """One customer's share of an import: `orders` were reported from `begins` to `ends`, both inclusive."""

    repair_import_id: int
    customer_id: int
    file: str
    orders: int
    begins: date
    ends: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRepairsDownloaded:
    repair_import_id: int
    estate_id: int
    rows: int
