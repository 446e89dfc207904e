"""A job under an incident: the many callers' one cause, and what is done about it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from crm.audit.log import plain, record
from crm.db import session
from crm.errors import DomainError
from crm.repairs.categories.models import RepairCategory
from crm.repairs.incidents.events import IncidentJobAttached, IncidentJobDetached
from crm.repairs.incidents.models import WORKFLOW, Incident
from crm.repairs.orders.events import RepairClassified
from crm.repairs.orders.models import ENDED, UNFINISHED, PriorityReason, RepairOrder
from crm.repairs.orders.queries import has_many_callers
from crm.repairs.orders.rules import priority_of
from crm.repairs.orders.service.steps import subjects, take


def attach(order: RepairOrder, incident: Incident) -> None:
    """Of the same estate, while both are open; a job lies under one incident."""
    WORKFLOW.expect(incident, "attach")
    if order.estate_id != incident.estate_id:
        raise DomainError(_("The job is one of another estate."))
    if order.state in ENDED:
        raise DomainError(_("%(number)s is over.", number=order.number))
    if order.incident_id == incident.id:
        raise DomainError(_("%(number)s is under this incident already.", number=order.number))
    if order.incident_id is not None:
        raise DomainError(_("%(number)s is under another incident. Detach it there first.", number=order.number))
    order.incident_id = incident.id
    record(IncidentJobAttached(**_subjects(order, incident)))
    if has_many_callers(incident.id):
        raise_for_many(order)


def raise_for_many(order: RepairOrder) -> None:
    """One step up, where the category alone said how urgent it is and the work is still to be done."""
    if order.state not in UNFINISHED or order.priority_reason is not PriorityReason.category:
        return
    category = session().get_one(RepairCategory, order.category_id)
    priority, why = priority_of(category.priority, emergency=order.emergency, many=True)
    if priority is order.priority:
        return
    changes = {"priority": [plain(order.priority), plain(priority)]}
    changes["priority_reason"] = [plain(order.priority_reason), plain(why)]
    take(order, "classify", priority=priority, priority_reason=why)
    record(RepairClassified(changes=changes, **subjects(order)))


def detach(order: RepairOrder, incident: Incident) -> None:
    if order.incident_id != incident.id:
        raise DomainError(_("%(number)s is not under this incident.", number=order.number))
    order.incident_id = None
    record(IncidentJobDetached(**_subjects(order, incident)))


def _subjects(order: RepairOrder, incident: Incident) -> dict[str, Any]:
    return {
        "incident_id": incident.id,
        "repair_order_id": order.id,
        "customer_id": order.customer_id,
        "unit_id": order.unit_id,
        "incident": incident.title,
        "number": order.number,
    }
