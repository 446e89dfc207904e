"""What happened to a notice and to the households it is for. `customer_ids`: in whose files it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDrafted:
    household_notice_id: int
    estate_id: int
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeChanged:
    household_notice_id: int
    subject: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDropped:
    household_notice_id: int
    subject: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeIssued:
    household_notice_id: int
    estate_id: int
    customer_ids: list[int]
    number: str
    subject: str
    households: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWithdrawn:
    household_notice_id: int
    customer_ids: list[int]
    number: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeEnded:
    household_notice_id: int
    number: str
    subject: str
    reached: int
    unreached: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePrinted:
    """Many households in one file."""

    household_notice_id: int
    number: str
    households: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReached:
    """An attempt to reach a household, good or bad."""

    household_notice_id: int
    customer_id: int
    unit_id: int
    number: str
    reach: str
    worked: bool
    person: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesBrought:
    """Many households at once, in one way."""

    household_notice_id: int
    customer_ids: list[int]
    number: str
    reach: str
    households: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReachTakenBack:
    household_notice_id: int
    customer_id: int
    unit_id: int
    number: str
    reach: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeUnreachedTold:
    """Somebody was told who is still unreached."""

    household_notice_id: int
    number: str
    unreached: int
