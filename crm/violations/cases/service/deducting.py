"""Taking it from a deposit: asked for here, decided and booked by the deposits' own rules."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from crm.audit.log import record
from crm.billing.deposits import service as deposits
from crm.billing.deposits.models import Deposit, DepositRequest, MovementKind
from crm.billing.deposits.service import Line, Wish
from crm.billing.deposits.service.booking import hold as hold_deposit
from crm.db import session
from crm.errors import DomainError
from crm.violations.cases.events import ViolationDeducted, ViolationDeductionAsked, ViolationDeductionRefused
from crm.violations.cases.models import ENDED, SETTLED, Settlement, Violation
from crm.violations.cases.queries import KIND, asked_as, deposits_to_deduct_from
from crm.violations.cases.service.steps import STEPS, Said, subjects
from crm.web.templating import money

KEY = re.compile(rf"{KIND}-(\d+)-.+", re.ASCII)  # of a request that was made here: whose it is


def deduct(violation: Violation, deposit: Deposit, lines: Sequence[Line], said: Said) -> DepositRequest:
    """Booked at once where the deposit's rules leave it to one person, else somebody else decides.

    The step is kept last: once it stands, its form counts as done.
    """
    if deposit.id not in {each.id for each in deposits_to_deduct_from(violation)}:
        raise DomainError(_("This deposit is not this customer's."))
    hold_deposit(deposit)  # before the violation, as whoever decides about the deposit holds them
    STEPS.hold_unchanged(violation)
    STEPS.expect(violation, "deduct")
    wish = Wish(
        kind=MovementKind.deduction, lines=lines, key=asked_as(violation.id) + (said.key or secrets.token_hex(12))
    )
    asked = deposits.ask(deposit, wish)
    told = Said(reason=deposit.code, note=_("%(sum)s yuan", sum=money(asked.amount)), key=said.key)
    STEPS.follow(violation, "deduct", violation.state, told, deposit_request_id=asked.id)
    told_of: dict[str, Any] = {"deposit_id": deposit.id, "deposit_request_id": asked.id, "amount": asked.amount}
    record(ViolationDeductionAsked(**told_of, **subjects(violation)))
    return asked


def violation_of(request: DepositRequest) -> Violation | None:
    """For which violation the request was made."""
    made_here = KEY.fullmatch(request.key)
    return session().get(Violation, int(made_here[1])) if made_here else None


def settled_by(request: DepositRequest) -> str:
    """Why what was deducted by the request stays, or "": the file says that the violation was settled by it."""
    violation = violation_of(request)
    if violation is None or violation.settlement is not Settlement.deducted or violation.state not in SETTLED:
        return ""
    return _("Violation %(number)s was settled by this deduction: it stays.", number=violation.number)


def booked(request: DepositRequest, amount: Decimal) -> None:
    """`amount` left the deposit for the request's violation; negative: it came back. What is filed stays as it is.

    Raises `DomainError` where it was settled by it meanwhile.
    """
    violation = violation_of(request)
    if violation is None:
        return
    STEPS.hold(violation)
    if amount < 0 and (reason := settled_by(request)):
        raise DomainError(reason)
    total = violation.deducted + amount
    if violation.state not in ENDED:
        violation.deducted = total
        session().flush()
    record(ViolationDeducted(deposit_id=request.deposit_id, amount=amount, total=total, **subjects(violation)))


def turned_down(request: DepositRequest, decision: str, remark: str) -> None:
    if violation := violation_of(request):
        told: dict[str, Any] = {"deposit_request_id": request.id, "decision": decision, "remark": remark}
        record(ViolationDeductionRefused(**told, **subjects(violation)))
