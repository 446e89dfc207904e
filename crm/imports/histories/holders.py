"""Whose the units of an estate were, and what they are called: two queries, no loop."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from crm.db import session
from crm.properties.models import Unit
from crm.tenants.models import Customer, Occupancy, OccupancyRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody in a unit: days are half-open, None is open. `customer_id` is the file that was kept."""

    customer_id: int
    name: str
    role: OccupancyRole
    starts: date | None
    ends: date | None

    def is_there(self, begins: date, ends: date) -> bool:
        """On any of the days."""
        return (self.starts is None or self.starts < ends) and (self.ends is None or self.ends > begins)


def units(estate_id: int) -> dict[str, int]:
    """Label, in capitals, -> id."""
    rows = session().execute(select(Unit.label, Unit.id).where(Unit.estate_id == estate_id))
    return {label.upper(): unit_id for label, unit_id in rows}


def holders(estate_id: int) -> dict[int, list[Holder]]:
    """The newest last, so that of two in one rank the earlier entered comes first."""
    kept = func.coalesce(Customer.merged_into_id, Customer.id)
    whose = (
        select(Occupancy.unit_id, kept, Customer.name, Occupancy.role, Occupancy.starts, Occupancy.ends)
        .join(Customer, Customer.id == Occupancy.customer_id)
        .where(Occupancy.estate_id == estate_id)
        .order_by(Occupancy.id)
    )
    found: dict[int, list[Holder]] = defaultdict(list)
    for unit_id, customer_id, name, role, starts, ends in session().execute(whose):
        found[unit_id].append(Holder(customer_id=customer_id, name=name, role=role, starts=starts, ends=ends))
    return found
