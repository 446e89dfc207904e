"""Days in a unit that the month's run has yet to charge: until then the account of whoever left is not final."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from crm.auth.actor import within
from crm.auth.permissions import Permission
from crm.billing.arithmetic import first_of, next_month
from crm.billing.charges.models import ChargeItem
from crm.billing.ledger.models import Bill
from crm.billing.runs.models import BillingRun, RunState
from crm.db import session
from crm.tenants.models import Customer
from crm.tenants.moving_out import Check, Left, Matter
from crm.tenants.queries import in_file

DAY = timedelta(days=1)


def _unbilled(customer: Customer, left: Left) -> list[Matter]:
    """Items that a run charged for the unit in the month before the last day's, and has not charged since."""
    return [matter for unit_id, ends in left.items() for matter in _of_unit(customer, unit_id, first_of(ends - DAY))]


def _of_unit(customer: Customer, unit_id: int, month: date) -> list[Matter]:
    published = exists().where(
        BillingRun.item_id == ChargeItem.id, BillingRun.period == month, BillingRun.state == RunState.published
    )
    charged = (
        select(ChargeItem.id, ChargeItem.name)
        .join(Bill, Bill.item_id == ChargeItem.id)
        .where(
            Bill.unit_id == unit_id,
            in_file(Bill.customer_id, customer.id),
            Bill.run_id.is_not(None),
            Bill.period == next_month(month, -1),
            within(Bill.estate_id),
            ChargeItem.active,
            ~published,
        )
        .distinct()
    )
    rows = session().execute(charged.order_by(ChargeItem.name, ChargeItem.id))
    return [Matter(about=f"{row.name} {month:%Y-%m}") for row in rows]


UNBILLED = Check(
    name="unbilled",
    title=_l("Not billed yet"),
    permission=Permission.billing_read,
    find=_unbilled,
    asks_reason=False,
)
