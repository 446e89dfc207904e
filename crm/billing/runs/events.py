"""What a billing run put into the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BillsPublished:
    billing_run_id: int
    estate_id: int
    item: str
    period: date
    bills: int
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesPrinted:
    """`customer_id` of a single one; many are told by their number."""

    customer_id: int | None
    notices: int
