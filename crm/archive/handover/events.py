"""What happened on the way of a dossier from A over B into the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverOpened:
    handover_id: int
    project_id: int
    dossier_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListIssued:
    handover_id: int
    dossier_id: int
    list_version_id: int
    version: int
    hash: str
    pages: int
    sheets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSigned:
    handover_id: int
    dossier_id: int
    list_version_id: int
    user_id: int
    version: int
    party: str
    grade: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureVoided:
    handover_id: int
    dossier_id: int
    list_version_id: int
    user_id: int  # whose signature it was
    version: int
    party: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverMoved:
    """A step of the path; `old` and `new` are states."""

    handover_id: int
    dossier_id: int
    project_id: int
    action: str
    old: str
    new: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesChecked:
    """Lines held against the paper by B or the archivist."""

    handover_id: int
    dossier_id: int
    party: str
    in_order: int
    not_in_order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementAsked:
    handover_id: int
    dossier_id: int
    supplement_list_id: int
    number: int
    wanted: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementLineMoved:
    handover_id: int
    dossier_id: int
    supplement_line_id: int
    wanted: str
    action: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReckoned:
    """`old` is None when the clock starts."""

    handover_id: int
    project_id: int
    clock: str
    old: date | None
    new: date
    provisional: bool
    calendar_version: int
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostponementAsked:
    handover_id: int
    project_id: int
    postponement_id: int
    clock: str
    old: date
    new: date
    reason: str
    after_due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PostponementDecided:
    handover_id: int
    project_id: int
    postponement_id: int
    outcome: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierReceived:
    """The archivist received and filed it, under a number and a serial of the register."""

    handover_id: int
    project_id: int
    dossier_id: int
    register_entry_id: int
    number: str
    serial: str
    received_on: date
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRegistered:
    """补充归档: the archivist took a document that came after filing, and signed for it."""

    handover_id: int
    dossier_id: int
    late_filing_id: int
    title: str
    pages: int
    giver: str
    reason: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LateConfirmed:
    """The giver signed, here or in ink; with it the document is filed and a new list issued."""

    handover_id: int
    dossier_id: int
    late_filing_id: int
    list_version_id: int
    code: str
    title: str
    giver: str
    grade: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRefused:
    """Declined by the giver or withdrawn by the archivist: nothing was filed."""

    handover_id: int
    dossier_id: int
    late_filing_id: int
    title: str
    action: str
    words: str
