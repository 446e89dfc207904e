"""Dossiers in the words of a timeline and of the note sheet 备考表, read from the log."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.template import KIND_TITLES, DossierKind
from crm.archive.dossiers.proof import papers
from crm.archive.dossiers.service.custody import CAUSE_TITLES
from crm.archive.dossiers.service.records import field_title, value_title
from crm.archive.dossiers.service.using import PURPOSES
from crm.audit.models import LogEntry, LogSubject
from crm.audit.queries import Happening, timeline
from crm.db import session

NUMBER_TITLES = {
    "NumberReserved": _l("Archive number reserved"),
    "NumberCommitted": _l("Archive number committed"),
    "NumberVoided": _l("Archive number voided"),
}
EVENT_TITLES = {
    "DossierOpened": _l("Dossier opened"),
    "DossierNumbered": _l("Number promised"),
    "DossierFiled": _l("Dossier filed"),
    "DossierClosed": _l("Dossier closed"),
    "DossierReopened": _l("Dossier opened again"),
    "DossierRetitled": _l("Title follows the customer's name"),
    "ReadersSet": _l("Readers changed"),
    "ItemAdded": _l("Document added"),
    "ItemChanged": _l("Document changed"),
    "ItemMoved": _l("Document moved"),
    "ItemTakenOut": _l("Document taken out before filing"),
    "ItemsCoded": _l("Documents coded"),
    "ItemFiled": _l("Document filed"),
    "FileAttached": _l("File attached"),
    "AttachmentAdded": _l("Attachment added"),
    "AttachmentReleased": _l("Attachment given back"),
    "CustodyTaken": _l("Dossier changed hands or place"),
    "CustodyEnded": _l("Nobody has it any more"),
    "DossierDestroyed": _l("Dossier destroyed"),
    "SupplementFiled": _l("Supplement filed"),
    "AbsenceStated": _l("Document does not apply"),
    "CorrectionAsked": _l("Correction asked for"),
    "CorrectionDecided": _l("Correction decided"),
    "RemovalAsked": _l("Removal asked for"),
    "RemovalDecided": _l("Removal decided"),
    "VolumeOpened": _l("Volume opened"),
    "VolumeClosed": _l("Volume closed"),
    "HomeSet": _l("Place of its own given"),
    "LocationAdded": _l("Place added"),
    "LocationChanged": _l("Place changed"),
    "CustodianAppointed": _l("Custodian appointed"),
    "AppointmentEnded": _l("Appointment ended"),
    "TemplateDrafted": _l("Edition of a checklist drafted"),
    "TemplateEdited": _l("Draft of a checklist edited"),
    "TemplatePutInForce": _l("Checklist put in force"),
    "TemplateConfirmed": _l("Checklist confirmed by the company"),
    "PolicyEntered": _l("Archive policy entered"),
    "ListPrinted": _l("Printed with proof"),
    "ArchiveProved": _l("Archive checked"),
    "DossierUsed": _l("Used"),
}
# What packages above this one record about dossiers; `crm.wiring` hands it over.
further_titles: dict[str, LazyString] = {}
further_details: dict[str, Callable[[Mapping[str, Any]], str]] = {}
NOTED = {  # what the note sheet tells of: lacks, changes, supplements, removals (DA/T 22-2015)
    "SupplementFiled",
    "AbsenceStated",
    "CorrectionDecided",
    "RemovalDecided",
    "AttachmentReleased",
    "VolumeClosed",
    "DossierClosed",
    "DossierReopened",
    "DossierDestroyed",
}
TOLD_OF_SUBJECT = NOTED | {"ItemFiled", "AttachmentAdded"}  # what concerns the customer whose dossier it is
SILENT = {"ListPrinted"}  # happens often and changes nothing
PAPER_TITLES = {
    "dossier_list": _l("Catalogue of documents"),
    "volume_list": _l("List inside the volume"),
    "note_sheet": _l("Note sheet"),
    "correction": _l("Correction slip"),
    "removal": _l("Removal slip"),
    "number_ledger": _l("Ledger of numbers"),
    "archive_ledger": _l("Archive ledger"),
}


def happenings(dossier_id: int, limit: int = 50) -> list[Happening]:
    """Newest first."""
    told = timeline("dossier", dossier_id, limit).where(LogEntry.kind.not_in(SILENT))
    return [_happening(entry) for entry in session().scalars(told)]


def happenings_about(kind: str, object_id: int, limit: int = 50) -> list[Happening]:
    """Of what other packages keep about dossiers, newest first."""
    told = timeline(kind, object_id, limit).where(LogEntry.kind.not_in(SILENT))
    return [_happening(entry) for entry in session().scalars(told)]


def happenings_of(subject_kind: str, subject_ids: Collection[int], limit: int = 50) -> list[Happening]:
    """What was filed in the dossiers of these matters, newest first."""
    told = (
        select(LogEntry)
        .join(LogSubject, LogSubject.entry_id == LogEntry.id)
        .join(Dossier, Dossier.id == LogSubject.object_id)
        .where(LogSubject.kind == "dossier", LogEntry.kind.in_(TOLD_OF_SUBJECT))
        .where(Dossier.subject_kind == subject_kind, Dossier.subject_id.in_(subject_ids))
        .order_by(LogEntry.id.desc())
        .limit(limit)
    )
    return [_happening(entry) for entry in session().scalars(told)]


def noted(dossier_id: int) -> list[LogEntry]:
    """What the note sheet tells of, oldest first; refused requests changed nothing."""
    told = timeline("dossier", dossier_id, 500).where(LogEntry.kind.in_(NOTED))
    entries = [entry for entry in session().scalars(told) if entry.data.get("approved", True)]
    return entries[::-1]


def title_of(kind: str) -> str:
    return str((EVENT_TITLES | further_titles).get(kind, kind))


def told_by(kind: str, data: Mapping[str, Any]) -> str:
    """The event in words."""
    return (EVENT_DETAILS | further_details).get(kind, _titled)(data)


def _happening(entry: LogEntry) -> Happening:
    return Happening(at=entry.at, who=entry.actor, title=title_of(entry.kind), text=told_by(entry.kind, entry.data))


def _joined(*texts: Any) -> str:
    return " · ".join(str(text) for text in texts if text)


def _titled(data: Mapping[str, Any]) -> str:
    return _joined(data.get("code"), data.get("title"), data.get("reason"))


def _counted(data: Mapping[str, Any]) -> str:
    pages = _("%(pages)d pages on %(sheets)d sheets", pages=data["pages"], sheets=data["sheets"])
    return _joined(data.get("code"), data.get("title"), pages, data.get("giver"), data.get("reason"))


def _coded(data: Mapping[str, Any]) -> str:
    return _("%(items)d documents, %(pages)d pages", items=data["items"], pages=data["pages"])


def _file(data: Mapping[str, Any]) -> str:
    measured = data["measured"]
    if measured is None or measured == data["claimed"]:
        return str(data["name"])
    counts = _("%(measured)d pages measured, %(claimed)d claimed", measured=measured, claimed=data["claimed"])
    return _joined(data["name"], counts)


def _absence(data: Mapping[str, Any]) -> str:
    state = _("does not apply") if data["absent"] else _("applies again")
    return _joined(data["title"], state, data["reason"])


def _custody(data: Mapping[str, Any]) -> str:
    way = f"{data['old'] or '–'} → {data['new']}"
    return _joined(way, CAUSE_TITLES.get(data["cause"], data["cause"]))


def _correction(data: Mapping[str, Any]) -> str:
    field = field_title(data["field"], of_item=data["item_id"] is not None)
    old, new = (value_title(data["field"], data[name]) or "–" for name in ("old", "new"))
    return _joined(data["code"], f"{field}: {old} → {new}", _decided(data))


def _removal(data: Mapping[str, Any]) -> str:
    to = _("to %(receiver)s", receiver=data["receiver"])
    return _joined(data["code"], data["title"], to, data.get("reason"), _decided(data))


def _decided(data: Mapping[str, Any]) -> str:
    if "approved" not in data:
        return ""
    return _joined(_("approved") if data["approved"] else _("refused"), data["decision"])


def _released(data: Mapping[str, Any]) -> str:
    return _joined(data["title"], _("to %(receiver)s", receiver=data["released_to"]), data["receipt"])


def _opened(data: Mapping[str, Any]) -> str:
    return _joined(KIND_TITLES[DossierKind(data["kind"])], data["code"])


def used_shown(data: Mapping[str, Any]) -> str:
    """Which document or list."""
    paper = papers.get(data["paper"])
    return " ".join(filter(None, (data["code"], data["title"], str(paper.title) if paper else data["paper"])))


def _used(data: Mapping[str, Any]) -> str:
    return _joined(used_shown(data), PURPOSES.title_of(data["purpose"]), data["note"])


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "DossierOpened": _opened,
    "DossierNumbered": lambda data: str(data["number"]),
    "DossierFiled": _counted,
    "DossierRetitled": lambda data: " → ".join(data["changes"]["title"]),
    "ReadersSet": lambda _data: "",
    "ItemAdded": _counted,
    "ItemFiled": _counted,
    "ItemsCoded": _coded,
    "SupplementFiled": _counted,
    "FileAttached": _file,
    "AbsenceStated": _absence,
    "CustodyTaken": _custody,
    "CorrectionAsked": _correction,
    "CorrectionDecided": _correction,
    "RemovalAsked": _removal,
    "RemovalDecided": _removal,
    "AttachmentReleased": _released,
    "DossierUsed": _used,
    "HomeSet": lambda data: str(data["new"]),
}
