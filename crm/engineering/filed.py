"""What lies in section 12 of the dossiers, and who has it now: asked of the archive, kept nowhere here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from crm.archive.dossiers.models import Dossier, Item, TemplateSlot
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.queries import is_removed, visible
from crm.archive.lending.models import SlipLine
from crm.archive.lending.queries import items_named, taken
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.db import session
from crm.properties.models import Unit
from crm.tenants.filing import SUBJECT
from crm.tenants.models import Customer, Occupancy
from crm.tenants.quality.settled import NAMES
from crm.tenants.queries import in_file, lasts_on

DRAWING, SHEET = "drawing_version", "point_sheet"  # kinds of what was filed
SLOTS = ("as_built", "service_points", "renovation_as_built", "procedures")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A document of the archive. `title`: "" for whoever does not see the dossier, who is told the number alone.

    `slip`, `due_on`: by which slip it is out, and until when. `borrow_url`: "" where it cannot be asked for.
    """

    source: tuple[str, int]
    item_id: int
    number: str
    title: str
    filed_on: Any
    slip: str
    due_on: date | None
    borrow_url: str
    dossier_url: str


def holders(unit_id: int, day: date) -> Select[int]:
    """Whoever the deed or the contract names has the unit's papers in their dossier: the customers' ids."""
    lives = select(Occupancy.customer_id).where(Occupancy.unit_id == unit_id, Occupancy.role.in_(NAMES))
    return select(Customer.kept_id).where(Customer.id.in_(lives.where(lasts_on(Occupancy, day)))).distinct()


def is_held(unit_id: Any, day: date) -> ColumnElement[bool]:
    """Somebody has the unit asked about, so that there is a dossier for it."""
    return exists().where(Occupancy.unit_id == unit_id, Occupancy.role.in_(NAMES), lasts_on(Occupancy, day))


def is_lent(kind: str, thing_id: Any) -> ColumnElement[bool]:
    out = exists().where(SlipLine.item_id == Item.id, SlipLine.out).correlate(Item)
    return exists().where(Item.source_kind == kind, Item.source_id == thing_id, out)


def filed_of(kind: str, ids: Collection[int]) -> Mapping[int, Sequence[Filed]]:
    """By the thing's id: everything that was filed of it, in three statements however many there are."""
    found: dict[int, list[Filed]] = defaultdict(list)
    for each in _filed(and_(Item.source_kind == kind, Item.source_id.in_(ids))):
        found[each.source[1]].append(each)
    return found


def section_of(unit: Unit, day: date, ours: Collection[tuple[str, int]]) -> Sequence[Filed]:
    """Of the dossiers of whoever has the unit: what was filed of `ours`, and what came into the section by hand."""
    held = select(Dossier.id).where(Dossier.subject_kind == SUBJECT, _held_by(unit, day))
    by_hand = and_(Item.dossier_id.in_(held), Item.source_kind.is_(None), TemplateSlot.code.in_(SLOTS))
    sources = [
        and_(Item.source_kind == kind, Item.source_id.in_([key for name, key in ours if name == kind]))
        for kind in (DRAWING, SHEET)
    ]
    return _filed(or_(by_hand, *sources))


def _held_by(unit: Unit, day: date) -> ColumnElement[bool]:
    there = exists().where(Occupancy.unit_id == unit.id, Occupancy.role.in_(NAMES), lasts_on(Occupancy, day))
    return there.where(in_file(Occupancy.customer_id, Dossier.subject_id)).correlate(Dossier)


def _filed(condition: ColumnElement[bool]) -> Sequence[Filed]:
    sees = visible()
    columns = (
        Item.id,
        Item.code,
        Item.title,
        Item.filed_at,
        Item.source_kind,
        Item.source_id,
        Dossier.id.label("dossier_id"),
        func.coalesce(Dossier.code, "").label("dossier"),
        sees.label("seen"),
    )
    found = (
        select(*columns)
        .join(Dossier, Dossier.id == Item.dossier_id)
        .outerjoin(TemplateSlot, TemplateSlot.id == Item.slot_id)
        .where(condition, Item.filed_at.is_not(None), ~is_removed(), Dossier.state != DossierState.destroyed)
        .order_by(Dossier.code, Item.section_id, Item.position, Item.id)
    )
    rows = session().execute(found).all()
    ids = [row.id for row in rows]
    out, lendable = taken(ids), {item.id for item in items_named(ids)} if ids else set()
    return [_of_row(row, out.get(row.id), row.id in lendable) for row in rows]


def _of_row(row: Any, out: Any, lendable: bool) -> Filed:
    seen = bool(row.seen) and actor().may(Permission.dossier_read)
    asks = lendable and out is None and actor().may(Permission.slip_ask)
    return Filed(
        source=(row.source_kind or "", row.source_id or 0),
        item_id=row.id,
        number=f"{row.dossier} · {row.code}",
        title=row.title if seen else "",
        filed_on=row.filed_at,
        slip=out.number if out else "",
        due_on=out.due_on if out else None,
        borrow_url=url_for("lending.new", item=row.id) if asks else "",
        dossier_url=url_for("dossiers.show", dossier_id=row.dossier_id) if seen else "",
    )


def lent_words(filed: Filed) -> str:
    """Out, and until when; "" where it lies in its place."""
    return _("Lent, due %(day)s", day=filed.due_on) if filed.slip else ""
