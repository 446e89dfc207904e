"""Planned maintenance of the demo company's machines, and the jobs its plans have made so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from crm.audit.log import record
from crm.bulk import Ids, pour
from crm.dates import beginning_of, months_later
from crm.demo.credit import at_work
from crm.demo.place import Ground
from crm.demo.repairs.crew import DISPATCHER, NAMES
from crm.demo.repairs.reports import Report, Reports
from crm.demo.repairs.words import Fault
from crm.properties.models import Equipment, EquipmentKind
from crm.repairs.categories.models import Place, RepairCategory
from crm.repairs.plans.events import MaintenancePlanned
from crm.repairs.plans.models import MaintenancePlan
from crm.repairs.plans.rhythm import Every, Rhythm

LONGEST = timedelta(days=91)  # that plans have been kept with us
LEAD = timedelta(days=3)
MADE_AT = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """`days` nought: monthly."""

    title: str
    worker: str
    days: int
    by_law: str
    steps: tuple[str, ...]
    done: tuple[str, ...]


KEPT = {
    EquipmentKind.lift: Kept(
        title="电梯半月维保",
        worker="qijun",
        days=15,
        by_law="TSG T5002-2017",
        steps=(
            "机房、滑轮间清洁，门窗完好",
            "制动器间隙检查",
            "层门、轿门门锁触点检查",
            "轿厢照明与应急照明",
            "对讲系统试通话",
        ),
        done=("半月项目逐项检查正常，已签记录", "层门地坎清理，其余正常"),
    ),
    EquipmentKind.pump: Kept(
        title="水泵月度保养",
        worker="zhangjg",
        days=0,
        by_law="",
        steps=("机封与轴承检查", "电流、压力记录", "主备泵切换试运行", "集水坑与地漏清理"),
        done=("主备泵切换正常，压力0.42兆帕", "轴承加注润滑脂，运行正常"),
    ),
    EquipmentKind.fire: Kept(
        title="消防设施月度检查",
        worker="maqiang",
        days=0,
        by_law="GB 25201-2010",
        steps=("消火栓箱内器材齐全", "最不利点压力", "报警主机自检", "应急照明与疏散指示试验"),
        done=("器材齐全，压力正常", "自检正常，两处指示灯已更换电池"),
    ),
}


def store(ground: Ground, reported: Reports, dice: Random, starts: date, today: date) -> list[Report]:
    """The plans, and what they had reported up to yesterday."""
    kept = [machine for machine in reported.machines if machine.kind in KEPT]
    ids = Ids()
    keys = ids.take(MaintenancePlan, len(kept))
    since = max(starts, today - LONGEST)
    rows, planned, reports = list[dict[str, Any]](), list[MaintenancePlanned](), list[Report]()
    seen = set[str]()
    for machine, key in zip(kept, keys, strict=True):
        plan = KEPT[EquipmentKind(machine.kind)]
        fault = _fault(plan)
        category = reported.tree.of(Place.equipment, fault)
        first_on = since + LEAD + timedelta(days=dice.randrange(plan.days or 28))
        if machine.kind not in seen:
            first_on = _leading_to(today + timedelta(days=1), since + LEAD, plan.days)
        seen.add(machine.kind)
        rhythm = Rhythm(first_on=first_on, every=plan.days or 1, unit=Every.days if plan.days else Every.months)
        days = rhythm.between(None, today + LEAD - timedelta(days=1))  # of yesterday's clock
        row = _row(machine, category, plan, rhythm, days) | {"id": key, "made_at": beginning_of(since)}
        rows.append(row)
        planned.append(_planned(row))
        reports += _jobs(machine, category, fault, plan.worker, key, days)
    pour(MaintenancePlan, rows)
    ids.settle()
    with at_work(ground, DISPATCHER, since, 60):
        for event in planned:
            record(event)
    return reports


def _fault(plan: Kept) -> Fault:
    said = {"problems": (plan.title,), "results": plan.done}
    return Fault(group="维护保养", name="例行保养", weight=0, where=(), materials=(), **said)


def _leading_to(day: date, earliest: date, days: int) -> date:
    """The first day, not before the earliest, of a rhythm in which this one is due."""
    every, unit = days or 1, Every.days if days else Every.months
    first = [
        before
        for number in range(1, LONGEST.days // (days or 28) + 1)
        if (before := day - timedelta(days=number * days) if days else months_later(day, -number)) >= earliest
        and Rhythm(first_on=before, every=every, unit=unit).due_day(number) == day
    ]
    return first[-1] if first else day


def _row(
    machine: Equipment, category: RepairCategory, plan: Kept, rhythm: Rhythm, days: Sequence[date]
) -> dict[str, Any]:
    made_up_to = days[-1] if days else None
    return {
        "estate_id": machine.estate_id,
        "equipment_id": machine.id,
        "category_id": category.id,
        "title": plan.title,
        "steps": "\n".join(plan.steps),
        "every": rhythm.every,
        "unit": rhythm.unit,
        "lead": LEAD.days,
        "first_on": rhythm.first_on,
        "made_up_to": made_up_to,
        "next_due_on": rhythm.after(made_up_to),
        "by_law": plan.by_law,
        "active": True,
        "made_by": NAMES[DISPATCHER],
        "version": 1,
    }


def _planned(row: dict[str, Any]) -> MaintenancePlanned:
    given = {name: row[name] for name in ("equipment_id", "title")}
    return MaintenancePlanned(maintenance_plan_id=row["id"], next_due_on=row["first_on"], **given)


def _jobs(
    machine: Equipment, category: RepairCategory, fault: Fault, worker: str, plan_id: int, days: Sequence[date]
) -> Iterator[Report]:
    for day in days:
        yield Report(
            at=beginning_of(day - LEAD) + MADE_AT,
            fault=fault,
            category=category,
            place=Place.equipment,
            where={
                "estate_id": machine.estate_id,
                "building_id": machine.building_id,
                "equipment_id": machine.id,
                "wanted_from": beginning_of(day),
                "wanted_until": beginning_of(day + timedelta(days=1)),
            },
            problem=fault.problems[0],
            worker=worker,
            plan_id=plan_id,
            planned_for=day,
        )
