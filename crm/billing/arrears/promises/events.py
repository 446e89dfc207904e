"""Promises to pay and instalment plans. Sums are yuan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMade:
    promise_id: int
    customer_id: int
    amount: Decimal
    due_on: date
    channel: str
    given_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseWithdrawn:
    promise_id: int
    customer_id: int
    amount: Decimal
    due_on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequested:
    instalment_plan_id: int
    customer_id: int
    total: Decimal
    instalments: int
    agreed_on: date
    last_on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDecided:
    """Agreed, refused or withdrawn."""

    instalment_plan_id: int
    customer_id: int
    decision: str
    total: Decimal
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSigned:
    """The signed agreement was put on the file."""

    instalment_plan_id: int
    customer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEnded:
    """From `ended_on` on it holds no more."""

    instalment_plan_id: int
    customer_id: int
    total: Decimal
    ended_on: date
    reason: str
