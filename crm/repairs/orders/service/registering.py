"""A report becomes an order: its number, how urgent it is, who pays, and whether it is an old fault come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import UsedElsewhere
from crm.numbering import Taken, take_all
from crm.phones import mask_phone
from crm.properties.models import Equipment, Estate, PublicArea, Unit
from crm.repairs.categories.models import RepairCategory
from crm.repairs.incidents.models import Incident
from crm.repairs.orders.events import RepairRegistered
from crm.repairs.orders.figures import WARRANTY_YEARS
from crm.repairs.orders.models import Channel, OrderState, Payer, RepairOrder
from crm.repairs.orders.queries import has_many_callers, repeated_fault
from crm.repairs.orders.rules import Paying, payer_of, priority_of
from crm.repairs.orders.service.steps import Said, follow, subjects

SERIES, PATTERN = "维修", "W{year}-{serial:04d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What is said of a fault. One of unit, public area and equipment, or in words where it is (`spot`)."""

    category: RepairCategory
    problem: str
    emergency: bool = False
    channel: Channel = Channel.phone
    caller: str = ""
    digits: str = ""
    spot: str = ""
    unit: Unit | None = None
    public_area: PublicArea | None = None
    equipment: Equipment | None = None
    customer_id: int | None = None
    call_id: int | None = None
    incident: Incident | None = None
    wanted_from: datetime | None = None
    wanted_until: datetime | None = None
    key: str | None = None
    plan_id: int | None = None
    planned_for: date | None = None


def find_reported(key: str | None) -> RepairOrder | None:
    """What a form with this key has entered already."""
    return session().scalars(select(RepairOrder).filter_by(key=key)).one_or_none() if key else None


def register(estate_id: int, reported: Reported) -> RepairOrder:
    """Entered once however often the form is sent. Never refused for what the customer owes."""
    if reported.key:  # sent twice at once, the second waits and finds the first
        session().execute(select(Estate.id).where(Estate.id == estate_id).with_for_update(key_share=True))
    if standing := find_reported(reported.key):
        if standing.estate_id != estate_id:
            raise UsedElsewhere
        return standing
    repeated = repeated_fault(reported.unit, reported.category.id, business_day()) if reported.unit else None
    order = RepairOrder(
        state=OrderState.registered,
        estate_id=estate_id,
        repeat_of_id=repeated.id if repeated else None,
        registered_at=utc_now(),
        registered_by_id=g.actor.user_id,
        registered_by=g.actor.name,
        **_numbered(),
        **_place(reported),
        **_urgency(reported, repeated=repeated is not None),
        **_payer(paying(reported, repeated=repeated is not None), reported.customer_id),
        **{name: getattr(reported, name) for name in CARRIED},
    )
    session().add(order)
    session().flush()
    said = Said(note=reported.problem, until=reported.wanted_from, at=order.registered_at)
    follow(order, "register", None, said)
    record(
        RepairRegistered(
            estate_id=estate_id,
            category=reported.category.name,
            priority=order.priority.value,
            channel=order.channel.value,
            masked=mask_phone(reported.digits) if reported.digits else "",
            **subjects(order),
        )
    )
    return order


CARRIED = (
    "problem channel caller digits spot customer_id call_id wanted_from wanted_until key plan_id planned_for".split()
)


def _numbered() -> dict[str, Any]:
    [taken] = take_numbers(1)
    return {"number_id": taken.id, "number": taken.text}


def take_numbers(count: int) -> list[Taken]:
    """Gapless by month: W2611-0032."""
    day = business_day()
    return take_all(SERIES, PATTERN, year=day.year % 100 * 100 + day.month, count=count)


def _place(reported: Reported) -> dict[str, Any]:
    thing = reported.unit or reported.equipment or reported.public_area
    return {
        "tail": reported.digits[-4:],
        "category_id": reported.category.id,
        "building_id": thing.building_id if thing else None,
        "unit_id": reported.unit.id if reported.unit else None,
        "public_area_id": reported.public_area.id if reported.public_area else None,
        "equipment_id": reported.equipment.id if reported.equipment else None,
        "incident_id": reported.incident.id if reported.incident else None,
    }


def _urgency(reported: Reported, *, repeated: bool) -> dict[str, Any]:
    many = reported.incident is not None and has_many_callers(reported.incident.id)
    priority, why = priority_of(reported.category.priority, emergency=reported.emergency, repeated=repeated, many=many)
    return {"emergency": reported.emergency, "priority": priority, "priority_reason": why}


def paying(reported: Reported, *, repeated: bool) -> Paying:
    """Who is proposed to pay, before anybody looked at it."""
    day, category = business_day(), reported.category
    years = WARRANTY_YEARS[category.warranty].on(day) if category.warranty else 0
    handover = reported.unit.handover_on if reported.unit else None
    return payer_of(category.place, category.warranty, handover, years, day, repeated=repeated)


def _payer(paying: Paying, customer_id: int | None) -> dict[str, Any]:
    """What is to be charged wants somebody's account: without one it is the company's for the time being."""
    if paying.payer is Payer.customer and customer_id is None:
        return {"payer": Payer.company, "payer_reason": _("Nobody is known here who could be charged.")}
    return {"payer": paying.payer, "payer_reason": paying.reason}
