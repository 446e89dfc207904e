"""What an import of repairs has stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from crm.dates import business_day_of
from crm.db import session
from crm.repairs.importing.models import RepairImportRow
from crm.repairs.orders.models import RepairOrder


class Share(NamedTuple):
    """Of a customer in an import."""

    customer_id: int
    orders: int
    begins: date
    ends: date


def shares_of(repair_import_id: int) -> Sequence[Share]:
    """Of every customer whose repairs it took over."""
    at = RepairOrder.registered_at
    found = (
        select(RepairOrder.customer_id, func.count(), func.min(at), func.max(at))
        .join(RepairImportRow, RepairImportRow.repair_order_id == RepairOrder.id)
        .where(RepairImportRow.repair_import_id == repair_import_id, RepairOrder.customer_id.is_not(None))
        .group_by(RepairOrder.customer_id)
        .order_by(RepairOrder.customer_id)
    )
    rows = session().execute(found)
    return [Share(key or 0, count, business_day_of(first), business_day_of(last)) for key, count, first, last in rows]
