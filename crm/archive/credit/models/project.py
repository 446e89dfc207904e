"""A project 借/保: what was applied for, where it stands, who are its A and B."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from crm.archive.credit.models.client import Client
from crm.archive.credit.models.repayment import Repayment
from crm.archive.credit.models.trail import SettlementCheck
from crm.archive.dossiers.models import Dossier
from crm.auth.models import Department, User
from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned
from crm.money import Money, Percent
from crm.workflow import Step, Workflow


class ProjectKind(StrEnum):
    loan = "loan"  # 借
    guarantee = "guarantee"  # 保


PROJECT_TITLES = {ProjectKind.loan: _l("Loan"), ProjectKind.guarantee: _l("Guarantee")}


class ProjectState(StrEnum):
    applied = "applied"
    approved = "approved"
    ended = "ended"  # disbursed, or the guarantee given: the clock of the hand-over starts (L-16)
    settled = "settled"  # 结清, 解保
    refused = "refused"
    withdrawn = "withdrawn"


PROJECT_STATE_TITLES = {
    ProjectState.applied: _l("Applied for"),
    ProjectState.approved: _l("Approved"),
    ProjectState.ended: _l("Disbursed or guaranteed"),
    ProjectState.settled: _l("Settled"),
    ProjectState.refused: _l("Turned down"),
    ProjectState.withdrawn: _l("Withdrawn"),
}


class EndBasis(StrEnum):
    disbursement = "disbursement"
    guarantee_given = "guarantee_given"
    other = "other"


BASIS_TITLES = {
    EndBasis.disbursement: _l("Loan disbursed"),
    EndBasis.guarantee_given: _l("Guarantee given"),
    EndBasis.other: _l("Other end of the project"),
}
ENDED = "state IN ('ended', 'settled')"


class Project(Versioned, Base):
    """`a_id` and `b_id` are today's A and B; who they were before stands in `RoleChange` (L-06).

    What was taken over from a register carries `imported_as`, the key of its row there, and may lack evidence.
    """

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("a_id <> b_id", name="two_people"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("term_months > 0 AND rate >= 0", name="terms"),
        CheckConstraint("state NOT IN ('ended', 'settled') OR (ends_on IS NOT NULL AND basis IS NOT NULL)", name="end"),
        CheckConstraint(f"NOT ({ENDED}) OR end_evidence_id IS NOT NULL OR imported_as IS NOT NULL", name="evidence"),
        CheckConstraint("(state = 'settled') = (settled_on IS NOT NULL)", name="settled"),
        CheckConstraint(
            "state <> 'settled' OR settled_evidence_id IS NOT NULL OR imported_as IS NOT NULL",
            name="settlement_evidence",
        ),
        Index("ix_project_state_ends_on", "state", "ends_on"),
        Index("ix_project_state_due_on", "state", "due_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ProjectKind]
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    title: Mapped[str] = mapped_column(index=True)
    amount: Mapped[Money]
    term_months: Mapped[int]
    rate: Mapped[Percent]  # per cent a year: interest, or the guarantee's fee
    purpose: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")  # what the register said that it was taken over from
    applied_on: Mapped[date]
    approved_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    basis: Mapped[EndBasis | None]
    end_evidence_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    end_remark: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]  # when the loan is to be paid back, the guarantee to end
    settled_on: Mapped[date | None]
    settled_evidence_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    settled_remark: Mapped[str] = mapped_column(default="")
    state: Mapped[ProjectState]
    a_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    b_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"), unique=True)
    imported_as: Mapped[str | None] = mapped_column(unique=True)
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]

    client: Mapped[Client] = relationship(lazy="raise")
    a: Mapped[User] = relationship(lazy="raise", foreign_keys=a_id)
    b: Mapped[User] = relationship(lazy="raise", foreign_keys=b_id)
    department: Mapped[Department | None] = relationship(lazy="raise")
    dossier: Mapped[Dossier | None] = relationship(lazy="raise")
    repaid: Mapped[Decimal] = column_property(
        select(func.coalesce(func.sum(Repayment.principal), Decimal(0)))
        .where(Repayment.project_id == id)  # noqa: A003 - the column above
        .correlate_except(Repayment)
        .scalar_subquery()
    )
    settlement_checked_at: Mapped[datetime | None] = column_property(
        select(SettlementCheck.checked_at)
        .where(SettlementCheck.project_id == id)  # noqa: A003 - the column above
        .correlate_except(SettlementCheck)
        .scalar_subquery()
    )

    @property
    def has_handover(self) -> bool:
        """What ended before it was taken over lies in the archive as it was: nobody hands it over any more."""
        return self.imported_as is None or self.end_evidence_id is not None

    def is_transferor(self, user_id: int | None) -> bool:
        return user_id in (self.a_id, self.b_id)

    @property
    def outstanding(self) -> Decimal:
        """The principal still to come back, or still stood surety for; nothing before the end and after settlement."""
        return self.amount - self.repaid if self.state is ProjectState.ended else Decimal(0)


def _not_repaid(project: Project) -> str:
    """A loan is settled when it is paid back; a guarantee when its release is evidenced, whatever was paid (解保)."""
    if project.kind is ProjectKind.loan and project.outstanding > 0:
        return _("%(sum)s yuan are still outstanding. Enter the repayments first.", sum=f"{project.outstanding:,.2f}")
    return ""


def _repaid(project: Project) -> str:
    return "" if project.outstanding > 0 else _("Nothing is outstanding any more.")


def _checked(project: Project) -> str:
    return _("The settlement was checked already.") if project.settlement_checked_at is not None else ""


class ProjectWorkflow(Workflow):
    """Refuses in a sentence: what is possible when, and where the project stands."""

    def hindrance(self, thing: Project, name: str) -> str:
        step = self[name]
        if thing.state in step.sources:
            return step.hindrance(thing)
        return _(
            "“%(action)s” is possible while a project is: %(states)s. This one is: %(state)s.",
            action=step.title,
            states=" / ".join(str(PROJECT_STATE_TITLES[state]) for state in ProjectState if state in step.sources),
            state=PROJECT_STATE_TITLES[thing.state],
        )


S, P = ProjectState, Permission
WORKFLOW = ProjectWorkflow(
    edit=Step(sources={S.applied}, permission=P.credit_prepare, title=_l("Change the application")),
    approve=Step(sources={S.applied}, target=S.approved, permission=P.credit_approve, title=_l("Approve")),
    refuse=Step(sources={S.applied}, target=S.refused, permission=P.credit_approve, title=_l("Turn down")),
    withdraw=Step(
        sources={S.applied, S.approved},
        target=S.withdrawn,
        permission=P.credit_prepare,
        title=_l("Withdrawn by client"),
    ),
    secure=Step(
        sources={S.applied, S.approved, S.ended},
        permission=P.credit_prepare,
        title=_l("Enter guarantors, collateral and contracts"),
    ),
    release=Step(
        sources={S.applied, S.approved, S.ended, S.settled},
        permission=P.credit_approve,
        title=_l("Release guarantors and collateral"),
    ),
    end=Step(
        sources={S.approved}, target=S.ended, permission=P.credit_prepare, title=_l("Disburse or end the project")
    ),
    repay=Step(sources={S.ended}, permission=P.credit_prepare, title=_l("Enter a repayment"), hindrance=_repaid),
    reverse=Step(sources={S.ended}, permission=P.credit_prepare, title=_l("Take a repayment back")),
    settle=Step(
        sources={S.ended}, target=S.settled, permission=P.credit_prepare, title=_l("Settle"), hindrance=_not_repaid
    ),
    check_settlement=Step(
        sources={S.settled}, permission=P.credit_approve, title=_l("Confirm the settlement"), hindrance=_checked
    ),
    correct_end=Step(sources={S.ended, S.settled}, permission=P.credit_approve, title=_l("Correct the day of the end")),
    replace=Step(sources=set(S), permission=P.credit_approve, title=_l("Replace A or B")),
)
