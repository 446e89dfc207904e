"""What happened in a review. Sums are yuan overdue on the review's day."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDecided:
    arrears_review_id: int
    arrears_line_id: int
    customer_id: int
    decision: str
    dunning_step_id: int | None
    hold_until: date | None
    remark: str
    overdue: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsDecided:
    """Many at once; without a `decision` the advice was taken. `groups`: how many of each."""

    arrears_review_id: int
    estate_id: int
    decision: str | None
    groups: dict[str, int]
    lines: int
    overdue: Decimal
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesWritten:
    arrears_review_id: int
    estate_id: int
    minutes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSigned:
    """`as_advised`: how many accounts the signer left to the advice."""

    arrears_review_id: int
    estate_id: int
    month: date
    lines: int
    overdue: Decimal
    as_advised: int
