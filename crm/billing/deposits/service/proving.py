"""Receipts of deposits taken and vouchers of deposits given back, in the unit of work of what they prove.

In Chinese, whoever issues them: they are the company's word to the customer.
"""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from crm.auth.models import User
from crm.billing.cashier.content import Statement
from crm.billing.cashier.models import Receipt, ReceiptKind
from crm.billing.cashier.queries import find_receipt
from crm.billing.cashier.service import issue, void_receipt
from crm.billing.deposits.kinds import KINDS
from crm.billing.deposits.models import Deposit, DepositMovement, DepositRequest, MovementKind
from crm.db import session


def receipt_for(deposit: Deposit) -> Receipt:
    with force_locale("zh_CN"):
        facts: dict[str, Any] = {
            "method": deposit.method,
            "reference": deposit.reference,
            "payer": deposit.payer,
            "note": _terms(deposit),
            "paid_on": deposit.taken_on,
            "cashier": deposit.taken_by,
            "reason": _what_for(deposit),
        }
    stated = Statement(amount=deposit.amount, facts=facts)
    return issue(ReceiptKind.deposit, deposit.id, deposit.customer_id, stated)


def _what_for(deposit: Deposit) -> str:
    return f"{KINDS.title_of(deposit.kind)} {deposit.code}"


def _terms(deposit: Deposit) -> str:
    told = [
        _("Agreement %(number)s", number=deposit.agreement) if deposit.agreement else "",
        _("due back on %(day)s", day=deposit.due_back_on.isoformat()) if deposit.due_back_on else "",
        deposit.note,
        _("given back to who paid, against this receipt"),
    ]
    return " · ".join(filter(None, told))


def voucher_for(deposit: Deposit, refund: DepositMovement) -> Receipt:
    """押金退款凭证, signed by who gets the money."""
    taken = find_receipt(ReceiptKind.deposit, deposit.id)
    request = session().get_one(DepositRequest, refund.request_id)
    approver = session().get(User, request.decided_by_id) if request.decided_by_id else None
    with force_locale("zh_CN"):
        facts: dict[str, Any] = {
            "method": refund.method,
            "reference": refund.reference,
            "payer": deposit.payer,
            "payee": refund.payee,
            "note": request.payee_reason,
            "paid_on": refund.booked_on,
            "reason": f"{_what_for(deposit)} · {refund.reason}",
            "of_receipt": taken.number.text if taken else "",
            "cashier": refund.made_by,
            "approver": approver.full_name if approver else "",
        }
    stated = Statement(amount=refund.amount, facts=facts)
    return issue(ReceiptKind.deposit_refund, refund.id, refund.customer_id, stated)


def follow(deposit: Deposit, made: DepositMovement) -> None:
    """What a movement means for the papers: one for money given back; void, what was taken back."""
    if made.kind is MovementKind.cancellation and made.reverses_id is None:
        void_receipt(ReceiptKind.deposit, deposit.id, made.reason)
    elif made.kind is MovementKind.refund and made.reverses_id is None:
        voucher_for(deposit, made)
    elif made.kind is MovementKind.refund:
        void_receipt(ReceiptKind.deposit_refund, made.reverses_id or 0, made.reason)
