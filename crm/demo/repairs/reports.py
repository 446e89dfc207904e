"""What was reported month by month: in homes, in public areas and of machines; and planned maintenance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.dates import Period, beginning_of, months_later
from crm.db import session
from crm.demo.repairs.tales import Tale
from crm.demo.repairs.words import HOMES, MACHINES, PUBLIC, Fault, in_season
from crm.properties.models import Equipment, PublicArea, Unit, UnitStatus, UnitUse
from crm.repairs.categories.models import Place, Priority, RepairCategory
from crm.repairs.orders.figures import WARRANTY_YEARS
from crm.tenants.models import Customer, Occupancy, OccupancyRole, Phone

A_YEAR = {Place.home: 0.8, Place.public: 0.7, Place.equipment: 0.45}  # jobs of a unit, an area, a machine
LIVED_IN = (UnitStatus.occupied, UnitStatus.let)
USES = (UnitUse.home, UnitUse.shop, UnitUse.office)
HOURS = (2, 2, 6, 9, 8, 5, 3, 6, 7, 6, 5, 4, 2)  # from 8 in the morning on
AT_NIGHT = 0.4  # of emergencies
MORE = 5  # times
PIECE = 500  # units whose people are looked up at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`where`: the order's columns of place and caller."""

    at: datetime
    fault: Fault
    category: RepairCategory
    place: Place
    where: dict[str, Any]
    problem: str
    handover_on: date | None = None
    worker: str = ""  # whose job it is, "" whoever has the trade
    plan_id: int | None = None
    planned_for: date | None = None
    incident_id: int | None = None
    duplicate_of: Tale | None = None

    @property
    def urgent(self) -> bool:
        return self.category.priority is Priority.emergency


@dataclass(frozen=True, slots=True)
class Tree:
    """The shipped categories by place, group and name."""

    found: dict[tuple[Place, str, str], RepairCategory] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Tree:
        whole = select(RepairCategory).where(RepairCategory.parent_id.is_not(None))
        rows = session().scalars(whole.options(joinedload(RepairCategory.parent)))
        return cls({(row.place, row.parent.name, row.name): row for row in rows if row.parent})

    def of(self, place: Place, fault: Fault) -> RepairCategory:
        return self.found[place, fault.group, fault.name]


class Reports:
    """Everything that can be out of order in these estates; `spared` units have nothing in the past."""

    def __init__(self, estate_ids: Collection[int], dice: Random, spared: Collection[int] = ()) -> None:
        self.dice, self.tree = dice, Tree.read()
        lived_in = Unit.use.in_(USES), Unit.status.in_(LIVED_IN), Unit.estate_id.in_(estate_ids)
        units = session().scalars(select(Unit.id).where(*lived_in).order_by(Unit.id))
        self.units = [unit_id for unit_id in units if unit_id not in spared]
        areas = select(PublicArea).where(PublicArea.estate_id.in_(estate_ids)).order_by(PublicArea.id)
        machines = select(Equipment).where(Equipment.estate_id.in_(estate_ids)).order_by(Equipment.id)
        self.areas, self.machines = session().scalars(areas).all(), session().scalars(machines).all()

    def of(self, period: Period) -> list[Report]:
        """In the order of the moments, all before the end of the period."""
        starts, ends = period.starts, period.ends or period.starts
        share = (ends - starts).days / 365
        days = [starts + timedelta(days=number) for number in range((ends - starts).days)]
        made = [*self._of_homes(days, share), *self._of_areas(days, share), *self._of_machines(days, share)]
        return sorted(made, key=lambda report: report.at)

    def _many(self, place: Place, things: Sequence[Any], share: float) -> list[Any]:
        """So many of them as break in the time, some twice."""
        wanted = A_YEAR[place] * len(things) * share
        return self.dice.choices(things, k=int(wanted + self.dice.random())) if things else []

    def _of_homes(self, days: Sequence[date], share: float) -> Iterator[Report]:
        chosen = self._many(Place.home, self.units, share)
        for start in range(0, len(chosen), PIECE):
            piece = chosen[start : start + PIECE]
            homes = lives(piece)
            for unit_id in piece:
                day = self.dice.choice(days)
                if found := homes[unit_id].on(day):
                    fault = self._of_home(day, homes[unit_id].handover_on)
                    yield self._report(Place.home, fault, day, found, homes[unit_id].handover_on)

    def _of_home(self, day: date, handover_on: date | None) -> Fault:
        """What the builder still answers for is reported more often."""
        faults = [fault for fault in HOMES if in_season(fault, day)]
        weights = [fault.weight * (MORE if self._is_young(fault, day, handover_on) else 1) for fault in faults]
        return self.dice.choices(faults, weights)[0]

    def _is_young(self, fault: Fault, day: date, handover_on: date | None) -> bool:
        part = self.tree.of(Place.home, fault).warranty
        if part is None or handover_on is None:
            return False
        return day <= months_later(handover_on, 12 * WARRANTY_YEARS[part].default)

    def _of_areas(self, days: Sequence[date], share: float) -> Iterator[Report]:
        for area in self._many(Place.public, self.areas, share):
            if faults := [fault for fault in PUBLIC if area.name.endswith(fault.where)]:
                where = _thing(area) | {"public_area_id": area.id, "caller": "巡逻保安"}
                yield self._report(Place.public, self._one(faults), self.dice.choice(days), where)

    def _of_machines(self, days: Sequence[date], share: float) -> Iterator[Report]:
        for machine in self._many(Place.equipment, self.machines, share):
            if faults := [fault for fault in MACHINES if machine.kind in fault.where]:
                where = _thing(machine) | {"equipment_id": machine.id, "caller": "监控室值班员"}
                yield self._report(Place.equipment, self._one(faults), self.dice.choice(days), where)

    def _one(self, faults: Sequence[Fault]) -> Fault:
        return self.dice.choices(faults, [fault.weight for fault in faults])[0]

    def _report(
        self, place: Place, fault: Fault, day: date, where: dict[str, Any], handover_on: date | None = None
    ) -> Report:
        category = self.tree.of(place, fault)
        at_night = category.priority is Priority.emergency and self.dice.random() < AT_NIGHT
        hour = self.dice.randrange(24) if at_night else 8 + self.dice.choices(range(len(HOURS)), HOURS)[0]
        return Report(
            at=beginning_of(day) + timedelta(hours=hour, minutes=self.dice.randrange(60)),
            fault=fault,
            category=category,
            place=place,
            where=where,
            problem=self.dice.choice(fault.problems),
            handover_on=handover_on,
        )


def _thing(thing: Any) -> dict[str, Any]:
    return {"estate_id": thing.estate_id, "building_id": thing.building_id}


def again(report: Report, at: datetime, problem: str) -> Report:
    return replace(report, at=at, problem=problem, duplicate_of=None)


@dataclass(frozen=True, slots=True)
class Home:
    """A unit with whoever had it when; `people`: of the household, the one who lives there first."""

    estate_id: int
    building_id: int | None
    handover_on: date | None
    people: list[Any] = field(default_factory=list)
    digits: dict[int, str] = field(default_factory=dict)

    def on(self, day: date) -> dict[str, Any]:
        """Empty where nobody had it."""
        for one in self.people:
            if (one.starts or date.min) <= day and (one.ends is None or day < one.ends):
                return {
                    "estate_id": self.estate_id,
                    "building_id": self.building_id,
                    "unit_id": one.unit_id,
                    "customer_id": one.customer_id,
                    "caller": one.name,
                    "digits": self.digits.get(one.customer_id, ""),
                }
        return {}


TENANT_FIRST = (OccupancyRole.tenant, OccupancyRole.owner, OccupancyRole.co_owner)


def lives(unit_ids: Sequence[int]) -> dict[int, Home]:
    units = select(Unit.id, Unit.estate_id, Unit.building_id, Unit.handover_on).where(Unit.id.in_(unit_ids))
    homes = {row.id: Home(row.estate_id, row.building_id, row.handover_on) for row in session().execute(units)}
    lived = (
        select(Occupancy.unit_id, Occupancy.customer_id, Occupancy.role, Occupancy.starts, Occupancy.ends)
        .add_columns(Customer.name)
        .join(Customer, Customer.id == Occupancy.customer_id)
        .where(Occupancy.unit_id.in_(unit_ids), Occupancy.role.in_(TENANT_FIRST), Customer.merged_into_id.is_(None))
    )
    people = sorted(session().execute(lived.order_by(Occupancy.id)).all(), key=lambda row: TENANT_FIRST.index(row.role))
    digits = _numbers({row.customer_id for row in people})
    for row in people:
        homes[row.unit_id].people.append(row)
        homes[row.unit_id].digits[row.customer_id] = digits[row.customer_id]
    return homes


def _numbers(customer_ids: Collection[int]) -> dict[int, str]:
    """The first number each can be called under."""
    found = select(Phone.customer_id, Phone.digits).where(Phone.customer_id.in_(customer_ids), Phone.ends.is_(None))
    numbers: dict[int, str] = defaultdict(str)
    for row in session().execute(found.order_by(Phone.position.desc(), Phone.id.desc())):
        numbers[row.customer_id] = row.digits
    return numbers
