"""全面 and 有效 of all property customers' dossiers at once: what is missing, what runs out. Clauses P-03, P-05.

What a dossier's own page says (`crm.archive.dossiers.reports`) is said here of any number of them, by the database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from crm.archive.dossiers.models import Correction, Dossier, DossierTemplate, Item, SlotAbsence
from crm.archive.dossiers.models import TemplateSection as Section
from crm.archive.dossiers.models import TemplateSlot as Slot
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.models.records import AskState
from crm.archive.dossiers.models.template import CREDIT_KINDS, DossierKind, TemplateState
from crm.archive.dossiers.queries import find_in_force, is_removed, sections_of
from crm.db import session

Former = aliased(Dossier)  # of a file that was merged
Holder, Beside = aliased(Dossier), aliased(Dossier)  # where a document lies: the dossier's own, or a merged file's
Newer, Like = aliased(Item), aliased(Slot)
OF_CUSTOMERS = Dossier.kind == DossierKind.property
LIVING = and_(OF_CUSTOMERS, Dossier.state == DossierState.open)
LIVES_ON = or_(Dossier.state == DossierState.open, Dossier.continued_in_id.is_not(None))  # of a merged file, in another


def categories(kind: DossierKind = DossierKind.property) -> Sequence[Section]:
    """Of the checklist in force, with their documents."""
    in_force = find_in_force(kind)
    return sections_of(in_force.id) if in_force else []


def missing(*columns: Any) -> Select[*tuple[Any, ...]]:
    """One row for each required document that is neither in a living dossier nor stated as needless.

    The columns are of `Dossier`, `Section` and `Slot`. What lies in the dossier of a merged file is there.
    """
    in_force = and_(DossierTemplate.kind == Dossier.kind, DossierTemplate.state == TemplateState.in_force)
    wanted = (
        select(*columns)
        .select_from(Dossier)
        .join(DossierTemplate, in_force)
        .join(Section, Section.template_id == DossierTemplate.id)
        .join(Slot, Slot.section_id == Section.id)
    )
    editions = _in_every_edition()  # with the few that are required named, no dossier is held against all the others
    named = wanted.where(LIVING, Slot.id.in_(editions))
    return named.where(~_is_there(editions), ~needless())


def _is_there(editions: Mapping[int, Sequence[int]]) -> ColumnElement[bool]:
    """Which rows of the checklists are the same document is known beforehand, so that an index finds the items."""
    own = Item.dossier_id == Dossier.id
    merged = Item.dossier_id.in_(select(Former.id).where(Former.continued_in_id == Dossier.id).correlate(Dossier))
    alternatives = [
        and_(Slot.id == wanted, or_(*(_lies(where, slots) for where in (own, merged))))
        for wanted, slots in editions.items()
    ]
    return or_(false(), *alternatives)


def _lies(where: ColumnElement[bool], slots: Sequence[int]) -> ColumnElement[bool]:
    return exists().where(where, Item.slot_id.in_(slots), ~is_removed()).correlate(Dossier)


def _in_every_edition() -> dict[int, list[int]]:
    """Required document in force -> itself and its like of other editions, by the section's place and the code."""
    like, its_section, edition = aliased(Slot), aliased(Section), aliased(DossierTemplate)
    rows = (
        select(Slot.id, like.id)
        .join(Section, Section.id == Slot.section_id)
        .join(DossierTemplate, DossierTemplate.id == Section.template_id)
        .join(edition, edition.kind == DossierTemplate.kind)
        .join(its_section, and_(its_section.template_id == edition.id, its_section.position == Section.position))
        .join(like, and_(like.section_id == its_section.id, _key(like) == _key(Slot)))
        .where(DossierTemplate.kind == DossierKind.property, DossierTemplate.state == TemplateState.in_force)
        .where(Slot.required)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for wanted, same in session().execute(rows):
        found[wanted].append(same)
    return found


def _key(slot: Any) -> ColumnElement[str]:
    return func.coalesce(func.nullif(slot.code, ""), slot.title)


def missing_of_sealed(*columns: Any) -> Select[*tuple[Any, ...]]:
    """The same of dossiers that are closed once filed: each by its own checklist, whatever is in force by now."""
    wanted = select(*columns).select_from(Dossier).join(Section, Section.template_id == Dossier.template_id)
    there = exists().where(Item.dossier_id == Dossier.id, Item.slot_id == Slot.id, ~is_removed())
    required = wanted.join(Slot, Slot.section_id == Section.id).where(Dossier.kind.in_(CREDIT_KINDS), Slot.required)
    return required.where(~there.correlate(Dossier, Slot), ~needless())


def required(kind: DossierKind) -> int:
    """How many documents the checklist in force demands."""
    return sum(slot.required for section in categories(kind) for slot in section.slots)


def needless() -> ColumnElement[bool]:
    """Of document and dossier asked about: what was stated last is that it does not apply."""
    stated = select(SlotAbsence.absent).where(SlotAbsence.dossier_id == Dossier.id, SlotAbsence.slot_code == Slot.code)
    last = stated.order_by(SlotAbsence.id.desc()).limit(1).correlate(Dossier, Slot).scalar_subquery()
    return func.coalesce(last, false())


def limited(until: date, *columns: Any) -> Select[*tuple[Any, ...]]:
    """One row for each document of customers' dossiers that is valid for a time, which ends by `until`, inclusive.

    The columns are of `Item`, `Section` and `Dossier`. A corrected day counts as it was corrected.
    """
    corrected = select(Correction.item_id).where(*_approved("valid_until"))
    likely = or_(Item.valid_until <= until, Item.id.in_(corrected))
    each = select(*columns).select_from(Item).join(Section, Section.id == Item.section_id)
    of_customers = each.join(Dossier, Dossier.id == Item.dossier_id).where(OF_CUSTOMERS, LIVES_ON)
    return of_customers.where(likely, valid_until() != "", valid_until() <= until.isoformat(), ~is_removed())


def expired(day: date, *columns: Any) -> Select[*tuple[Any, ...]]:
    """One row for each document whose last day is over while no newer one of the same kind has taken its place.

    The columns are of `Dossier`, `Holder` and `Item`.
    """
    corrected = select(Correction.item_id).where(*_approved("valid_until"))
    likely = or_(Item.valid_until < day, Item.id.in_(corrected))
    over = and_(valid_until() != "", valid_until() < day.isoformat())
    whole = lying(*columns).outerjoin(Slot, Slot.id == Item.slot_id)
    return whole.where(likely, over, ~is_removed(), ~_renewed(day))


def _renewed(day: date) -> ColumnElement[bool]:
    """A later document of the same kind lies there and is valid."""
    valid = or_(valid_until(Newer).is_(None), valid_until(Newer) == "", valid_until(Newer) >= day.isoformat())
    later = select(Newer.id).join(Beside, Beside.id == Newer.dossier_id).outerjoin(Like, Like.id == Newer.slot_id)
    here = or_(Beside.id == Dossier.id, Beside.continued_in_id == Dossier.id)
    found = later.where(here, Newer.id > Item.id, of_one_kind(Newer, Like), valid, ~is_removed(Newer))
    return found.correlate(Dossier, Item, Slot).exists()


def lying(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Each document of a dossier, those of merged files included: the columns are of `Dossier`, `Holder` and `Item`."""
    here = or_(Holder.id == Dossier.id, Holder.continued_in_id == Dossier.id)
    return select(*columns).select_from(Dossier).join(Holder, here).join(Item, Item.dossier_id == Holder.id)


def of_one_kind(other: Any, its_slot: Any) -> ColumnElement[bool]:
    """Whether `other` is the same document of a checklist as `Item` is of `Slot`; a loose one has the same title."""
    loose = and_(Item.slot_id.is_(None), other.slot_id.is_(None), other.title == Item.title)
    return or_(other.slot_id == Item.slot_id, and_(Slot.code != "", its_slot.code == Slot.code), loose)


def document() -> ColumnElement[str]:
    return _shown("title", Item.title)


def original_no() -> ColumnElement[str]:
    return _shown("original_no", Item.original_no)


def valid_until(item: Any = Item) -> ColumnElement[str]:
    """Such as 2026-11-25: corrections are kept as text, which sorts as the days do."""
    return _shown("valid_until", cast(item.valid_until, String), item)


def _approved(field: str) -> tuple[ColumnElement[bool], ...]:
    return Correction.item_id.is_not(None), Correction.field == field, Correction.state == AskState.approved


def _shown(field: str, filed: Any, item: Any = Item) -> ColumnElement[str]:
    """The newest approved correction's value, else what was filed, as text."""
    newest = select(Correction.new).where(Correction.item_id == item.id, *_approved(field))
    last = newest.order_by(Correction.decided_at.desc(), Correction.id.desc()).limit(1)
    return func.coalesce(last.correlate(item).scalar_subquery(), filed)
