"""What lies in a dossier that is being formed: documents and their files. Clauses L-07, L-08, L-12, L-14, L-22."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from crm.archive.dossiers.arranging import Arrangement, arranged
from crm.archive.dossiers.content import piece
from crm.archive.dossiers.events import FileAttached, ItemAdded, ItemChanged, ItemMoved, ItemsCoded, ItemTakenOut
from crm.archive.dossiers.models import Dossier, Item, Rendition, TemplateSection, TemplateSlot
from crm.archive.dossiers.models.dossier import DossierState, Stage
from crm.archive.dossiers.models.template import Form
from crm.archive.dossiers.queries import is_removed, items_of
from crm.archive.dossiers.testing import four_nature_checks
from crm.audit.log import differences, record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files.models import StoredFile, Upload

filing_hindrances: list[Callable[[Dossier], str]] = []
"""Why a dossier takes no documents now, or "": packages that decide about its end add theirs in `crm.wiring`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """What is said of a document; `pages` counts every numbered face with covers, `sheets` the paper (A-06)."""

    section_id: int
    slot_id: int | None
    title: str
    pages: int
    sheets: int
    responsible: str = ""
    doc_no: str = ""
    doc_date: date | None = None
    form: Form = Form.original
    note: str = ""
    original_no: str = ""
    valid_until: date | None = None


def add_item(dossier: Dossier, facts: ItemFacts) -> Item:
    """Behind the last one of its section. Raises `DomainError` unless the dossier is being formed."""
    expect_forming(dossier)
    expect_sound(dossier, facts)
    unarrange(dossier)
    made = Item(
        dossier_id=dossier.id,
        position=last_position(dossier, facts.section_id) + 1,
        added_by=g.actor.name,
        added_at=utc_now(),
        **_columns(facts),
    )
    session().add(made)
    session().flush()
    record(ItemAdded(dossier_id=dossier.id, item_id=made.id, title=made.title, pages=made.pages, sheets=made.sheets))
    return made


def change_item(item: Item, facts: ItemFacts) -> None:
    dossier = _dossier(item)
    expect_forming(dossier)
    expect_sound(dossier, facts, besides=item)
    values = _columns(facts)
    changes = differences(item, values)
    if not changes:
        return
    unarrange(dossier)
    if "section_id" in changes:
        item.position = last_position(dossier, facts.section_id) + 1
    for name, value in values.items():
        setattr(item, name, value)
    session().flush()
    record(ItemChanged(dossier_id=dossier.id, item_id=item.id, title=item.title, changes=changes))


def take_out(item: Item) -> None:
    """With its files, before filing only; afterwards an item leaves by a removal. The bytes stay in the store."""
    dossier = _dossier(item)
    expect_forming(dossier)
    unarrange(dossier)
    session().execute(delete(Rendition).where(Rendition.item_id == item.id))
    record(ItemTakenOut(dossier_id=dossier.id, item_id=item.id, title=item.title))
    session().delete(item)
    session().flush()


def move_item(item: Item, position: int) -> None:
    """To this place of its section, 1 the first; the others make room."""
    dossier = _dossier(item)
    expect_forming(dossier)
    others = [each for each in items_of(dossier.id) if each.section_id == item.section_id and each.id != item.id]
    place = max(1, min(position, len(others) + 1))
    unarrange(dossier)
    for number, each in enumerate([*others[: place - 1], item, *others[place - 1 :]], start=1):
        each.position = number
    session().flush()
    record(ItemMoved(dossier_id=dossier.id, item_id=item.id, title=item.title, position=place))


def arrange(dossier: Dossier) -> Arrangement:
    """Give every document its code and pages (L-12); any later change takes them away again."""
    expect_forming(dossier)
    items = items_of(dossier.id)
    if not items:
        raise DomainError(_("The dossier holds no document yet. Add what belongs into it first."))
    unarrange(dossier)
    arrangement = arranged(map(piece, items))
    for item in items:
        place = arrangement.by_id[item.id]
        item.code, item.page_from, item.page_to = place.code, place.page_from, place.page_to
        item.position, item.stage = int(place.code.partition("-")[2]), Stage.arranged
    session().flush()
    record(ItemsCoded(dossier_id=dossier.id, items=len(items), pages=arrangement.pages))
    return arrangement


def unarrange(dossier: Dossier) -> None:
    """Codes go before they are given anew: two documents never have one code, not even for a moment."""
    for item in session().scalars(select(Item).filter_by(dossier_id=dossier.id, filed_at=None, stage=Stage.arranged)):
        item.code = item.page_from = item.page_to = None
        item.stage = Stage.collected
    session().flush()


def attach_file(item: Item, upload: Upload, *, replaces: Rendition | None = None) -> Rendition:
    """Keep the file with what the four-nature test found; a page count that differs from the claimed one is shown."""
    made = Rendition(
        item_id=item.id,
        upload_id=upload.id,
        replaces_id=replaces.id if replaces else None,
        checks=four_nature_checks(upload, item.pages),
        added_by=g.actor.name,
        added_at=utc_now(),
    )
    session().add(made)
    session().flush()
    measured = session().get_one(StoredFile, upload.sha256).pages
    record(
        FileAttached(
            dossier_id=item.dossier_id,
            item_id=item.id,
            rendition_id=made.id,
            name=upload.name,
            claimed=item.pages,
            measured=measured,
        )
    )
    return made


# Rules


def expect_forming(dossier: Dossier) -> None:
    if hindrance := forming_hindrance(dossier):
        raise DomainError(hindrance)
    expect_taking(dossier)


def expect_taking(dossier: Dossier) -> None:
    """Raises `DomainError` while nothing may come in or go out."""
    if reason := next(filter(None, (hindrance(dossier) for hindrance in filing_hindrances)), ""):
        raise DomainError(reason)


def forming_hindrance(dossier: Dossier) -> str:
    """Why documents cannot be put in, changed or taken out freely, or ""."""
    if not dossier.sealed:
        return _("A customer's dossier takes documents one by one: file the document into it instead.")
    if dossier.state is not DossierState.forming:
        return _("The dossier is filed, and what is filed stays. Use a correction, a supplement or a removal instead.")
    return ""


def expect_past_handover(dossier: Dossier) -> None:
    """Raises `DomainError` while a sealed dossier is on its way: nobody goes round A, B and their list (L-09, L-12)."""
    if dossier.state is DossierState.forming:
        raise DomainError(in_handover())


def in_handover() -> str:
    return _("This dossier is not filed yet: until then everything in it and whoever has it go through its hand-over.")


def expect_sound(dossier: Dossier, facts: ItemFacts, besides: Item | None = None) -> None:
    """Raises `DomainError` saying what is wrong with what is said of the document."""
    section = session().get(TemplateSection, facts.section_id)
    slot = session().get(TemplateSlot, facts.slot_id) if facts.slot_id else None
    if section is None or section.template_id != dossier.template_id:
        raise DomainError(_("Choose a section of this dossier's checklist."))
    if facts.slot_id and (slot is None or slot.section_id != section.id):
        raise DomainError(_("Choose a document of the section it is to lie in."))
    if fault := counting_fault(facts.pages, facts.sheets) or slot_fault(slot, facts.form):
        raise DomainError(fault)
    if slot and not slot.several and _is_taken(dossier, slot, besides):
        raise DomainError(_("%(title)s is there once already, and the checklist asks for one.", title=slot.title))


def counting_fault(pages: int, sheets: int) -> str:
    """Clause L-08: every sheet has at least one counted face."""
    if pages < 1 or sheets < 1:
        return _("Count the pages and the sheets: each is 1 at least, covers included.")
    if sheets > pages:
        return _("There cannot be more sheets (%(sheets)d) than pages (%(pages)d).", sheets=sheets, pages=pages)
    return ""


def slot_fault(slot: TemplateSlot | None, form: Form) -> str:
    """Clause L-22: originals of title documents lie in the vault."""
    if slot and slot.is_title and form is not Form.copy:
        return _("The original of a title document goes to the vault. Only a copy is filed here.")
    return ""


def _is_taken(dossier: Dossier, slot: TemplateSlot, besides: Item | None) -> bool:
    """By something that was not removed again."""
    there = select(Item.id).where(Item.dossier_id == dossier.id, Item.slot_id == slot.id, ~is_removed())
    return any(key != (besides.id if besides else None) for key in session().scalars(there))


def last_position(dossier: Dossier, section_id: int) -> int:
    """Of the sections in the same place, of whatever edition."""
    place = select(TemplateSection.position).where(TemplateSection.id == section_id).scalar_subquery()
    there = select(func.max(Item.position)).join(TemplateSection, TemplateSection.id == Item.section_id)
    return session().scalar(there.where(Item.dossier_id == dossier.id, TemplateSection.position == place)) or 0


def _columns(facts: ItemFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in ItemFacts.__slots__}


def _dossier(item: Item) -> Dossier:
    return session().get_one(Dossier, item.dossier_id)
