"""A mandate, a file to the bank with its line, and a charging of late fees."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from crm.billing.collection.models import BatchState, CollectionBatch, CollectionLine, LineState, Mandate
from crm.billing.latefees.models import LateFeeRun
from crm.db import open_session
from crm.properties.models import Estate
from crm.tenants.models import Customer
from tests import factories as make

MOMENT, DAY = datetime(2026, 1, 5, 1, tzinfo=UTC), date(2026, 1, 5)


def _kept(row: Any) -> Any:
    with open_session() as db:
        db.add(row)
        db.commit()
    return row


def make_mandate(customer: Customer, **given: Any) -> Mandate:
    """Its sealed number is no number: nobody fetches a file with it."""
    facts = {"agreement": f"XY{next(make.numbers)}", "bank": "工商银行", "holder": customer.name, "since": DAY}
    facts |= {"account": b"-", "account_masked": "****5702", "entered_by": "吴丹", "entered_at": MOMENT}
    return _kept(Mandate(estate_id=customer.estate_id, customer_id=customer.id, **(facts | given)))


def make_batch(estate: Estate, **given: Any) -> CollectionBatch:
    facts = {"drawn_on": DAY, "due_until": DAY, "state": BatchState.drawn, "lines": 1, "total": Decimal(300)}
    facts |= {"faults": [], "drawn_by": "郑凯", "drawn_at": MOMENT}
    return _kept(CollectionBatch(estate_id=estate.id, **(facts | given)))


def make_line(batch: CollectionBatch, mandate: Mandate) -> CollectionLine:
    bound = {"batch_id": batch.id, "mandate_id": mandate.id, "customer_id": mandate.customer_id, "serial": 1}
    return _kept(CollectionLine(**bound, amount=Decimal(300), state=LineState.waiting))


def make_late_fee_run(estate: Estate) -> LateFeeRun:
    terms = {"rate": Decimal("0.0005"), "grace": 30, "cap": Decimal(30), "clause": "第二十三条"}
    done = {"bills": 0, "total": Decimal(0), "charged_by": "郑凯", "charged_at": MOMENT}
    return _kept(LateFeeRun(estate_id=estate.id, day=DAY, **terms, **done))


def ids_of_collection(customer: Customer) -> dict[str, object]:
    """Argument name of a route -> id, for the walks through every page."""
    mandate = make_mandate(customer)
    batch = make_batch(Estate(id=customer.estate_id))
    make_line(batch, mandate)
    make_late_fee_run(Estate(id=customer.estate_id))
    return {"mandate_id": mandate.id, "batch_id": batch.id}
