"""Plans kept inside the acting person's estates: with what falls due next, and what was done last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from crm.auth.actor import within
from crm.db import session
from crm.properties.models import Equipment, Estate
from crm.properties.queries import in_chosen_estate
from crm.repairs.orders.models import OrderState, RepairOrder
from crm.repairs.orders.queries import IS_UNFINISHED, orders
from crm.repairs.plans.models import MaintenancePlan

DONE = (OrderState.done, OrderState.confirmed, OrderState.visited, OrderState.filed)
OF_PLAN = RepairOrder.plan_id == MaintenancePlan.id
WAITING_FOR = (
    select(func.min(RepairOrder.planned_for)).where(OF_PLAN, IS_UNFINISHED).correlate(MaintenancePlan).scalar_subquery()
)
LAST_DONE = (
    select(func.max(RepairOrder.finished_at))
    .where(OF_PLAN, RepairOrder.state.in_(DONE))
    .correlate(MaintenancePlan)
    .scalar_subquery()
)
due_day = func.coalesce(WAITING_FOR, MaintenancePlan.next_due_on)  # of a job under way its day, else the next one's


def plans(scope: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    """Each plan with its machine, when it is due and when it was done last; of the chosen estates, or of `scope`."""
    return (
        select(
            MaintenancePlan.id,
            MaintenancePlan.title,
            MaintenancePlan.every,
            MaintenancePlan.unit,
            MaintenancePlan.lead,
            MaintenancePlan.by_law,
            MaintenancePlan.active,
            MaintenancePlan.next_due_on,
            Equipment.id.label("equipment_id"),
            Equipment.code,
            Equipment.name.label("equipment"),
            Estate.name.label("estate"),
            due_day.label("due_on"),
            WAITING_FOR.label("waiting_for"),
            LAST_DONE.label("last_done"),
        )
        .join(Equipment, Equipment.id == MaintenancePlan.equipment_id)
        .join(Estate, Estate.id == MaintenancePlan.estate_id)
        .where(in_chosen_estate(MaintenancePlan.estate_id) if scope is None else scope)
    )


def is_overdue(day: date) -> ColumnElement[bool]:
    return MaintenancePlan.active & (due_day < day)


def get_plan(maintenance_plan_id: int) -> MaintenancePlan:
    """With its machine and category. 404 outside the person's estates."""
    found = select(MaintenancePlan).where(MaintenancePlan.id == maintenance_plan_id, within(MaintenancePlan.estate_id))
    whole = joinedload(MaintenancePlan.equipment).joinedload(Equipment.estate), joinedload(MaintenancePlan.category)
    return session().scalars(found.options(*whole)).one_or_none() or abort(404)


def stand_of(maintenance_plan_id: int) -> Any:
    """The row of `plans` for one of them."""
    return session().execute(plans(MaintenancePlan.id == maintenance_plan_id)).one()


def plans_of(equipment_id: int) -> Sequence[Any]:
    """Of a machine, those in use first."""
    mine = plans((MaintenancePlan.equipment_id == equipment_id) & within(MaintenancePlan.estate_id))
    return session().execute(mine.order_by(MaintenancePlan.active.desc(), due_day, MaintenancePlan.id)).all()


def find_job(maintenance_plan_id: int, planned_for: date) -> RepairOrder | None:
    found = select(RepairOrder).where(RepairOrder.plan_id == maintenance_plan_id)
    return session().scalars(found.where(RepairOrder.planned_for == planned_for)).one_or_none()


def jobs_of(maintenance_plan_id: int, limit: int) -> Sequence[Any]:
    """The plan's jobs, the latest first."""
    mine = orders((RepairOrder.plan_id == maintenance_plan_id) & within(RepairOrder.estate_id))
    listed = mine.add_columns(RepairOrder.planned_for).order_by(RepairOrder.planned_for.desc(), RepairOrder.id.desc())
    return session().execute(listed.limit(limit)).all()


def jobs_at(equipment_id: int, limit: int) -> Sequence[Any]:
    """Every job at the machine, planned or not, the latest first."""
    here = orders((RepairOrder.equipment_id == equipment_id) & within(RepairOrder.estate_id))
    return session().execute(here.order_by(RepairOrder.id.desc()).limit(limit)).all()


def due_now(day: date) -> Sequence[MaintenancePlan]:
    """Plans in use of which a job may be due to be made by now; whether it is, each says itself."""
    soon = select(MaintenancePlan).where(MaintenancePlan.active).order_by(MaintenancePlan.id)
    return [plan for plan in session().scalars(soon) if plan.next_due_on <= plan.reaches(day)]


def next_at(equipment_id: int, done: MaintenancePlan, done_for: date) -> date | None:
    """When somebody is due at the machine next by its plans in use, the job of `done` for `done_for` being over."""
    days = [
        row.due_on if row.id != done.id else done.rhythm.after(done_for) for row in plans_of(equipment_id) if row.active
    ]
    return min(days, default=None)


def machines() -> dict[int, str]:
    """What a plan can be made for, in the chosen estates: id -> as it is offered."""
    offered = select(Equipment.id, Equipment.code, Equipment.name, Estate.name.label("estate")).join(Estate)
    listed = offered.where(in_chosen_estate(Equipment.estate_id)).order_by(Estate.name, Equipment.code)
    return {row.id: f"{row.estate} · {row.code} {row.name}" for row in session().execute(listed)}
