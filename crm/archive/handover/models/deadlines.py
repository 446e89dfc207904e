"""Due dates as they were reckoned, whom they were brought to mind, and postponements (L-17, L-18, A-02 to A-05)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned, append_only
from crm.workflow import Step, Workflow


class Clock(StrEnum):
    a = "a"  # A to B: 3 working days from the project's end
    b = "b"  # B to the archive room: 2 working days from the receipt
    total = "total"  # 5 working days from the project's end, reported apart


CLOCK_TITLES = {Clock.a: _l("A to B"), Clock.b: _l("B to the archive room"), Clock.total: _l("Altogether")}


class Cause(StrEnum):
    """What a due date came about by."""

    start = "start"
    postponement = "postponement"
    notice = "notice"
    end_correction = "end_correction"


CAUSE_TITLES = {
    Cause.start: _l("Start of the clock"),
    Cause.postponement: _l("Postponed"),
    Cause.notice: _l("Holiday notice"),
    Cause.end_correction: _l("The project's end was corrected"),
}


class Deadline(Base):
    """A due date, by which calendar, firm or provisional (I12); the newest of each clock holds.

    `due_on` is the `days`th working day after `starts_on` (day 0 not counted), or later by a postponement.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        CheckConstraint("due_on > starts_on", name="order"),
        CheckConstraint("cause <> 'postponement' OR postponement_id IS NOT NULL", name="postponed"),
        Index("ix_deadline_handover_id", "handover_id", "clock", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"))
    clock: Mapped[Clock]
    starts_on: Mapped[date]
    days: Mapped[int]
    due_on: Mapped[date]
    provisional: Mapped[bool]
    calendar_version: Mapped[int]
    cause: Mapped[Cause]
    postponement_id: Mapped[int | None] = mapped_column(ForeignKey("postponement.id"))
    reckoned_at: Mapped[Moment]


class ReminderKind(StrEnum):
    before = "before"
    after = "after"


class DeadlineReminder(Base):
    """Brought to mind, once: whoever stores the row rings the bell."""

    __tablename__ = "deadline_reminder"
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"), primary_key=True)
    kind: Mapped[ReminderKind] = mapped_column(primary_key=True)
    told_at: Mapped[Moment]


class AskState(StrEnum):
    asked = "asked"
    approved = "approved"
    refused = "refused"


ASK_TITLES = {AskState.asked: _l("Asked for"), AskState.approved: _l("Approved"), AskState.refused: _l("Turned down")}
POSTPONING = Workflow(
    approve=Step(
        sources={AskState.asked}, target=AskState.approved, permission=Permission.archive_approve, title=_l("Approve")
    ),
    refuse=Step(
        sources={AskState.asked},
        target=AskState.refused,
        permission=Permission.archive_approve,
        title=_l("Do not approve"),
    ),
)


class Postponement(Versioned, Base):
    """Asked for with a reason, approved by rank; asked for after the due date it stays marked 逾期后补批 (L-18).

    The database refuses the asker, A, B and the receiving archivist as who decides, and any change once decided.
    `a_id` and `b_id` were A and B when it was asked for.
    """

    __tablename__ = "postponement"
    __table_args__ = (
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="two_people"),
        CheckConstraint("(state = 'asked') = (decided_by_id IS NULL)", name="decided"),
        CheckConstraint("new_due > old_due", name="later"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("clock <> 'total'", name="clock"),
        CheckConstraint("a_id <> b_id", name="a_and_b"),
        CheckConstraint("asked_by_id = CASE clock WHEN 'a' THEN a_id ELSE b_id END", name="asked_by_owner"),
        CheckConstraint("decided_by_id NOT IN (a_id, b_id)", name="decided_above"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), index=True)
    clock: Mapped[Clock]
    reason: Mapped[str]
    old_due: Mapped[date]
    new_due: Mapped[date]
    after_due: Mapped[bool]
    state: Mapped[AskState]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[Moment]
    a_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    b_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Moment | None]
    decision: Mapped[str] = mapped_column(default="")

    asked_by: Mapped[User] = relationship(lazy="raise", foreign_keys=asked_by_id)
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=decided_by_id)


for grows in (Deadline, DeadlineReminder):
    append_only(grows)
