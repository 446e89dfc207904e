"""What happened to a review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOpened:
    arrears_review_id: int
    estate_id: int
    month: date
    accounts: int
    overdue: Decimal
