"""What was decided about a project, and what was put right afterwards: facts that only grow."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import User
from crm.db import Base, Moment, append_only


class Verdict(StrEnum):
    approved = "approved"
    refused = "refused"
    withdrawn = "withdrawn"


VERDICT_TITLES = {
    Verdict.approved: _l("Approved"),
    Verdict.refused: _l("Turned down"),
    Verdict.withdrawn: _l("Withdrawn"),
}


class Decision(Base):
    """The meeting's resolution, or the client's withdrawal. `a_id` and `b_id` were A and B then: neither approves."""

    __tablename__ = "project_decision"
    __table_args__ = (
        CheckConstraint("a_id <> b_id", name="a_and_b"),
        CheckConstraint("approver_id IS NULL OR approver_id NOT IN (a_id, b_id)", name="two_people"),
        CheckConstraint(
            "verdict = 'withdrawn' OR (approver_id IS NOT NULL AND resolution_no <> '')", name="resolution"
        ),
        CheckConstraint("verdict = 'approved' OR reason <> ''", name="reason"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    verdict: Mapped[Verdict]
    decided_on: Mapped[date]
    resolution_no: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    a_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    b_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    evidence_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]

    approver: Mapped[User | None] = relationship(lazy="raise", foreign_keys=approver_id)


class Role(StrEnum):
    a = "a"
    b = "b"


ROLE_TITLES = {Role.a: _l("A (project manager)"), Role.b: _l("B (second project manager)")}


class RoleChange(Base):
    """A or B was replaced, with what was handed over."""

    __tablename__ = "role_change"
    __table_args__ = (
        CheckConstraint("from_id <> to_id", name="two_people"),
        CheckConstraint("role IN ('a', 'b')", name="role"),
        CheckConstraint("reason <> '' AND handed_over <> ''", name="said"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    role: Mapped[Role]
    from_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str]
    handed_over: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[Moment]

    former: Mapped[User] = relationship(lazy="raise", foreign_keys=from_id)
    successor: Mapped[User] = relationship(lazy="raise", foreign_keys=to_id)


class EndCorrection(Base):
    """The project's end was given wrongly: due dates are reckoned anew, with this trail (L-16)."""

    __tablename__ = "end_correction"
    __table_args__ = (CheckConstraint("old <> new AND reason <> ''", name="said"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    old: Mapped[date]
    new: Mapped[date]
    reason: Mapped[str]
    evidence_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    corrected_by: Mapped[str]
    corrected_at: Mapped[Moment]


class SettlementCheck(Base):
    """A manager who is neither A nor B has held the settlement against its paper: only then its documents go back.

    `evidence_id` of what was taken over from a register without a paper.
    """

    __tablename__ = "settlement_check"
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True)
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    checked_by: Mapped[str]
    checked_at: Mapped[Moment]


for grows in (Decision, RoleChange, EndCorrection, SettlementCheck):
    append_only(grows)
