"""Buildings, entrances, units and parking spaces of one estate's draft."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from crm.imports.drafting.draft import BUILDING, ENTRANCE, PARKING_SPACE, UNIT, Drafted, EstateDraft
from crm.imports.drafting.present import Present, UnitKey
from crm.imports.drafting.row import Row
from crm.imports.understanding import values
from crm.imports.understanding.addresses import address, plain_part
from crm.imports.understanding.fields import SheetKind
from crm.properties.models import ParkingKind, UnitStatus, UnitUse, parking_label, sort_key, unit_label
from crm.workbooks import readers

_AREA = readers.amount(values.LARGEST_AREA)

UNIT_READERS = {
    "use": readers.one_of(values.USES),
    "floor": readers.whole(-9, 200),
    "layout": values.layout,
    "built_area": _AREA,
    "inner_area": _AREA,
    "rent": readers.amount(values.LARGEST_RENT),
    "status": readers.one_of(values.STATUSES),
    "handover_on": readers.day,
}
SPACE_READERS = {
    "parking_kind": readers.one_of(values.PARKING_KINDS),
    "built_area": values.parking_area,
    "remark": readers.known_text,
}
ENTRANCE_READERS = {"floors": readers.whole(1, 200), "lift": readers.one_of(values.TRUTHS)}
ENUMS = {"use": UnitUse, "status": UnitStatus, "parking_kind": ParkingKind}


class Places:
    def __init__(self, draft: EstateDraft, present: Present) -> None:
        self._draft = draft
        self._present = present
        self._buildings: dict[str, Drafted] = {}
        self._entrances: dict[tuple[str, str], Drafted] = {}
        self._units: dict[UnitKey, Drafted] = {}
        self._labels = {stored["label"]: key for key, (_id, stored) in present.units.items()}

    def building_row(self, row: Row) -> None:
        """A row of a list of buildings and entrances."""
        number = plain_part(row.text("building"), "building")
        if not number:
            raise row.refused("building", _("The building is missing. Fill it in."))
        entrance = plain_part(row.text("entrance"), "entrance")
        said = self._entrance_facts(row)
        before = self._entrances.get((number, entrance))
        if before and (wrong := before.contradictions(said)):
            field = "lift" if wrong[0] == "has_lift" else wrong[0]
            raise row.refused(
                field, _("It says something else than %(where)s. Correct one of them.", where=before.said_at)
            )
        self._take_entrance(number, entrance, said, row)

    def unit_row(self, row: Row) -> tuple[Drafted, UnitKey]:
        """The unit a row is about, with its building and entrance; raises `RowRefused`."""
        building, entrance, number = self._address(row)
        key: UnitKey = (UNIT, building, entrance, number)
        said = self._typed(row.said(UNIT_READERS))
        if "use" not in said and row.text("entrance") == "0" and key not in self._present.units:
            said["use"] = UnitUse.shop
        if row.block.kind is SheetKind.units:
            said |= row.said({"remark": readers.known_text})
        return self._take_unit(key, unit_label(building, entrance, number), said, row), key

    def space_row(self, row: Row) -> tuple[Drafted, UnitKey]:
        number, zone = row.read("space", readers.text_code) or "", row.read("zone", readers.text_code) or ""
        if not number:
            raise row.refused("space", _("The number of the parking space is missing. Fill it in."))
        key: UnitKey = (PARKING_SPACE, zone, number, "")
        label = parking_label(zone, number)
        if self._labels.get(label, key) != key:
            label = f"P{label}"  # a shop may be called 1-12 as well
        said = self._typed(row.said(SPACE_READERS))
        if row.has("tenure"):
            said |= self._tenure_status(row)
        return self._take_unit(key, label, said, row), key

    def unit(self, key: UnitKey) -> Drafted | None:
        return self._units.get(key) or self._stored_unit(key)

    def finish(self) -> None:
        """A building is as high as its highest entrance."""
        for number, building in self._buildings.items():
            heights = [self._height(key) for key in {*self._entrances, *self._present.entrances} if key[0] == number]
            highest = max([height for height in heights if height], default=None)
            if highest:
                building.values["floors"] = highest

    def _height(self, key: tuple[str, str]) -> int | None:
        stored = self._present.entrances.get(key, (0, {}))[1].get("floors")
        drafted = self._entrances.get(key)
        height: int | None = (drafted.values.get("floors") if drafted else None) or stored
        return height

    def _address(self, row: Row) -> tuple[str, str, str]:
        """Building, entrance and number; one column may hold all three (3-1-502, 3栋1单元502室)."""
        number = row.read("number", readers.text_code) or ""
        building, entrance, number = address(row.text("building"), row.text("entrance"), number)
        if not number:
            raise row.refused("number", _("The unit number is missing. Fill it in."))
        if not building:
            raise row.refused("building", _("The building is missing. Fill it in."))
        return building, entrance, number

    def _typed(self, said: dict[str, Any]) -> dict[str, Any]:
        return {name: ENUMS[name](value) if name in ENUMS else value for name, value in said.items()}

    def _tenure_status(self, row: Row) -> dict[str, Any]:
        match row.read("tenure", readers.one_of(values.TENURES)):
            case "tenant":
                return {"status": UnitStatus.let}
            case "owner":
                return {"status": UnitStatus.sold}
            case _:
                return {}

    def _take_unit(self, key: UnitKey, label: str, said: dict[str, Any], row: Row) -> Drafted:
        unit = self._units.get(key)
        if unit and unit.said_at:
            said = self._agreed(unit, said, row)
        elif self._labels.get(label, key) != key:
            text = _(
                "“%(label)s” is the name of another unit already. Correct building, entrance or number.", label=label
            )
            raise row.refused("number" if key[0] == UNIT else "space", text)
        unit = unit or self._new_unit(key, label)
        if key[0] == UNIT:
            self._attach(unit, key, row)
        unit.say(said, row.where)
        return unit

    def _agreed(self, unit: Drafted, said: dict[str, Any], row: Row) -> dict[str, Any]:
        """In a list of units a second row may not contradict the first; a resident's row loses only the cell."""
        for field in unit.contradictions(said):
            reason = _("It says something else than %(where)s. Correct one of them.", where=unit.said_at)
            if row.block.kind is not SheetKind.rooms:
                raise row.refused(field if row.has(field) else "number", reason)
            row.refuse(field, reason)
        return said

    def _new_unit(self, key: UnitKey, label: str) -> Drafted:
        unit = self._stored_unit(key)
        if unit is None:
            fixed: dict[str, Any] = {"label": label, "sort_key": sort_key(label)}
            if key[0] == UNIT:
                fixed |= {"number": key[3]}
            else:
                fixed |= {"zone": key[1], "number": key[2], "use": UnitUse.parking}
            unit = Drafted(key[0], fixed)
        self._units[key] = unit
        self._labels[label] = key
        self._draft.objects[key[0]].append(unit)
        return unit

    def _stored_unit(self, key: UnitKey) -> Drafted | None:
        found = self._present.units.get(key)
        return Drafted(key[0], {}, found[0], found[1]) if found else None

    def _attach(self, unit: Drafted, key: UnitKey, row: Row) -> None:
        facts = self._entrance_facts(row)
        entrance = self._take_entrance(key[1], key[2], facts, row)
        unit.refs["building_id"] = self._buildings[key[1]]
        if entrance:
            unit.refs["entrance_id"] = entrance

    def _entrance_facts(self, row: Row) -> dict[str, Any]:
        said = row.said(ENTRANCE_READERS)
        if "lift" in said:
            said["has_lift"] = said.pop("lift")
        return said

    def _take_entrance(self, building: str, number: str, said: dict[str, Any], row: Row) -> Drafted | None:
        """The entrance with its building; number 0 where there are none, "" where the row is about a building only."""
        parent = self._buildings.get(building) or self._new_building(building)
        parent.said_at = parent.said_at or row.where
        if not number:
            if said.get("floors"):
                parent.values["floors"] = max(said["floors"], parent.values.get("floors", 0))
            return None
        entrance = self._entrances.get((building, number)) or self._new_entrance(parent, building, number)
        for field in entrance.contradictions(said):
            reason = _("It says something else than %(where)s. Correct one of them.", where=entrance.said_at)
            row.refuse("lift" if field == "has_lift" else field, reason)
        entrance.say(said, row.where)
        return entrance

    def _new_building(self, number: str) -> Drafted:
        found = self._present.buildings.get(number)
        fixed = {} if found else {"number": number, "sort_key": sort_key(number)}
        building = Drafted(BUILDING, fixed, *(found or (None, None)))
        self._buildings[number] = building
        self._draft.objects[BUILDING].append(building)
        return building

    def _new_entrance(self, building: Drafted, building_number: str, number: str) -> Drafted:
        found = self._present.entrances.get((building_number, number))
        fixed = {} if found else {"number": number, "sort_key": sort_key(number)}
        key, stored = found or (None, None)
        entrance = Drafted(ENTRANCE, fixed, key, stored, {"building_id": building})
        self._entrances[building_number, number] = entrance
        self._draft.objects[ENTRANCE].append(entrance)
        return entrance
