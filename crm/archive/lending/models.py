"""A slip, its lines, and everything that happens to it; title documents are never on one (A-13)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.archive.dossiers.models import Dossier, Item
from crm.auth.models import Department, User
from crm.db import Base, Moment, Versioned, append_only
from crm.numbering import Number
from crm.steps.models import StepRow


class SlipKind(StrEnum):
    staff = "staff"  # approved by the chairman, the general manager or the supervising deputy (L-33)
    direct = "direct"  # of those three ranks themselves (L-32)


SLIP_KIND_TITLES = {SlipKind.staff: _l("With approval"), SlipKind.direct: _l("Direct, by rank")}


class SlipForm(StrEnum):
    paper = "paper"
    digital = "digital"


SLIP_FORM_TITLES = {SlipForm.paper: _l("The paper itself"), SlipForm.digital: _l("To read a digital copy")}


class SlipState(StrEnum):
    """What is on the slip is out from `issued`, not before: a draft keeps nothing from others."""

    draft = "draft"
    submitted = "submitted"
    approved = "approved"  # of a direct slip: handed in, nobody approves it
    rejected = "rejected"
    issued = "issued"  # the digital copy: open to be read
    partly_returned = "partly_returned"
    returned = "returned"
    verified = "verified"
    closed = "closed"  # back in its place, or the copy's time is over
    cancelled = "cancelled"


SLIP_TITLES = {
    SlipState.draft: _l("Draft"),
    SlipState.submitted: _l("Waits for approval"),
    SlipState.approved: _l("To be issued"),
    SlipState.rejected: _l("Turned down"),
    SlipState.issued: _l("Lent"),
    SlipState.partly_returned: _l("Partly returned"),
    SlipState.returned: _l("Returned, to be checked"),
    SlipState.verified: _l("Checked, to be put back"),
    SlipState.closed: _l("Closed"),
    SlipState.cancelled: _l("Cancelled"),
}
OUT = (SlipState.issued, SlipState.partly_returned)
OPEN = (*OUT, SlipState.returned, SlipState.verified)


class LendingSlip(Versioned, Base):
    """`due_on`: the day by which everything is back, as last approved."""

    __tablename__ = "lending_slip"
    __table_args__ = (
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> borrower_id", name="not_oneself"),
        CheckConstraint(
            "kind = 'direct' OR state IN ('draft', 'submitted', 'cancelled') OR decided_by_id IS NOT NULL",
            name="decided",
        ),
        CheckConstraint("kind = 'staff' OR decided_by_id IS NULL", name="direct"),
        CheckConstraint(
            "state NOT IN ('issued', 'partly_returned', 'returned', 'verified') OR issued_at IS NOT NULL",
            name="issued",
        ),
        CheckConstraint("issued_by_id IS NULL OR form = 'digital' OR issued_by_id <> borrower_id", name="two_people"),
        CheckConstraint("state NOT IN ('rejected', 'cancelled') OR decision <> ''", name="reason"),
        Index("ix_lending_slip_state_due_on", "state", "due_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"), unique=True)
    kind: Mapped[SlipKind]
    form: Mapped[SlipForm]
    state: Mapped[SlipState]
    borrower_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    purpose: Mapped[str]  # of PURPOSES
    reason: Mapped[str]
    due_on: Mapped[date]
    entered_at: Mapped[Moment]
    submitted_at: Mapped[Moment | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Moment | None]
    decision: Mapped[str] = mapped_column(default="")
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    issued_at: Mapped[Moment | None]
    recalled_at: Mapped[Moment | None]
    recall_reason: Mapped[str] = mapped_column(default="")
    returned_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]

    number: Mapped[Number] = relationship(lazy="joined", innerjoin=True)
    borrower: Mapped[User] = relationship(lazy="raise", foreign_keys=borrower_id)
    department: Mapped[Department | None] = relationship(lazy="raise")
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=decided_by_id)
    issued_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=issued_by_id)
    lines: Mapped[list[SlipLine]] = relationship(lazy="raise", order_by="SlipLine.id", viewonly=True)


class SlipLine(Base):
    """A document on a slip, with the pages it had at issue (I6). `out`: it is with the borrower or on its way back;
    of one document one line is."""

    __tablename__ = "slip_line"
    __table_args__ = (
        UniqueConstraint("slip_id", "item_id"),
        CheckConstraint("0 <= returned_pages AND returned_pages <= issued_pages", name="pages"),
        Index("uq_slip_line_out", "item_id", unique=True, sqlite_where=text("out"), postgresql_where=text("out")),
        Index("ix_slip_line_dossier_id", "dossier_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    slip_id: Mapped[int] = mapped_column(ForeignKey("lending_slip.id"))
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("dossier_item.id"))
    issued_pages: Mapped[int] = mapped_column(default=0)
    returned_pages: Mapped[int] = mapped_column(default=0)
    out: Mapped[bool] = mapped_column(default=False)
    back_at: Mapped[Moment | None]

    dossier: Mapped[Dossier] = relationship(lazy="raise")
    item: Mapped[Item] = relationship(lazy="raise")


class SlipStep(StepRow, Base):
    """Each step of a slip, who took it and why."""

    __tablename__ = "slip_step"
    __table_args__ = (Index("ix_slip_step_slip_id", "slip_id"), UniqueConstraint("key"))
    slip_id: Mapped[int] = mapped_column(ForeignKey("lending_slip.id"))


class SlipReturn(Base):
    """Pages of a line that came back, as the archivist counted them in the borrower's presence."""

    __tablename__ = "slip_return"
    __table_args__ = (
        CheckConstraint("pages >= 1", name="pages"),
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


EXTENSION_TITLES = {
    ExtensionState.asked: _l("Waits for approval"),
    ExtensionState.approved: _l("Approved"),
    ExtensionState.refused: _l("Turned down"),
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


class LendingIncidentKind(StrEnum):
    shortage = "shortage"
    damage = "damage"


LENDING_INCIDENT_TITLES = {
    LendingIncidentKind.shortage: _l("Pages are missing"),
    LendingIncidentKind.damage: _l("Damaged"),
}


class LendingIncident(Versioned, Base):
    """While it is open the slip stays open (L-36)."""

    __tablename__ = "lending_incident"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (result = '')", name="closed"),
        Index(
            "uq_lending_incident_open",
            "line_id",
            "kind",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_lending_incident_closed_at", "closed_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"), unique=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("slip_line.id"), index=True)
    kind: Mapped[LendingIncidentKind]
    pages: Mapped[int]  # missing or damaged
    description: Mapped[str]
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reported_by: Mapped[str]
    reported_at: Mapped[Moment]
    result: Mapped[str] = mapped_column(default="")
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_by: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[Moment | None]

    number: Mapped[Number] = relationship(lazy="joined", innerjoin=True)
    line: Mapped[SlipLine] = relationship(lazy="raise")


for grows in (SlipStep, SlipReturn, SlipCheck, SlipReminder):
    append_only(grows)
