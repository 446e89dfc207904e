"""Whose dossier presses, as the filing review asks: whoever has owed for long."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Select, select

from crm.billing.ledger.figures import PRESSING_DAYS
from crm.billing.ledger.models import Bill
from crm.billing.ledger.queries import NOUGHT


def pressing(day: date) -> Select[int]:
    """Who owes a bill that fell due more than so many days ago."""
    last = day - timedelta(days=PRESSING_DAYS.on(day))
    return select(Bill.customer_id).where(Bill.open > NOUGHT, Bill.due_on < last)
