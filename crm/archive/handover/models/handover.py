"""A hand-over, where it stands, and every step of its path."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.archive.credit.models import Project
from crm.archive.dossiers.models import Dossier
from crm.auth.models import User
from crm.db import Base, Moment, Versioned, append_only

ADDRESS = "/archive/handover/{}"  # of a hand-over's page; the bell is rung where `url_for` has no request


class HandoverState(StrEnum):
    preparing = "preparing"
    with_b = "with_b"
    supplementing = "supplementing"
    coded = "coded"
    checking = "checking"  # submitted: the archivist has it
    filed = "filed"


STATE_TITLES = {
    HandoverState.preparing: _l("A prepares"),
    HandoverState.with_b: _l("B audits"),
    HandoverState.supplementing: _l("Being supplemented"),
    HandoverState.coded: _l("Coded, to be submitted"),
    HandoverState.checking: _l("The archivist checks"),
    HandoverState.filed: _l("Filed"),
}


class Party(StrEnum):
    """The three who sign."""

    a = "a"
    b = "b"
    archivist = "archivist"


PARTY_TITLES = {Party.a: _l("A"), Party.b: _l("B"), Party.archivist: _l("Archivist")}


class Handover(Versioned, Base):
    """One for each sealed dossier. Who A and B are today, the project says.

    `archivist_id` is who received it; the database refuses there whoever is or was A or B or decided about it, and
    `filed` without three signatures.
    """

    __tablename__ = "handover"
    __table_args__ = (
        CheckConstraint("state <> 'filed' OR archivist_id IS NOT NULL", name="received"),
        Index("ix_handover_state", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), unique=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), unique=True)
    state: Mapped[HandoverState]
    opened_at: Mapped[Moment]
    archivist_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    project: Mapped[Project] = relationship(lazy="raise")
    dossier: Mapped[Dossier] = relationship(lazy="raise")
    archivist: Mapped[User | None] = relationship(lazy="raise")


class HandoverStep(Base):
    """A step of the path with who took it, when and why: the times both clocks are judged by."""

    __tablename__ = "handover_step"
    __table_args__ = (Index("ix_handover_step_handover_id", "handover_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"))
    action: Mapped[str]
    source: Mapped[HandoverState]
    target: Mapped[HandoverState]
    reason: Mapped[str] = mapped_column(default="")
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    taken_at: Mapped[Moment]

    taken_by: Mapped[User] = relationship(lazy="raise")


append_only(HandoverStep)
