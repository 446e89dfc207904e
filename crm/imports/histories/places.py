"""Where a row says something was: a unit of the estate, a building, a place in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from crm.db import session
from crm.imports.histories.row import HistoryRow
from crm.imports.understanding.addresses import plain_part
from crm.properties.models import Building, Estate, Unit


class Place(NamedTuple):
    """`spot`: where exactly, in words."""

    unit_id: int | None
    building_id: int | None
    spot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Of one estate. `units`: label in capitals -> id; `building_of`: unit -> building."""

    estate: str
    units: Mapping[str, int]
    building_of: Mapping[int, int | None]
    buildings: Mapping[str, int]

    def unit(self, row: HistoryRow) -> int:
        """Raises `RowRefused` for one that nobody has entered."""
        for label in row.labels():
            if (unit_id := self.units.get(label)) is not None:
                return unit_id
        raise row.out(
            "unit",
            _("There is no such unit in %(estate)s. Write it as in 3-1-502, or enter the unit first.",
              estate=self.estate),
        )  # fmt: skip

    def place(self, row: HistoryRow) -> Place:
        """A unit that is named must be known; without one a place in words is enough."""
        spot = row.words("spot", 300)
        if not row.text("unit"):
            return self._outside(row, spot)
        unit_id = self.unit(row)
        return Place(unit_id, self.building_of[unit_id], spot)

    def _outside(self, row: HistoryRow, spot: str) -> Place:
        building = row.words("building", 100)
        building_id = self.buildings.get(plain_part(building, "building").upper()) if building else None
        if not building and not spot:
            raise row.out("unit", _("Neither a unit nor a place is named. Fill in one of them."))
        return Place(None, building_id, spot if building_id and spot else " ".join(filter(None, (building, spot))))


def places(estate_id: int) -> Places:
    """Three queries, no loop."""
    units = select(Unit.label, Unit.id, Unit.building_id).where(Unit.estate_id == estate_id)
    rows = session().execute(units).all()
    buildings = select(Building.number, Building.id).where(Building.estate_id == estate_id)
    return Places(
        estate=session().scalars(select(Estate.name).where(Estate.id == estate_id)).one(),
        units={label.upper(): unit_id for label, unit_id, _building in rows},
        building_of={unit_id: building_id for _label, unit_id, building_id in rows},
        buildings={number.upper(): building_id for number, building_id in session().execute(buildings)},
    )
