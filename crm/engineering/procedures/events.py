"""What happened to a work procedure. `number`: of the procedure, or with its version: ZY-03 V2."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureEntered:
    procedure_id: int
    estate_id: int | None
    number: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureChanged:
    procedure_id: int
    number: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureDrafted:
    procedure_id: int
    procedure_version_id: int
    number: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureDraftChanged:
    procedure_id: int
    procedure_version_id: int
    number: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureStepTaken:
    """Any step of the workflow beside those that have an event of their own."""

    procedure_id: int
    procedure_version_id: int
    number: str
    action: str
    state: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureApproved:
    procedure_id: int
    procedure_version_id: int
    number: str
    valid_from: date
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureReviewed:
    """Still right; to be looked at again by `review_by`."""

    procedure_id: int
    procedure_version_id: int
    number: str
    review_by: date
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureRead:
    procedure_id: int
    procedure_version_id: int
    user_id: int
    number: str
