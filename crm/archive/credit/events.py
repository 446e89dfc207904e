"""What happened to clients and projects. Numbers of persons appear masked; sums are yuan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRegistered:
    client_id: int
    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientChanged:
    client_id: int
    changes: dict[str, list[Any]]  # field -> [old, new]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientNumberShown:
    client_id: int
    what: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectAdded:
    project_id: int
    client_id: int
    dossier_id: int | None
    kind: str
    title: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectImported:
    """Taken over from a register as it stood there; no hand-over begins by it."""

    project_id: int
    client_id: int
    dossier_id: int | None
    register_import_id: int
    number: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectChanged:
    project_id: int
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectApproved:
    project_id: int
    dossier_id: int | None
    decided_on: date
    resolution_no: str
    amount: Decimal
    changes: dict[str, list[Any]]  # where less or other was granted than asked for: field -> [old, new]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRefused:
    project_id: int
    dossier_id: int | None
    decided_on: date
    resolution_no: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectWithdrawn:
    project_id: int
    dossier_id: int | None
    decided_on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectEnded:
    """Day 0 of the hand-over's clocks (L-16)."""

    project_id: int
    dossier_id: int | None
    ends_on: date
    due_on: date
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCorrected:
    project_id: int
    dossier_id: int | None
    old: date
    new: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferorReplaced:
    """`role` is a or b."""

    project_id: int
    dossier_id: int | None
    role: str
    former_user_id: int
    user_id: int
    reason: str
    handed_over: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepaymentEntered:
    project_id: int
    repayment_id: int
    paid_on: date
    principal: Decimal
    interest: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RepaymentReversed:
    project_id: int
    repayment_id: int  # the one taken back
    principal: Decimal
    interest: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementChecked:
    project_id: int
    dossier_id: int | None
    settled_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSettled:
    project_id: int
    dossier_id: int | None
    settled_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class GuarantorAdded:
    project_id: int
    guarantor_id: int
    name: str
    amount: Decimal | None  # None: for the whole debt


@dataclass(frozen=True, slots=True, kw_only=True)
class GuarantorReleased:
    project_id: int
    guarantor_id: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CollateralAdded:
    project_id: int
    collateral_id: int
    name: str
    value: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CollateralReleased:
    project_id: int
    collateral_id: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractAdded:
    project_id: int
    contract_id: int
    name: str
    original_no: str
    amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractVoided:
    project_id: int
    contract_id: int
    name: str
    original_no: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterImported:
    register_import_id: int
    file: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedProjectsDownloaded:
    register_import_id: int
    rows: int
