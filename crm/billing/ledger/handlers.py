"""Work of other departments that a customer pays: it becomes a bill."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.billing.charges import queries as charges
from crm.billing.charges import service as pricing
from crm.billing.charges.models import Basis, ChargeItem
from crm.billing.ledger.events import ChargedForWork
from crm.billing.ledger.service import Charge, charge
from crm.db import session
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer

REPAIRS = ("有偿维修费", "有偿维修费（单次）")  # the second where the first is charged another way


class WorkToPay(Protocol):
    @property
    def repair_order_id(self) -> int: ...
    @property
    def customer_id(self) -> int: ...
    @property
    def unit_id(self) -> int | None: ...
    @property
    def number(self) -> str: ...
    @property
    def amount(self) -> Decimal: ...
    @property
    def due_on(self) -> date: ...


def work_to_pay(event: WorkToPay) -> None:
    """One bill, in the file that stands for the customer today; the job's number is its note."""
    customer = session().get_one(Customer, session().get_one(Customer, event.customer_id).kept_id)
    made = charge(
        customer,
        Charge(
            item=single_item(customer.estate_id, REPAIRS, _("Added when the first repair was charged.")),
            amount=event.amount,
            due_on=event.due_on,
            note=event.number,
            unit=session().get_one(Unit, event.unit_id) if event.unit_id else None,
        ),
    )
    record(
        ChargedForWork(
            bill_id=made.id,
            repair_order_id=event.repair_order_id,
            customer_id=customer.id,
            unit_id=event.unit_id,
            number=event.number,
            amount=made.amount,
        )
    )


def single_item(estate_id: int, names: Sequence[str], note: str) -> ChargeItem:
    """The estate's item of one of the names that is charged bill by bill, added where there is none; of two who ask at
    once the second finds the first one's."""
    if fitting := _fitting(estate_id, names):
        return fitting
    held = select(Estate).where(Estate.id == estate_id).with_for_update(key_share=True)
    estate = session().scalars(held).one()
    return _fitting(estate_id, names) or pricing.add_item(
        estate,
        name=next(name for name in names if charges.find_item(estate_id, name) is None),
        basis=Basis.single,
        note=note,
    )


def _fitting(estate_id: int, names: Sequence[str]) -> ChargeItem | None:
    standing = [charges.find_item(estate_id, name) for name in names]
    return next((item for item in standing if item and item.basis is Basis.single), None)
