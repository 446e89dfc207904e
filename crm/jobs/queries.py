"""Which work is open, and whose jobs somebody sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import g
from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import aliased

from crm.auth.permissions import Permission
from crm.db import session
from crm.jobs.models import ChunkState, Held, Job, JobChunk, JobState

OPEN_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Task:
    """Something a runner may take: a chunk, or the job itself, to plan it or to finish it."""

    job_id: int
    chunk_id: int | None = None


def open_tasks(now: datetime, limit: int = OPEN_AT_ONCE) -> list[Task]:
    """What nobody holds: whole jobs first, then chunks of the jobs that have the fewest runners."""
    whole = select(Job.id).where(to_plan_or_finish(), free(Job, now)).order_by(Job.id).limit(limit)
    chunks = (
        select(JobChunk.job_id, JobChunk.id)
        .join(Job, Job.id == JobChunk.job_id)
        .where(Job.state == JobState.running, to_work(), free(JobChunk, now))
        .order_by(_runners_of_job(now), JobChunk.job_id, JobChunk.position)
        .limit(limit)
    )
    tasks = [Task(job_id) for job_id in session().scalars(whole)]
    return tasks + [Task(job_id, chunk_id) for job_id, chunk_id in session().execute(chunks)]


def free(row: type[Held], now: datetime) -> ColumnElement[bool]:
    return or_(row.leased_until.is_(None), row.leased_until <= now)


def to_plan_or_finish() -> ColumnElement[bool]:
    left = select(JobChunk.id).where(JobChunk.job_id == Job.id, to_work()).exists()
    return or_(Job.state == JobState.waiting, (Job.state == JobState.running) & ~left)


def to_work() -> ColumnElement[bool]:
    return JobChunk.state.in_((ChunkState.waiting, ChunkState.running))


def _runners_of_job(now: datetime) -> ColumnElement[int]:
    other = aliased(JobChunk)
    held = select(func.count()).where(
        other.job_id == JobChunk.job_id, other.state == ChunkState.running, other.leased_until > now
    )
    return held.scalar_subquery()


def find_job(job_id: int) -> Job | None:
    """One's own, or anybody's for whoever oversees the background work."""
    return session().scalars(select(Job).where(Job.id == job_id, _seen())).one_or_none()


def find_asked(key: str) -> Job | None:
    """What was asked for under this key, whoever asked."""
    return session().scalars(select(Job).filter_by(key=key)).one_or_none()


def jobs() -> Select[Job]:
    """Newest first."""
    return select(Job).where(_seen()).order_by(Job.id.desc())


def _seen() -> ColumnElement[bool]:
    return true() if g.actor.may(Permission.job_oversee) else Job.user_id == g.actor.user_id
