"""What the papers of a dossier say, as plain data: printed, hashed, and compared later by `/verify`.

Columns of 归档文件目录 and 备考表 as in DA/T 22-2015, of 卷内目录 as in GB/T 11822-2008.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.archive.dossiers import ledger, retention
from crm.archive.dossiers.content import number_of
from crm.archive.dossiers.history import PAPER_TITLES, noted
from crm.archive.dossiers.models import Correction, Dossier, Item, Removal
from crm.archive.dossiers.models.template import FORM_TITLES, KIND_TITLES
from crm.archive.dossiers.proof import Paper
from crm.archive.dossiers.queries import attachments_of, may_see
from crm.archive.dossiers.reports import DossierFile, Line, business_day_of, dossier_file
from crm.archive.dossiers.service.records import value_title
from crm.archive.numbers.queries import find_run, numbers_of
from crm.audit.log import plain
from crm.audit.models import LogEntry
from crm.audit.queries import timeline
from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.db import session

REMOVED = _l("removed, see the substitute sheet")
CORRECTED = "*"  # beside a value that was corrected


def dossier_list(dossier: Dossier) -> dict[str, Any]:
    """归档文件目录."""
    file, number = dossier_file(dossier), number_of(dossier)
    lines = [
        {
            "code": f"{number} {line.item.code or ''}".strip(),
            "doc_no": _marked(line, "doc_no"),
            "responsible": _marked(line, "responsible"),
            "title": _marked(line, "title"),
            "date": _eight_digits(_marked(line, "doc_date")),
            "security": _marked(file, "security"),
            "pages": line.item.pages,
            "note": _note(line),
        }
        for line in file.lines
    ]
    return _head(file, number) | {"lines": lines}


def volume_list(dossier: Dossier) -> dict[str, Any]:
    """卷内目录: with the pages each document stands on; attachments apart, without number or page."""
    file, number = dossier_file(dossier), number_of(dossier)
    sections = [
        {
            "position": section.section.position,
            "title": section.section.title,
            "lines": [_volume_line(line) for line in section.lines],
        }
        for section in file.sections
        if section.lines or dossier.sealed
    ]
    attachments = [
        {"title": each.title, "owner": each.owner, "copies": each.copies, "released": bool(each.release)}
        for each in attachments_of(dossier.id)
    ]
    return _head(file, number) | {"sections": sections, "attachments": attachments}


def _volume_line(line: Line) -> dict[str, Any]:
    return {
        "code": line.item.code or "",
        "doc_no": _marked(line, "doc_no"),
        "contract_no": line.item.derived_no or "",
        "responsible": _marked(line, "responsible"),
        "title": _marked(line, "title"),
        "date": _eight_digits(_marked(line, "doc_date")),
        "pages": line.item.pages,
        "range": line.pages,
        "form": line.item.form.value,
        "note": _note(line),
    }


def _head(file: DossierFile, number: str) -> dict[str, Any]:
    dossier = file.dossier
    return {
        "number": number,
        "title": _marked(file, "title"),
        "kind": dossier.kind.value,
        "security": _marked(file, "security"),
        "retention": retention.period_of(dossier),
        "count": len(file.present),
        "pages": file.page_count,
        "sheets": file.sheet_count,
    }


def _marked(shown: DossierFile | Line, field: str) -> str:
    value = shown.shown(field)
    return value + CORRECTED if field in shown.corrected else value


def _note(line: Line) -> str:
    texts = [_marked(line, "note"), "removed" if line.removal else "", "supplement" if line.item.supplement else ""]
    return " · ".join(filter(None, texts))


def _eight_digits(day: str) -> str:
    """20260507, as DA/T 22 writes a date."""
    return day.replace("-", "")


def note_sheet(dossier: Dossier) -> dict[str, Any]:
    """备考表, written from events: what came, went and was put right since, who arranged it and who checked.

    Events stay codes here: a paper's hash does not depend on the language it was printed in.
    """
    file, arranged, checked = dossier_file(dossier), _arranged_by(dossier), _checked_by(dossier)
    return _head(file, number_of(dossier)) | {
        "attachments": len(attachments_of(dossier.id)),
        "notes": [
            {"date": plain(business_day_of(each.at)), "what": each.kind, "data": each.data, "who": each.actor}
            for each in noted(dossier.id)
        ],
        "arranged_by": arranged[0],
        "arranged_on": arranged[1],
        "checked_by": checked[0],
        "checked_on": checked[1],
    }


def _arranged_by(dossier: Dossier) -> tuple[str, str]:
    kinds = ("ItemsCoded",) if dossier.sealed else ("ItemFiled",)
    last = session().scalars(timeline("dossier", dossier.id, 1).where(LogEntry.kind.in_(kinds))).first()
    return (last.actor, plain(business_day_of(last.at))) if last else (dossier.opened_by, plain(dossier.opened_on))


def _checked_by(dossier: Dossier) -> tuple[str, str]:
    if dossier.filed_at:
        return dossier.filed_by, plain(business_day_of(dossier.filed_at))
    return "", ""  # a living one is checked when the paper is signed


def correction_slip(correction: Correction) -> dict[str, Any]:
    """更正单."""
    dossier = session().get_one(Dossier, correction.dossier_id)
    item = session().get_one(Item, correction.item_id) if correction.item_id else None
    return _ask(dossier, item, correction) | {
        "field": correction.field,
        "old": correction.old,
        "new": correction.new,
        "evidence": correction.evidence_id is not None,
    }


def removal_slip(removal: Removal) -> dict[str, Any]:
    """移出单, and the substitute sheet 代卷 that holds the document's place."""
    dossier = session().get_one(Dossier, removal.dossier_id)
    item = session().get_one(Item, removal.item_id)
    return _ask(dossier, item, removal) | {"receiver": removal.receiver, "pages": item.pages, "range": _range(item)}


def _ask(dossier: Dossier, item: Item | None, ask: Correction | Removal) -> dict[str, Any]:
    names = _names((ask.asked_by_id, ask.decided_by_id))
    return {
        "number": number_of(dossier),
        "title": dossier.title,
        "code": (item.code or "") if item else "",
        "document": item.title if item else "",
        "reason": ask.reason,
        "state": ask.state.value,
        "asked_by": names.get(ask.asked_by_id, ""),
        "asked_on": plain(business_day_of(ask.asked_at)),
        "decided_by": names.get(ask.decided_by_id or 0, ""),
        "decided_on": plain(business_day_of(ask.decided_at)) if ask.decided_at else "",
        "decision": ask.decision,
    }


def _names(ids: Sequence[int | None]) -> dict[int, str]:
    query = select(User.id, User.full_name).where(User.id.in_([key for key in ids if key is not None]))
    return {row.id: row.full_name for row in session().execute(query)}


def _range(item: Item) -> str:
    if item.page_from is None:
        return ""
    return f"{item.page_from}-{item.page_to}" if item.pages > 1 else str(item.page_from)


def number_ledger(series_id: int) -> dict[str, Any] | None:
    """The ledger of one word and year, None when there is no such series."""
    run = find_run(series_id)
    if run is None:
        return None
    lines = [
        {
            "code": row.number,
            "title": row.title,
            "state": row.state.value,
            "reason": row.reason,
            "reserved_on": plain(business_day_of(row.reserved_at)),
            "reserved_by": row.reserved_by,
            "settled_on": plain(business_day_of(row.settled_at)) if row.settled_at else "",
            "settled_by": row.settled_by,
        }
        for row in numbers_of(series_id)
    ]
    return {"number": f"{run.year}{run.word}", "last": run.last, "lines": lines}


def _oversees(_subject_id: int) -> bool:
    return actor().may(Permission.credit_oversee)


def in_words(content: dict[str, Any]) -> dict[str, str]:
    """The codes of a paper's head as its reader's language says them."""
    return {
        "kind": str({kind.value: title for kind, title in KIND_TITLES.items()}[content["kind"]]),
        "security": security_in_words(content["security"]),
        "retention": retention.in_words(content["retention"]),
    }


def security_in_words(code: str) -> str:
    """A corrected one keeps its mark."""
    bare = code.removesuffix(CORRECTED)
    return value_title("security", bare) + code[len(bare) :]


def note_in_words(note: str) -> str:
    words = {"removed": str(REMOVED), "supplement": _("supplement")}
    return " · ".join(words.get(part, part) for part in note.split(" · ") if part)


def form_in_words(form: str) -> str:
    return str({each.value: title for each, title in FORM_TITLES.items()}.get(form, form))


def _of_dossier(make: Any) -> Any:
    def content(dossier_id: int) -> dict[str, Any] | None:
        dossier = session().get(Dossier, dossier_id)
        return make(dossier) if dossier else None

    return content


def _sees_dossier(dossier_id: int) -> bool:
    return may_see(dossier_id)


def _correction(correction_id: int) -> dict[str, Any] | None:
    found = session().get(Correction, correction_id)
    return correction_slip(found) if found else None


def _sees_correction(correction_id: int) -> bool:
    found = session().get(Correction, correction_id)
    return found is not None and may_see(found.dossier_id)


def _removal(removal_id: int) -> dict[str, Any] | None:
    found = session().get(Removal, removal_id)
    return removal_slip(found) if found else None


def _sees_removal(removal_id: int) -> bool:
    found = session().get(Removal, removal_id)
    return found is not None and may_see(found.dossier_id)


def _ledger(key: int) -> dict[str, Any]:
    return ledger.content(ledger.sheet_of(key))


PAPERS = {
    "archive_ledger": Paper(title=PAPER_TITLES["archive_ledger"], content=_ledger, may_see=_oversees),
    "dossier_list": Paper(title=PAPER_TITLES["dossier_list"], content=_of_dossier(dossier_list), may_see=_sees_dossier),
    "volume_list": Paper(title=PAPER_TITLES["volume_list"], content=_of_dossier(volume_list), may_see=_sees_dossier),
    "note_sheet": Paper(title=PAPER_TITLES["note_sheet"], content=_of_dossier(note_sheet), may_see=_sees_dossier),
    "correction": Paper(title=PAPER_TITLES["correction"], content=_correction, may_see=_sees_correction),
    "number_ledger": Paper(title=PAPER_TITLES["number_ledger"], content=number_ledger, may_see=_oversees),
    "removal": Paper(title=PAPER_TITLES["removal"], content=_removal, may_see=_sees_removal),
}
