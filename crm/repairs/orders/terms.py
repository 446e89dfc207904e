"""What is promised for an order, from the company's figures and its working calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from crm.dates import beginning_of, business_day_of
from crm.db import session
from crm.repairs.categories.models import Priority
from crm.repairs.orders.clocks import Taken, Terms, clocks, due_at
from crm.repairs.orders.figures import CAPS, TARGETS, Promise
from crm.repairs.orders.models import Channel, OrderState, RepairOrder, RepairStep
from crm.worktime.clocks import ServiceClock
from crm.worktime.queries import office_schedule, round_the_clock


def terms_of(order: RepairOrder) -> Terms:
    """As they held on the day of the report."""
    day = business_day_of(order.registered_at)
    return Terms(
        targets={promise: timedelta(minutes=TARGETS[order.priority, promise].on(day)) for promise in Promise},
        caps={reason: timedelta(hours=figure.on(day)) for reason, figure in CAPS.items()},
        schedule=round_the_clock() if order.priority is Priority.emergency else office_schedule(),
        not_before=beginning_of(order.planned_for) if order.planned_for else None,
    )


def steps_of(repair_order_id: int) -> Sequence[RepairStep]:
    found = select(RepairStep).where(RepairStep.repair_order_id == repair_order_id)
    return session().scalars(found.order_by(RepairStep.id)).all()


def clocks_of(order: RepairOrder, steps: Sequence[Taken]) -> dict[Promise, ServiceClock]:
    """None of a job that was over when it was taken over: nobody here promised anything."""
    if order.channel is Channel.imported and order.finish_due_at is None and order.state is OrderState.filed:
        return {}
    return clocks(steps, terms_of(order))


def reckon(order: RepairOrder, steps: Sequence[Taken]) -> None:
    """Keep beside the order when its promises run out as of its last step."""
    running = clocks_of(order, steps)
    order.accept_due_at = due_at(running[Promise.accept])
    order.arrive_due_at = due_at(running[Promise.arrive])
    order.finish_due_at = due_at(running[Promise.finish])
