"""Clients and their projects. Money facts and changes of A and B only grow; a wrong one is set right by another."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.archive.dossiers.models import Dossier
from crm.auth.models import Department, User
from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned, append_only
from crm.money import Money, Percent
from crm.workflow import Step, Workflow


class ClientKind(StrEnum):
    person = "person"
    company = "company"


CLIENT_TITLES = {ClientKind.person: _l("Person"), ClientKind.company: _l("Company")}


class Client(Versioned, Base):
    """Who borrows, or for whom the company stands surety. A person's ID number is sealed, with a blind index."""

    __tablename__ = "client"
    __table_args__ = (Index("ix_client_id_index", "id_index"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ClientKind]
    name: Mapped[str] = mapped_column(index=True)
    credit_code: Mapped[str] = mapped_column(default="")
    legal_representative: Mapped[str] = mapped_column(default="")
    id_sealed: Mapped[bytes | None]
    id_index: Mapped[str | None]
    id_masked: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")


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
    ProjectState.ended: _l("Disbursed or ended"),
    ProjectState.settled: _l("Settled"),
    ProjectState.refused: _l("Refused"),
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


class Project(Versioned, Base):
    """`a_id` and `b_id` are today's A and B; who they were before stands in `RoleChange` (L-06)."""

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("a_id <> b_id", name="two_people"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("state NOT IN ('ended', 'settled') OR (ends_on IS NOT NULL AND basis IS NOT NULL)", name="end"),
        CheckConstraint("(state = 'settled') = (settled_on IS NOT NULL)", name="settled"),
        Index("ix_project_state_ends_on", "state", "ends_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ProjectKind]
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    title: Mapped[str] = mapped_column(index=True)
    amount: Mapped[Money]
    term_months: Mapped[int]
    rate: Mapped[Percent]  # per cent a year: interest, or the guarantee's fee
    purpose: Mapped[str] = mapped_column(default="")
    applied_on: Mapped[date]
    approved_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    basis: Mapped[EndBasis | None]
    end_evidence_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    end_remark: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]  # when the loan is to be paid back, the guarantee to end
    settled_on: Mapped[date | None]
    settled_evidence_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    state: Mapped[ProjectState]
    a_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    b_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"), unique=True)
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]

    client: Mapped[Client] = relationship(lazy="raise")
    a: Mapped[User] = relationship(lazy="raise", foreign_keys=a_id)
    b: Mapped[User] = relationship(lazy="raise", foreign_keys=b_id)
    department: Mapped[Department | None] = relationship(lazy="raise")
    dossier: Mapped[Dossier | None] = relationship(lazy="raise")

    def is_transferor(self, user_id: int | None) -> bool:
        return user_id in (self.a_id, self.b_id)


P = Permission
WORKFLOW = Workflow(
    approve=Step(sources={ProjectState.applied}, target=ProjectState.approved, permission=P.credit_prepare),
    refuse=Step(sources={ProjectState.applied}, target=ProjectState.refused, permission=P.credit_prepare),
    withdraw=Step(
        sources={ProjectState.applied, ProjectState.approved},
        target=ProjectState.withdrawn,
        permission=P.credit_prepare,
    ),
    end=Step(sources={ProjectState.approved}, target=ProjectState.ended, permission=P.credit_prepare),
    settle=Step(sources={ProjectState.ended}, target=ProjectState.settled, permission=P.credit_prepare),
)


class RoleChange(Base):
    """A or B was replaced, with what was handed over."""

    __tablename__ = "role_change"
    __table_args__ = (CheckConstraint("from_id <> to_id", name="two_people"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    role: Mapped[str]  # "a" or "b"
    from_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str]
    handed_over: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[Moment]


class EndCorrection(Base):
    """The project's end was given wrongly: due dates are reckoned anew, with this trail (L-16)."""

    __tablename__ = "end_correction"
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    old: Mapped[date]
    new: Mapped[date]
    reason: Mapped[str]
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    corrected_by: Mapped[str]
    corrected_at: Mapped[Moment]


class Guarantor(Base):
    __tablename__ = "guarantor"
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[ClientKind]
    name: Mapped[str]
    amount: Mapped[Money | None]
    note: Mapped[str] = mapped_column(default="")
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]


class CollateralKind(StrEnum):
    real_estate = "real_estate"
    land = "land"
    vehicle = "vehicle"
    equipment = "equipment"
    shares = "shares"
    receivables = "receivables"
    other = "other"


COLLATERAL_TITLES = {
    CollateralKind.real_estate: _l("Real estate"),
    CollateralKind.land: _l("Land use right"),
    CollateralKind.vehicle: _l("Vehicle"),
    CollateralKind.equipment: _l("Equipment and goods"),
    CollateralKind.shares: _l("Shares"),
    CollateralKind.receivables: _l("Receivables"),
    CollateralKind.other: _l("Other"),
}


class Collateral(Base):
    __tablename__ = "collateral"
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[CollateralKind]
    description: Mapped[str]
    owner: Mapped[str]
    certificate_no: Mapped[str] = mapped_column(default="")
    value: Mapped[Money | None]
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]


class Contract(Base):
    """A contract of the project; its number in the archive is derived from the dossier's when that is filed (L-21)."""

    __tablename__ = "contract"
    __table_args__ = (UniqueConstraint("project_id", "original_no"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    title: Mapped[str]
    original_no: Mapped[str]
    parties: Mapped[str] = mapped_column(default="")
    signed_on: Mapped[date | None]
    amount: Mapped[Money | None]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("dossier_item.id"), unique=True)
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]


class Repayment(Base):
    """Money that came back, or a guarantee called and repaid; a wrong one is taken back by a row with the opposite
    sign that points to it."""

    __tablename__ = "repayment"
    __table_args__ = (CheckConstraint("principal <> 0 OR interest <> 0", name="amount"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    paid_on: Mapped[date]
    principal: Mapped[Money]
    interest: Mapped[Money]
    note: Mapped[str] = mapped_column(default="")
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("repayment.id"), unique=True)
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]


for grows in (RoleChange, EndCorrection, Repayment):
    append_only(grows)
