"""Whose the units of an estate were, and who of ours is called how: a query each, no loop."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from crm.auth.models import User
from crm.db import session
from crm.imports.histories.row import plain
from crm.tenants.models import Customer, Occupancy, OccupancyRole

LIVES_THERE = (OccupancyRole.tenant, OccupancyRole.user, OccupancyRole.owner, OccupancyRole.co_owner)


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


def living_there(found: Sequence[Holder], day: date) -> int | None:
    """Whoever lived in the unit on the day; the owner where nobody else did, or none."""
    there = [each for each in found if each.role in LIVES_THERE and each.is_there(day, day + timedelta(days=1))]
    return min(there, key=lambda each: LIVES_THERE.index(each.role)).customer_id if there else None


def staff() -> dict[str, int]:
    """Everybody who has or had an account, by full name; of two who are called alike it is neither."""
    rows = [(plain(name), user_id) for name, user_id in session().execute(select(User.full_name, User.id))]
    called = Counter(name for name, _user_id in rows)
    return {name: user_id for name, user_id in rows if called[name] == 1}
