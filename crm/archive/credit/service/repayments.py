"""Money that comes back: entered, or taken back by a row of the opposite sign."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.credit import queries
from crm.archive.credit.events import RepaymentEntered, RepaymentReversed
from crm.archive.credit.models import WORKFLOW, Project, Repayment
from crm.audit.log import record
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files.models import Upload


def repay(
    project: Project,
    paid_on: date,
    principal: Decimal,
    interest: Decimal = Decimal(0),
    *,
    note: str = "",
    evidence: Upload | None = None,
) -> Repayment:
    """Raises `DomainError` when more principal would come back than is outstanding."""
    queries.lock(project)
    WORKFLOW.expect(project, "repay")
    _expect_sums(project, principal, interest)
    if not (project.ends_on or paid_on) <= paid_on <= business_day():
        raise DomainError(_("The day must lie between %(first)s and today.", first=project.ends_on))
    made = Repayment(
        project_id=project.id,
        paid_on=paid_on,
        principal=principal,
        interest=interest,
        note=note,
        evidence_id=evidence.id if evidence else None,
        entered_by=g.actor.name,
        entered_at=utc_now(),
    )
    _add(project, made)
    record(
        RepaymentEntered(
            project_id=project.id, repayment_id=made.id, paid_on=paid_on, principal=principal, interest=interest
        )
    )
    return made


def _expect_sums(project: Project, principal: Decimal, interest: Decimal) -> None:
    if principal < 0 or interest < 0 or principal + interest == 0:
        raise DomainError(_("Write what was paid: principal, interest or both. A wrong one is taken back instead."))
    if principal > project.outstanding:
        raise DomainError(
            _(
                "Only %(sum)s yuan of principal are outstanding. What lies above is interest, or the sum is wrong.",
                sum=f"{project.outstanding:,.2f}",
            )
        )


def reverse(project: Project, repayment: Repayment, reason: str) -> Repayment:
    """It was entered wrongly: the row stays, another with the opposite sign points to it."""
    queries.lock(project)
    WORKFLOW.expect(project, "reverse")
    if repayment.reverses_id is not None:
        raise DomainError(
            _("This row takes another one back; it cannot be taken back itself. Enter the repayment anew.")
        )
    if session().scalar(select(Repayment.id).where(Repayment.reverses_id == repayment.id)):
        raise DomainError(_("This repayment was taken back already."))
    if not reason.strip():
        raise DomainError(_("Write why it is taken back: it stands in the register for good."))
    made = repayment.reversal(g.actor.name, utc_now(), reason)
    _add(project, made)
    record(
        RepaymentReversed(
            project_id=project.id,
            repayment_id=repayment.id,
            principal=repayment.principal,
            interest=repayment.interest,
            reason=reason,
        )
    )
    return made


def _add(project: Project, row: Repayment) -> None:
    session().add(row)
    session().flush()
    session().refresh(project, ["repaid"])
