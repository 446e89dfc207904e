"""The demo company's estates: buildings, entrances, units, parking spaces, public areas and equipment."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from crm.audit.log import record
from crm.dates import Period
from crm.demo import facts as told
from crm.demo.place import Place, Row
from crm.properties.events import UnitAdded
from crm.properties.models import (
    Building,
    Entrance,
    Equipment,
    ParkingKind,
    PublicArea,
    Unit,
    UnitStatus,
    UnitUse,
    sort_key,
)


def store(place: Place, _dice: Random, _period: Period) -> None:
    building_id, entrances = _building(place)
    _units(place, [_unit(unit, building_id, entrances) for unit in place.part.units], place.part.units)
    _units(place, [_space(space) for space in place.part.parking_spaces], place.part.parking_spaces)
    _plant(place, building_id)


def _building(place: Place) -> tuple[int | None, dict[str, int]]:
    if place.part.building is None:
        return None, {}
    number, floors = place.part.building.number, place.part.building.floors
    stands = {"estate_id": place.estate.estate_id}
    [building_id] = place.add(Building, [stands | {"number": number, "floors": floors, "sort_key": sort_key(number)}])
    rows: list[Row] = [
        {
            **stands,
            "building_id": building_id,
            "number": entrance.number,
            "floors": entrance.floors,
            "has_lift": entrance.has_lift,
            "sort_key": sort_key(entrance.number),
        }
        for entrance in place.part.entrances
    ]
    return building_id, {row["number"]: key for row, key in zip(rows, place.add(Entrance, rows), strict=True)}


def _unit(unit: told.Unit, building_id: int | None, entrances: dict[str, int]) -> Row:
    return {
        "building_id": building_id,
        "entrance_id": entrances[unit.entrance],
        "use": UnitUse(unit.use),
        "number": unit.number,
        "label": unit.label,
        "sort_key": sort_key(unit.label),
        "floor": unit.floor,
        "layout": unit.layout,
        "built_area": unit.built_area,
        "inner_area": unit.inner_area,
        "status": UnitStatus(unit.status),
        "handover_on": unit.handover_on,
    }


def _space(space: told.ParkingSpace) -> Row:
    return {
        "use": UnitUse.parking,
        "zone": space.zone,
        "number": space.number,
        "label": space.number,
        "sort_key": sort_key(space.number),
        "built_area": space.area,
        "parking_kind": ParkingKind(space.kind),
    }


def _units(place: Place, rows: Sequence[Row], units: Sequence[told.Unit | told.ParkingSpace]) -> None:
    estate_id = place.estate.estate_id
    ids = place.add(Unit, [{"estate_id": estate_id, **row} for row in rows])
    for row, unit, unit_id in zip(rows, units, ids, strict=True):
        place.estate.units[unit.key] = unit_id
        record(UnitAdded(unit_id=unit_id, estate_id=estate_id, label=row["label"]))


def _plant(place: Place, building_id: int | None) -> None:
    stands = {"estate_id": place.estate.estate_id, "building_id": building_id}
    names = ("kind", "name", "code", "maker", "installed_on", "next_inspection_on")
    place.add(PublicArea, [stands | {"name": area.name} for area in place.part.public_areas])
    place.add(Equipment, [stands | {name: getattr(thing, name) for name in names} for thing in place.part.equipment])
