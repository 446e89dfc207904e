"""What a payment history may name, and what it put into the books."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from crm.billing.charges.models import ChargeItem
from crm.billing.importing.models import FeeImportRow
from crm.billing.importing.tally import Tally
from crm.billing.ledger.models import Bill, Payment
from crm.db import session


def items_of(estate_id: int) -> dict[int, str]:
    """Id -> name, those in use first."""
    found = select(ChargeItem.id, ChargeItem.name).where(ChargeItem.estate_id == estate_id)
    ordered = found.order_by(ChargeItem.active.desc(), ChargeItem.position, ChargeItem.id)
    return {row.id: row.name for row in session().execute(ordered)}


def in_the_books(fee_import_id: int) -> Tally:
    """What the import's bills and payments come to."""
    sums: Any = (
        select(
            func.count(),
            func.coalesce(func.sum(Bill.amount), Decimal(0)),
            func.coalesce(func.sum(Payment.amount), Decimal(0)),
        )
        .select_from(FeeImportRow)
        .join(Bill, Bill.id == FeeImportRow.bill_id)
        .outerjoin(Payment, Payment.id == FeeImportRow.payment_id)
        .where(FeeImportRow.fee_import_id == fee_import_id)
    )
    rows, due, paid = session().execute(sums).one()
    return Tally(rows=rows, due=due, paid=paid)
