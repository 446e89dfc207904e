"""Adding and changing what the company looks after; each change is recorded with old and new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from crm.audit.log import differences, plain, record
from crm.db import session
from crm.errors import DomainError
from crm.properties import queries
from crm.properties.events import (
    BuildingAdded,
    EquipmentAdded,
    EquipmentChanged,
    EstateAdded,
    EstateChanged,
    PublicAreaAdded,
    PublicAreaChanged,
    UnitAdded,
    UnitChanged,
)
from crm.properties.models import (
    Building,
    Entrance,
    Equipment,
    Estate,
    PublicArea,
    Unit,
    UnitUse,
    parking_label,
    sort_key,
    unit_label,
)

Thing = TypeVar("Thing")


def add_estate(**given: Any) -> Estate:
    _refuse_taken(Estate, Estate.name == given["name"], given["name"])
    estate = _added(Estate(**given))
    record(EstateAdded(estate_id=estate.id, name=estate.name))
    return estate


def change_estate(estate: Estate, given: Mapping[str, Any]) -> None:
    _refuse_taken(Estate, (Estate.name == given["name"]) & (Estate.id != estate.id), given["name"])
    if changes := _change(estate, given):
        record(EstateChanged(estate_id=estate.id, changes=changes))


def add_building(estate: Estate, number: str, floors: int | None, entrances: int | None, *, has_lift: bool) -> Building:
    """A building with entrances 1 to `entrances`; 0 or None makes the one without a staircase."""
    _refuse_taken(Building, (Building.estate_id == estate.id) & (Building.number == number), number)
    building = _added(Building(estate_id=estate.id, number=number, floors=floors, sort_key=sort_key(number)))
    for entrance in range(1, entrances + 1) if entrances else (0,):
        add_entrance(building, str(entrance), has_lift=has_lift)
    record(BuildingAdded(building_id=building.id, estate_id=estate.id, number=number))
    return building


def add_entrance(building: Building, number: str, *, has_lift: bool | None = None) -> Entrance:
    return _added(
        Entrance(
            estate_id=building.estate_id,
            building_id=building.id,
            number=number,
            floors=building.floors,
            has_lift=has_lift,
            sort_key=sort_key(number),
        )
    )


def add_unit(building: Building, entrance_number: str, **given: Any) -> Unit:
    unit = Unit(estate_id=building.estate_id, building_id=building.id, **given)
    return _placed(unit, building, entrance_number, new=True)


def change_unit(unit: Unit, building: Building, entrance_number: str, given: Mapping[str, Any]) -> None:
    changes = _change(unit, given)
    old = unit.label
    unit.building_id = building.id
    _placed(unit, building, entrance_number, new=False)
    if unit.label != old:
        changes["label"] = [old, unit.label]
    if changes:
        record(UnitChanged(unit_id=unit.id, estate_id=unit.estate_id, changes=changes))


def change_units(ids: Sequence[int], field: str, value: Any) -> None:
    """One value for many units, in one statement; each unit has its entry in the log."""
    units = queries.units_to_change(ids)
    changed = update(Unit).where(Unit.id.in_([unit.id for unit in units]))
    session().execute(changed.values({field: value, "version": Unit.version + 1}))
    for unit in units:
        changes = {field: [plain(getattr(unit, field)), plain(value)]}
        record(UnitChanged(unit_id=unit.id, estate_id=unit.estate_id, changes=changes))


def _placed(unit: Unit, building: Building, entrance_number: str, *, new: bool) -> Unit:
    entrance = _entrance(building, entrance_number or "0")
    unit.entrance_id = entrance.id
    return _labelled(unit, unit_label(building.number, entrance.number, unit.number), new=new)


def add_parking(estate_id: int, **given: Any) -> Unit:
    unit = Unit(estate_id=estate_id, use=UnitUse.parking, **given)
    return _labelled(unit, parking_label(unit.zone, unit.number), new=True)


def change_parking(unit: Unit, given: Mapping[str, Any]) -> None:
    changes = _change(unit, given)
    _labelled(unit, parking_label(unit.zone, unit.number), new=False)
    if changes:
        record(UnitChanged(unit_id=unit.id, estate_id=unit.estate_id, changes=changes))


def _labelled(unit: Unit, label: str, *, new: bool) -> Unit:
    with session().no_autoflush:
        other = (Unit.estate_id == unit.estate_id) & (Unit.label == label)
        _refuse_taken(Unit, other if new else other & (Unit.id != unit.id), label)
    unit.label, unit.sort_key = label, sort_key(label)
    if new:
        _added(unit)
        record(UnitAdded(unit_id=unit.id, estate_id=unit.estate_id, label=label))
    return unit


def _entrance(building: Building, number: str) -> Entrance:
    with session().no_autoflush:
        found = session().scalars(select(Entrance).filter_by(building_id=building.id, number=number)).one_or_none()
    return found or add_entrance(building, number)


def add_equipment(**given: Any) -> Equipment:
    taken = (Equipment.estate_id == given["estate_id"]) & (Equipment.code == given["code"])
    _refuse_taken(Equipment, taken, given["code"])
    equipment = _added(Equipment(**given))
    record(EquipmentAdded(equipment_id=equipment.id, estate_id=equipment.estate_id, name=equipment.name))
    return equipment


def change_equipment(equipment: Equipment, given: Mapping[str, Any]) -> None:
    taken = (Equipment.estate_id == equipment.estate_id) & (Equipment.code == given["code"])
    _refuse_taken(Equipment, taken & (Equipment.id != equipment.id), given["code"])
    if changes := _change(equipment, given):
        record(EquipmentChanged(equipment_id=equipment.id, estate_id=equipment.estate_id, changes=changes))


def change_public_area(area: PublicArea, given: Mapping[str, Any]) -> None:
    taken = (PublicArea.estate_id == area.estate_id) & (PublicArea.name == given["name"])
    _refuse_taken(PublicArea, taken & (PublicArea.id != area.id), given["name"])
    if changes := _change(area, given):
        record(PublicAreaChanged(public_area_id=area.id, estate_id=area.estate_id, changes=changes))


def add_public_area(estate_id: int, name: str) -> PublicArea:
    _refuse_taken(PublicArea, (PublicArea.estate_id == estate_id) & (PublicArea.name == name), name)
    area = _added(PublicArea(estate_id=estate_id, name=name))
    record(PublicAreaAdded(public_area_id=area.id, estate_id=estate_id, name=name))
    return area


def _refuse_taken(table: Any, condition: Any, name: str) -> None:
    if session().scalar(select(func.count()).select_from(table).where(condition)):
        raise DomainError(_("%(name)s exists already. Choose another number or name, or open that one.", name=name))


def _added(thing: Thing) -> Thing:
    session().add(thing)
    session().flush()
    return thing


def _change(thing: Any, given: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set what differs; returns field -> [old, new] in the log's plain form."""
    changes = differences(thing, given)
    for name in changes:
        setattr(thing, name, given[name])
    return changes
