"""Filing what is settled, and the number to ask at."""

from __future__ import annotations

from crm.audit.log import record
from crm.dates import business_day
from crm.repairs.orders import service as orders
from crm.repairs.orders.events import RepairNumberShown
from crm.repairs.orders.models import RepairOrder
from crm.repairs.orders.service import subjects
from crm.repairs.visits.queries import number_of


def file(order: RepairOrder) -> None:
    """The one place where a job that was asked about goes into the dossier."""
    orders.file(order)  # with its sheet: `orders.file(order, keep_sheet)` of crm.repairs.orders.papers


def show_number(order: RepairOrder, reason: str) -> str:
    """The number in full, to call; who asked and why is logged."""
    record(RepairNumberShown(reason=reason, **subjects(order)))
    return number_of(order, business_day())
