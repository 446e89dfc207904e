"""What the account asks of whoever moves out: bills to be paid, item by item, and credit to be given back."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from crm.auth.actor import within
from crm.auth.permissions import Permission
from crm.billing.charges.models import ChargeItem
from crm.billing.ledger.models import Bill
from crm.billing.ledger.queries import NOUGHT, payments_with_credit
from crm.db import session
from crm.tenants.models import Customer
from crm.tenants.moving_out import Check, Left, Matter
from crm.tenants.queries import in_file


def _bills(customer: Customer, _left: Left) -> list[Matter]:
    owed = (
        select(ChargeItem.name, func.sum(Bill.open).label("open"))
        .join(Bill, Bill.item_id == ChargeItem.id)
        .where(in_file(Bill.customer_id, customer.id), Bill.open > NOUGHT, within(Bill.estate_id))
        .group_by(ChargeItem.id, ChargeItem.name)
        .order_by(ChargeItem.name, ChargeItem.id)
    )
    address = url_for("billing.account", customer_id=customer.id)
    return [Matter(about=row.name, amount=row.open, address=address) for row in session().execute(owed)]


def _credit(customer: Customer, _left: Left) -> list[Matter]:
    """Payment by payment, called by their days, since each is refunded by itself."""
    return [
        Matter(
            about=payment.paid_on.isoformat(),
            amount=payment.open,
            address=url_for("billing.payment", payment_id=payment.id),
        )
        for payment in session().scalars(payments_with_credit(customer.id))
    ]


OPEN_BILLS = Check(name="bills", title=_l("Open bills"), permission=Permission.billing_read, find=_bills)
CREDIT = Check(name="credit", title=_l("Credit to give back"), permission=Permission.billing_read, find=_credit)
