"""The verbs of the counter."""

from crm.billing.cashier.service.closing import Count, count, count_again, explain, sign
from crm.billing.cashier.service.receipting import (
    issue,
    issue_for_payment,
    issue_for_refund,
    print_receipt,
    void_for_payment,
    void_receipt,
)
from crm.billing.cashier.service.taking import take

__all__ = [
    "Count",
    "count",
    "count_again",
    "explain",
    "issue",
    "issue_for_payment",
    "issue_for_refund",
    "print_receipt",
    "sign",
    "take",
    "void_for_payment",
    "void_receipt",
]
