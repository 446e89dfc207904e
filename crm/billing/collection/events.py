"""What was asked of the bank and what it answered. Account numbers appear masked; sums are yuan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateEntered:
    mandate_id: int
    customer_id: int
    bank: str
    account: str
    agreement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateEnded:
    mandate_id: int
    customer_id: int
    ended_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchDrawn:
    collection_batch_id: int
    estate_id: int
    lines: int
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFetched:
    """The file with the accounts in full was downloaded."""

    collection_batch_id: int
    estate_id: int
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRead:
    collection_batch_id: int
    estate_id: int
    file: str
    paid: int
    failed: int
    faults: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBooked:
    collection_batch_id: int
    estate_id: int
    lines: int
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCancelled:
    collection_batch_id: int
    estate_id: int
