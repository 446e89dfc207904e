"""What happened to a violation. Sums are yuan; days and settlements are as they were said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationNoted:
    """`complaint_id`: what it came from, where it came from one."""

    violation_id: int
    estate_id: int
    customer_id: int | None
    unit_id: int | None
    complaint_id: int | None
    number: str
    type: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationChanged:
    """`customer_ids`: who it was before and who it is now."""

    violation_id: int
    customer_ids: list[int]
    unit_id: int | None
    number: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationStepTaken:
    """Any step of the workflow beside those that have an event of their own."""

    violation_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    action: str
    state: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationLetterMade:
    """`form`: notice, stop or report; `letter`: its number among the letters out; `to`: whom it is for."""

    violation_id: int
    letter_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    form: str
    letter: str
    to: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationServed:
    """Its notice arrived, or was refused before a witness."""

    violation_id: int
    letter_id: int
    number: str
    letter: str
    channel: str
    arrival: str
    delivered_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationUnserved:
    """What proved that its notice arrived was taken back."""

    violation_id: int
    letter_id: int
    number: str
    letter: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationInspected:
    """`next_on`: when it is looked at once more, where it was not put right."""

    violation_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    passed: bool
    note: str
    next_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationDeductionAsked:
    violation_id: int
    deposit_id: int
    deposit_request_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationDeducted:
    """Booked from the deposit; negative where it was taken back. `total`: what is deducted for it by now."""

    violation_id: int
    deposit_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    amount: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationDeductionRefused:
    """Turned down or withdrawn, as `decision` says."""

    violation_id: int
    deposit_request_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    decision: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationSettled:
    violation_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    settlement: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationFiled:
    violation_id: int
    customer_id: int | None
    unit_id: int | None
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationPhotoTaken:
    violation_id: int
    customer_id: int | None
    unit_id: int | None
    number: str
    stage: str
