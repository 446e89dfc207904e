"""The receipt that `/verify` knows (decision 022), and its two sizes of paper."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.archive.dossiers import proof
from crm.archive.dossiers.proof import Paper
from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.billing.cashier.content import together
from crm.billing.cashier.models import OUTGOING, RECEIPT_TITLES, PrintSize, Receipt, ReceiptPrint
from crm.billing.ledger.models import METHOD_TITLES, RULE_TITLES, Method, Rule
from crm.db import session
from crm.web import pdf

RECEIPT = "receipt"
SAID = ("payer", "reference", "note", "reason", "of_receipt", "approver")  # not by every kind
TEMPLATES = {PrintSize.slip: "billing/receipt_slip.html", PrintSize.a4: "billing/receipt.html"}


def content_of(receipt: Receipt) -> dict[str, Any]:
    """As it was issued, and whether it still holds."""
    return {**receipt.content, "kind": receipt.kind.value, "void": receipt.void_reason}


def content_today(receipt_id: int) -> dict[str, Any] | None:
    """Whoever asks: what may be shown of it is `may_see`'s affair."""
    found = select(Receipt).where(Receipt.id == receipt_id).options(joinedload(Receipt.number))
    receipt = session().scalars(found).one_or_none()
    return content_of(receipt) if receipt else None


def may_see(receipt_id: int) -> bool:
    seen = select(Receipt.id).where(Receipt.id == receipt_id, within(Receipt.estate_id))
    return actor().may(Permission.billing_read) and session().scalar(seen) is not None


def paper(receipt: Receipt, printed: ReceiptPrint, *, again: bool) -> bytes:
    """The PDF; from the second print on it says 补打, by whom, when and why."""
    issued = proof.issue(RECEIPT, receipt.id, receipt.number.text, content_of(receipt))
    return pdf.document(
        TEMPLATES[printed.paper],
        receipt=receipt,
        printed=printed,
        again=again,
        mark=proof.mark(issued),
        company=receipt.content["company"],
        **shown(receipt),
    )


def shown(receipt: Receipt) -> dict[str, Any]:
    """What screen and paper draw of the frozen content: sums as numbers, codes in words."""
    content = {**dict.fromkeys(SAID, ""), **receipt.content}
    return {
        "content": content,
        "title": RECEIPT_TITLES[receipt.kind],
        "is_outgoing": receipt.kind in OUTGOING,
        "method": METHOD_TITLES[Method(content["method"])],
        "rule": RULE_TITLES[Rule(content["rule"])] if content.get("rule") and content["lines"] else "",
        "lines": [_shown_line(line) for line in content["lines"]],
        "months": together(content["lines"]),
        "credit": Decimal(content.get("credit", "0")),
        "owed": Decimal(content.get("owed", "0")),
    }


def _shown_line(line: dict[str, Any]) -> dict[str, Any]:
    sums = {name: Decimal(line[name]) for name in ("of", "amount", "left")}
    days = {name: date.fromisoformat(line[name]) for name in ("begins", "ends", "due_on")}
    return {**line, **sums, **days, "last": date.fromordinal(days["ends"].toordinal() - 1)}


FIELDS = {
    "customer": _l("Customer"),
    "customer_code": _l("Customer number"),
    "units": _l("Units"),
    "estate": _l("Estate"),
    "company": _l("Company"),
    "amount": _l("Sum (yuan)"),
    "capitals": _l("In capitals"),
    "method": _l("Method"),
    "reference": _l("Reference"),
    "payer": _l("Payer"),
    "payee": _l("Who gets it"),
    "note": _l("Remark"),
    "paid_on": _l("Day of payment"),
    "cashier": _l("Cashier"),
    "rule": _l("Settled by the rule"),
    "credit": _l("Kept as credit (yuan)"),
    "owed": _l("Still owed (yuan)"),
    "lines": _l("What it settles"),
    "item": _l("Charge item"),
    "unit": _l("Unit"),
    "period": _l("Month"),
    "begins": _l("From"),
    "ends": _l("To"),
    "due_on": _l("Due on"),
    "of": _l("Of (yuan)"),
    "left": _l("Left open (yuan)"),
    "arithmetic": _l("Why is it this amount?"),
    "kind": _l("Kind"),
    "void": _l("Void because"),
    "reason": _l("Reason"),
    "of_receipt": _l("Of the receipt"),
    "approver": _l("Approver"),
}
WORDS: dict[str, dict[Any, Any]] = {
    "method": {**METHOD_TITLES},
    "rule": {**RULE_TITLES},
    "kind": {**RECEIPT_TITLES},
}
PAPERS = {
    RECEIPT: Paper(title=_l("Receipt"), content=content_today, may_see=may_see, fields=FIELDS, words=WORDS),
}
