"""The series of receipt numbers: one for each kind, estate and year. SJ01-2026-000001."""

from __future__ import annotations

import re

from crm.billing.cashier.models import ReceiptKind
from crm.numbering import Number, reserve

WORDS = {
    ReceiptKind.payment: "收据",
    ReceiptKind.deposit: "押金收据",
    ReceiptKind.refund: "退款凭证",
    ReceiptKind.deposit_refund: "押金退款凭证",
}
LETTERS = {
    ReceiptKind.payment: "SJ",
    ReceiptKind.deposit: "YJ",
    ReceiptKind.refund: "TK",
    ReceiptKind.deposit_refund: "YT",
}
PRINTED = re.compile(r"(?:SJ|YJ|TK|YT)\d{2,}-\d{4}-\d{6,}")


def series_name(kind: ReceiptKind, estate_id: int) -> str:
    return f"{WORDS[kind]}{estate_id:02d}"


def take_number(kind: ReceiptKind, estate_id: int, year: int) -> Number:
    """The next one, at once on its document: a rollback gives it back."""
    pattern = f"{LETTERS[kind]}{estate_id:02d}-{{year}}-{{serial:06d}}"
    [number] = reserve(series_name(kind, estate_id), pattern, year=year)
    number.commit()
    return number


def is_number(text: str) -> bool:
    return PRINTED.fullmatch(text.strip().upper()) is not None
