"""What happened to a call. Numbers appear masked; what was said stays in the call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLogged:
    call_id: int
    estate_id: int
    customer_id: int | None
    unit_id: int | None
    direction: str
    reason: str
    outcome: str
    masked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNoteAdded:
    call_id: int
    customer_id: int | None
    unit_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerNumberShown:
    call_id: int
    customer_id: int | None
    unit_id: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpPromised:
    call_id: int
    customer_id: int | None
    unit_id: int | None
    user_id: int  # who is to do it
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpMoved:
    call_id: int
    customer_id: int | None
    unit_id: int | None
    user_id: int
    old: datetime
    new: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFollowedUp:
    call_id: int
    customer_id: int | None
    unit_id: int | None
    due_at: datetime
