"""What the books did to money at the counter, in the same unit of work."""

from __future__ import annotations

from crm.billing.cashier import service
from crm.billing.ledger.events import Adjusted, PaymentReceived
from crm.billing.ledger.models import AT_THE_COUNTER, Adjustment, AdjustmentKind, Payment
from crm.db import session


def payment_received(event: PaymentReceived) -> None:
    """Whoever took it, money that came in as at the counter has its receipt at once."""
    if event.method in AT_THE_COUNTER:
        service.issue_for_payment(session().get_one(Payment, event.payment_id))


def adjusted(event: Adjusted) -> None:
    if event.kind == AdjustmentKind.reversal and event.payment_id is not None:
        service.void_for_payment(event.payment_id, event.reason)
    elif event.kind == AdjustmentKind.refund:
        service.issue_for_refund(session().get_one(Adjustment, event.adjustment_id))
