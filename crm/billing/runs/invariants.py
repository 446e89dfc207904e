"""What must hold of billing runs: their totals are those of their bills, and each publishing is accounted for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, or_, select

from crm.billing.ledger.invariants import Check
from crm.billing.ledger.models import Bill, BillSource
from crm.billing.runs.models import BillingRun, Publication, RunState

NOUGHT = Decimal(0)


def runs_not_as_their_bills() -> Select[*tuple[Any, ...]]:
    """A run's count and total are those of the bills it made, and of its publications."""
    by_run = select(Bill.run_id, func.count().label("count"), func.sum(Bill.amount).label("total"))
    made = by_run.where(Bill.source == BillSource.run).group_by(Bill.run_id).subquery()
    count, total = func.sum(Publication.bills).label("count"), func.sum(Publication.total).label("total")
    told = select(Publication.run_id, count, total).group_by(Publication.run_id).subquery()
    found = select(BillingRun.id.label("run_id"), BillingRun.item_id)
    for part in (made, told):
        found = found.outerjoin(part, part.c.run_id == BillingRun.id)
    wrong = [
        or_(func.coalesce(part.c.count, 0) != BillingRun.bills, func.coalesce(part.c.total, NOUGHT) != BillingRun.total)
        for part in (made, told)
    ]
    return found.where(or_(*wrong))


def bills_of_another_run() -> Select[*tuple[Any, ...]]:
    """A run's bills are of its estate, item and month, and only a published run has any."""
    found = select(Bill.id.label("bill_id"), Bill.customer_id).join(BillingRun, BillingRun.id == Bill.run_id)
    return found.where(
        or_(
            Bill.item_id != BillingRun.item_id,
            Bill.estate_id != BillingRun.estate_id,
            Bill.period != BillingRun.period,
            BillingRun.state != RunState.published,
        )
    )


CHECKS: dict[str, tuple[LazyString, Check]] = {
    "run_total": (_l("A run's total is not that of its bills and publications"), runs_not_as_their_bills),
    "run_bill": (_l("A bill is not of its run's estate, item and month"), bills_of_another_run),
}
