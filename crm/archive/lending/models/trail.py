"""What comes back of a slip, how it was found, more time, reminders, and what went wrong."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.archive.lending.models.slip import LendingSlip, SlipLine
from crm.auth.models import User
from crm.db import Base, Moment, Versioned, append_only


class SlipReturn(Base):
    """Pages of a line that came back, as the archivist counted them; below nought what a later count took off."""

    __tablename__ = "slip_return"
    __table_args__ = (
        CheckConstraint("pages <> 0", name="pages"),
        Index("ix_slip_return_line_id", "line_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("slip_line.id"))
    pages: Mapped[int]
    received_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    received_by: Mapped[str]
    received_at: Mapped[Moment]


class SlipCheck(Base):
    """A returned line gone through page by page; the newest counts (L-36)."""

    __tablename__ = "slip_check"
    __table_args__ = (Index("ix_slip_check_line_id", "line_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("slip_line.id"))
    pages: Mapped[int]
    whole: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    checked_by: Mapped[str]
    checked_at: Mapped[Moment]


class ExtensionState(StrEnum):
    asked = "asked"
    approved = "approved"
    refused = "refused"
    lapsed = "lapsed"  # everything came back before anybody decided


EXTENSION_TITLES = {
    ExtensionState.asked: _l("Waits for approval"),
    ExtensionState.approved: _l("Approved"),
    ExtensionState.refused: _l("Turned down"),
    ExtensionState.lapsed: _l("Over with the return"),
}


class SlipExtension(Versioned, Base):
    """More days, approved anew (L-35); those of a direct slip are taken by the borrower's rank and noted."""

    __tablename__ = "slip_extension"
    __table_args__ = (
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="not_oneself"),
        CheckConstraint("new_due > old_due", name="later"),
        Index(
            "uq_slip_extension_asked",
            "slip_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    slip_id: Mapped[int] = mapped_column(ForeignKey("lending_slip.id"), index=True)
    old_due: Mapped[date]
    new_due: Mapped[date]
    reason: Mapped[str]
    state: Mapped[ExtensionState]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[Moment]
    late: Mapped[bool]  # asked for after the day had passed
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Moment | None]
    decision: Mapped[str] = mapped_column(default="")

    slip: Mapped[LendingSlip] = relationship(lazy="raise")
    asked_by: Mapped[User] = relationship(lazy="raise", foreign_keys=asked_by_id)
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=decided_by_id)


class SlipReminder(Base):
    """That somebody was told a slip is due or overdue: once a day and person."""

    __tablename__ = "slip_reminder"
    __table_args__ = (UniqueConstraint("slip_id", "user_id", "day"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    slip_id: Mapped[int] = mapped_column(ForeignKey("lending_slip.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    day: Mapped[date]
    escalated: Mapped[bool]
    told_at: Mapped[Moment]


DAMAGED = text("kind = 'damage' AND closed_at IS NULL")


class LendingIncidentKind(StrEnum):
    shortage = "shortage"
    damage = "damage"


LENDING_INCIDENT_TITLES = {
    LendingIncidentKind.shortage: _l("Pages are missing"),
    LendingIncidentKind.damage: _l("Damaged"),
}


class IncidentOutcome(StrEnum):
    """Of missing pages."""

    found = "found"
    replaced = "replaced"
    lost = "lost"


INCIDENT_OUTCOME_TITLES = {
    IncidentOutcome.found: _l("Everything was found"),
    IncidentOutcome.replaced: _l("A copy lies in their place"),
    IncidentOutcome.lost: _l("Lost for good"),
}


class LendingIncident(Versioned, Base):
    """While it is open the slip stays open (L-36). Whoever reported it does not close it."""

    __tablename__ = "lending_incident"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (result = '')", name="closed"),
        CheckConstraint("(outcome IS NOT NULL) = (closed_at IS NOT NULL AND kind = 'shortage')", name="outcome"),
        CheckConstraint("closed_by_id IS NULL OR closed_by_id <> reported_by_id", name="two_people"),
        Index("uq_lending_incident_damage", "line_id", unique=True, sqlite_where=DAMAGED, postgresql_where=DAMAGED),
        Index("ix_lending_incident_closed_at", "closed_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"), unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("slip_line.id"), index=True)
    kind: Mapped[LendingIncidentKind]
    pages: Mapped[int]  # missing or damaged
    description: Mapped[str]
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reported_by: Mapped[str]
    reported_at: Mapped[Moment]
    result: Mapped[str] = mapped_column(default="")
    outcome: Mapped[IncidentOutcome | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_by: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[Moment | None]

    line: Mapped[SlipLine] = relationship(lazy="raise")


for grows in (SlipReturn, SlipCheck, SlipReminder):
    append_only(grows)
