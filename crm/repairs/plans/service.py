"""Keeping plans, and making jobs of them: once for each due day, however many clocks and people do it at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import update

from crm.audit.log import differences, record
from crm.dates import beginning_of, business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.properties.models import Equipment
from crm.repairs.categories.models import Place
from crm.repairs.categories.queries import get_category
from crm.repairs.orders.models import Channel, RepairOrder
from crm.repairs.orders.service import Reported, register
from crm.repairs.plans.events import (
    MaintenanceJobMade,
    MaintenanceLeftOut,
    MaintenancePlanChanged,
    MaintenancePlanned,
)
from crm.repairs.plans.models import MaintenancePlan
from crm.repairs.plans.queries import find_job, stand_of

RHYTHM = ("first_on", "every", "unit")
DAY = timedelta(days=1)


def add_plan(equipment: Equipment, given: Mapping[str, Any]) -> MaintenancePlan:
    """Due days before today are over: whoever enters a plan that runs already makes no jobs for its past."""
    plan = MaintenancePlan(
        estate_id=equipment.estate_id,
        equipment_id=equipment.id,
        made_by=g.actor.name,
        made_at=utc_now(),
        active=True,
        made_up_to=None,
        **given,
    )
    _expect_sound(plan)
    _leave_the_past(plan)
    session().add(plan)
    session().flush()
    record(MaintenancePlanned(next_due_on=plan.next_due_on, **_subjects(plan)))
    return plan


def change_plan(plan: MaintenancePlan, given: Mapping[str, Any]) -> None:
    """Another rhythm holds from today on: what is made already stays."""
    changes = differences(plan, given)
    for name, value in given.items():
        setattr(plan, name, value)
    with session().no_autoflush:
        _expect_sound(plan)
    if changes.keys() & set(RHYTHM):
        _leave_the_past(plan)
    _tell(plan, changes)


def retire(plan: MaintenancePlan) -> None:
    """No more jobs; those that are there go on."""
    if plan.active:
        plan.active = False
        _tell(plan, {"active": [True, False]})


def restore(plan: MaintenancePlan) -> None:
    """What fell due meanwhile is over."""
    if not plan.active:
        plan.active = True
        _leave_the_past(plan)
        _tell(plan, {"active": [False, True]})


def _expect_sound(plan: MaintenancePlan) -> None:
    category = get_category(plan.category_id)
    if category.place is not Place.equipment or category.parent_id is None:
        raise DomainError(_("Choose a problem of equipment: it says which trade does the work."))
    if plan.lead >= plan.rhythm.shortest:
        raise DomainError(
            _("A job %(lead)s days ahead would come before the one before it is due: choose fewer.", lead=plan.lead)
        )


def _leave_the_past(plan: MaintenancePlan) -> None:
    before_today = business_day() - DAY
    if plan.made_up_to is not None or plan.first_on <= before_today:
        plan.made_up_to = max(plan.made_up_to or before_today, before_today)
    plan.next_due_on = plan.rhythm.after(plan.made_up_to)


def make_due_jobs(plan: MaintenancePlan) -> list[RepairOrder]:
    """What is due by now and as many days ahead as the plan says. Of days that passed with nobody making jobs, the
    latest alone gets one."""
    day = business_day()
    due = plan.rhythm.between(plan.made_up_to, plan.reaches(day))
    passed, ahead = [each for each in due if each < day], [each for each in due if each >= day]
    wanted = [*passed[-1:], *ahead]
    if not plan.active or not wanted or not _claim(plan, wanted[-1]):
        return []
    if left_out := passed[:-1]:
        record(MaintenanceLeftOut(left_out=left_out, **_subjects(plan)))
    return [_make(plan, each) for each in wanted]


def not_now(plan: Any, waiting_for: date | None) -> str:
    """Why the next job of a plan, or of its row in a list, cannot be made now, or "".

    `waiting_for`: the day of a job that is not done yet.
    """
    if not plan.active:
        return _("The plan is out of use: bring it back first.")
    if waiting_for is not None:
        return _("The job for %(day)s is not done yet.", day=waiting_for.isoformat())
    return ""


def make_next(plan: MaintenancePlan, due_on: date) -> RepairOrder:
    """The job for the next due day, however far ahead; one, however often asked for. Raises `DomainError`."""
    if made := find_job(plan.id, due_on):
        return made
    if reason := not_now(plan, stand_of(plan.id).waiting_for):
        raise DomainError(reason)
    if due_on != plan.next_due_on or not _claim(plan, due_on):
        raise DomainError(_("The plan has changed meanwhile. Look at it again."))
    return _make(plan, due_on)


def _claim(plan: MaintenancePlan, up_to: date) -> bool:
    """Of many who make the plan's jobs at once one does, by one conditional UPDATE."""
    free = MaintenancePlan.id == plan.id, MaintenancePlan.next_due_on == plan.next_due_on, MaintenancePlan.active
    moved = {"made_up_to": up_to, "next_due_on": plan.rhythm.after(up_to), "version": MaintenancePlan.version + 1}
    claim = update(MaintenancePlan).where(*free).values(moved).returning(MaintenancePlan.id)
    won = session().execute(claim.execution_options(synchronize_session=False)).all()
    session().refresh(plan, ["made_up_to", "next_due_on", "active", "version"])
    return bool(won)


def _make(plan: MaintenancePlan, due_on: date) -> RepairOrder:
    """Its promises count from the planned day on (`orders.terms`); for a day that has passed, from now on."""
    late = due_on < business_day()
    order = register(
        plan.estate_id,
        Reported(
            category=plan.category,
            problem=plan.title,
            channel=Channel.plan,
            equipment=plan.equipment,
            plan_id=plan.id,
            planned_for=due_on,
            wanted_from=None if late else beginning_of(due_on),
            wanted_until=None if late else beginning_of(due_on + DAY),
        ),
    )
    record(MaintenanceJobMade(repair_order_id=order.id, number=order.number, planned_for=due_on, **_subjects(plan)))
    return order


def _tell(plan: MaintenancePlan, changes: dict[str, list[Any]]) -> None:
    session().flush()
    if changes:
        record(MaintenancePlanChanged(changes=changes, **_subjects(plan)))


def _subjects(plan: MaintenancePlan) -> dict[str, Any]:
    return {"maintenance_plan_id": plan.id, "equipment_id": plan.equipment_id, "title": plan.title}
