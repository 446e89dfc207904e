"""A task in the hands of one runner: taken by a conditional UPDATE, kept by a lease, fenced by a token.

Locks are taken in one order, chunk before job before the audit chain, so that runners never wait in a circle.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, ClassVar

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from crm.dates import utc_now
from crm.db import session, unit_of_work
from crm.jobs.kinds import Cancelled, LeaseLost, Plain
from crm.jobs.models import ChunkState, Job, JobChunk, JobState
from crm.jobs.queries import Task, free, to_plan_or_finish, to_work
from crm.jobs.service import FETCH

LEASE = timedelta(seconds=20)  # a living runner renews it every few seconds, however long its unit takes


class Hold:
    """A job in one runner's hands, to be planned or finished. `job` is as it was when it was taken."""

    table: ClassVar[type[Job] | type[JobChunk]] = Job
    free: ClassVar[Plain] = {"runner": "", "leased_until": None}

    def __init__(self, job: Job, token: str) -> None:
        self.job, self.token = job, token

    @property
    def row(self) -> Job | JobChunk:
        return self.job

    @property
    def told(self) -> dict[str, object]:
        return {"job": self.job.id}

    @contextmanager
    def last_unit(self, **values: Any) -> Iterator[Session]:
        """A fenced unit of work that ends the hold and leaves `values` in the row."""
        with unit_of_work() as db:
            db.expire_all()
            self._write(self.free | values)
            yield db

    def renew(self) -> None:
        """In a unit of work; raises `LeaseLost` or `Cancelled`."""
        self._write({"leased_until": utc_now() + LEASE})

    def give_back(self) -> None:
        """In a unit of work: untried, for the next runner to take at once."""
        self._write(self.free | {"attempts": self.table.attempts - 1})

    def _write(self, values: Plain) -> None:
        mine = update(self.table).where(self.table.id == self.row.id, self.table.runner == self.token)
        if not _met(mine.values(values)):
            raise LeaseLost


class ChunkHold(Hold):
    """A chunk in one runner's hands: the `Step` that a kind's work gets."""

    table = JobChunk
    free: ClassVar[Plain] = Hold.free | {"state": ChunkState.waiting}

    def __init__(self, job: Job, token: str, chunk: JobChunk) -> None:
        super().__init__(job, token)
        self.chunk = chunk
        self.place: Plain = chunk.place
        self._total = self._counted = chunk.total  # as the chunk knows it; what of it the job's total holds

    @property
    def row(self) -> JobChunk:
        return self.chunk

    @property
    def payload(self) -> Plain:
        return self.chunk.payload

    @property
    def job_payload(self) -> Plain:
        return self.job.payload

    @contextmanager
    def unit(self, *, done: int = 0) -> Iterator[Session]:
        before = self.place, self._total
        try:
            with unit_of_work() as db:
                db.expire_all()
                self.renew()
                self._expect_running()
                yield db
                self._get_on(done)
        except BaseException:
            self.place, self._total = before
            raise
        self._counted = self._total

    def expect(self, total: int) -> None:
        self._total = total

    def guard_job(self, done: int = 0) -> None:
        """Count `done` steps further, and hold the job against being cancelled until the commit.

        Raises `Cancelled` when it has ended.
        """
        more = {"done": Job.done + done, "total": Job.total + (self._total - self._counted)}
        if not _met(update(Job).where(Job.id == self.job.id, Job.state == JobState.running).values(more)):
            raise Cancelled

    def _get_on(self, done: int) -> None:
        values: Plain = {"place": self.place, "total": self._total, "leased_until": utc_now() + LEASE}
        if done:
            values |= {"done": JobChunk.done + done, "attempts": 0}
        self._write(values)
        self.guard_job(done)

    def _expect_running(self) -> None:
        """Rather now than after the work; what counts is `guard_job` at the end."""
        if session().scalar(select(Job.state).where(Job.id == self.job.id)) is not JobState.running:
            raise Cancelled


def take(task: Task, runner: str) -> Hold | None:
    """Take the task on a lease; None when somebody else holds it or nothing of it is left to do."""
    token = f"{runner}/{secrets.token_hex(8)}"
    if not _met(_taking(task, token)):
        return None
    job = session().get_one(Job, task.job_id, populate_existing=True)
    session().expunge(job)
    if task.chunk_id is None:
        return _if_still_open(Hold(job, token))
    chunk = session().get_one(JobChunk, task.chunk_id, populate_existing=True)
    session().expunge(chunk)
    return ChunkHold(job, token, chunk)


def _if_still_open(hold: Hold) -> Hold | None:
    """An UPDATE that waited on PostgreSQL met the row as it is now, but judged the chunks as they were before: look
    again, or a job just planned would be finished."""
    still = select(Job.id).where(Job.id == hold.job.id, to_plan_or_finish())
    if session().scalar(still) is not None:
        return hold
    hold.give_back()
    return None


def _taking(task: Task, token: str) -> Update:
    now = utc_now()
    held: Plain = {"runner": token, "leased_until": now + LEASE}
    if task.chunk_id is None:
        open_job = update(Job).where(Job.id == task.job_id, to_plan_or_finish(), free(Job, now))
        return open_job.values(held | {"attempts": Job.attempts + 1})
    running = select(Job.id).where(Job.id == JobChunk.job_id, Job.state == JobState.running).exists()
    open_chunk = update(JobChunk).where(JobChunk.id == task.chunk_id, to_work(), free(JobChunk, now), running)
    return open_chunk.values(held | {"state": ChunkState.running, "attempts": JobChunk.attempts + 1})


def release_all(runner: str) -> None:
    """What a runner held that is known to be dead: free at once, whatever its leases say. In a unit of work."""
    for hold in (Hold, ChunkHold):
        its = hold.table.runner.startswith(f"{runner}/", autoescape=True)
        session().execute(update(hold.table).where(its).values(hold.free), execution_options=FETCH)


def _met(statement: Update) -> bool:
    """Whether the UPDATE met its row."""
    table = statement.table
    return session().scalar(statement.returning(table.c.id), execution_options=FETCH) is not None
