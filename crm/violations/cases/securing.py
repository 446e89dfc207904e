"""What an open violation holds back: no renovation deposit is given back or settled meanwhile (P-13, deposits)."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.billing.deposits.kinds import RENOVATION
from crm.billing.deposits.models import Deposit
from crm.violations.cases.queries import unsettled_of


def open_violation(deposit: Deposit) -> str:
    """Why the deposit stays, or "". Other kinds of deposits secure other things."""
    if deposit.kind != RENOVATION or (found := unsettled_of(deposit)) is None:
        return ""
    return _("Violation %(number)s is not settled: the deposit stays until it is.", number=found.number)
