"""What the bill of finished work, another calendar or many callers mean for jobs."""

from __future__ import annotations

from sqlalchemy import select

from crm.billing.ledger.events import ChargedForWork
from crm.db import session
from crm.policy.events import FigureSet
from crm.repairs.incidents.events import IncidentCallerNoted
from crm.repairs.orders.figures import CAPS, TARGETS
from crm.repairs.orders.models import RepairOrder
from crm.repairs.orders.queries import IS_UNFINISHED, OPEN, has_many_callers
from crm.repairs.orders.service import raise_for_many
from crm.repairs.orders.service.steps import STEPS
from crm.worktime.events import HolidayNoticeEntered
from crm.worktime.hours import OFFICE_HOURS

PROMISED = (*TARGETS.values(), *CAPS.values())
RECKONED_BY = {OFFICE_HOURS.key, *(figure.key for figure in PROMISED)}


def charged(event: ChargedForWork) -> None:
    session().get_one(RepairOrder, event.repair_order_id).bill_id = event.bill_id


def calendar_changed(_event: HolidayNoticeEntered) -> None:
    STEPS.reckon_anew(OPEN)


def figure_set(event: FigureSet) -> None:
    if event.key in RECKONED_BY:
        STEPS.reckon_anew(OPEN)


def caller_noted(event: IncidentCallerNoted) -> None:
    """With one more the incident's jobs may be urgent, whenever they came."""
    if has_many_callers(event.incident_id):
        under_it = select(RepairOrder).where(IS_UNFINISHED, RepairOrder.incident_id == event.incident_id)
        for order in session().scalars(under_it.order_by(RepairOrder.id)):
            raise_for_many(order)
