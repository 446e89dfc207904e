"""Money in: taken once however often the button is pressed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.billing.deposits.events import DepositTaken
from crm.billing.deposits.models import Deposit
from crm.billing.deposits.service.proving import receipt_for
from crm.billing.ledger.models import AT_THE_COUNTER, Method
from crm.billing.ledger.queries import open_month
from crm.dates import business_day, utc_now
from crm.db import insert, session
from crm.errors import DomainError
from crm.properties.models import Unit
from crm.tenants.models import Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """What was brought. `payer` gets it back; `key` is the form's own: two with one key are one deposit."""

    kind: str
    amount: Decimal
    method: Method
    taken_on: date
    payer: str
    key: str
    due_back_on: date | None = None
    reference: str = ""
    agreement: str = ""
    note: str = ""


def take(customer: Customer, taking: Taking, unit: Unit | None = None) -> Deposit:
    """With its receipt. Raises `DomainError` when a fact is missing, the day lies ahead, or the key was used before.

    A key used for the very same deposit gives that one.
    """
    if fault := _fault(customer, taking, unit):
        raise DomainError(fault)
    deposit, is_new = _entered(customer, taking, unit)
    if is_new:
        record(
            DepositTaken(
                deposit_id=deposit.id,
                customer_id=customer.id,
                unit_id=deposit.unit_id,
                deposit_kind=deposit.kind,
                amount=deposit.amount,
                method=deposit.method,
                payer=deposit.payer,
            )
        )
        receipt_for(deposit)
    return deposit


def _fault(customer: Customer, taking: Taking, unit: Unit | None) -> str:
    if taking.amount <= 0:
        return _("Write what was paid, more than nought.")
    if not taking.payer.strip():
        return _("Write who paid: whoever paid gets it back.")
    if taking.method not in AT_THE_COUNTER:
        return _("Choose how it was paid.")
    if unit is not None and unit.estate_id != customer.estate_id:
        return _("This unit is in another estate than the customer's file.")
    return _fault_of_days(taking)


def _fault_of_days(taking: Taking) -> str:
    if taking.taken_on > business_day():
        return _("The day must not be later than today.")
    if taking.due_back_on and taking.due_back_on < taking.taken_on:
        return _("It cannot be due back before it was taken.")
    return ""


def _entered(customer: Customer, taking: Taking, unit: Unit | None) -> tuple[Deposit, bool]:
    """The deposit with this key, and whether it is new."""
    opened = insert(Deposit).values(
        estate_id=customer.estate_id,
        customer_id=customer.id,
        unit_id=unit.id if unit else None,
        kind=taking.kind,
        amount=taking.amount,
        balance=taking.amount,
        taken_on=taking.taken_on,
        due_back_on=taking.due_back_on,
        payer=taking.payer.strip(),
        method=taking.method,
        reference=taking.reference,
        agreement=taking.agreement,
        note=taking.note,
        key=taking.key,
        month=open_month(customer.estate_id, business_day()),
        taken_by_id=g.actor.user_id,
        taken_by=g.actor.name,
        taken_at=utc_now(),
    )
    is_new = session().scalar(opened.on_conflict_do_nothing(index_elements=["key"]).returning(Deposit.id)) is not None
    deposit = session().scalars(select(Deposit).where(Deposit.key == taking.key)).one()
    if not is_new and (deposit.customer_id, deposit.amount) != (customer.id, taking.amount):
        raise DomainError(_("This form was sent before with another sum. Open it anew."))
    return deposit, is_new
