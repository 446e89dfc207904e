"""Which days of a unit a bill charges already."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, select

from crm.billing.charges.models import Basis
from crm.billing.ledger.models import Bill
from crm.billing.ledger.models.bill import CHARGED_ONCE
from crm.billing.runs.month import Month, day


def is_charged(month: Month, found: Any, *conditions: Any) -> Any:
    """Whether a bill that is not void charges some of the days of a line in `found`: what is read is charged once."""
    charged = select(Bill.id).where(
        Bill.item_id == month.item.id,
        Bill.unit_id == found.c.unit_id,
        Bill.begins < found.c.ends,
        Bill.ends > found.c.begins,
        CHARGED_ONCE,
        *conditions,
    )
    if month.item.basis is Basis.meter:  # of several in a unit each for itself; what it counted may begin in any month
        return charged.where(Bill.meter == found.c.meter).exists()
    return charged.where(Bill.begins >= day(month.days.begins)).exists()


def is_open(month: Month, found: Any) -> Any:
    """Whether the line comes to something and no bill charges it yet."""
    return and_(found.c.amount > 0, ~is_charged(month, found))
