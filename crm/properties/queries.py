"""Lists and look-ups of estates, units and equipment, kept inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort
from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from crm.auth.actor import actor, within
from crm.db import session
from crm.errors import DomainError
from crm.lists.holding import holding
from crm.properties.models import Building, Entrance, Equipment, Estate, PublicArea, Unit, UnitUse, label_as_typed

IS_ROOM = Unit.use != UnitUse.parking  # a parking space is a unit too, in a list of its own


@dataclass(frozen=True, slots=True)
class Cell:
    """A unit in the picture of its building."""

    id: int
    label: str
    number: str
    floor: int | None
    status: str
    entrance: str


def visible_estates() -> list[Estate]:
    return list(session().scalars(select(Estate).where(within(Estate.id)).order_by(Estate.name)))


def estate_names() -> dict[int, str]:
    """Id and name of those the person sees, in the order of the names."""
    seen = select(Estate.id, Estate.name).where(within(Estate.id)).order_by(Estate.name)
    return {row.id: row.name for row in session().execute(seen).all()}


def in_chosen_estate(column: Any) -> Any:
    """The person's estates, narrowed to the one chosen in the top bar."""
    chosen = actor().estate_id
    return within(column) if chosen is None else within(column) & (column == chosen)


def get_estate(estate_id: int) -> Estate:
    """Answers 404 for an estate outside the person's scope, as every `get_` here does."""
    return session().scalars(select(Estate).where(Estate.id == estate_id, within(Estate.id))).one_or_none() or abort(
        404
    )


def get_building(building_id: int) -> Building:
    found = select(Building).where(Building.id == building_id, within(Building.estate_id))
    return session().scalars(found.options(joinedload(Building.estate))).one_or_none() or abort(404)


def get_unit(unit_id: int) -> Unit:
    found = select(Unit).where(Unit.id == unit_id, within(Unit.estate_id))
    whole = found.options(joinedload(Unit.estate), joinedload(Unit.building), joinedload(Unit.entrance))
    return session().scalars(whole).one_or_none() or abort(404)


def get_unit_called(estate_id: int, text: str) -> Unit:
    """The unit somebody typed, in the spellings of `label_as_typed`. Raises `DomainError` when there is none."""
    label = label_as_typed(text)
    found = select(Unit).where(Unit.estate_id == estate_id, within(Unit.estate_id), func.upper(Unit.label) == label)
    if unit := session().scalars(found.order_by(Unit.id)).first():
        return unit
    raise DomainError(_("There is no unit %(label)s in this estate. Write it as in 3-1-502.", label=text))


def units_holding(text: str) -> Select[int]:
    """Ids of the units with this in their label: a list asks for them once, where a join would ask for every row."""
    return select(Unit.id).where(holding(text, Unit.label))


def get_equipment(equipment_id: int) -> Equipment:
    found = select(Equipment).where(Equipment.id == equipment_id, within(Equipment.estate_id))
    whole = found.options(joinedload(Equipment.estate), joinedload(Equipment.building))
    return session().scalars(whole).one_or_none() or abort(404)


def get_public_area(public_area_id: int) -> PublicArea:
    found = select(PublicArea).where(PublicArea.id == public_area_id, within(PublicArea.estate_id))
    whole = found.options(joinedload(PublicArea.estate), joinedload(PublicArea.building))
    return session().scalars(whole).one_or_none() or abort(404)


def estates() -> Select[*tuple[Any, ...]]:
    """Each estate with its counts of buildings, units and parking spaces."""
    buildings = select(func.count()).where(Building.estate_id == Estate.id).scalar_subquery()
    parking = _count_units(~IS_ROOM)
    rooms = _count_units(IS_ROOM)
    return select(
        Estate.id,
        Estate.name,
        Estate.address,
        Estate.phone,
        buildings.label("buildings"),
        rooms.label("units"),
        parking.label("parking"),
    ).where(within(Estate.id))


def _count_units(condition: Any) -> Any:
    return select(func.count()).where(Unit.estate_id == Estate.id, condition).scalar_subquery()


def units(*, parking: bool) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Unit.id,
            Unit.label,
            Unit.use,
            Unit.floor,
            Unit.zone,
            Unit.parking_kind,
            Unit.layout,
            Unit.built_area,
            Unit.inner_area,
            Unit.status,
            Unit.handover_on,
            Estate.name.label("estate"),
            Unit.estate_id,
            Unit.building_id,
        )
        .join(Estate, Estate.id == Unit.estate_id)
        .where(in_chosen_estate(Unit.estate_id), ~IS_ROOM if parking else IS_ROOM)
    )


def units_to_change(ids: Sequence[int]) -> Sequence[Any]:
    """(id, estate, label, status, handover) of units the person may see, in their order.

    Held until the unit of work ends, so that what is shown is what will be changed.
    """
    columns = Unit.id, Unit.estate_id, Unit.label, Unit.status, Unit.handover_on, Estate.name.label("estate")
    found = select(*columns).join(Estate, Estate.id == Unit.estate_id)
    held = found.where(Unit.id.in_(ids), within(Unit.estate_id)).with_for_update(of=Unit)
    return session().execute(held.order_by(Estate.name, Unit.sort_key, Unit.id)).all()


def equipment() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Equipment.id,
            Equipment.code,
            Equipment.name,
            Equipment.kind,
            Equipment.maker,
            Equipment.installed_on,
            Equipment.next_inspection_on,
            Building.number.label("building"),
            Estate.name.label("estate"),
        )
        .join(Estate, Estate.id == Equipment.estate_id)
        .outerjoin(Building, Building.id == Equipment.building_id)
        .where(in_chosen_estate(Equipment.estate_id))
    )


def public_areas() -> Select[*tuple[Any, ...]]:
    return (
        select(PublicArea.id, PublicArea.name, Building.number.label("building"), Estate.name.label("estate"))
        .join(Estate, Estate.id == PublicArea.estate_id)
        .outerjoin(Building, Building.id == PublicArea.building_id)
        .where(in_chosen_estate(PublicArea.estate_id))
    )


def buildings_of(estate_id: int) -> Sequence[Any]:
    """Each building with its entrances and units counted."""
    entrances = select(func.count()).where(Entrance.building_id == Building.id).scalar_subquery()
    rooms = select(func.count()).where(Unit.building_id == Building.id).scalar_subquery()
    listed = select(Building.id, Building.number, Building.floors, entrances.label("entrances"), rooms.label("units"))
    return session().execute(listed.where(Building.estate_id == estate_id).order_by(Building.sort_key)).all()


def cells_of(building_id: int) -> list[Cell]:
    """The units of a building, top floor first, in the order they lie."""
    listed = (
        select(Unit.id, Unit.label, Unit.number, Unit.floor, Unit.status, func.coalesce(Entrance.number, ""))
        .outerjoin(Entrance, Entrance.id == Unit.entrance_id)
        .where(Unit.building_id == building_id)
        .order_by(func.coalesce(Unit.floor, 0).desc(), Unit.sort_key)
    )
    return [Cell(*row) for row in session().execute(listed)]


def buildings_named(ids: Select[Any]) -> dict[int, str]:
    """Building id -> estate and number, of these."""
    found = select(Building.id, Building.number, Estate.name).join(Estate, Estate.id == Building.estate_id)
    rows = session().execute(found.where(Building.id.in_(ids)).order_by(Estate.name, Building.sort_key)).all()
    return {row.id: f"{row.name} {row.number}" for row in rows}


def building_names(estates: Mapping[int, str]) -> dict[int, str]:
    """By their ids, in order; with their estate's name where there are several."""
    several = len(estates) > 1
    found = select(Building.id, Building.number, Building.estate_id).where(Building.estate_id.in_(estates))
    return {
        row.id: f"{estates[row.estate_id]} {row.number}" if several else row.number
        for row in session().execute(found.order_by(Building.estate_id, Building.sort_key))
    }


def company_of(estate_ids: Collection[int]) -> str:
    """The name on a paper about several estates."""
    of_these = Estate.id.in_(estate_ids), Estate.company != ""
    return session().scalar(select(Estate.company).where(*of_these).order_by(Estate.id).limit(1)) or ""


def estate_called(name: str) -> Estate:
    """Raises `DomainError` where the person sees none of this name."""
    found = select(Estate).where(Estate.name == name, within(Estate.id))
    if estate := session().scalars(found).one_or_none():
        return estate
    raise DomainError(_("There is no estate called %(name)s.", name=name))
