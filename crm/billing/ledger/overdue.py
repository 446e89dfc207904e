"""Whose bills are overdue, for packages below that write to many."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from crm.billing.ledger.models import Bill
from crm.billing.ledger.queries import NOUGHT, disputed_on
from crm.tenants.models import Customer

File = aliased(Customer)


def overdue_for(estate_id: int, days: int, day: date) -> Select[int]:
    """The customers who owe a bill for more than so many days; what is disputed does not count."""
    owed = select(File.kept_id).join(Bill, Bill.customer_id == File.id)
    return owed.where(
        Bill.estate_id == estate_id,
        Bill.open > NOUGHT,
        Bill.due_on < day - timedelta(days=days),
        ~disputed_on(day),
    )
