"""Which days of a unit a bill charges already."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, or_, select

from crm.billing.charges.models import Basis
from crm.billing.ledger.models import Bill
from crm.billing.ledger.models.bill import CHARGED_ONCE
from crm.billing.runs.models import BillingRun
from crm.billing.runs.month import Month, day
from crm.billing.runs.spanning import has_reaching_in, reaches_in
from crm.db import session

OF_ALL = 0  # a bill that was taken over says nothing of which meter it is of


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
    if month.units:  # each line looks up its own: a planner without statistics of new bills would read them all
        charged = charged.offset(0)
    if month.item.basis is Basis.meter:  # of several in a unit each for itself; what it counted may begin in any month
        return charged.where(or_(Bill.meter == found.c.meter, Bill.meter == OF_ALL)).exists()
    within = charged.where(Bill.begins >= day(month.days.begins)).exists()
    return or_(within, charged.where(reaches_in(month)).exists()) if has_reaching_in(month) else within


def has_billed(month: Month) -> bool:
    """Whether the month's own run has made a bill."""
    own = BillingRun.item_id == month.item.id, BillingRun.period == month.days.begins
    made = select(Bill.id).join(BillingRun, BillingRun.id == Bill.run_id).where(*own)
    return session().scalar(made.limit(1)) is not None


def is_open(month: Month, found: Any) -> Any:
    """Whether the line comes to something and no bill charges it yet."""
    return and_(found.c.amount > 0, ~is_charged(month, found))
