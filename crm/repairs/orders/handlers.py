"""What the bill of finished work means for its job."""

from __future__ import annotations

from crm.billing.ledger.events import ChargedForWork
from crm.db import session
from crm.repairs.orders.models import RepairOrder


def charged(event: ChargedForWork) -> None:
    session().get_one(RepairOrder, event.repair_order_id).bill_id = event.bill_id
