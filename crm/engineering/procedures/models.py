"""A procedure, its versions with the one table of what can be done with them, and who has read which."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned, append_only
from crm.engineering.trades import Trade
from crm.files.models import Upload
from crm.properties.models import Estate
from crm.steps.models import StepRow
from crm.workflow import Step, TitledWorkflow

ADDRESS = "/engineering/procedures/{}"  # of a procedure's page; reminders are made where `url_for` has no request
COMPANY = text("estate_id IS NULL")


class ProcedureState(StrEnum):
    draft = "draft"
    submitted = "submitted"
    approved = "approved"  # its day has not come yet
    in_force = "in_force"
    superseded = "superseded"
    withdrawn = "withdrawn"
    dropped = "dropped"


S, P = ProcedureState, Permission
STATE_TITLES = {
    S.draft: _l("Draft"),
    S.submitted: _l("Waits for a decision"),
    S.approved: _l("Comes into force"),
    S.in_force: _l("In force"),
    S.superseded: _l("Superseded"),
    S.withdrawn: _l("Withdrawn from use"),
    S.dropped: _l("Dropped"),
}
STATE_TONES = {
    S.draft: "grey",
    S.submitted: "orange",
    S.approved: "purple",
    S.in_force: "green",
    S.superseded: "grey",
    S.withdrawn: "red",
    S.dropped: "grey",
}
IN_WORK = (S.draft, S.submitted)
DECIDED = (S.approved, S.in_force, S.superseded, S.withdrawn)
ENDED = (S.superseded, S.withdrawn, S.dropped)


class Procedure(Versioned, Base):
    """作业程序. No estate: the whole company's. `trade`: whose work it is, where it is one trade's."""

    __tablename__ = "procedure"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("number <> '' AND title <> ''", name="named"),
        Index("uq_procedure_number", "estate_id", "number", unique=True),
        Index("uq_procedure_company", "number", unique=True, sqlite_where=COMPANY, postgresql_where=COMPANY),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int | None] = mapped_column(ForeignKey("estate.id"))
    number: Mapped[str]
    title: Mapped[str]
    trade: Mapped[Trade | None]
    about_units: Mapped[bool] = mapped_column(default=False)  # it tells how to work in a unit
    key: Mapped[str | None]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]

    estate: Mapped[Estate | None] = relationship(lazy="raise")


FORCE, WAITS = text("state = 'in_force'"), text("state = 'approved'")
WORK = text("state IN ('draft', 'submitted')")


class ProcedureVersion(Versioned, Base):
    """What it says: text, a file, or both. `review_by`: by when somebody looks whether it is still right.

    `valid_from`, `valid_until`: half-open, the days on which it was in force. Of a procedure one version is in force,
    one is being written and one waits for its day.
    """

    __tablename__ = "procedure_version"
    __table_args__ = (
        UniqueConstraint("procedure_id", "position"),
        UniqueConstraint("key"),
        CheckConstraint("text <> '' OR upload_id IS NOT NULL", name="content"),
        CheckConstraint(
            "state NOT IN ('approved', 'in_force', 'superseded', 'withdrawn') OR "
            "(valid_from IS NOT NULL AND decided_at IS NOT NULL)",
            name="decided",
        ),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> author_id", name="two_people"),
        CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="period"),
        Index("uq_procedure_version_force", "procedure_id", unique=True, sqlite_where=FORCE, postgresql_where=FORCE),
        Index("uq_procedure_version_waits", "procedure_id", unique=True, sqlite_where=WAITS, postgresql_where=WAITS),
        Index("uq_procedure_version_work", "procedure_id", unique=True, sqlite_where=WORK, postgresql_where=WORK),
        Index("ix_procedure_version_review_by", "review_by", sqlite_where=FORCE, postgresql_where=FORCE),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"))
    position: Mapped[int]
    state: Mapped[ProcedureState]
    text: Mapped[str] = mapped_column(default="")
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    changes: Mapped[str] = mapped_column(default="")
    review_by: Mapped[date]
    key: Mapped[str | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    author: Mapped[str]
    written_at: Mapped[Moment]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[Moment | None]
    warned_on: Mapped[date | None]  # whoever keeps procedures was told that it is to be reviewed

    procedure: Mapped[Procedure] = relationship(lazy="raise")
    upload: Mapped[Upload | None] = relationship(lazy="raise")

    @property
    def number(self) -> str:
        """With the procedure loaded: ZY-03 V2."""
        return f"{self.procedure.number} V{self.position}"


class ProcedureStep(StepRow, Base):
    __tablename__ = "procedure_step"
    __table_args__ = (UniqueConstraint("key"), Index("ix_procedure_step_version_id", "version_id", "id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("procedure_version.id"))
    from_state: Mapped[ProcedureState | None]
    to_state: Mapped[ProcedureState]


class ProcedureReading(Base):
    """Somebody says that they have read the version; each person once."""

    __tablename__ = "procedure_reading"
    __table_args__ = (UniqueConstraint("version_id", "user_id"), Index("ix_procedure_reading_user_id", "user_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("procedure_version.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    read_by: Mapped[str]
    read_at: Mapped[Moment]

    user: Mapped[User] = relationship(lazy="raise")


for grows in (ProcedureStep, ProcedureReading):
    append_only(grows)


def _step(sources: Any, target: ProcedureState | None, permission: Permission, title: Any) -> Step:
    return Step(sources=frozenset(sources), target=target, permission=permission, title=title)


WORKFLOW = TitledWorkflow(
    STATE_TITLES,
    change=_step((S.draft,), None, P.engineering_keep, _l("Change the draft")),
    hand_in=_step((S.draft,), S.submitted, P.engineering_keep, _l("Hand in for a decision")),
    send_back=_step((S.submitted,), S.draft, P.engineering_decide, _l("Send back to the author")),
    approve=_step((S.submitted,), S.approved, P.engineering_decide, _l("Bring into force")),
    enter=_step((S.approved,), S.in_force, P.engineering_decide, _l("In force from today")),
    supersede=_step((S.in_force,), S.superseded, P.engineering_decide, _l("Superseded by the next version")),
    confirm=_step((S.in_force,), None, P.engineering_decide, _l("Reviewed: still right")),
    withdraw=_step((S.approved, S.in_force), S.withdrawn, P.engineering_decide, _l("Withdraw from use")),
    drop=_step(IN_WORK, S.dropped, P.engineering_keep, _l("Drop the draft")),
)
