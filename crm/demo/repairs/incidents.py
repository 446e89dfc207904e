"""Two incidents of the demo company: a pump that failed some weeks ago, and a burst pipe today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from crm.dates import beginning_of, business_day, telling, utc_now
from crm.db import session
from crm.demo.credit import acting, at_work
from crm.demo.place import Ground
from crm.demo.repairs.crew import DISPATCHER, desk_of
from crm.demo.repairs.reports import Report, Reports, lives
from crm.demo.repairs.words import Fault
from crm.properties.models import Building, Equipment, EquipmentKind, Unit, UnitUse
from crm.repairs.categories.models import Place, RepairCategory
from crm.repairs.incidents import service
from crm.repairs.incidents.models import Incident
from crm.repairs.incidents.service import Calling, Opening

DAYS_AGO, AT, CALLED = 20, 18 * 60 + 40, 7  # minutes after midnight; callers
FAILED = "1号生活水泵故障，高区停水。已启用备用泵，预计一个半小时内恢复。"
MENDED = "更换水泵接触器，恢复供水"
BURST = "地下室供水立管爆裂，整栋停水。维修人员已到场关阀抢修，预计下午恢复供水，恢复后会回电。"
PUMP = Fault(
    group="水泵",
    name="停机断水",
    weight=0,
    where=(),
    problems=("高区没水，水泵房报警",),
    results=(MENDED,),
    materials=(),
)
Homes = Sequence[tuple[int, dict[str, Any]]]


def tell_of_one_that_is_over(ground: Ground, reports: Reports, dice: Random, starts: date) -> list[Report]:
    """With its callers, who were told; the job that ended it is still to be told."""
    day = business_day() - timedelta(days=DAYS_AGO)
    code, estate_id = next(iter(ground.estates.items()))
    pumps = [each for each in reports.machines if each.kind == EquipmentKind.pump and each.estate_id == estate_id]
    if day < starts or not pumps:
        return []
    category, began_at = reports.tree.of(Place.equipment, PUMP), beginning_of(day) + timedelta(minutes=AT)
    opening = Opening(
        building_id=None,
        category=category,
        title="高区停水",
        words=FAILED,
        began_at=began_at,
        expected_at=began_at + timedelta(minutes=90),
    )
    ended_at = began_at + timedelta(minutes=105)
    with acting(DISPATCHER, ground), telling(began_at + timedelta(minutes=1)):
        incident = service.open_incident(estate_id, opening)
    with acting(desk_of(code), ground):
        callers = [
            _note(incident, unit_id, where, began_at + timedelta(minutes=4 + 7 * number))
            for number, (unit_id, where) in enumerate(_some(estate_id, None, CALLED, dice))
        ]
    with acting(DISPATCHER, ground), telling(ended_at + timedelta(minutes=2)):
        service.end(incident, f"{MENDED}，各户逐步来水", ended_at)
    with acting(desk_of(code), ground):
        for number, caller in enumerate(caller for caller in callers if caller.wants_word):
            with telling(ended_at + timedelta(minutes=5 + 3 * number)):
                service.tell(incident, caller)
    return [_job(category, pumps[0], incident)]


def _job(category: RepairCategory, pump: Equipment, incident: Incident) -> Report:
    where = {"estate_id": pump.estate_id, "building_id": pump.building_id, "equipment_id": pump.id}
    return Report(
        at=incident.began_at + timedelta(minutes=2),
        fault=PUMP,
        category=category,
        place=Place.equipment,
        where=where | {"caller": "监控室值班员"},
        problem=PUMP.problems[0],
        incident_id=incident.id,
    )


def tell_of_one_that_goes_on(
    ground: Ground, code: str, category: RepairCategory, building: Building, minutes: int, homes: Homes
) -> Incident:
    """Since so many minutes after eight today, with its callers."""
    today = business_day()
    with at_work(ground, DISPATCHER, today, minutes):
        now = utc_now()
        opening = Opening(
            building_id=building.id,
            category=category,
            title=f"{building.number}号楼停水",
            words=BURST,
            began_at=now - timedelta(minutes=10),
            expected_at=max(beginning_of(today) + timedelta(hours=17), now + timedelta(hours=1)),
        )
        incident = service.open_incident(building.estate_id, opening)
    with at_work(ground, desk_of(code), today, minutes):
        for unit_id, where in homes:
            _note(incident, unit_id, where, utc_now())
    return incident


def _note(incident: Incident, unit_id: int, where: dict[str, Any], at: Any) -> Any:
    calling = Calling(
        unit=session().get_one(Unit, unit_id),
        customer_id=where["customer_id"],
        name=where["caller"],
        digits=where["digits"],
        wants_word=bool(where["digits"]),
    )
    with telling(at):
        return service.note_caller(incident, calling)


def building_of(estate_id: int) -> Building | None:
    """The second of the estate, where there are two."""
    found = select(Building).where(Building.estate_id == estate_id).order_by(Building.id).limit(2)
    return next(reversed(session().scalars(found).all()), None)


def callers_in(building: Building, count: int, dice: Random) -> Homes:
    return _some(building.estate_id, building.id, count, dice)


def _some(estate_id: int, building_id: int | None, count: int, dice: Random) -> Homes:
    """Homes with whoever lives there now."""
    found = select(Unit.id).where(Unit.estate_id == estate_id, Unit.use == UnitUse.home).order_by(Unit.id)
    if building_id is not None:
        found = found.where(Unit.building_id == building_id)
    ids = session().scalars(found).all()
    chosen = dice.sample(ids, min(len(ids), count * 3))
    homes, today = lives(chosen), business_day()
    there = ((unit_id, homes[unit_id].on(today)) for unit_id in chosen)
    return [(unit_id, where) for unit_id, where in there if where][:count]
