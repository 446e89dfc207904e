"""What happened to slips, and to the documents on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipMade:
    lending_slip_id: int
    number: str
    kind: str
    form: str
    purpose: str
    reason: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipChanged:
    """`changes`: field -> [old, new]."""

    lending_slip_id: int
    number: str
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipLinesChanged:
    """Codes of the documents that were put on it, or taken off."""

    lending_slip_id: int
    number: str
    added: list[str]
    taken_off: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipStepTaken:
    lending_slip_id: int
    number: str
    action: str
    state: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsLent:
    """Of one dossier, to the borrower; `whole`: the dossier itself went along."""

    lending_slip_id: int
    dossier_id: int
    number: str
    borrower: str
    codes: list[str]
    pages: int
    whole: bool
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesTakenBack:
    """`pages`: below nought what a later count took off again."""

    lending_slip_id: int
    dossier_id: int
    slip_line_id: int
    number: str
    code: str
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesChecked:
    lending_slip_id: int
    dossier_id: int
    slip_line_id: int
    number: str
    code: str
    pages: int
    whole: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsPutBack:
    lending_slip_id: int
    dossier_id: int
    number: str
    codes: list[str]
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionAsked:
    lending_slip_id: int
    slip_extension_id: int
    number: str
    old: date
    new: date
    reason: str
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionDecided:
    lending_slip_id: int
    slip_extension_id: int
    number: str
    outcome: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LendingIncidentOpened:
    lending_slip_id: int
    dossier_id: int
    lending_incident_id: int
    number: str
    incident: str
    code: str
    pages: int
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LendingIncidentClosed:
    lending_slip_id: int
    dossier_id: int
    lending_incident_id: int
    number: str
    outcome: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRead:
    """The borrower opened a document's file, watermarked, and what for."""

    lending_slip_id: int
    dossier_id: int
    item_id: int
    rendition_id: int
    number: str
    code: str
    title: str
    purpose: str
    reason: str
