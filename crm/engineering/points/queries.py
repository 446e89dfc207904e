"""Points kept inside the acting person's estates: those that stand, and what they were before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from crm.auth.actor import within
from crm.db import session
from crm.engineering.drawings.models import Drawing, DrawingVersion
from crm.engineering.points.models import PointEnding, PointPhoto, PointSheet, ServicePoint
from crm.files.models import Upload
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import in_chosen_estate

Next = aliased(ServicePoint)
IS_REPLACED = exists().where(Next.replaces_id == ServicePoint.id)
IS_ENDED = exists().where(PointEnding.point_id == ServicePoint.id)
STANDS = and_(~IS_REPLACED, ~IS_ENDED)


def get_point(service_point_id: int) -> ServicePoint:
    """With its unit, drawing and end; 404 outside the person's estates, as every `get_` here does."""
    found = select(ServicePoint).where(ServicePoint.id == service_point_id, within(ServicePoint.estate_id))
    return session().scalars(_whole(found)).one_or_none() or abort(404)


def _whole(found: Select[ServicePoint]) -> Select[ServicePoint]:
    return found.options(
        joinedload(ServicePoint.unit).joinedload(Unit.estate),
        joinedload(ServicePoint.drawing_version).joinedload(DrawingVersion.drawing),
        joinedload(ServicePoint.ending),
    )


def stands(service_point_id: int) -> bool:
    return session().scalar(select(ServicePoint.id).where(ServicePoint.id == service_point_id, STANDS)) is not None


def line_of(point: ServicePoint) -> Sequence[ServicePoint]:
    """The point through all its records, the newest first: what has its code in the unit."""
    same = select(ServicePoint).where(
        ServicePoint.unit_id == point.unit_id, ServicePoint.trade == point.trade, ServicePoint.serial == point.serial
    )
    return session().scalars(_whole(same).order_by(ServicePoint.id.desc())).all()


def points(scope: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    """Every record; in the chosen estates, or in `scope`."""
    return (
        select(
            ServicePoint.id,
            ServicePoint.trade,
            ServicePoint.serial,
            ServicePoint.what,
            ServicePoint.room,
            ServicePoint.spot,
            ServicePoint.height,
            ServicePoint.distance,
            ServicePoint.note,
            ServicePoint.valid_from,
            ServicePoint.unit_id,
            ServicePoint.about_kind,
            ServicePoint.about_id,
            ServicePoint.entered_by,
            ServicePoint.entered_at,
            IS_REPLACED.label("replaced"),
            PointEnding.ended_on,
            Unit.label.label("unit"),
            Building.number.label("building"),
            Estate.name.label("estate"),
            Drawing.number.label("drawing"),
            DrawingVersion.rev,
        )
        .outerjoin(PointEnding, PointEnding.point_id == ServicePoint.id)
        .outerjoin(Unit, Unit.id == ServicePoint.unit_id)
        .outerjoin(Building, Building.id == Unit.building_id)
        .outerjoin(Estate, Estate.id == ServicePoint.estate_id)
        .outerjoin(DrawingVersion, DrawingVersion.id == ServicePoint.drawing_version_id)
        .outerjoin(Drawing, Drawing.id == DrawingVersion.drawing_id)
        .where(in_chosen_estate(ServicePoint.estate_id) if scope is None else scope)
    )


def standing_of(unit_id: int) -> Sequence[Any]:
    """Rows of `points` that stand in the unit, in the order of their codes."""
    found = points(within(ServicePoint.estate_id)).where(ServicePoint.unit_id == unit_id, STANDS)
    return session().execute(found.order_by(ServicePoint.trade, ServicePoint.serial)).all()


def last_serials(unit_id: int) -> dict[Any, int]:
    """Trade -> the last serial given in the unit."""
    found = select(ServicePoint.trade, func.max(ServicePoint.serial)).where(ServicePoint.unit_id == unit_id)
    return {row[0]: row[1] for row in session().execute(found.group_by(ServicePoint.trade)).all()}


def photos_of(point_ids: Sequence[int]) -> Sequence[PointPhoto]:
    """In the order in which they were brought."""
    found = select(PointPhoto).where(PointPhoto.point_id.in_(point_ids))
    return session().scalars(found.order_by(PointPhoto.id)).all()


def get_photo(point_photo_id: int) -> PointPhoto:
    """With its file."""
    found = select(PointPhoto).join(ServicePoint, ServicePoint.id == PointPhoto.point_id)
    mine = found.where(PointPhoto.id == point_photo_id, within(ServicePoint.estate_id))
    whole = mine.options(joinedload(PointPhoto.upload).joinedload(Upload.stored))
    return session().scalars(whole).one_or_none() or abort(404)


def get_sheet(point_sheet_id: int) -> PointSheet:
    found = select(PointSheet).where(PointSheet.id == point_sheet_id, within(PointSheet.estate_id))
    whole = found.options(joinedload(PointSheet.unit).joinedload(Unit.estate))
    return session().scalars(whole).one_or_none() or abort(404)


def sheets_of(unit_id: int) -> Sequence[PointSheet]:
    """The newest first."""
    found = select(PointSheet).where(PointSheet.unit_id == unit_id)
    return session().scalars(found.order_by(PointSheet.id.desc())).all()


def buildings() -> dict[int, str]:
    """Where there are points: building id -> estate and number."""
    there = select(Unit.building_id).join(ServicePoint, ServicePoint.unit_id == Unit.id)
    found = select(Building.id, Building.number, Estate.name).join(Estate, Estate.id == Building.estate_id)
    mine = found.where(Building.id.in_(there.where(in_chosen_estate(ServicePoint.estate_id))))
    rows = session().execute(mine.order_by(Estate.name, Building.sort_key)).all()
    return {row.id: f"{row.name} {row.number}" for row in rows}
