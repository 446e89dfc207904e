"""What a report can be about: the customer's units, the public areas and the equipment of the estates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from crm.auth.actor import within
from crm.dates import business_day
from crm.db import session
from crm.properties.models import Building, Equipment, PublicArea, Unit, UnitUse
from crm.tenants.models import Occupancy
from crm.tenants.queries import in_file, lasts_on


def homes_of(customer_id: int) -> list[str]:
    """The labels of the customer's units of today, parking spaces left out: faults are reported from home."""
    lived_in = select(Unit.label).join(Occupancy, Occupancy.unit_id == Unit.id)
    mine = lived_in.where(in_file(Occupancy.customer_id, customer_id), lasts_on(Occupancy, business_day()))
    homes = mine.where(Unit.use != UnitUse.parking, within(Unit.estate_id)).order_by(Unit.sort_key)
    return list(dict.fromkeys(session().scalars(homes)))


def things_of(estate_ids: Sequence[int]) -> dict[str, str]:
    """`area-3` or `equipment-5` -> its name with the building, areas first."""
    found: dict[str, str] = {}
    tables: tuple[tuple[str, Any], ...] = (("area", PublicArea), ("equipment", Equipment))
    for kind, table in tables:
        listed = select(table.id, table.name, Building.number).outerjoin(Building, Building.id == table.building_id)
        mine = listed.where(table.estate_id.in_(estate_ids), within(table.estate_id))
        for key, name, building in session().execute(mine.order_by(Building.sort_key, table.name, table.id)):
            found[f"{kind}-{key}"] = name if building is None or building in name else f"{building}栋 {name}"
    return found
