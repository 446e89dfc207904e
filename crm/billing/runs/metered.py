"""What meters counted becomes bills: a line for each reading that closes some days, never cut by days.

The price is the one in force on the day of the reading; who pays is who paid on the last day before it. A reading on
the day a unit changes hands parts its consumption by itself: what was used before is the seller's.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Integer, Select, and_, cast, func, literal, null, or_, select

from crm.billing.arithmetic import STEPS, Days
from crm.billing.charges.models import MeterKind
from crm.billing.ledger.invariants import fen_of_product
from crm.billing.meters.queries import consumed
from crm.billing.runs.month import Month
from crm.billing.runs.payers import payers
from crm.billing.runs.stretches import terms_of
from crm.properties.models import Unit
from crm.sql import day_before
from crm.tenants.models import Customer

DAY = timedelta(days=1)


def metered(month: Month) -> Select[*tuple[Any, ...]]:
    """As `stretches`, and meter, reading_id, note of each line. `days` is none: what was counted is not cut by days."""
    read = consumed(month.item.estate_id, month.days, MeterKind(month.item.meter_kind or "")).subquery("read")
    terms, paying = terms_of(month), payers(_last_days(month))
    last = day_before(read.c.ends)
    amount = fen_of_product(read.c.quantity, terms.c.price, literal(1), literal(1), STEPS[month.item.rounding])
    return (
        select(
            read.c.unit_id,
            func.coalesce(Customer.merged_into_id, Customer.id).label("customer_id"),
            read.c.begins,
            read.c.ends,
            read.c.quantity,
            terms.c.price,
            terms.c.tariff_id,
            cast(null(), Integer).label("days"),
            cast(amount, BigInteger).label("amount"),
            read.c.meter_id.label("meter"),
            read.c.reading_id,
            read.c.note,
        )
        .select_from(read)
        .join(Unit, Unit.id == read.c.unit_id)
        .join(terms, and_(terms.c.unit_id == read.c.unit_id, terms.c.begins <= read.c.ends, terms.c.ends > read.c.ends))
        .join(paying, and_(paying.c.unit_id == read.c.unit_id, paying.c.begins <= last, paying.c.ends > last))
        .join(Customer, Customer.id == paying.c.customer_id)
        .where(or_(Unit.handover_on.is_(None), Unit.handover_on < read.c.ends))
    )


def _last_days(month: Month) -> Month:
    """The days before those on which something was read: the month, a day earlier."""
    return Month(month.item, Days(month.days.begins - DAY, month.days.ends))
