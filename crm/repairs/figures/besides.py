"""What is summed from elsewhere: the first word to the customer, return visits, costs, and the months before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, func, or_, select, true
from sqlalchemy.orm import aliased

from crm.auth.models import User
from crm.dates import business_day_of, months_later
from crm.db import session
from crm.properties.models import Unit, UnitUse
from crm.properties.queries import building_names
from crm.repairs.categories.models import RepairCategory
from crm.repairs.figures.asked import Asked
from crm.repairs.figures.population import BY_CUSTOMERS, VOID
from crm.repairs.orders.models import LineKind, Payer, RepairLine, RepairOrder, ReturnVisit
from crm.sql import counted_between, median_of, one, seconds_between
from crm.web.figures import Ratio

JOB = RepairOrder
NOUGHT = Decimal(0)


def median_minutes(asked: Asked) -> Decimal | None:
    """From the report to the first word to the customer: half of those talked to waited no longer."""
    talked = (*asked.here(), JOB.channel.in_(BY_CUSTOMERS), JOB.state.not_in(VOID), JOB.contacted_at.is_not(None))
    waited = seconds_between(JOB.registered_at, JOB.contacted_at).label("value")
    reported = JOB.registered_at >= asked.start, JOB.registered_at < asked.end
    seconds, rows = session().execute(median_of(select(waited).where(*talked, *reported))).one()
    return (Decimal(seconds) / 60 / rows).quantize(Decimal("0.1")) if rows else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """`score`: on average, from 1 to 5."""

    made: Ratio
    satisfied: Ratio
    attempts: int
    score: Decimal | None


def visits(asked: Asked) -> Visits:
    due = JOB.visit_due_on >= asked.begins, JOB.visit_due_on < asked.ends
    over = or_(JOB.satisfied.is_not(None), JOB.visit_due_on < business_day_of(asked.now))
    owed = select(func.count().label("due"), func.sum(one(JOB.satisfied.is_not(None))).label("made"))
    owed_ones: Any = owed.where(*asked.here(), *due, over).subquery("owed")
    visit, ours = ReturnVisit, exists().where(JOB.id == ReturnVisit.repair_order_id, *asked.here())
    heard: Any = (
        select(
            func.count().label("attempts"),
            func.count(visit.satisfied).label("reached"),
            func.sum(one(visit.satisfied)).label("satisfied"),
            func.sum(visit.score).label("score"),
            func.count(visit.score).label("scores"),
        )
        .where(visit.made_at >= asked.start, visit.made_at < asked.end, ours)
        .subquery("heard")
    )
    row: Any = session().execute(select(owed_ones, heard).select_from(owed_ones.join(heard, true()))).one()
    return Visits(
        made=Ratio(int(row.made or 0), row.due),
        satisfied=Ratio(int(row.satisfied or 0), row.reached),
        attempts=row.attempts,
        score=(Decimal(int(row.score)) / row.scores).quantize(Decimal("0.01")) if row.scores else None,
    )


def satisfied_by_estate(asked: Asked) -> dict[int, Ratio]:
    """Of the return visits of the period: satisfied, of all in which somebody was reached."""
    found = (
        select(JOB.estate_id, func.sum(one(ReturnVisit.satisfied)), func.count(ReturnVisit.satisfied))
        .join(JOB, JOB.id == ReturnVisit.repair_order_id)
        .where(*asked.here(), ReturnVisit.made_at >= asked.start, ReturnVisit.made_at < asked.end)
        .group_by(JOB.estate_id)
    )
    return {estate_id: Ratio(int(part or 0), reached) for estate_id, part, reached in session().execute(found)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Yuan of the jobs finished in the period; `units` without parking spaces."""

    payers: Mapping[Payer, Decimal]
    materials: Decimal
    labour: Decimal
    units: int

    @property
    def total(self) -> Decimal:
        return self.materials + self.labour

    @property
    def per_unit(self) -> Decimal | None:
        return (self.total / self.units).quantize(Decimal("0.01")) if self.units else None


Place = tuple[int, int | None]  # estate, building


def costs(asked: Asked) -> dict[Place, Cost]:
    """Of every building with units or costs; under None what lies in no building."""
    finished = JOB.finished_at >= asked.start, JOB.finished_at < asked.end
    found = (
        select(JOB.estate_id, JOB.building_id, JOB.payer, RepairLine.kind, func.sum(RepairLine.amount).label("sum"))
        .join(RepairLine, RepairLine.repair_order_id == JOB.id)
        .where(*asked.here(), *finished)
        .group_by(JOB.estate_id, JOB.building_id, JOB.payer, RepairLine.kind)
    )
    rows: dict[Place, list[Any]] = defaultdict(list)
    for row in session().execute(found):
        rows[row.estate_id, row.building_id].append(row)
    units = _units(asked)
    return {place: _cost(rows[place], units.get(place, 0)) for place in {*rows, *units}}


def _units(asked: Asked) -> dict[Place, int]:
    here = [Unit.estate_id.in_(asked.estates), Unit.use != UnitUse.parking]
    if asked.building_id is not None:
        here.append(Unit.building_id == asked.building_id)
    found = select(Unit.estate_id, Unit.building_id, func.count().label("units")).where(*here)
    rows = session().execute(found.group_by(Unit.estate_id, Unit.building_id))
    return {(row.estate_id, row.building_id): row.units for row in rows}


def _cost(rows: list[Any], units: int) -> Cost:
    def sum_of(wanted: Any) -> Decimal:
        return sum((row.sum for row in rows if wanted(row)), NOUGHT)

    return Cost(
        payers={payer: sum_of(lambda row, payer=payer: row.payer is payer) for payer in Payer},
        materials=sum_of(lambda row: row.kind is LineKind.material),
        labour=sum_of(lambda row: row.kind is LineKind.labour),
        units=units,
    )


def altogether(each: list[Cost]) -> Cost:
    return Cost(
        payers={payer: sum((cost.payers[payer] for cost in each), NOUGHT) for payer in Payer},
        materials=sum((cost.materials for cost in each), NOUGHT),
        labour=sum((cost.labour for cost in each), NOUGHT),
        units=sum(cost.units for cost in each),
    )


def by_month(asked: Asked) -> list[tuple[date, int, int]]:
    """Reported and finished in each month of the period, and at least of the year up to its end."""
    months = asked.before
    days = (*months, months_later(months[-1], 1))
    counts = [
        count
        for moment in (JOB.registered_at, JOB.finished_at)
        for count in counted_between(moment, days, *asked.here())
    ]
    row = session().execute(select(*counts)).one()
    return list(zip(months, row[: len(months)], row[len(months) :], strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """How things are called, by their ids."""

    buildings: Mapping[int, str]
    categories: Mapping[int, tuple[str, str]]  # with its group's name, and short
    workers: Mapping[int, str]


def named(asked: Asked, workers: list[int]) -> Named:
    parent = aliased(RepairCategory)
    category = select(RepairCategory.id, RepairCategory.name, parent.name.label("group"))
    joined = category.outerjoin(parent, parent.id == RepairCategory.parent_id)
    people = select(User.id, User.full_name).where(User.id.in_(workers))
    return Named(
        buildings=building_names(asked.estates),
        categories={
            row.id: (" · ".join(filter(None, (row.group, row.name))), row.name) for row in session().execute(joined)
        },
        workers={row.id: row.full_name for row in session().execute(people)},
    )
