"""What somebody who calls tells of: which unit, public area or equipment of which estate, and whose it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from crm.auth.actor import within
from crm.calls.entering import About
from crm.dates import business_day
from crm.db import session
from crm.properties.models import Building, Equipment, PublicArea, Unit, UnitUse
from crm.properties.queries import get_equipment, get_public_area, get_unit_called
from crm.tenants.models import Occupancy, OccupancyRole
from crm.tenants.queries import in_file, lasts_on, occupancies_of_unit
from crm.web.forms import offered

AREA, EQUIPMENT = "area", "equipment"
THINGS: dict[str, Any] = {AREA: PublicArea, EQUIPMENT: Equipment}
ARGUMENTS: dict[str, Any] = {EQUIPMENT: ("equipment_id", get_equipment), AREA: ("public_area_id", get_public_area)}
LONGEST_ID = 10  # digits from which on it is none of ours
RANKS = (OccupancyRole.tenant, OccupancyRole.user, OccupancyRole.owner, OccupancyRole.co_owner, OccupancyRole.family)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where it is, as a form says it."""

    estate_id: int
    unit: Unit | None = None
    area: PublicArea | None = None
    equipment: Equipment | None = None


def spot_of(whom: About, form: Any) -> Spot:
    """Of a `ToldForm`. Raises `DomainError` when the estate has no such unit."""
    kind, _dash, key = str(offered(form.thing) or "").partition("-")
    area = get_public_area(int(key)) if kind == AREA else None
    equipment = get_equipment(int(key)) if kind == EQUIPMENT else None
    estate_id = _estate_of(whom, form, area or equipment)
    unit = get_unit_called(estate_id, form.unit.data) if form.unit.data else None
    return Spot(estate_id=estate_id, unit=unit, area=area, equipment=equipment)


def _estate_of(whom: About, form: Any, thing: PublicArea | Equipment | None) -> int:
    """A thing lies where it lies, whichever estate was chosen beside it. 0: none was chosen."""
    if whom.estate:
        return whom.estate.id
    chosen: int = thing.estate_id if thing else offered(form.estate_id) or 0
    return chosen


def customer_of(whom: About, unit: Unit | None) -> int | None:
    """The customer whose card it was; where only the unit was named, whoever lives in it, else its first owner."""
    if whom.customer:
        return whom.customer.id
    return household_of(unit.id) if unit else None


def household_of(unit_id: int) -> int | None:
    """The customer who lives in the unit today, else its first owner."""
    return next(iter(people_of(unit_id)), None)


def people_of(unit_id: int) -> dict[int, str]:
    """Customer -> name of whoever has the unit today, the likeliest first: who lives there before who owns it."""
    day = business_day()
    there = [each for each in occupancies_of_unit(unit_id) if each.lasts_on(day)]
    ranked = sorted(there, key=lambda each: (RANKS.index(each.role), each.id))
    return {each.customer.id: each.customer.name for each in ranked}


def homes_of(customer_id: int) -> list[str]:
    """The labels of the customer's units of today, parking spaces left out: people tell of their homes."""
    lived_in = select(Unit.label).join(Occupancy, Occupancy.unit_id == Unit.id)
    mine = lived_in.where(in_file(Occupancy.customer_id, customer_id), lasts_on(Occupancy, business_day()))
    homes = mine.where(Unit.use != UnitUse.parking, within(Unit.estate_id)).order_by(Unit.sort_key)
    return list(dict.fromkeys(session().scalars(homes)))


def things_of(estate_ids: Sequence[int], kinds: Collection[str] = THINGS) -> dict[str, str]:
    """`area-3` or `equipment-5` -> its name with the building, areas first."""
    found: dict[str, str] = {}
    for kind in kinds:
        table = THINGS[kind]
        listed = select(table.id, table.name, Building.number).outerjoin(Building, Building.id == table.building_id)
        mine = listed.where(table.estate_id.in_(estate_ids), within(table.estate_id))
        for key, name, building in session().execute(mine.order_by(Building.sort_key, table.name, table.id)):
            found[f"{kind}-{key}"] = name if building is None or building in name else f"{building}栋 {name}"
    return found


def thing_named(args: Mapping[str, str], kinds: Collection[str] = THINGS) -> str:
    """What an address names: `equipment-5` or `area-3`, "" for nothing. 404 outside the person's estates."""
    for kind, (name, get) in ARGUMENTS.items():
        key = args.get(name, "")
        if kind in kinds and key.isdecimal() and len(key) < LONGEST_ID:
            return f"{kind}-{get(int(key)).id}"
    return ""
