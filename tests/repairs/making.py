"""Repair orders with what hangs on them, as they stand in the database; and through the product's own verbs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from crm.auth.models import User
from crm.db import open_session
from crm.properties.models import Estate, Unit
from crm.repairs.categories.models import Place, Priority, RepairCategory
from crm.repairs.incidents.models import Incident
from crm.repairs.orders.models import (
    Channel,
    OrderState,
    Payer,
    PriorityReason,
    RepairOrder,
    RepairStep,
)
from tests import factories as make

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)  # a Tuesday, 9 in the morning
HELD = ("dispatched", "accepted", "on_site", "quoted", "consented", "working", "waiting")
FINISHED = ("done", "confirmed", "visited", "filed")
serials = count(1)


def kept(thing: Any) -> Any:
    with open_session() as db:
        db.add(thing)
        db.commit()
        db.refresh(thing)
        db.expunge(thing)
    return thing


def category_called(name: str, place: Place = Place.home) -> RepairCategory:
    """Of the shipped tree."""
    with open_session() as db:
        found = select(RepairCategory).filter_by(name=name, place=place).where(RepairCategory.parent_id.is_not(None))
        return db.scalars(found).one()


def user_called(username: str) -> User:
    with open_session() as db:
        return db.scalars(select(User).filter_by(username=username)).one()


def make_order(
    estate: Estate, state: OrderState = OrderState.registered, unit: Unit | None = None, **given: Any
) -> RepairOrder:
    """A leaking pipe, with 张建国 where somebody has it; with the one step of its report."""
    number = make.make_number("维修", f"W26{next(serials):05d}-")
    at: datetime = given.get("registered_at", NOW)
    facts: dict[str, Any] = {
        "number_id": number.id,
        "number": number.text,
        "building_id": unit.building_id if unit else None,
        "unit_id": unit.id if unit else None,
        "spot": "" if unit else "小区东门",
        "caller": "欧阳娜娜",
        "channel": Channel.phone,
        "problem": "厨房水管漏水",
        "emergency": False,
        "priority": Priority.normal,
        "priority_reason": PriorityReason.category,
        "payer": Payer.company,
        "registered_by": "李敏",
        "registered_at": at,
        "accept_due_at": at + timedelta(minutes=30),
        "arrive_due_at": at + timedelta(hours=7),
        "finish_due_at": at + timedelta(days=3),
    }
    if "category_id" not in given:
        facts["category_id"] = category_called("水管漏水").id
    if state in HELD:
        facts |= {"worker_id": user_called("zhangjg").id, "accepted_at": at}
    if state in FINISHED:
        facts |= {"finished_at": at + timedelta(hours=3), "finished_by_id": user_called("zhangjg").id}
    if state in ("confirmed", "visited", "filed"):
        facts |= {"confirmed_at": at + timedelta(hours=4), "visit_due_on": date(2026, 11, 27)}
    order = kept(RepairOrder(estate_id=estate.id, state=state, **(facts | given)))
    make_step(order, "register")
    return order


def make_step(order: RepairOrder, action: str, **given: Any) -> RepairStep:
    facts: dict[str, Any] = {"to_state": order.state, "worker_id": order.worker_id, "taken_by": "李敏"}
    facts |= {"taken_at": order.registered_at}
    return kept(RepairStep(repair_order_id=order.id, action=action, **(facts | given)))


def make_incident(estate: Estate, **given: Any) -> Incident:
    facts: dict[str, Any] = {"title": "3栋停水", "words": "3栋水泵故障，正在抢修，预计11点恢复。", "opened_by": "孙浩"}
    facts |= {"category_id": category_called("停机断水", Place.equipment).id, "began_at": NOW, "opened_at": NOW}
    return kept(Incident(estate_id=estate.id, **(facts | given)))
