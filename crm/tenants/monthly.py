"""Households, moves and supplements in figures, by estate and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, case, func, select

from crm.dates import months_later
from crm.db import session
from crm.properties.models import Unit, UnitUse
from crm.sql import by_month, code_of, month_of_day
from crm.tenants.models import Occupancy, OccupancyRole, Supplement
from crm.tenants.queries import lasts_on

HOUSEHOLD = (OccupancyRole.owner, OccupancyRole.tenant)  # whose moving makes a household come or go


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfCustomers:
    """`households`: units with an owner or a tenant on the month's last day, or on `today` where that comes first."""

    households: int
    moved_in: int
    moved_out: int
    supplements: int


def customers_of_months(
    estate_ids: Collection[int], months: Sequence[date], today: date
) -> dict[tuple[int, date], MonthOfCustomers]:
    """Parking spaces and relatives are left out; `months` follow one another."""
    households, moves = _households(estate_ids, months, today), _moves(estate_ids, months)
    added = by_month(Supplement.estate_id, Supplement.recorded_at, months, Supplement.estate_id.in_(estate_ids))
    supplements = {(row[0], row[1]): row[2] for row in session().execute(added)}
    return {
        (estate_id, month): MonthOfCustomers(
            households=households.get((estate_id, month), 0),
            moved_in=moves["starts", estate_id, code_of(month)],
            moved_out=moves["ends", estate_id, code_of(month)],
            supplements=supplements.get((estate_id, code_of(month)), 0),
        )
        for estate_id in estate_ids
        for month in months
    }


def _ties(estate_ids: Collection[int]) -> tuple[Any, ...]:
    return (
        Occupancy.estate_id.in_(estate_ids),
        Occupancy.role.in_(HOUSEHOLD),
        Occupancy.unit_id.in_(select(Unit.id).where(Unit.estate_id.in_(estate_ids), Unit.use != UnitUse.parking)),
    )


def _households(estate_ids: Collection[int], months: Sequence[date], today: date) -> dict[tuple[int, date], int]:
    days = [min(months_later(month, 1) - timedelta(days=1), today) for month in months]
    counts = [func.count(case((lasts_on(Occupancy, day), Occupancy.unit_id)).distinct()) for day in days]
    found = select(Occupancy.estate_id, *counts).where(*_ties(estate_ids)).group_by(Occupancy.estate_id)
    rows = session().execute(found).all()
    return {(row[0], month): count for row in rows for month, count in zip(months, row[1:], strict=True)}


def _moves(estate_ids: Collection[int], months: Sequence[date]) -> defaultdict[Any, int]:
    """("starts" or "ends", estate, month) -> ties; `ends` is the first day without."""
    ends = months_later(months[-1], 1)
    found: dict[Any, int] = {}
    for name, day in (("starts", Occupancy.starts), ("ends", Occupancy.ends)):
        month = month_of_day(day, months).label("in_month")
        within = and_(day >= months[0], day < ends)
        each = select(Occupancy.estate_id, month).where(*_ties(estate_ids), within).subquery()
        by = each.c.estate_id, each.c.in_month
        found |= {(name, row[0], row[1]): row[2] for row in session().execute(select(*by, func.count()).group_by(*by))}
    return defaultdict(int, found)
