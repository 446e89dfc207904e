"""Filing: a formed dossier as a whole, and single documents into one that lives. What is filed never changes."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.archive.dossiers.arranging import Arrangement, code
from crm.archive.dossiers.events import DossierFiled, ItemFiled
from crm.archive.dossiers.models import Dossier, Item, TemplateSlot
from crm.archive.dossiers.models.dossier import WORKFLOW, DossierState, Stage
from crm.archive.dossiers.models.template import Form, TemplateSection
from crm.archive.dossiers.queries import filed_for, find_dossier, find_slot, items_of
from crm.archive.dossiers.service.items import (
    arrange,
    attach_file,
    counting_fault,
    expect_taking,
    last_position,
    slot_fault,
)
from crm.archive.dossiers.service.opening import give_number, template_in_force
from crm.archive.dossiers.service.volumes import volume_of
from crm.archive.numbers.models import ArchiveNumber
from crm.archive.numbers.naming import ArchiveNo
from crm.archive.numbers.service import commit as commit_number
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files.models import StoredFile, Upload
from crm.numbering import NumberState


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """A document handed in by another package; `source_kind` and `source_id` name what it was made of there.

    `pages` None: as many as were measured in the file, else one.
    """

    title: str
    responsible: str = ""
    date: datetime.date | None = None
    pages: int | None = None
    sheets: int | None = None
    upload_id: int | None = None
    source_kind: str | None = None
    source_id: int | None = None
    doc_no: str = ""
    form: Form = Form.original
    note: str = ""
    valid_until: datetime.date | None = None


def file_sealed(dossier: Dossier, number: ArchiveNumber, day: datetime.date) -> None:
    """Number, code and lock the dossier; the number is committed unless that was done. Clause L-21.

    Contracts get numbers derived from the dossier's, in their order. Raises `DomainError` when something is missing.
    """
    hindrance = WORKFLOW.hindrance(dossier, "file")
    if hindrance:
        raise DomainError(_("The dossier cannot be filed: it is filed already, or is one that stays open."))
    arrangement = arrange(dossier)
    give_number(dossier, number)
    _file_items(dossier, number)
    if number.number.state is NumberState.reserved:
        commit_number(number)
    WORKFLOW.take(dossier, "file")
    dossier.code, dossier.filed_at, dossier.filed_by = number.text, utc_now(), g.actor.name
    session().flush()
    record(_filed(dossier, number, day, arrangement))


def _file_items(dossier: Dossier, number: ArchiveNumber) -> None:
    now, part = utc_now(), 0
    for item in items_of(dossier.id):
        if item.slot and item.slot.is_contract:
            part += 1
            item.derived_no = derived(number, part)
        item.stage, item.filed_at, item.filed_by = Stage.filed, now, g.actor.name
    session().flush()


def derived(number: ArchiveNumber, part: int) -> str:
    """The number of the dossier's `part`-th contract: 2012鸿借字第001-01号."""
    return ArchiveNo(number.year, number.word, number.number.serial, part).text


def _filed(dossier: Dossier, number: ArchiveNumber, day: datetime.date, arrangement: Arrangement) -> DossierFiled:
    return DossierFiled(
        dossier_id=dossier.id,
        archive_number_id=number.id,
        code=number.text,
        filed_on=day,
        pages=arrangement.pages,
        sheets=arrangement.sheets,
    )


def file_document(subject_kind: str, subject_id: int, slot_code: str, facts: DocumentFacts) -> Item:
    """Put the document into the matter's living dossier under the checklist in force: THE way for other packages.

    The same source is filed once. It gets the section's next code; nothing is renumbered. Raises `DomainError` when
    there is no such dossier or slot, or the dossier is closed and continued nowhere.
    """
    dossier = _open_for(subject_kind, subject_id)
    standing = _filed_before(dossier, facts)
    if standing:
        return standing
    slot = find_slot(template_in_force(dossier.kind).id, slot_code)
    if slot is None:
        raise DomainError(_("The checklist in force has no document %(code)s.", code=slot_code))
    return file_into(dossier, slot.section_id, slot, facts)


def is_filed(subject_kind: str, subject_id: int, source_kind: str, source_id: int) -> bool:
    """Whether the source lies in the matter's dossier; nobody files it there until the unit of work ends."""
    dossier = _open_for(subject_kind, subject_id)
    return _filed_before(dossier, DocumentFacts(title="", source_kind=source_kind, source_id=source_id)) is not None


next_openers: dict[str, Callable[[int], Dossier]] = {}
"""Opens the next dossier of a matter whose last one was destroyed: kind of the subject -> by its id."""


def _open_for(subject_kind: str, subject_id: int) -> Dossier:
    """Held until the commit, so that a source is filed once also when two file it at once."""
    dossier = find_dossier(subject_kind, subject_id)
    if dossier is None and subject_kind in next_openers and filed_for(subject_kind, [subject_id]):
        dossier = next_openers[subject_kind](subject_id)
    while dossier:
        hold(dossier)
        if dossier.continued_in_id is None:
            return dossier
        going_on = session().get_one(Dossier, dossier.continued_in_id)
        if going_on.state is DossierState.destroyed:
            return _open_for(going_on.subject_kind, going_on.subject_id)
        dossier = going_on
    raise DomainError(_("There is no dossier to file this into."))


def _filed_before(dossier: Dossier, facts: DocumentFacts) -> Item | None:
    """In this dossier or in one that goes on in it: files that were merged."""
    if facts.source_kind is None or facts.source_id is None:
        return None
    chain = select(Dossier.id).where(Dossier.id == dossier.id).cte(recursive=True)
    chain = chain.union(select(Dossier.id).where(Dossier.continued_in_id == chain.c.id))
    same = select(Item).filter_by(source_kind=facts.source_kind, source_id=facts.source_id)
    return session().scalars(same.where(Item.dossier_id.in_(select(chain.c.id))).order_by(Item.id)).first()


def file_into(dossier: Dossier, section_id: int, slot: TemplateSlot | None, facts: DocumentFacts) -> Item:
    """Into a dossier that lives, under a slot or loosely under its section."""
    hold(dossier)
    if dossier.state is not DossierState.open:
        raise DomainError(_("This dossier takes no single documents: it is closed, or is filed as a whole."))
    upload = session().get_one(Upload, facts.upload_id) if facts.upload_id is not None else None
    made = filed_item(dossier, section_id, slot, _counted(facts, upload), volume_id=volume_of(dossier).id)
    told: dict[str, Any] = {"code": made.code or "", "title": made.title, "pages": made.pages, "sheets": made.sheets}
    record(ItemFiled(dossier_id=dossier.id, item_id=made.id, **told))
    if upload:
        attach_file(made, upload)
    return made


def hold(dossier: Dossier) -> None:
    """Until the commit, as it stands now: two who file at once get two codes."""
    session().refresh(dossier, ["state", "continued_in_id", "version"], with_for_update=True)


def filed_item(
    dossier: Dossier, section_id: int, slot: TemplateSlot | None, values: dict[str, Any], *, by: str = "", **given: Any
) -> Item:
    """A document that is filed at once: the section's next code, the dossier's next pages; `by` whom, if not acting."""
    expect_taking(dossier)
    if fault := counting_fault(values["pages"], values["sheets"]) or slot_fault(slot, values["form"]):
        raise DomainError(fault)
    section, now = session().get_one(TemplateSection, section_id), utc_now()
    place, page = last_position(dossier, section_id) + 1, last_page(dossier)
    made = Item(
        dossier_id=dossier.id,
        section_id=section_id,
        slot_id=slot.id if slot else None,
        position=place,
        code=code(section.position, place, supplement=given.get("supplement", False)),
        page_from=page + 1,
        page_to=page + values["pages"],
        stage=Stage.filed,
        added_by=by or g.actor.name,
        added_at=now,
        filed_at=now,
        filed_by=by or g.actor.name,
        **values,
        **given,
    )
    session().add(made)
    session().flush()
    return made


def last_page(dossier: Dossier) -> int:
    return session().scalar(select(func.max(Item.page_to)).filter_by(dossier_id=dossier.id)) or 0


def _counted(facts: DocumentFacts, upload: Upload | None) -> dict[str, Any]:
    measured = session().get_one(StoredFile, upload.sha256).pages if upload else None
    pages = facts.pages or measured or 1
    return {
        "title": facts.title,
        "responsible": facts.responsible,
        "doc_no": facts.doc_no,
        "doc_date": facts.date,
        "pages": pages,
        "sheets": facts.sheets or pages,
        "form": facts.form,
        "note": facts.note,
        "valid_until": facts.valid_until,
        "source_kind": facts.source_kind,
        "source_id": facts.source_id,
    }
