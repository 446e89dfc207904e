"""Taking money at the counter."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _

from crm.billing.cashier import queries
from crm.billing.cashier.models import Receipt, ReceiptKind
from crm.billing.ledger import service as books
from crm.billing.ledger.models import AT_THE_COUNTER
from crm.errors import DomainError
from crm.tenants.models import Customer


def take(customer: Customer, money: books.Money, chosen: Collection[int] = ()) -> Receipt:
    """Once for each key: a second press gets the first one's receipt. `chosen`: the bills to be settled, any if none.

    The receipt comes by `handlers.payment_received`. Raises `DomainError` for what the books refuse.
    """
    if money.method not in AT_THE_COUNTER:
        raise DomainError(_("Choose how it was paid."))
    payment = books.receive(customer, money, chosen)
    receipt = queries.find_receipt(ReceiptKind.payment, payment.id)
    if receipt is None:
        raise LookupError("a payment at the counter has a receipt")
    return receipt
