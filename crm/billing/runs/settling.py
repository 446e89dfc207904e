"""Customers in credit whose new bills are settled from it, where the company has decided so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from sqlalchemy import func, select

from crm.billing.ledger.figures import CREDIT_SETTLES
from crm.billing.ledger.models import Bill, Payment
from crm.billing.ledger.queries import disputed_on
from crm.billing.ledger.service import use_credit
from crm.dates import business_day
from crm.db import session
from crm.tenants.models import Customer

NOUGHT = Decimal(0)


def in_credit(run_ids: Collection[int]) -> Sequence[int]:
    """Whose open bills of these runs could be settled; of a merged file the one that was kept."""
    if not CREDIT_SETTLES.on(business_day()):
        return []
    kept = func.coalesce(Customer.merged_into_id, Customer.id)
    paid = select(kept).join(Payment, Payment.customer_id == Customer.id).where(Payment.open > NOUGHT)
    owing = (
        select(kept)
        .join(Bill, Bill.customer_id == Customer.id)
        .where(Bill.run_id.in_(run_ids), Bill.open > NOUGHT, ~disputed_on(business_day()), kept.in_(paid))
    )
    return session().scalars(owing.distinct().order_by(kept)).all()


def settle(customer_ids: Collection[int]) -> Decimal:
    """Yuan that were used."""
    customers = session().scalars(select(Customer).where(Customer.id.in_(customer_ids)).order_by(Customer.id))
    return sum((use_credit(customer) for customer in customers.all()), NOUGHT)
