"""Plans of maintenance, absences of workers, and one of each thing that the routes of the keepers ask for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from crm.auth.permissions import RoleName
from crm.dates import utc_now
from crm.properties.models import Equipment, Estate
from crm.repairs.categories.models import Place
from crm.repairs.orders.models import Channel, OrderState, RepairOrder
from crm.repairs.plans.models import MaintenancePlan
from crm.repairs.plans.rhythm import Every
from crm.repairs.workers.models import WorkerAbsence
from tests import factories as make
from tests.repairs import making

FIRST = date(2026, 12, 1)


def make_plan(estate: Estate, machine: Equipment | None = None, **given: Any) -> MaintenancePlan:
    """Every month from 1 December 2026 on, three days ahead."""
    facts: dict[str, Any] = {"title": "电梯月度维保", "every": 1, "unit": Every.months, "lead": 3, "first_on": FIRST}
    facts |= {"steps": "机房清洁\n制动器检查", "by_law": "TSG T5002-2017", "made_by": "孙浩", "made_at": making.NOW}
    facts |= given
    if "category_id" not in facts:
        facts["category_id"] = making.category_called("例行保养", Place.equipment).id
    machine = machine or make.make_equipment(estate)
    plan = MaintenancePlan(estate_id=estate.id, equipment_id=machine.id, **facts)
    plan.next_due_on = facts.get("next_due_on") or plan.rhythm.after(plan.made_up_to)
    return making.kept(plan)


def make_soon(estate: Estate) -> MaintenancePlan:
    """One that every list of what is due shows."""
    return make_plan(estate, next_due_on=utc_now().date() + timedelta(days=2))


def make_job(plan: MaintenancePlan, estate: Estate, day: date, state: OrderState, **given: Any) -> RepairOrder:
    facts = {"plan_id": plan.id, "planned_for": day, "equipment_id": plan.equipment_id, "channel": Channel.plan}
    facts |= {"category_id": plan.category_id, "problem": plan.title, "spot": ""}
    return making.make_order(estate, state, **(facts | given))


def make_absence(user_id: int, **given: Any) -> WorkerAbsence:
    facts = {"starts": date(2026, 11, 24), "ends": date(2026, 11, 26), "reason": "年假"}
    return making.kept(WorkerAbsence(user_id=user_id, entered_by="孙浩", entered_at=making.NOW, **(facts | given)))


def ids_of_keeping(estate: Estate) -> dict[str, object]:
    worker = make.make_user(RoleName.repair_worker, estates=[estate])
    return {
        "repair_category_id": making.category_called("水管漏水").id,
        "repair_worker_id": worker.id,
        "absence_id": make_absence(worker.id, ends=date(2099, 1, 1)).id,
        "maintenance_plan_id": make_plan(estate).id,
    }
