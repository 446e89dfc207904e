"""Billing runs with the fewest arguments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from crm.billing.charges.models import ChargeItem
from crm.billing.runs.models import BillingRun, Publication, RunState
from crm.properties.models import Estate
from tests.billing.making import MOMENT, _kept, make_item, make_tariff

NOVEMBER = date(2026, 11, 1)


def make_run(item: ChargeItem, period: date = NOVEMBER) -> BillingRun:
    """Published, though its bill is not there."""
    by = {"published_by": "郑凯", "published_at": MOMENT}
    run = _kept(
        BillingRun(
            estate_id=item.estate_id,
            item_id=item.id,
            period=period,
            due_on=period.replace(day=28),
            state=RunState.published,
            bills=1,
            total=Decimal(1),
            drafted_by="郑凯",
            drafted_at=MOMENT,
            **by,
        )
    )
    _kept(Publication(run_id=run.id, bills=1, total=Decimal(1), month=period, **by))
    return run


def ids_of_runs(estate: Estate) -> dict[str, object]:
    """A run, its item and its month."""
    item = make_item(estate)
    make_tariff(item)
    return {"charge_item_id": item.id, "billing_run_id": make_run(item).id, "billing_month": "2026-11"}
