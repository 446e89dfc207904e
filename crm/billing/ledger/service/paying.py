"""Money in: received once however often the button is pressed, allocated by a rule, taken back, used as credit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.billing.ledger import queries
from crm.billing.ledger.events import CreditUsed, PaymentReceived
from crm.billing.ledger.models import Allocation, Bill, Method, Payment, Rule
from crm.billing.ledger.service.holding import hold_accounts, standing
from crm.dates import business_day, utc_now
from crm.db import insert, session
from crm.errors import DomainError
from crm.tenants.models import Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What the payer brought. `key` is the form's own: two with one key are one payment."""

    amount: Decimal
    method: Method
    paid_on: date
    key: str
    reference: str = ""
    payer: str = ""
    note: str = ""


def receive(customer: Customer, money: Money, chosen: Collection[int] = ()) -> Payment:
    """Enter the payment and allocate it, to the bills in `chosen` alone where some are named.

    What they leave is the payer's credit. Raises `DomainError` when the day lies ahead, or the key was used for
    something else.
    """
    if money.amount <= 0:
        raise DomainError(_("Write what was paid, more than nought."))
    if money.paid_on > business_day():
        raise DomainError(_("The day must not be later than today."))
    hold_accounts({customer.id})
    payment, is_new = _entered(customer, money)
    if not is_new:
        return payment
    rule = Rule.chosen if chosen else Rule.oldest
    allocated = allocate([payment], _payable(customer, chosen), rule)
    record(
        PaymentReceived(
            payment_id=payment.id,
            customer_id=customer.id,
            amount=payment.amount,
            method=payment.method,
            allocated=allocated,
            rule=rule,
        )
    )
    return payment


def _entered(customer: Customer, money: Money) -> tuple[Payment, bool]:
    """The payment with this key, and whether it is new."""
    opened = insert(Payment).values(
        estate_id=customer.estate_id,
        customer_id=customer.id,
        amount=money.amount,
        open=money.amount,
        method=money.method,
        paid_on=money.paid_on,
        month=queries.open_month(customer.estate_id, business_day()),
        key=money.key,
        reference=money.reference,
        payer=money.payer,
        note=money.note,
        received_by_id=g.actor.user_id,
        received_by=g.actor.name,
        received_at=utc_now(),
    )
    is_new = session().scalar(opened.on_conflict_do_nothing(index_elements=["key"]).returning(Payment.id)) is not None
    payment = session().scalars(select(Payment).where(Payment.key == money.key)).one()
    if not is_new and (payment.customer_id, payment.amount) != (customer.id, money.amount):
        raise DomainError(_("This form was sent before with another sum. Open the counter anew."))
    return payment, is_new


def _payable(customer: Customer, chosen: Collection[int] = ()) -> Sequence[Bill]:
    """The customer's open bills that nobody disputes, the oldest due first; the account is held."""
    owed = queries.open_bills(customer.id).where(~queries.disputed_on(business_day()))
    return standing(Bill, owed.where(Bill.id.in_(chosen)) if chosen else owed)


def allocate(payments: Sequence[Payment], bills: Sequence[Bill], rule: Rule) -> Decimal:
    """Settle the bills in their order from the payments in theirs; returns the yuan that found a bill.

    Their accounts are held, all are of one estate.
    """
    allocated = Decimal(0)
    left = iter([payment for payment in payments if payment.open])
    payment = next(left, None)
    made = _made(payment.estate_id) if payment and bills else {}
    for bill in bills:
        while bill.open and payment is not None:
            amount = min(bill.open, payment.open)
            bill.open, payment.open, allocated = bill.open - amount, payment.open - amount, allocated + amount
            session().add(Allocation(bill_id=bill.id, payment_id=payment.id, amount=amount, rule=rule, **made))
            if not payment.open:
                payment = next(left, None)
    session().flush()
    return allocated


def _made(estate_id: int) -> dict[str, Any]:
    """When and by whom an allocation is made, and in which month's books it stands."""
    today = business_day()
    month = queries.open_month(estate_id, today)
    return {"allocated_on": today, "month": month, "allocated_by": g.actor.name, "allocated_at": utc_now()}


def release(allocations: Sequence[Allocation]) -> None:
    """Take allocations back: the bills are open again, the payments have credit again.

    A file that was told apart again may have paid for the other: then both accounts are held.
    """
    if not allocations:
        return
    payments = _concerned(Payment, {each.payment_id for each in allocations})
    bills = _concerned(Bill, {each.bill_id for each in allocations})
    made = _made(bills[allocations[0].bill_id].estate_id)
    for each in allocations:
        bill, payment = bills[each.bill_id], payments[each.payment_id]
        bill.open += each.amount
        payment.open += each.amount
        facts = {"bill_id": bill.id, "payment_id": payment.id, "amount": each.back, "rule": each.rule}
        session().add(Allocation(**facts, **made, reverses_id=each.id))
    session().flush()


def _concerned(model: Any, ids: Collection[int]) -> dict[int, Any]:
    hold_accounts(set(session().scalars(select(model.customer_id).where(model.id.in_(ids)))))
    return {row.id: row for row in standing(model, select(model).where(model.id.in_(ids)).order_by(model.id))}


def use_credit(customer: Customer) -> Decimal:
    """Settle what is owed from what is in credit, both the oldest first; returns the yuan used."""
    hold_accounts({customer.id})
    credit = standing(Payment, queries.payments_with_credit(customer.id))
    used = allocate(credit, _payable(customer), Rule.credit) if credit else Decimal(0)
    if used:
        record(CreditUsed(customer_id=customer.id, amount=used))
    return used
