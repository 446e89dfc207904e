"""Payments with receipts and closes, as rows: for tests that need one to be there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from crm.auth.models import User
from crm.billing.cashier.content import Party, Statement, frozen
from crm.billing.cashier.models import CloseState, DayClose, PrintSize, Receipt, ReceiptKind, ReceiptPrint
from crm.billing.cashier.serials import series_name
from crm.billing.ledger.models import Adjustment, AdjustmentKind, Method, Payment, Rule
from crm.db import open_session
from crm.numbering import Number, NumberSeries, NumberState
from crm.properties.models import Estate
from crm.tenants.models import Customer, CustomerKind
from tests.billing.making import MOMENT, _kept, numbers

DAY = date(2026, 1, 5)
LINE = {"item": "物业服务费", "unit": "3-1-502", "period": DAY, "begins": DAY, "ends": date(2026, 2, 5), "due_on": DAY}
LINE |= {"of": Decimal(300), "amount": Decimal(300), "left": Decimal(0), "arithmetic": "300.00 元"}
NOTHING = dict.fromkeys(("cash", "transfer", "wechat", "alipay", "pos"), "0.00")


def cashier() -> User:
    """吴丹 of the cast."""
    with open_session() as db:
        return db.scalars(select(User).filter_by(username="wudan")).one()


def make_payment(customer: Customer, amount: str = "300.00", **given: Any) -> Payment:
    """Cash taken by the cashier, all of it credit."""
    facts = {"amount": Decimal(amount), "open": Decimal(amount), "method": Method.cash, "paid_on": DAY}
    facts |= {"month": DAY.replace(day=1), "key": f"key {next(numbers)}", "received_at": MOMENT}
    by = {"received_by_id": cashier().id, "received_by": "吴丹"}
    bound = {"estate_id": customer.estate_id, "customer_id": customer.id}
    return _kept(Payment(**(bound | by | facts | given)))


def make_receipt(payment: Payment, **given: Any) -> Receipt:
    """The next number of its estate."""
    number = _number(payment.estate_id)
    party = Party(
        customer="欧阳娜娜", code="KH000001", units="3-1-502", estate="阳光花园", company="和安物业服务有限公司"
    )
    facts = {"method": payment.method, "reference": "", "payer": "", "note": "", "paid_on": payment.paid_on}
    facts |= {"cashier": "吴丹", "rule": Rule.oldest, "credit": payment.open, "owed": Decimal(0)}
    content = frozen(number.text, party, Statement(amount=payment.amount, facts=facts, lines=[LINE]))
    bound = {"estate_id": payment.estate_id, "customer_id": payment.customer_id, "number_id": number.id}
    about = {"kind": ReceiptKind.payment, "about_id": payment.id, "amount": payment.amount, "content": content}
    issued = {"issued_on": DAY, "issued_by": "吴丹", "issued_at": MOMENT}
    return _kept(Receipt(**(bound | about | issued | given)))


def _number(estate_id: int) -> Number:
    with open_session() as db:
        name = series_name(ReceiptKind.payment, estate_id)
        series = db.scalars(select(NumberSeries).filter_by(name=name, year=2026)).one_or_none()
        series = series or NumberSeries(name=name, year=2026, last=0)
        series.last += 1
        db.add(series)
        db.flush()
        text = f"SJ{estate_id:02d}-2026-{series.last:06d}"
        number = Number(series_id=series.id, serial=series.last, text=text, state=NumberState.committed)
        db.add(number)
        db.commit()
        db.refresh(number)
        db.expunge(number)
    return number


def make_print(receipt: Receipt) -> ReceiptPrint:
    facts = {"paper": PrintSize.slip, "printed_by": "吴丹", "printed_at": MOMENT}
    return _kept(ReceiptPrint(receipt_id=receipt.id, **facts))


def make_close(estate: Estate, state: CloseState = CloseState.counted, **given: Any) -> DayClose:
    """Of nothing, by the cashier."""
    facts = {"day": DAY, "counted": NOTHING, "pieces": {}, "recounts": [], "expected": NOTHING, "variance": Decimal(0)}
    bound = {"estate_id": estate.id, "cashier_id": cashier().id, "state": state, "closed_at": MOMENT}
    return _kept(DayClose(**(bound | facts | given)))


def make_reversal(payment: Payment) -> Adjustment:
    facts = {"kind": AdjustmentKind.reversal, "amount": payment.amount, "reason": "录错", "method": payment.method}
    booked = {"booked_on": DAY, "month": DAY.replace(day=1), "made_by": "吴丹", "made_at": MOMENT}
    bound = {"estate_id": payment.estate_id, "customer_id": payment.customer_id, "payment_id": payment.id}
    return _kept(Adjustment(**bound, **facts, **booked))


def at_the_counter(estate: Estate) -> dict[str, object]:
    """One of each thing of the counter: argument name of a route -> value."""
    payment = make_payment(
        _kept(Customer(estate_id=estate.id, kind=CustomerKind.person, name="欧阳娜娜", registered_on=DAY))
    )
    receipt = make_receipt(payment)
    make_print(receipt)
    return {"receipt_id": receipt.id, "payment_id": payment.id, "day_close_id": make_close(estate).id}
