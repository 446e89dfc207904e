"""What A and B say about a project's title documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleEntered:
    title_document_id: int
    project_id: int
    dossier_id: int
    title_kind: str
    name: str
    certificate_no: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleChanged:
    title_document_id: int
    project_id: int
    dossier_id: int
    changes: dict[str, list[Any]]  # field -> [old, new]


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleObtained:
    """A has it in hand: from this moment it is to reach the vault (L-25)."""

    title_document_id: int
    project_id: int
    dossier_id: int
    certificate_no: str
    obtained_at: datetime
    number: str  # of the title file, which is the dossier's


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleVoided:
    title_document_id: int
    project_id: int
    dossier_id: int
    certificate_no: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleVoidAsked:
    """A has it in hand: another confirms that it is void."""

    title_document_id: int
    project_id: int
    dossier_id: int
    certificate_no: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleKept:
    """It was to become void and does not."""

    title_document_id: int
    project_id: int
    dossier_id: int
    certificate_no: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleReplaced:
    """The registry issued a new certificate, which came back in its place."""

    title_document_id: int
    project_id: int
    dossier_id: int
    certificate_no: str
    new: str
