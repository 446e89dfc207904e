"""A number in full, to call whoever reported a fault."""

from __future__ import annotations

from crm.audit.log import record
from crm.dates import business_day
from crm.repairs.orders.events import RepairNumberShown
from crm.repairs.orders.models import RepairOrder
from crm.repairs.orders.queries import number_of
from crm.repairs.orders.service.steps import subjects


def show_number(order: RepairOrder, reason: str) -> str:
    """Who asked and why is logged."""
    record(RepairNumberShown(reason=reason, **subjects(order)))
    return number_of(order, business_day())
