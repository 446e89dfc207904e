"""Two incidents of the demo company: a pump that failed some weeks ago, and a burst pipe today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from crm.bulk import pour
from crm.dates import beginning_of, business_day, utc_now
from crm.db import session
from crm.demo.place import Ground
from crm.demo.repairs.crew import DISPATCHER, NAMES, desk_of
from crm.demo.repairs.reports import Report, Reports, lives
from crm.demo.repairs.words import Fault
from crm.properties.models import Building, EquipmentKind, Unit, UnitUse
from crm.repairs.categories.models import Place, RepairCategory
from crm.repairs.incidents.models import Incident, IncidentCaller, IncidentState

DAYS_AGO, CALLED = 20, 7
BURST = "地下室供水立管爆裂，整栋停水。维修人员已到场关阀抢修，预计下午恢复供水，恢复后会回电。"
FAILED = "1号生活水泵故障，高区停水。已启用备用泵，预计一个半小时内恢复。"


def over(ground: Ground, reports: Reports, dice: Random, starts: date, today: date) -> list[Report]:
    """With its callers, who were told; and the job that ended it."""
    day = today - timedelta(days=DAYS_AGO)
    code, estate_id = next(iter(ground.estates.items()))
    pumps = [each for each in reports.machines if each.kind == EquipmentKind.pump and each.estate_id == estate_id]
    if day < starts or not pumps:
        return []
    fault = Fault(
        group="水泵",
        name="停机断水",
        weight=0,
        where=(),
        problems=("高区没水，水泵房报警",),
        results=("更换水泵接触器，恢复供水",),
        materials=(),
    )
    category = reports.tree.of(Place.equipment, fault)
    began_at = beginning_of(day) + timedelta(hours=18, minutes=40)
    incident = _over(estate_id, category, began_at)
    homes = _some(estate_id, None, CALLED, dice)
    rows = []
    for number, (unit_id, where) in enumerate(homes):
        noted_at = began_at + timedelta(minutes=4 + 7 * number)
        told = {"told_at": began_at + timedelta(minutes=110 + 3 * number), "told_by": NAMES[desk_of(code)]}
        rows.append(_caller(incident.id, unit_id, where, NAMES[desk_of(code)], noted_at) | told)
    pour(IncidentCaller, rows)
    where = {"estate_id": estate_id, "building_id": None, "equipment_id": pumps[0].id, "caller": "监控室值班员"}
    return [
        Report(
            at=began_at + timedelta(minutes=2),
            fault=fault,
            category=category,
            place=Place.equipment,
            where=where,
            problem=fault.problems[0],
            incident_id=incident.id,
        )
    ]


def _over(estate_id: int, category: RepairCategory, began_at: datetime) -> Incident:
    incident = Incident(
        estate_id=estate_id,
        category_id=category.id,
        title="高区停水",
        words=FAILED,
        began_at=began_at,
        expected_at=began_at + timedelta(minutes=90),
        state=IncidentState.over,
        ended_at=began_at + timedelta(minutes=105),
        result="更换水泵接触器，19点50分起逐步恢复供水",
        opened_by=NAMES[DISPATCHER],
        opened_at=began_at + timedelta(minutes=3),
    )
    session().add(incident)
    session().flush()
    return incident


def open_now(estate_id: int, category: RepairCategory, building: Building) -> Incident:
    """By whoever acts, at the moment that is told."""
    now = utc_now()
    incident = Incident(
        estate_id=estate_id,
        building_id=building.id,
        category_id=category.id,
        title=f"{building.number}号楼停水",
        words=BURST,
        began_at=now - timedelta(minutes=10),
        expected_at=max(beginning_of(business_day()) + timedelta(hours=17), now + timedelta(hours=1)),
        state=IncidentState.open,
        opened_by=NAMES[DISPATCHER],
        opened_at=now,
    )
    session().add(incident)
    session().flush()
    return incident


def note_callers(incident: Incident, homes: Sequence[tuple[int, dict[str, Any]]], code: str) -> None:
    """By the estate's desk, by now."""
    for unit_id, where in homes:
        row = _caller(incident.id, unit_id, where, NAMES[desk_of(code)], utc_now())
        session().add(IncidentCaller(**row))
    session().flush()


def building_of(estate_id: int) -> Building | None:
    """The second of the estate, where there are two."""
    found = select(Building).where(Building.estate_id == estate_id).order_by(Building.id).limit(2)
    return next(reversed(session().scalars(found).all()), None)


def callers_in(building: Building, count: int, dice: Random) -> list[tuple[int, dict[str, Any]]]:
    return _some(building.estate_id, building.id, count, dice)


def _some(estate_id: int, building_id: int | None, count: int, dice: Random) -> list[tuple[int, dict[str, Any]]]:
    """Homes with whoever lives there now."""
    found = select(Unit.id).where(Unit.estate_id == estate_id, Unit.use == UnitUse.home).order_by(Unit.id)
    if building_id is not None:
        found = found.where(Unit.building_id == building_id)
    ids = session().scalars(found).all()
    chosen = dice.sample(ids, min(len(ids), count * 3))
    homes, today = lives(chosen), business_day()
    there = ((unit_id, homes[unit_id].on(today)) for unit_id in chosen)
    return [(unit_id, where) for unit_id, where in there if where][:count]


def _caller(incident_id: int, unit_id: int, where: dict[str, Any], by: str, at: datetime) -> dict[str, Any]:
    return {
        "incident_id": incident_id,
        "unit_id": unit_id,
        "customer_id": where["customer_id"],
        "name": where["caller"],
        "digits": where["digits"],
        "wants_word": bool(where["digits"]),
        "noted_by": by,
        "noted_at": at,
    }
