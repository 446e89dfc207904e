"""What is wrong with a dossier of any kind, and what a customer's has not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from crm.archive.dossiers.figures import OUT_DAYS, SHELVED, WAITING_DAYS
from crm.archive.dossiers.models import (
    Correction,
    DossierTemplate,
    Item,
    Location,
    Removal,
    Rendition,
    SlotAbsence,
    TemplateSlot,
)
from crm.archive.dossiers.models.custody import LocationKind
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.models.template import DossierKind, Form, TemplateState
from crm.db import session
from crm.files.models import FileCheck, Upload
from crm.review.models import PaperCount
from tests.review.oracle_books import Books, ids, name_of, rows

SHELVES = (LocationKind.cabinet, LocationKind.shelf, LocationKind.box)
Ask = Callable[[Books], Any]


def lacking(books: Books) -> Iterator[str]:
    """Of the customers' checklist in force."""
    [in_force] = rows(DossierTemplate, kind=DossierKind.property, state=TemplateState.in_force)
    there = {_place(books, slot) for item in books.papers if (slot := books.slot(item))}
    for slot in books.slots.values():
        of_today = books.sections[slot.section_id].template_id == in_force.id
        if of_today and slot.required and _place(books, slot) not in there and not is_needless(books, slot):
            yield name_of(slot)


def _place(books: Books, slot: TemplateSlot) -> tuple[int, str]:
    """The same in every edition of the customers' checklist."""
    return books.sections[slot.section_id].position, name_of(slot)


def is_needless(books: Books, slot: TemplateSlot) -> bool:
    """What was stated last."""
    said = [row for row in rows(SlotAbsence, dossier_id=books.dossier.id) if row.slot_code == slot.code]
    return bool(said) and said[-1].absent


def correction_waiting(books: Books) -> list[int]:
    return _waiting(books, Correction)


def removal_waiting(books: Books) -> list[int]:
    return _waiting(books, Removal)


def _waiting(books: Books, table: Any) -> list[int]:
    asked = [row for row in rows(table, dossier_id=ids(books.everywhere)) if row.state == "asked"]
    return [row.id for row in asked if row.asked_at < books.moment_before(WAITING_DAYS.on(books.day))]


def place_unknown(books: Books) -> bool:
    """In the room and nowhere in particular, though there are shelves, and paper that somebody brought long ago."""
    shelves = [place for place in rows(Location) if place.in_use and place.kind in SHELVES]
    asked = books.dossier.kind is not DossierKind.property or SHELVED.on(books.day)
    if not shelves or not asked or not _kept(books) or books.dossier.home_id is not None:
        return False
    if books.custody is None or books.custody.location_id is None:
        return False
    lately = books.moment_before(WAITING_DAYS.on(books.day))
    brought = [item for item in books.own_papers if item.source_kind is None and item.added_at < lately]
    return bool(brought) and session().get_one(Location, books.custody.location_id).kind is LocationKind.room


def _kept(books: Books) -> bool:
    """A project's dossier on its way is in the hands of A or B."""
    return books.dossier.state in (DossierState.open, DossierState.filed)


def dossier_out(books: Books) -> bool:
    held = books.custody
    if not _kept(books) or held is None or held.holder_id is None:
        return False
    return held.starts_at < books.moment_before(OUT_DAYS.on(books.day))


def form_wrong(books: Books) -> Iterator[str]:
    for item in books.papers if _kept(books) else []:
        slot = books.slot(item)
        if slot is None or slot.form is not Form.original or item.form is not Form.copy:
            continue
        if not any(books.alike(item, other) for other in books.papers if other.form is not Form.copy):
            yield name_of(slot)


def title_document_filed(books: Books) -> list[int]:
    titles = [item for item in books.papers if (slot := books.slot(item)) and slot.is_title]
    return [item.id for item in titles if item.form is not Form.copy] if _kept(books) else []


def file_damaged(books: Books) -> list[int]:
    scans = rows(Rendition, item_id=ids(books.papers))
    replaced = {scan.replaces_id for scan in rows(Rendition, replaces_id=ids(scans))}
    return [scan.id for scan in scans if scan.id not in replaced and _is_damaged(scan)]


def _is_damaged(scan: Rendition) -> bool:
    read = session().get(FileCheck, session().get_one(Upload, scan.upload_id).sha256)
    return read is not None and read.fault != ""


def paper_differs(books: Books) -> bool:
    """By the newest count."""
    counts = rows(PaperCount, dossier_id=books.dossier.id)
    return bool(counts) and not counts[-1].agrees


def document_expired(books: Books) -> list[int]:
    """Of whoever is here, and no later one of its kind is valid."""
    over = [item for item in books.papers if _is_over(books, item)]
    return [item.id for item in over if not _is_renewed(books, item)] if books.is_here else []


def _is_over(books: Books, item: Item) -> bool:
    until = books.shown(item, "valid_until")
    return until != "" and until < books.day.isoformat()


def _is_renewed(books: Books, item: Item) -> bool:
    later = [other for other in books.papers if other.id > item.id and books.alike(item, other)]
    return any(not _is_over(books, other) for other in later)


DOSSIERS: dict[str, Ask] = {
    ask.__name__: ask
    for ask in (
        correction_waiting,
        removal_waiting,
        place_unknown,
        dossier_out,
        form_wrong,
        title_document_filed,
        file_damaged,
        paper_differs,
    )
}
OF_CUSTOMERS_ALONE: dict[str, Ask] = {"document_expired": document_expired}
