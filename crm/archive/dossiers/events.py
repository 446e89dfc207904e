"""What happened to dossiers and what lies in them. `subject` names the matter as "customer:12"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierOpened:
    dossier_id: int
    kind: str
    title: str
    code: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierFiled:
    dossier_id: int
    archive_number_id: int
    code: str
    filed_on: date
    pages: int
    sheets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierNumbered:
    """A number was promised to the dossier."""

    dossier_id: int
    archive_number_id: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierClosed:
    dossier_id: int
    reason: str
    continued_in_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierReopened:
    dossier_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierRetitled:
    """A living dossier follows its customer's name."""

    dossier_id: int
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadersSet:
    """Who sees the dossier besides those who oversee all."""

    dossier_id: int
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAdded:
    dossier_id: int
    item_id: int
    title: str
    pages: int
    sheets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChanged:
    dossier_id: int
    item_id: int
    title: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemMoved:
    dossier_id: int
    item_id: int
    title: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTakenOut:
    """Before filing: it was never part of the archive."""

    dossier_id: int
    item_id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsCoded:
    dossier_id: int
    items: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFiled:
    dossier_id: int
    item_id: int
    code: str
    title: str
    pages: int
    sheets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAttached:
    dossier_id: int
    item_id: int
    rendition_id: int
    name: str
    claimed: int
    measured: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentAdded:
    dossier_id: int
    attachment_id: int
    title: str
    owner: str
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentReleased:
    dossier_id: int
    attachment_id: int
    title: str
    released_to: str
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyTaken:
    """The dossier went into somebody's hands or to a place."""

    dossier_id: int
    holder_id: int | None
    location_id: int | None
    old: str
    new: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEnded:
    """Nobody has the dossier any more."""

    dossier_id: int
    old: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierDestroyed:
    """Its paper is gone, its files follow; what it was stands on its tombstone."""

    dossier_id: int
    number: str  # of the destruction list
    items: int
    pages: int
    hash: str  # of the tombstone


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementFiled:
    """A document came after the dossier was filed."""

    dossier_id: int
    item_id: int
    code: str
    title: str
    pages: int
    sheets: int
    giver: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceStated:
    """An expected document does not apply; with `absent` False it does again."""

    dossier_id: int
    slot_code: str
    title: str
    absent: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionAsked:
    dossier_id: int
    archive_correction_id: int
    item_id: int | None
    code: str
    field: str
    old: str
    new: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionDecided:
    dossier_id: int
    archive_correction_id: int
    item_id: int | None
    code: str
    field: str
    old: str
    new: str
    approved: bool
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalAsked:
    dossier_id: int
    item_removal_id: int
    item_id: int
    code: str
    title: str
    reason: str
    receiver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalDecided:
    """Approved, the item has left and a substitute sheet holds its place."""

    dossier_id: int
    item_removal_id: int
    item_id: int
    code: str
    title: str
    receiver: str
    approved: bool
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeOpened:
    dossier_id: int
    volume_id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeClosed:
    dossier_id: int
    volume_id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationAdded:
    location_id: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationChanged:
    location_id: int
    path: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeSet:
    """Where the dossier belongs."""

    dossier_id: int
    location_id: int
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodianAppointed:
    """`expected` dossiers by the books and `counted` ones, at the hand-over from the custodian before."""

    appointment_id: int
    user_id: int
    name: str
    role: str
    starts: date
    expected: int | None
    counted: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentEnded:
    """`expected` and `counted` as at the beginning."""

    appointment_id: int
    user_id: int
    name: str
    role: str
    ends: date
    expected: int | None
    counted: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDrafted:
    dossier_template_id: int
    kind: str
    edition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateEdited:
    dossier_template_id: int
    what: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplatePutInForce:
    dossier_template_id: int
    kind: str
    edition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateConfirmed:
    dossier_template_id: int
    kind: str
    edition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyEntered:
    policy_version_id: int
    title: str
    effective_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPrinted:
    """A paper with a QR of `/verify` left the printer."""

    dossier_id: int | None
    issued_print_id: int
    kind: str
    number: str
    print_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierUsed:
    """Somebody opened a document's file, or printed the list that `paper` names; `purpose` is of PURPOSES."""

    dossier_id: int
    item_id: int | None
    rendition_id: int | None
    code: str
    title: str
    paper: str
    purpose: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveProved:
    """The nightly check of the invariants; `faults` is how many it found."""

    checked: list[str]
    faults: int
