"""What every dossier is asked in the filing review, whatever it is about. Clauses P-03, P-05 to P-16, L-01, L-07, L-22.

That a document was collected and not filed is no question: what lies in a customer's dossier was filed as it came in,
and a project's has its hand-over, whose days run of themselves.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, func, literal_column, null, or_, select
from sqlalchemy.orm import aliased

from crm.archive.dossiers import measures
from crm.archive.dossiers.checking import EVERY_KIND, Check, Measure, Where, finding
from crm.archive.dossiers.figures import SHELVED, out_too_long, waits_too_long
from crm.archive.dossiers.measures import Holder, Like, Newer, lying, of_one_kind
from crm.archive.dossiers.models import Correction, Custody, Dossier, Item, Location, Removal, Rendition
from crm.archive.dossiers.models import TemplateSlot as Slot
from crm.archive.dossiers.models.custody import LocationKind
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.models.records import AskState
from crm.archive.dossiers.models.template import CREDIT_KINDS, Form
from crm.archive.dossiers.queries import is_removed, is_superseded
from crm.archive.dossiers.service.records import DOSSIER_FIELDS, ITEM_FIELDS
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.db import session
from crm.files.models import FileCheck, Upload

KEPT = Dossier.state.in_((DossierState.open, DossierState.filed))  # in the archive's own hands
SHELVED_IN = (LocationKind.cabinet, LocationKind.shelf, LocationKind.box)
Finer = aliased(Location)


def dossier_page(where: Where) -> str:
    return url_for("dossiers.show", dossier_id=where.dossier_id)


def custody_page(where: Where) -> str:
    return url_for("dossiers.custody", dossier_id=where.dossier_id)


# Complete


# Accurate


def _correction_waiting(day: date) -> Select[*tuple[Any, ...]]:
    """The field is what a reader is told: its title stands in `words`."""
    columns = finding(key=cast(Correction.id, String), about_id=Correction.id, detail=Correction.field)
    return _waiting(Correction, columns, day)


def _removal_waiting(day: date) -> Select[*tuple[Any, ...]]:
    columns = finding(key=cast(Removal.id, String), about_id=Removal.id, detail=Item.title)
    return _waiting(Removal, columns, day).join(Item, Item.id == Removal.item_id)


def _waiting(ask: type[Correction] | type[Removal], columns: Any, day: date) -> Select[*tuple[Any, ...]]:
    here = or_(Holder.id == Dossier.id, Holder.continued_in_id == Dossier.id)
    found = select(*columns).select_from(Dossier).join(Holder, here).join(ask, ask.dossier_id == Holder.id)
    return found.where(ask.state == AskState.asked, ask.asked_at < waits_too_long(day))


def _correction_page(where: Where) -> str:
    return url_for("dossiers.correction", correction_id=where.about_id)


def _removal_page(where: Where) -> str:
    return url_for("dossiers.removal", removal_id=where.about_id)


def _place_unknown(day: date) -> Select[*tuple[Any, ...]]:
    """It lies in the room and nowhere in particular, though there are shelves and somebody brought it paper.

    Customers' dossiers do so rightly where the company keeps no shelves for them.
    """
    shelves = exists(select(Finer.id).where(Finer.in_use, Finer.kind.in_(SHELVED_IN)).correlate(None))
    brought = and_(Item.source_kind.is_(None), Item.added_at < waits_too_long(day))
    paper = exists().where(Item.dossier_id == Dossier.id, brought, ~is_removed()).correlate(Dossier)
    held = _held(*finding(detail=Location.path)).join(Location, Location.id == Custody.location_id)
    kinds = tuple(EVERY_KIND) if SHELVED.on(day) else CREDIT_KINDS
    nowhere = and_(Dossier.home_id.is_(None), Location.kind == LocationKind.room)
    return held.where(shelves, Dossier.kind.in_(kinds), nowhere, paper)


def _out(day: date) -> Select[*tuple[Any, ...]]:
    held = _held(*finding(about_id=User.id, detail=User.full_name)).join(User, User.id == Custody.holder_id)
    return held.where(Custody.starts_at < out_too_long(day))


def _held(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Of dossiers that are not on their way to the archive still: A and B have those."""
    found = select(*columns).select_from(Dossier).join(Custody, Custody.dossier_id == Dossier.id)
    return found.where(KEPT, Custody.ends_at.is_(None))


# Valid


def _form_wrong(_day: date) -> Select[*tuple[Any, ...]]:
    """Of a document that is wanted in the original only copies lie there; the first of them is named."""
    original = select(Newer.id).join(measures.Beside, measures.Beside.id == Newer.dossier_id)
    here = or_(measures.Beside.id == Dossier.id, measures.Beside.continued_in_id == Dossier.id)
    found = original.outerjoin(Like, Like.id == Newer.slot_id).where(here, of_one_kind(Newer, Like))
    have_it = found.where(Newer.form != Form.copy, ~is_removed(Newer)).correlate(Dossier, Item, Slot).exists()
    key = func.coalesce(func.nullif(Slot.code, ""), Slot.title)
    copies = _in_slots(Slot.form == Form.original, *finding(key=key, detail=Slot.title))
    return copies.where(Item.form == Form.copy, ~have_it)


def _title_document(_day: date) -> Select[*tuple[Any, ...]]:
    columns = finding(key=cast(Item.id, String), about_id=Item.id, detail=Item.title)
    return _in_slots(Slot.is_title.is_(True), *columns).where(Item.form != Form.copy)


def _in_slots(which: ColumnElement[bool], *columns: Any) -> Select[*tuple[Any, ...]]:
    """The few documents of the checklists are named beforehand, so that an index finds the items."""
    slots = session().scalars(select(Slot.id).where(which)).all()
    found = lying(*columns).join(Slot, Slot.id == Item.slot_id)
    return found.where(Item.slot_id.in_(slots), KEPT, ~is_removed())


def _file_damaged(_day: date) -> Select[*tuple[Any, ...]]:
    """`about_id` is the document, where another file is attached to it on the dossier's own pages."""
    faulty = FileCheck.fault != literal_column("''")  # as the index of the few says it
    some = exists(select(FileCheck.sha256).where(faulty).correlate(None))
    about = case((and_(Item.dossier_id == Dossier.id, KEPT), Item.id), else_=null())
    found = lying(*finding(key=cast(Rendition.id, String), about_id=about, detail=Upload.name))
    found = found.join(Rendition, Rendition.item_id == Item.id).join(Upload, Upload.id == Rendition.upload_id)
    damaged = Upload.sha256.in_(select(FileCheck.sha256).where(faulty))
    return found.where(some, damaged, ~is_superseded(), ~is_removed())


def _file_page(where: Where) -> str:
    if where.about_id is None:
        return dossier_page(where)
    return url_for("dossiers.add_file", dossier_id=where.dossier_id, item_id=where.about_id)


CHECKS = (
    Check(
        kind="correction_waiting",
        title=_l("A correction waits for a decision"),
        advice=_l("Approve it or turn it down."),
        measure=Measure.accurate,
        kinds=EVERY_KIND,
        role=RoleName.deputy_general_manager,
        find=_correction_waiting,
        page=_correction_page,
        words={**ITEM_FIELDS, **DOSSIER_FIELDS},
    ),
    Check(
        kind="removal_waiting",
        title=_l("A removal waits for a decision"),
        advice=_l("Approve it or turn it down."),
        measure=Measure.accurate,
        kinds=EVERY_KIND,
        role=RoleName.deputy_general_manager,
        find=_removal_waiting,
        page=_removal_page,
    ),
    Check(
        kind="place_unknown",
        title=_l("The dossier has no place"),
        advice=_l("Put it into its cabinet, shelf or box."),
        measure=Measure.accurate,
        kinds=EVERY_KIND,
        role=RoleName.archivist,
        find=_place_unknown,
        page=custody_page,
    ),
    Check(
        kind="dossier_out",
        title=_l("The dossier has been in somebody's hands for long"),
        advice=_l("Ask for it back, and put it into its place."),
        measure=Measure.accurate,
        kinds=EVERY_KIND,
        role=RoleName.archivist,
        find=_out,
        page=custody_page,
    ),
    Check(
        kind="form_wrong",
        title=_l("Only a copy lies there, the original is wanted"),
        advice=_l("Get the original and file it."),
        measure=Measure.valid,
        kinds=EVERY_KIND,
        role=RoleName.archivist,
        find=_form_wrong,
        page=dossier_page,
    ),
    Check(
        kind="title_document_filed",
        title=_l("The original of a title document lies in the dossier"),
        advice=_l("Take it out by a removal and hand it to the vault; file a copy."),
        measure=Measure.valid,
        kinds=EVERY_KIND,
        role=RoleName.archivist,
        find=_title_document,
        page=dossier_page,
    ),
    Check(
        kind="file_damaged",
        title=_l("A stored file is damaged or gone"),
        advice=_l("Get it back from the backup, or scan the paper again and replace the file."),
        measure=Measure.valid,
        kinds=EVERY_KIND,
        role=RoleName.archivist,
        find=_file_damaged,
        page=_file_page,
    ),
)
