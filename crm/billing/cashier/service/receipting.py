"""Receipts: issued with what they prove, printed, and void when the money is taken back."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.audit.log import record
from crm.billing.cashier import queries
from crm.billing.cashier.content import Party, Statement, frozen, settled_lines
from crm.billing.cashier.events import ReceiptIssued, ReceiptPrinted, ReceiptVoided
from crm.billing.cashier.models import PrintSize, Receipt, ReceiptKind, ReceiptPrint
from crm.billing.cashier.serials import take_number
from crm.billing.ledger import queries as books
from crm.billing.ledger.models import Adjustment, AdjustmentRequest, Payment, Rule
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.properties.models import Estate
from crm.tenants.models import Customer


def issue(kind: ReceiptKind, about_id: int, customer_id: int, stated: Statement) -> Receipt:
    """In the unit of work of what it proves: either both stand, or neither, and no number is lost."""
    customer = session().get_one(Customer, customer_id)
    estate = session().get_one(Estate, customer.estate_id)
    today = business_day()
    number = take_number(kind, estate.id, today.year)
    receipt = Receipt(
        estate_id=estate.id,
        customer_id=customer.id,
        number_id=number.id,
        kind=kind,
        about_id=about_id,
        amount=stated.amount,
        content=frozen(number.text, _party(customer, estate), stated),
        issued_on=today,
        issued_by=g.actor.name,
        issued_at=utc_now(),
    )
    receipt.number = number
    session().add(receipt)
    session().flush()
    record(
        ReceiptIssued(
            receipt_id=receipt.id, customer_id=customer.id, number=number.text, kind=kind, amount=receipt.amount
        )
    )
    return receipt


def _party(customer: Customer, estate: Estate) -> Party:
    return Party(
        customer=customer.name,
        code=customer.code,
        units=queries.unit_labels(customer.id, business_day()),
        estate=estate.name,
        company=estate.company or estate.name,
    )


def issue_for_payment(payment: Payment) -> Receipt:
    """Raises `DomainError` when it has one, or was taken back."""
    if queries.find_receipt(ReceiptKind.payment, payment.id):
        raise DomainError(_("This payment has a receipt already."))
    if queries.is_taken_back(payment.id):
        raise DomainError(_("This payment was taken back."))
    allocations = queries.settled_by(payment.id)
    facts: dict[str, Any] = {
        "method": payment.method,
        "reference": payment.reference,
        "payer": payment.payer,
        "note": payment.note,
        "paid_on": payment.paid_on,
        "cashier": payment.received_by,
        "rule": allocations[0].rule if allocations else Rule.oldest,
        "credit": payment.open,
        "owed": books.balance_of(payment.customer_id, business_day()).owed,
    }
    stated = Statement(amount=payment.amount, facts=facts, lines=settled_lines(allocations))
    return issue(ReceiptKind.payment, payment.id, payment.customer_id, stated)


def issue_for_refund(refund: Adjustment) -> Receipt:
    """退款凭证: what was given back of which payment, why, and who decided it."""
    paid = queries.find_receipt(ReceiptKind.payment, refund.payment_id or 0)
    asked = session().get(AdjustmentRequest, refund.request_id) if refund.request_id else None
    facts: dict[str, Any] = {
        "method": refund.method,
        "reference": refund.reference,
        "paid_on": refund.booked_on,
        "reason": refund.reason,
        "of_receipt": paid.number.text if paid else "",
        "cashier": queries.name_of(asked.requested_by_id) if asked else refund.made_by,
        "approver": refund.made_by if asked else "",
    }
    stated = Statement(amount=refund.amount, facts=facts)
    return issue(ReceiptKind.refund, refund.id, refund.customer_id, stated)


def void_for_payment(payment_id: int, reason: str) -> None:
    """The payment was taken back."""
    void_receipt(ReceiptKind.payment, payment_id, reason)


def void_receipt(kind: ReceiptKind, about_id: int, reason: str) -> None:
    """It keeps the number and says 作废. Nothing happens where there is none."""
    receipt = queries.find_receipt(kind, about_id)
    if receipt is None:
        return
    receipt.voided_by, receipt.voided_at, receipt.void_reason = g.actor.name, utc_now(), reason
    session().flush()
    record(
        ReceiptVoided(receipt_id=receipt.id, customer_id=receipt.customer_id, number=receipt.number.text, reason=reason)
    )


def print_receipt(receipt: Receipt, size: PrintSize, reason: str = "") -> ReceiptPrint:
    """Note that it is printed. Raises `DomainError` where it was printed before and nobody says why again."""
    session().refresh(receipt, ["issued_at"], with_for_update=True)
    if queries.prints_of(receipt.id) and not reason.strip():
        raise DomainError(_("It was printed before. Write why it is printed again: it stands on the paper."))
    made = ReceiptPrint(
        receipt_id=receipt.id,
        paper=size,
        reason=reason,
        printed_by=g.actor.name,
        printed_at=utc_now(),
    )
    session().add(made)
    session().flush()
    record(
        ReceiptPrinted(
            receipt_id=receipt.id,
            customer_id=receipt.customer_id,
            number=receipt.number.text,
            paper=size,
            reason=reason,
        )
    )
    return made
