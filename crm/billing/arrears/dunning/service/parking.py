"""Several lines of one customer parked at once, for one reason, to one day, waiting for one thing of ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from crm.billing.ledger.explaining import days_in_words
from crm.billing.ledger.grounds import Ground
from crm.billing.ledger.models import Bill, Dispute
from crm.billing.ledger.queries import standings
from crm.billing.ledger.service import dispute, dispute_hindrance
from crm.billing.ledger.service.holding import hold_accounts
from crm.errors import DomainError


def park(bills: Sequence[Bill], reason: str, until: date, waits_for: Ground | None = None) -> Sequence[Dispute]:
    """All of them or none; their items are loaded. Raises `DomainError` that names the line which cannot be."""
    if not bills:
        raise DomainError(_("Choose at least one line."))
    hold_accounts({bill.customer_id for bill in bills})
    known = standings(bills)
    for bill in bills:
        if hindered := dispute_hindrance(bill, known[bill.id]):
            line = f"{bill.item.name} {days_in_words(bill.begins, bill.ends)}"
            raise DomainError(_("%(line)s: %(reason)s", line=line, reason=hindered))
    return [dispute(bill, reason, until, waits_for) for bill in bills]
