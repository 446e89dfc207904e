"""Drawings kept inside the acting person's estates: one whole, lists, the version that counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from crm.auth.actor import within
from crm.db import session
from crm.engineering.drawings.models import Drawing, DrawingKind, DrawingVersion, DrawingWithdrawal
from crm.engineering.filed import DRAWING, is_held, is_lent
from crm.files.models import Upload
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import in_chosen_estate
from crm.tenants.unfiled import lies_in_a_dossier

COUNTS = ~exists().where(DrawingWithdrawal.version_id == DrawingVersion.id).correlate(DrawingVersion)
BUILT = (DrawingKind.as_built, DrawingKind.renovation)  # what shows how a unit was built
FILED_WITHIN = timedelta(days=7)
_current = select(func.max(DrawingVersion.id)).where(DrawingVersion.drawing_id == Drawing.id, COUNTS)
CURRENT = _current.correlate(Drawing).scalar_subquery()  # the newest that was not withdrawn
IS_CURRENT = and_(
    DrawingVersion.drawing_id == Drawing.id, DrawingVersion.id == CURRENT
)  # of a version with its drawing


def get_drawing(drawing_id: int) -> Drawing:
    """With where it belongs; 404 outside the person's estates, as every `get_` here does."""
    found = select(Drawing).where(Drawing.id == drawing_id, within(Drawing.estate_id))
    whole = [joinedload(part) for part in (Drawing.estate, Drawing.building, Drawing.unit)]
    return session().scalars(found.options(*whole)).one_or_none() or abort(404)


def get_version(drawing_version_id: int) -> DrawingVersion:
    """With its drawing, its file and its withdrawal."""
    found = select(DrawingVersion).join(Drawing, Drawing.id == DrawingVersion.drawing_id)
    mine = found.where(DrawingVersion.id == drawing_version_id, within(Drawing.estate_id))
    drawn = joinedload(DrawingVersion.drawing)
    parts = [drawn.joinedload(part) for part in (Drawing.estate, Drawing.building, Drawing.unit)]
    whole = mine.options(*parts, _file(), joinedload(DrawingVersion.withdrawal))
    return session().scalars(whole).one_or_none() or abort(404)


def versions_of(drawing_id: int) -> Sequence[DrawingVersion]:
    """All of them, the newest first."""
    found = select(DrawingVersion).where(DrawingVersion.drawing_id == drawing_id)
    whole = found.options(_file(), joinedload(DrawingVersion.withdrawal))
    return session().scalars(whole.order_by(DrawingVersion.position.desc())).all()


def _file() -> Any:
    return joinedload(DrawingVersion.upload).joinedload(Upload.stored)


def drawings(scope: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    """Each with the version that counts, where one does; in the chosen estates, or in `scope`."""
    versions = select(func.count()).where(DrawingVersion.drawing_id == Drawing.id).correlate(Drawing).scalar_subquery()
    return (
        select(
            Drawing.id,
            Drawing.number,
            Drawing.kind,
            Drawing.title,
            Drawing.unit_id,
            Drawing.building_id,
            Drawing.estate_id,
            Drawing.entered_at,
            DrawingVersion.id.label("version_id"),
            DrawingVersion.rev,
            DrawingVersion.dated_on,
            DrawingVersion.maker,
            DrawingVersion.changes,
            DrawingVersion.added_at,
            DrawingVersion.about_kind,
            DrawingVersion.about_id,
            versions.label("versions"),
            Unit.label.label("unit"),
            Building.number.label("building"),
            Estate.name.label("estate"),
        )
        .join_from(Drawing, DrawingVersion, IS_CURRENT, isouter=True)
        .outerjoin(Unit, Unit.id == Drawing.unit_id)
        .outerjoin(Building, Building.id == Drawing.building_id)
        .outerjoin(Estate, Estate.id == Drawing.estate_id)
        .where(in_chosen_estate(Drawing.estate_id) if scope is None else scope)
    )


def about_unit(unit: Unit) -> ColumnElement[bool]:
    """The unit's own drawings, and those of its building and its estate."""
    whole = [Drawing.unit_id.is_(None) & Drawing.building_id.is_(None) & (Drawing.estate_id == unit.estate_id)]
    if unit.building_id is not None:
        whole.append(Drawing.unit_id.is_(None) & (Drawing.building_id == unit.building_id))
    return or_(Drawing.unit_id == unit.id, *whole)


def of_unit(unit: Unit) -> Sequence[Any]:
    """Rows of `drawings`: the unit's own first, then by kind and number."""
    found = drawings(within(Drawing.estate_id)).where(about_unit(unit))
    return session().execute(found.order_by(Drawing.unit_id.is_(None), Drawing.kind, Drawing.number)).all()


def version_ids_of_unit(unit_id: int) -> Sequence[int]:
    """Every version of the unit's own drawings, also those that count no more: what was filed stays filed."""
    found = select(DrawingVersion.id).join(Drawing, Drawing.id == DrawingVersion.drawing_id)
    return session().scalars(found.where(Drawing.unit_id == unit_id)).all()


def own_of_units(unit_ids: Sequence[int]) -> Mapping[int, Sequence[Any]]:
    """The drawings of these units themselves."""
    found = drawings(within(Drawing.estate_id)).where(Drawing.unit_id.in_(unit_ids))
    by_unit: dict[int, list[Any]] = {key: [] for key in unit_ids}
    for row in session().execute(found.order_by(Drawing.kind, Drawing.number)):
        by_unit[row.unit_id].append(row)
    return by_unit


def versions_to_choose(unit: Unit) -> dict[int, str]:
    """What a point of the unit can be read off: the versions that count."""
    rows = [row for row in of_unit(unit) if row.version_id is not None]
    return {row.version_id: f"{row.number} {row.rev} {row.title}" for row in rows}


def is_unfiled(day: date) -> ColumnElement[bool]:
    """Of the version that counts: a unit's, somebody has the unit, and it lies in no dossier."""
    unfiled: ColumnElement[bool] = and_(
        Drawing.unit_id.is_not(None),
        DrawingVersion.id.is_not(None),
        is_held(Drawing.unit_id, day),
        ~lies_in_a_dossier(DRAWING, DrawingVersion.id),
    )
    return unfiled


def is_out() -> ColumnElement[bool]:
    """The version that counts, or one before it, is lent."""
    mine = select(DrawingVersion.id).where(DrawingVersion.drawing_id == Drawing.id)
    return exists(mine.where(is_lent(DRAWING, DrawingVersion.id)).correlate(Drawing))


def buildings() -> dict[int, str]:
    """Where there are drawings: building id -> estate and number."""
    there = select(Drawing.building_id).where(in_chosen_estate(Drawing.estate_id))
    found = select(Building.id, Building.number, Estate.name).join(Estate, Estate.id == Building.estate_id)
    rows = session().execute(found.where(Building.id.in_(there)).order_by(Estate.name, Building.sort_key)).all()
    return {row.id: f"{row.name} {row.number}" for row in rows}


def find_called(number: str) -> int | None:
    """The id of the only drawing with this number in the person's estates."""
    found = (
        session().scalars(select(Drawing.id).where(Drawing.number == number, within(Drawing.estate_id)).limit(2)).all()
    )
    return found[0] if len(found) == 1 else None
