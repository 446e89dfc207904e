"""Who pays for which days of a month, unit by unit, in one statement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, Select, and_, case, func, select, union_all

from crm.billing.charges.models import Payer
from crm.billing.runs.month import FIRST_DAY, LAST_DAY, Month, day
from crm.billing.runs.parts import together
from crm.sql import earlier, later
from crm.tenants.models import Customer, Occupancy, OccupancyRole

# The first of these who lives or owns there on a day pays for it.
OWNERS = (OccupancyRole.owner, OccupancyRole.co_owner)
OCCUPANTS = (OccupancyRole.tenant, OccupancyRole.user, *OWNERS)
STARTS, ENDS = func.coalesce(Occupancy.starts, day(FIRST_DAY)), func.coalesce(Occupancy.ends, day(LAST_DAY))


def payers(month: Month) -> CTE:
    """unit_id, customer_id, begins, ends: half-open days within the month; those without anybody are missing.

    Where one alone could pay, nothing has to be ranked, and that is most units. Of the others the days are cut where
    somebody comes or goes, the first in rank is taken, and what stays one payer's is put together again.
    """
    holding, ranked = _holders(month, _ranks(month)), (Occupancy.id, _rank(month).label("rank"))
    if month.units:  # so few that to find out who is alone would take longer
        return together(_by_day(_days_of_each(month, *ranked).where(holding).cte()), "customer_id").cte()
    shared = select(Occupancy.unit_id).where(holding).group_by(Occupancy.unit_id).having(func.count() > 1).cte()
    is_shared = Occupancy.unit_id.in_(select(shared.c.unit_id))
    alone = _days_of_each(month).where(holding, ~is_shared)
    several = _days_of_each(month, *ranked).where(holding, is_shared).cte()
    return union_all(alone, together(_by_day(several), "customer_id")).cte()


def holders(month: Month) -> tuple[Any, Any]:
    """Who could pay; and which of them from the first day to the last: such a one alone in a unit pays all of it.

    An owner goes before every co-owner: where owners pay no other is looked at.
    """
    roles = OWNERS[:1] if month.item.payer is Payer.owner else OCCUPANTS
    throughout = and_(day(month.days.begins) >= STARTS, day(month.days.ends) <= ENDS)
    return _holders(month, roles), throughout


def merged_files(month: Month) -> CTE:
    """id, kept: the few files that were merged into another, which pays now."""
    found = select(Customer.id, Customer.merged_into_id.label("kept")).where(
        Customer.estate_id == month.item.estate_id, Customer.merged_into_id.is_not(None)
    )
    return found.cte()


def _holders(month: Month, roles: tuple[OccupancyRole, ...]) -> Any:
    """Whoever of these could pay for some of the days."""
    return and_(
        month.among(Occupancy.unit_id) if month.units else Occupancy.estate_id == month.item.estate_id,
        Occupancy.role.in_(roles),
        day(month.days.ends) > STARTS,
        day(month.days.begins) < ENDS,
    )


def _ranks(month: Month) -> tuple[OccupancyRole, ...]:
    return OWNERS if month.item.payer is Payer.owner else OCCUPANTS


def _rank(month: Month) -> Any:
    return case({role: place for place, role in enumerate(_ranks(month))}, value=Occupancy.role)


def _days_of_each(month: Month, *more: Any) -> Select[*tuple[Any, ...]]:
    begins, ends = later(STARTS, day(month.days.begins)), earlier(ENDS, day(month.days.ends))
    days = begins.label("begins"), ends.label("ends")
    return select(Occupancy.unit_id, Occupancy.customer_id, *days, *more)


def _by_day(several: CTE) -> CTE:
    """The days cut wherever somebody comes or goes, each part with its payer."""
    begun = select(several.c.unit_id, several.c.begins.label("cut"))
    cuts = begun.union(select(several.c.unit_id, several.c.ends)).cte()
    following = func.lead(cuts.c.cut).over(partition_by=cuts.c.unit_id, order_by=cuts.c.cut)
    parts = select(cuts.c.unit_id, cuts.c.cut.label("begins"), following.label("ends")).cte()
    there = and_(
        several.c.unit_id == parts.c.unit_id, several.c.begins <= parts.c.begins, several.c.ends >= parts.c.ends
    )
    order = (several.c.rank, several.c.id)
    first = func.row_number().over(partition_by=(parts.c.unit_id, parts.c.begins), order_by=order)
    ranked = select(parts.c.unit_id, parts.c.begins, parts.c.ends, several.c.customer_id, first.label("place"))
    ranked_parts = ranked.join(several, there).cte()
    return select(ranked_parts).where(ranked_parts.c.place == 1).cte()
