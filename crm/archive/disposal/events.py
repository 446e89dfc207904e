"""What happened to retention periods, holds and destruction lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPlaced:
    dossier_id: int
    archive_hold_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLifted:
    dossier_id: int
    archive_hold_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalProposed:
    disposal_list_id: int
    number: str
    title: str
    dossiers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionsGiven:
    """One member of the group, on every dossier of the list."""

    disposal_list_id: int
    number: str
    seat: str
    destroy: int
    extend: int
    keep: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalStepTaken:
    disposal_list_id: int
    number: str
    action: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionChanged:
    """By an appraisal; `until` None: for good."""

    dossier_id: int
    disposal_list_id: int
    number: str
    until: date | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesWiped:
    disposal_list_id: int
    number: str
    files: int
