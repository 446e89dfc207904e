"""What an open violation holds back: no renovation deposit is given back or settled meanwhile (P-13, deposits); and
what rests on a deduction."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.billing.deposits.kinds import RENOVATION
from crm.billing.deposits.models import Deposit, DepositMovement, DepositRequest
from crm.db import session
from crm.violations.cases.queries import unsettled_of
from crm.violations.cases.service.deducting import settled_by


def open_violation(deposit: Deposit) -> str:
    """Why the deposit stays, or "". Other kinds of deposits secure other things."""
    if deposit.kind != RENOVATION or (found := unsettled_of(deposit)) is None:
        return ""
    return _("Violation %(number)s is not settled: the deposit stays until it is.", number=found.number)


def settled_by_it(movement: DepositMovement) -> str:
    """Why the deduction is not taken back, or ""."""
    return settled_by(session().get_one(DepositRequest, movement.request_id))
