"""A job, its chunks, and who holds them until when."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment


class JobState(StrEnum):
    waiting = "waiting"
    running = "running"
    done = "done"
    failed = "failed"
    cancelled = "cancelled"


STATE_TITLES = {
    JobState.waiting: _l("Waiting"),
    JobState.running: _l("Running"),
    JobState.done: _l("Finished"),
    JobState.failed: _l("Failed"),
    JobState.cancelled: _l("Cancelled"),
}


class ChunkState(StrEnum):
    waiting = "waiting"
    running = "running"
    done = "done"


class Held:
    """A row that one runner at a time holds on a lease."""

    runner: Mapped[str] = mapped_column(default="")  # the fence: only whoever's token stands here may write
    leased_until: Mapped[Moment | None]
    attempts: Mapped[int] = mapped_column(default=0)  # since the work last got further


class Job(Held, Base):
    """What is to be done, for whom, how far it is, what came of it. `key` makes asking twice the same as once.

    A runner holds the job itself only while planning or finishing it.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("done >= 0 AND total >= 0", name="progress"),
        Index("ix_job_state_id", "state", "id"),
        Index("ix_job_user_id_id", "user_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str]  # in the asking person's language
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    key: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[JobState] = mapped_column(default=JobState.waiting)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # None: the system or command line
    actor_name: Mapped[str]
    estate_id: Mapped[int | None] = mapped_column(ForeignKey("estate.id"))
    total: Mapped[int] = mapped_column(default=0)  # steps of work over all chunks; 0 while nobody knows
    done: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    result_url: Mapped[str] = mapped_column(default="")  # the page that shows what came of it
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))  # the file that came of it
    asked_at: Mapped[Moment]
    started_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]

    chunks: Mapped[list[JobChunk]] = relationship(lazy="raise", order_by="JobChunk.position", back_populates="job")

    @property
    def ended(self) -> bool:
        return self.state in (JobState.done, JobState.failed, JobState.cancelled)


class JobChunk(Held, Base):
    """A part that one runner does at a time. `place` is where the work stood at its last commit."""

    __tablename__ = "job_chunk"
    __table_args__ = (
        UniqueConstraint("job_id", "position"),
        Index("ix_job_chunk_state_leased_until", "state", "leased_until"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    position: Mapped[int]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    place: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[ChunkState] = mapped_column(default=ChunkState.waiting)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    job: Mapped[Job] = relationship(lazy="raise", back_populates="chunks")
