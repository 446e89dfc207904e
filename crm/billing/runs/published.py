"""Which months of an item are published: for packages below, which `crm.wiring` lets ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from crm.billing.runs.models import BillingRun, RunState
from crm.db import session


def published_months(item_id: int) -> Sequence[date]:
    """The first days of the months."""
    found = select(BillingRun.period).where(BillingRun.item_id == item_id, BillingRun.state == RunState.published)
    return session().scalars(found).all()
