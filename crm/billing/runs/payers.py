"""Who pays for which days of a month, unit by unit, in one statement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, Select, and_, case, func, select, union_all

from crm.billing.charges.models import Payer
from crm.billing.runs.month import FIRST_DAY, LAST_DAY, Month, day
from crm.sql import earlier, later
from crm.tenants.models import Occupancy, OccupancyRole

# The first of these who lives or owns there on a day pays for it.
OWNERS = (OccupancyRole.owner, OccupancyRole.co_owner)
OCCUPANTS = (OccupancyRole.tenant, OccupancyRole.user, *OWNERS)


def payers(month: Month) -> CTE:
    """unit_id, customer_id, begins, ends: half-open days within the month; those without anybody are missing.

    Most units have the same payer all month: for them the first in rank is taken; the days of the others are cut where
    somebody comes or goes, and put together again where the payer stays.
    """
    held = _held(month).cte("held")
    steady = and_(held.c.first_end == day(month.days.ends), held.c.last_begin == day(month.days.begins))
    whole = select(held.c.unit_id, held.c.customer_id, held.c.begins, held.c.ends).where(held.c.place == 1, steady)
    moved = select(held).where(~steady).cte("moved")
    return union_all(whole, _together(_by_day(moved))).cte("payers")


def _held(month: Month) -> Select[*tuple[Any, ...]]:
    """Whoever could pay for some of the days; of each unit also when the first leaves and the last comes."""
    ranks = OWNERS if month.item.payer is Payer.owner else OCCUPANTS
    starts, ends = func.coalesce(Occupancy.starts, day(FIRST_DAY)), func.coalesce(Occupancy.ends, day(LAST_DAY))
    begins, until = later(starts, day(month.days.begins)), earlier(ends, day(month.days.ends))
    rank = case({role: place for place, role in enumerate(ranks)}, value=Occupancy.role)
    unit: dict[str, Any] = {"partition_by": Occupancy.unit_id}
    return select(
        Occupancy.unit_id,
        Occupancy.customer_id,
        Occupancy.id,
        begins.label("begins"),
        until.label("ends"),
        rank.label("rank"),
        func.row_number().over(order_by=(rank, Occupancy.id), **unit).label("place"),
        func.min(until).over(**unit).label("first_end"),
        func.max(begins).over(**unit).label("last_begin"),
    ).where(
        Occupancy.estate_id == month.item.estate_id,
        Occupancy.role.in_(ranks),
        starts < day(month.days.ends),
        ends > day(month.days.begins),
    )


def _by_day(moved: CTE) -> CTE:
    """The days cut wherever somebody comes or goes, each part with its payer."""
    cuts = select(moved.c.unit_id, moved.c.begins.label("cut")).union(select(moved.c.unit_id, moved.c.ends)).cte("cuts")
    following = func.lead(cuts.c.cut).over(partition_by=cuts.c.unit_id, order_by=cuts.c.cut)
    parts = select(cuts.c.unit_id, cuts.c.cut.label("begins"), following.label("ends")).cte("parts")
    there = and_(moved.c.unit_id == parts.c.unit_id, moved.c.begins <= parts.c.begins, moved.c.ends >= parts.c.ends)
    first = func.row_number().over(partition_by=(parts.c.unit_id, parts.c.begins), order_by=(moved.c.rank, moved.c.id))
    ranked = select(parts.c.unit_id, parts.c.begins, parts.c.ends, moved.c.customer_id, first.label("place"))
    ranked_parts = ranked.join(moved, there).cte("ranked")
    return select(ranked_parts).where(ranked_parts.c.place == 1).cte("by_day")


def _together(by_day: CTE) -> Select[*tuple[Any, ...]]:
    """Parts that follow one another and have one payer are one."""
    unit: dict[str, Any] = {"partition_by": by_day.c.unit_id, "order_by": by_day.c.begins}
    goes_on = and_(
        func.lag(by_day.c.customer_id).over(**unit) == by_day.c.customer_id,
        func.lag(by_day.c.ends).over(**unit) == by_day.c.begins,
    )
    marked = select(by_day, case((goes_on, 0), else_=1).label("new")).cte("marked")
    turn = func.sum(marked.c.new).over(partition_by=marked.c.unit_id, order_by=marked.c.begins)
    turns = select(marked, turn.label("turn")).cte("turns")
    return select(
        turns.c.unit_id,
        func.min(turns.c.customer_id).label("customer_id"),
        func.min(turns.c.begins).label("begins"),
        func.max(turns.c.ends).label("ends"),
    ).group_by(turns.c.unit_id, turns.c.turn)
