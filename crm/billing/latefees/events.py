"""Late fees put into the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFeesCharged:
    late_fee_run_id: int
    estate_id: int
    day: date
    bills: int
    total: Decimal
