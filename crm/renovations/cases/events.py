"""What happened to a renovation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationApplied:
    renovation_id: int
    estate_id: int
    customer_id: int
    unit_id: int
    number: str
    works: list[str]
    deposit_asked: Decimal
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationStepTaken:
    renovation_id: int
    customer_id: int
    unit_id: int
    number: str
    action: str
    state: str
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationChanged:
    renovation_id: int
    customer_id: int
    unit_id: int
    number: str
    changes: dict[str, list[Any]]  # field -> [old, new]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationPaperBrought:
    """`reason`: why it is not needed, where it did not come."""

    renovation_id: int
    customer_id: int
    unit_id: int
    number: str
    paper: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationSigned:
    """The agreement (D05) with the deposit that was agreed on, in yuan; `reason`: why none, or less than proposed."""

    renovation_id: int
    customer_id: int
    unit_id: int
    number: str
    agreed_on: date
    deposit_asked: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationCharged:
    renovation_id: int
    customer_id: int
    unit_id: int
    number: str
    bill_id: int
    item: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationDepositTied:
    """Which deposit secures it; None where it was let go again."""

    renovation_id: int
    customer_id: int
    unit_id: int
    number: str
    deposit_id: int | None
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationPermitted:
    renovation_id: int
    customer_id: int
    unit_id: int
    number: str
    permit_number: str
    valid_from: date
    valid_to: date
    owed_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationPermitPrinted:
    """`edition`: of what the permit says; `times`: this print among all of the permit."""

    renovation_id: int
    customer_id: int
    unit_id: int
    number: str
    edition: int
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationExtensionAsked:
    renovation_id: int
    renovation_extension_id: int
    customer_id: int
    unit_id: int
    number: str
    until: date
    reason: str
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationExtensionDecided:
    """Approved: the permit runs `until`; passes can follow."""

    renovation_id: int
    renovation_extension_id: int
    customer_id: int
    unit_id: int
    number: str
    until: date
    decision: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationAlterationAsked:
    renovation_id: int
    renovation_alteration_id: int
    customer_id: int
    unit_id: int
    number: str
    what: str
    place: str
    bears: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationAlterationDecided:
    renovation_id: int
    renovation_alteration_id: int
    customer_id: int
    unit_id: int
    number: str
    what: str
    decision: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationStopped:
    """`violation_id`: what stopped it, None where somebody decided so."""

    renovation_id: int
    customer_id: int
    unit_id: int
    number: str
    violation_id: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationNumberShown:
    renovation_id: int
    customer_id: int
    unit_id: int
    number: str
    reason: str
