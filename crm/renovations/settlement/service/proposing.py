"""The sheet: what is kept, for what, and what goes back. What it says is never changed; another is made instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.billing.deposits.models import Deposit
from crm.billing.deposits.service import fault_of_bills
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError, UsedElsewhere
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.service.steps import NOTHING_SAID, Said
from crm.renovations.settlement.apportioning import NOUGHT, Shares, shares
from crm.renovations.settlement.events import RenovationSettlementProposed
from crm.renovations.settlement.models import (
    RenovationSettlement,
    SettlementLine,
    SettlementPhoto,
    SettlementState,
)
from crm.renovations.settlement.queries import get_settlement, last_round, standing, violations_of
from crm.renovations.settlement.service.steps import STEPS, hold_all, settling_hindrance, subjects
from crm.violations.cases.models import SETTLED, Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`violation_id`: what it is for; `bill_id`: an open bill that it pays; `upload_ids`: photographs."""

    amount: Decimal
    reason: str
    clause: str = ""
    violation_id: int | None = None
    bill_id: int | None = None
    upload_ids: Sequence[int] = ()


def propose(
    renovation: Renovation, lines: Sequence[Line], note: str = "", said: Said = NOTHING_SAID
) -> RenovationSettlement:
    """Made once however often the form is sent. Raises `DomainError` while anything is open, or for a wrong line."""
    deposit = hold_all(renovation)
    if known := _known(renovation, said.key):
        return known
    paid = {line.bill_id for line in lines if line.bill_id is not None}
    if reason := settling_hindrance(renovation, paid) or _stands(renovation) or _fault(renovation, deposit, lines):
        raise DomainError(reason)
    held = deposit.balance if deposit else NOUGHT
    shared = shares(held, [line.amount for line in lines])
    made = _kept(renovation, deposit, lines, shared)
    made.note, made.key = note, said.key
    session().add(made)
    session().flush()
    for line, covered in zip(lines, shared.covered, strict=True):
        _keep_line(made, line, covered)
    STEPS.follow(made, "propose", None, Said(note=note))
    whole = get_settlement(made.id)
    sums: dict[str, Any] = {"held": made.held, "deducted": made.deducted, "back": made.back, "billed": made.billed}
    record(RenovationSettlementProposed(**sums, **subjects(whole)))
    return whole


def _known(renovation: Renovation, key: str | None) -> RenovationSettlement | None:
    """What this very form made before. Raises `UsedElsewhere` for another renovation's."""
    found = select(RenovationSettlement).filter_by(key=key)
    known = session().scalars(found).one_or_none() if key else None
    if known and known.renovation_id != renovation.id:
        raise UsedElsewhere
    return known


def _stands(renovation: Renovation) -> str:
    current = standing(renovation.id)
    if current is None:
        return ""
    return _("%(number)s stands already. Drop it before another is made.", number=current.number)


def _kept(
    renovation: Renovation, deposit: Deposit | None, lines: Sequence[Line], shared: Shares
) -> RenovationSettlement:
    """With nothing held and nothing to pay there is nothing to sign."""
    held = deposit.balance if deposit else NOUGHT
    rests = (line.amount - part for line, part in zip(lines, shared.covered, strict=True) if line.bill_id is None)
    place = last_round(renovation.id) + 1
    return RenovationSettlement(
        renovation_id=renovation.id,
        estate_id=renovation.estate_id,
        round=place,
        number=f"{renovation.number}-J{place}",
        state=SettlementState.proposed if held or lines else SettlementState.agreed,
        deposit_id=deposit.id if deposit else None,
        held=held,
        deducted=shared.deducted,
        back=shared.back,
        billed=sum(rests, NOUGHT),
        proposed_by_id=g.actor.user_id,
        proposed_by=g.actor.name,
        proposed_at=utc_now(),
    )


def _keep_line(made: RenovationSettlement, line: Line, covered: Decimal) -> None:
    row = SettlementLine(
        settlement_id=made.id,
        amount=line.amount,
        from_deposit=covered,
        reason=line.reason,
        clause=line.clause,
        violation_id=line.violation_id,
        bill_id=line.bill_id,
    )
    session().add(row)
    session().flush()
    session().add_all(SettlementPhoto(line_id=row.id, upload_id=each) for each in dict.fromkeys(line.upload_ids))
    session().flush()


def _fault(renovation: Renovation, deposit: Deposit | None, lines: Sequence[Line]) -> str:
    """What is wrong with what was typed, or ""."""
    if any(line.amount <= 0 for line in lines):
        return _("Write a sum, more than nought.")
    if not all(line.reason.strip() for line in lines):
        return _("Write why: it stands on the file for good.")
    if reason := _fault_of_violations(renovation, lines):
        return reason
    if deposit is not None:
        return fault_of_bills(deposit, lines)
    return _("A bill is paid from a deposit, and none is held.") if any(line.bill_id for line in lines) else ""


def _fault_of_violations(renovation: Renovation, lines: Sequence[Line]) -> str:
    """Each is this renovation's, is settled, and nothing was deducted for it yet."""
    wanted = [line.violation_id for line in lines if line.violation_id is not None]
    mine: dict[int, Violation] = {each.id: each for each in violations_of(renovation)} if wanted else {}
    if any(each not in mine or mine[each].state not in SETTLED for each in wanted):
        return _("One of the violations is not this renovation's, or is not settled.")
    if twice := next((mine[each] for each in wanted if mine[each].deducted > 0), None):
        told = {"number": twice.number}
        return _("Something was deducted for violation %(number)s already: name it without the violation.", **told)
    return ""
