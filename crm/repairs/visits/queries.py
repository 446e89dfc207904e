"""Whom to ask today, how often it was tried, what is settled and waits to be filed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import aliased

from crm.auth.models import User
from crm.dates import beginning_of
from crm.db import session
from crm.properties.queries import buildings_named, in_chosen_estate
from crm.repairs.orders.models import OrderState, RepairOrder, ReturnVisit
from crm.repairs.orders.queries import had_by, orders
from crm.tenants.queries import phone_of

Mender = aliased(User)  # who finished the work
TO_ASK = (RepairOrder.state == OrderState.confirmed) & RepairOrder.customer_id.is_not(None)
SETTLED = RepairOrder.state == OrderState.visited
ATTEMPT = and_(
    ReturnVisit.repair_order_id == RepairOrder.id,
    ReturnVisit.satisfied.is_(None),
    ReturnVisit.made_at >= RepairOrder.confirmed_at,
)


def _with_mender(found: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    mender = Mender.full_name.label("mender")
    return found.add_columns(mender).outerjoin(Mender, Mender.id == RepairOrder.finished_by_id)


def to_ask(day: date) -> Select[*tuple[Any, ...]]:
    """Finished and confirmed orders of customers, with the number to call and the attempts since it was finished."""
    number = case((RepairOrder.digits != "", RepairOrder.digits), else_=phone_of(day))
    tried = [
        select(each).where(ATTEMPT).correlate(RepairOrder).scalar_subquery()
        for each in (func.count(), func.max(ReturnVisit.made_at))
    ]
    found = _with_mender(orders()).where(TO_ASK)
    return found.add_columns(number.label("phone"), tried[0].label("attempts"), tried[1].label("tried_at"))


def settled() -> Select[*tuple[Any, ...]]:
    """What was asked about and lies in no dossier yet."""
    return _with_mender(orders()).where(SETTLED)


def orders_called(ids: Sequence[int]) -> Sequence[RepairOrder]:
    """Of `settled`, by their ids, in the order of their numbers."""
    found = select(RepairOrder).where(RepairOrder.id.in_(ids), in_chosen_estate(RepairOrder.estate_id))
    return session().scalars(found.order_by(RepairOrder.number)).all()


def menders(condition: ColumnElement[bool]) -> dict[int, str]:
    """Whoever finished one of these orders: user id -> name."""
    mended = select(RepairOrder.finished_by_id).where(condition, in_chosen_estate(RepairOrder.estate_id))
    found = select(Mender.id, Mender.full_name).where(Mender.id.in_(mended)).order_by(Mender.full_name, Mender.id)
    return {row.id: row.full_name for row in session().execute(found)}


def buildings(condition: ColumnElement[bool]) -> dict[int, str]:
    """Where these orders are: building id -> estate and number."""
    return buildings_named(select(RepairOrder.building_id).where(condition, in_chosen_estate(RepairOrder.estate_id)))


def next_one(day: date, user_id: int | None, besides: int) -> int | None:
    """The order to ask about next: due by `day`, none that this person worked on or that was tried on that day."""
    tried = exists().where(ATTEMPT, ReturnVisit.made_at >= beginning_of(day))
    due = TO_ASK, RepairOrder.visit_due_on <= day, in_chosen_estate(RepairOrder.estate_id), RepairOrder.id != besides
    found = select(RepairOrder.id).where(*due, ~had_by(user_id), ~tried)
    return session().scalar(found.order_by(RepairOrder.visit_due_on, RepairOrder.id).limit(1))


def due_count(day: date) -> tuple[int, int]:
    """Of the chosen estates: return visits due by that day, and those among them that were due before it."""
    due = func.count(), func.sum(case((RepairOrder.visit_due_on < day, 1), else_=0))
    found = select(*due).where(TO_ASK, RepairOrder.visit_due_on <= day, in_chosen_estate(RepairOrder.estate_id))
    count, overdue = session().execute(found).one()
    return count, overdue or 0
