"""Finding dossiers and what lies in them, kept inside what the acting person may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from crm.archive.dossiers.models import (
    Attachment,
    Dossier,
    DossierReader,
    DossierTemplate,
    Item,
    Location,
    PolicyVersion,
    TemplateSection,
    TemplateSlot,
)
from crm.archive.dossiers.models.template import CREDIT_KINDS, DossierKind, PolicyScope, TemplateState
from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.db import session


def visible() -> ColumnElement[bool]:
    """Property customers' dossiers of the person's estates; the company's for who oversees them, or reads this one."""
    return or_(_of_estates(), and_(Dossier.estate_id.is_(None), _of_company()))


def _of_estates() -> ColumnElement[bool]:
    if not actor().may(Permission.customer_read):
        return false()
    return and_(Dossier.estate_id.is_not(None), within(Dossier.estate_id))


def _of_company() -> ColumnElement[bool]:
    if actor().may(Permission.credit_oversee):
        return true()
    return exists().where(DossierReader.dossier_id == Dossier.id, DossierReader.user_id == actor().user_id)


def find_dossier(subject_kind: str, subject_id: int) -> Dossier | None:
    """The matter's dossier, whoever asks: for packages that file into it."""
    mine = select(Dossier).filter_by(subject_kind=subject_kind, subject_id=subject_id)
    return session().scalars(mine).one_or_none()


def get_dossier(dossier_id: int, *options: Any) -> Dossier:
    """404 for what the acting person does not see."""
    query = select(Dossier).where(Dossier.id == dossier_id, visible()).options(joinedload(Dossier.number), *options)
    return session().scalars(query).one_or_none() or abort(404)


def get_item(dossier: Dossier, item_id: int) -> Item:
    """404 unless it lies in this dossier."""
    query = select(Item).filter_by(id=item_id, dossier_id=dossier.id)
    return session().scalars(query.options(joinedload(Item.section), joinedload(Item.slot))).one_or_none() or abort(404)


def items_of(dossier_id: int) -> Sequence[Item]:
    """In the order of sections and places, of whatever edition."""
    query = select(Item).join(Item.section).where(Item.dossier_id == dossier_id)
    ordered = query.order_by(TemplateSection.position, Item.position, Item.id)
    return session().scalars(ordered.options(joinedload(Item.section), joinedload(Item.slot))).all()


def attachments_of(dossier_id: int) -> Sequence[Attachment]:
    query = select(Attachment).filter_by(dossier_id=dossier_id).order_by(Attachment.id)
    return session().scalars(query.options(joinedload(Attachment.release))).all()


def find_in_force(kind: DossierKind) -> DossierTemplate | None:
    query = select(DossierTemplate).filter_by(kind=kind, state=TemplateState.in_force)
    return session().scalars(query).one_or_none()


def sections_of(template_id: int) -> Sequence[TemplateSection]:
    query = select(TemplateSection).filter_by(template_id=template_id).order_by(TemplateSection.position)
    return session().scalars(query.options(selectinload(TemplateSection.slots))).all()


def find_slot(template_id: int, code: str) -> TemplateSlot | None:
    query = select(TemplateSlot).join(TemplateSection, TemplateSection.id == TemplateSlot.section_id)
    return session().scalars(query.where(TemplateSection.template_id == template_id, TemplateSlot.code == code)).first()


def policy_on(kind: DossierKind, day: date) -> PolicyVersion | None:
    """The policy in force that day; before the first one the first."""
    scope = PolicyScope.credit if kind in CREDIT_KINDS else PolicyScope.property
    query = select(PolicyVersion).filter_by(scope=scope).order_by(PolicyVersion.effective_from, PolicyVersion.id)
    versions = session().scalars(query).all()
    return next((each for each in reversed(versions) if each.effective_from <= day), versions[0] if versions else None)


def first_location() -> Location | None:
    """The room: where a dossier is that was put nowhere in particular."""
    return session().scalars(select(Location).order_by(Location.id).limit(1)).one_or_none()
