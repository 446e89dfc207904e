"""A due moment in the hands of a clock, and the tasks that are paused."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, Moment

OPEN = text("ended_at IS NULL")


class Outcome(StrEnum):
    done = "done"
    failed = "failed"


OUTCOME_TITLES = {Outcome.done: _l("Done"), Outcome.failed: _l("Went wrong")}


class JobRun(Base):
    """A due moment of a task: whoever stores the row, or takes it over from one that died, does the work.

    A task has one open run at most, which somebody does or, when it was asked for, soon will. A moment that was asked
    for is due when it was.
    """

    __tablename__ = "job_run"
    __table_args__ = (
        UniqueConstraint("task", "due_at"),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(attempt = 0) = (started_at IS NULL)", name="started"),
        Index("uq_job_run_open", "task", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_job_run_task_id", "task", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str]
    due_at: Mapped[Moment]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_by: Mapped[str] = mapped_column(default="")  # "" when the clock came to it by itself
    host: Mapped[str] = mapped_column(default="")
    process: Mapped[int] = mapped_column(default=0)
    token: Mapped[str] = mapped_column(default="")  # the fence: only whoever's token stands here may write
    attempt: Mapped[int] = mapped_column(default=0)  # how often it was begun
    started_at: Mapped[Moment | None]  # of the last attempt, as the rest
    beat_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    milliseconds: Mapped[int | None]
    outcome: Mapped[Outcome | None]
    answer: Mapped[str] = mapped_column(default="")  # how many, or a few words; a failure's kind. Of no person

    @property
    def took(self) -> timedelta | None:
        return None if self.milliseconds is None else timedelta(milliseconds=self.milliseconds)


class TaskPause(Base):
    """While the row stands the clock leaves the task alone. When and why it was set and ended, the log keeps."""

    __tablename__ = "task_pause"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)
    task: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    paused_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    paused_by: Mapped[str]
    paused_at: Mapped[Moment]
