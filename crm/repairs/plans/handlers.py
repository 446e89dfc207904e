"""A planned job is done: the machine's next inspection is the next due day of its plans."""

from __future__ import annotations

from crm.db import session
from crm.properties.service import change_equipment
from crm.repairs.orders.events import RepairEnded
from crm.repairs.orders.models import OrderState, RepairOrder
from crm.repairs.plans.queries import get_plan, next_at


def ended(event: RepairEnded) -> None:
    order = session().get_one(RepairOrder, event.repair_order_id)
    if order.plan_id is None or order.planned_for is None or event.state != OrderState.confirmed:
        return
    plan = get_plan(order.plan_id)
    if day := next_at(plan.equipment_id, plan, order.planned_for):
        change_equipment(plan.equipment, {"code": plan.equipment.code, "next_inspection_on": day})
