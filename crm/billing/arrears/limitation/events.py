"""What the clock of limitation told. Sums are yuan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitationNear:
    """`bills` of the customer came within `days` of their last day, the first of them on `first_on`."""

    customer_id: int
    estate_id: int
    days: int
    bills: int
    amount: Decimal
    first_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitationWatched:
    """Once a business day."""

    customers: int
    bills: int
