"""Payments, what they settle, adjustments, requests, disputes and closed months; beside tests/billing/making.py."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select

from crm.auth.models import User
from crm.billing.ledger.models import (
    Adjustment,
    AdjustmentKind,
    AdjustmentRequest,
    Allocation,
    Bill,
    Dispute,
    Method,
    Payment,
    PeriodClose,
    RequestState,
    Rule,
)
from crm.db import open_session
from crm.files.models import Upload
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer
from tests.billing.making import MOMENT, make_bill

numbers = count(1)
DAY = date(2026, 2, 3)


def _kept(row: Any) -> Any:
    with open_session() as db:
        db.add(row)
        db.commit()
    return row


def user_id_of(username: str) -> int:
    with open_session() as db:
        return db.scalars(select(User.id).filter_by(username=username)).one()


def make_payment(customer: Customer, amount: str = "300.00", **given: Any) -> Payment:
    """In cash, by 吴丹, all of it in credit."""
    facts = {
        "estate_id": customer.estate_id,
        "customer_id": customer.id,
        "amount": Decimal(amount),
        "open": Decimal(amount),
        "method": Method.cash,
        "paid_on": DAY,
        "month": DAY.replace(day=1),
        "key": f"test-{next(numbers)}",
        "received_by_id": user_id_of("wudan"),
        "received_by": "吴丹",
        "received_at": MOMENT,
    }
    return _kept(Payment(**(facts | given)))


def make_allocation(bill: Bill, payment: Payment, amount: str = "300.00", **given: Any) -> Allocation:
    """What is open of both is less by it."""
    with open_session() as db:
        for document in (db.get_one(Bill, bill.id), db.get_one(Payment, payment.id)):
            document.open -= Decimal(amount)
        db.commit()
    facts = {"rule": Rule.oldest, "allocated_on": DAY, "month": DAY.replace(day=1)}
    who = {"allocated_by": "吴丹", "allocated_at": MOMENT}
    return _kept(
        Allocation(bill_id=bill.id, payment_id=payment.id, **({"amount": Decimal(amount)} | facts | who | given))
    )


def make_adjustment(bill: Bill, amount: str = "10.00", **given: Any) -> Adjustment:
    """A waiver, unless another kind is given."""
    with open_session() as db:
        less = db.get_one(Bill, bill.id)
        less.open -= Decimal(amount)
        less.voided = given.get("kind") is AdjustmentKind.void
        db.commit()
    bound = {"estate_id": bill.estate_id, "customer_id": bill.customer_id, "bill_id": bill.id}
    facts = {"kind": AdjustmentKind.waiver, "amount": Decimal(amount), "reason": "漏水两天"}
    booked = {"booked_on": DAY, "month": DAY.replace(day=1), "made_by": "郑凯", "made_at": MOMENT}
    return _kept(Adjustment(**(bound | facts | booked | given)))


def make_request(document: Bill | Payment, kind: AdjustmentKind | None = None, **given: Any) -> AdjustmentRequest:
    """By 吴丹, waiting: a waiver of 10 yuan, or a refund of all that is in credit."""
    is_bill = isinstance(document, Bill)
    kind = kind or (AdjustmentKind.waiver if is_bill else AdjustmentKind.refund)
    bound = {"estate_id": document.estate_id, "customer_id": document.customer_id}
    bound |= {"bill_id": document.id} if is_bill else {"payment_id": document.id, "method": Method.cash}
    facts = {"kind": kind, "amount": Decimal(10) if is_bill else document.open, "reason": "电梯停运三天"}
    asked = {"state": RequestState.requested, "requested_by_id": user_id_of("wudan"), "requested_at": MOMENT}
    return _kept(AdjustmentRequest(**(bound | facts | asked | given)))


def make_dispute(bill: Bill, until: date = date(2099, 1, 1), **given: Any) -> Dispute:
    facts = {"reason": "说没有住", "raised_by": "吴丹", "raised_at": MOMENT}
    return _kept(Dispute(bill_id=bill.id, until=until, **(facts | given)))


def make_close(estate: Estate, month: date = date(2020, 1, 1)) -> PeriodClose:
    names = ("charged", "collected", "waived", "written_off", "voided", "refunded", "taken_back")
    figures = dict.fromkeys(names, "0") | {"charged": "1234.56"}
    return _kept(PeriodClose(estate_id=estate.id, month=month, figures=figures, closed_by="郑凯", closed_at=MOMENT))


def leave_books(customer: Customer) -> None:
    """A row in every table of the books that is only ever added to."""
    bill, payment = make_bill(customer), make_payment(customer)
    make_allocation(bill, payment, "100.00")
    make_adjustment(bill)
    make_close(Estate(id=customer.estate_id))


def ids_of_the_books(customer: Customer, unit: Unit, evidence: Upload) -> dict[str, object]:
    """For the routes: argument -> value."""
    bill, payment = make_bill(customer, unit_id=unit.id), make_payment(customer)
    make_allocation(bill, payment, "100.00")
    return {
        "bill_id": bill.id,
        "payment_id": payment.id,
        "adjustment_id": make_adjustment(bill).id,
        "adjustment_request_id": make_request(bill, upload_id=evidence.id).id,
        "wish": "waiver",
    }
