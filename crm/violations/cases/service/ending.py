"""How it ends: settled and filed, or dropped."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.db import session
from crm.errors import DomainError
from crm.tenants.closing import file_soon
from crm.violations.cases.events import ViolationFiled, ViolationSettled
from crm.violations.cases.models import (
    Settlement,
    Violation,
    ViolationState,
    ViolationStep,
)
from crm.violations.cases.queries import KIND, SHEET
from crm.violations.cases.service.steps import NOW, STEPS, Said, subjects, tell


def settlement_hindrance(violation: Violation, settlement: Settlement) -> str:
    """Why it cannot be settled in this way, or ""."""
    if settlement is Settlement.rectified and violation.state is not ViolationState.rectified:
        return _("It was not looked at again and found put right: inspect it first.")
    if settlement is Settlement.deducted and violation.deducted <= 0:
        return _("Nothing was deducted from a deposit: ask for it first, and have it approved.")
    if settlement is Settlement.authority and not _was_reported(violation.id):
        return _("It was not reported to an authority.")
    if settlement is Settlement.tolerated and not actor().may(Permission.violation_decide):
        return _("Whether it is tolerated is decided by your supervisor.")
    return ""


def _was_reported(violation_id: int) -> bool:
    told = select(ViolationStep.id).filter_by(violation_id=violation_id, action="escalate").limit(1)
    return session().scalar(told) is not None


def settle(violation: Violation, settlement: Settlement, words: str, said: Said) -> None:
    if not words.strip():
        raise DomainError(_("Write how it was settled: it stands on the file for good."))
    STEPS.hold_unchanged(violation)
    STEPS.expect(violation, "settle")
    if reason := settlement_hindrance(violation, settlement):
        raise DomainError(reason)
    told = Said(reason=settlement.value, note=words, key=said.key)
    STEPS.take(violation, "settle", told, settlement=settlement, settled_at=NOW)
    record(ViolationSettled(settlement=settlement.value, note=words, **subjects(violation)))


def file(violation: Violation, said: Said) -> None:
    """Its papers go into the customer's dossier by a job: the notice, and the sheet that says how it ended. Of nobody's
    file there is nothing to press."""
    STEPS.take(violation, "file", said, filed_at=NOW)
    record(ViolationFiled(**subjects(violation)))
    if violation.customer_id is None:
        return
    for paper in (KIND, SHEET):
        file_soon(paper, violation.id, violation.number, violation.estate_id)


def drop(violation: Violation, said: Said) -> None:
    if not said.reason:
        raise DomainError(_("Write why it is dropped."))
    STEPS.take(violation, "drop", said)
    tell(violation, "drop", said)
