"""A due moment in the hands of one process: taken by one statement, kept by beats, fenced by a token."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, update

from crm.clock.models import JobRun, Outcome
from crm.clock.queries import PATIENCE, Opening
from crm.clock.tasks import Task
from crm.dates import utc_now
from crm.db import insert, session
from crm.jobs.kinds import LeaseLost

BARE = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Claim:
    run_id: int
    token: str
    task: Task
    attempt: int

    @property
    def told(self) -> dict[str, object]:
        """For the process's own log."""
        return {"task": self.task.name, "run": self.run_id}

    def renew(self) -> None:
        """In a unit of work; raises `LeaseLost` when another clock took it over."""
        self.write(beat_at=utc_now())

    def end(self, outcome: Outcome, answer: str, milliseconds: int) -> None:
        """In a unit of work; raises `LeaseLost`."""
        self.write(outcome=outcome, answer=answer, milliseconds=milliseconds, ended_at=utc_now())

    def write(self, **values: Any) -> None:
        mine = update(JobRun).where(JobRun.id == self.run_id, JobRun.token == self.token, JobRun.ended_at.is_(None))
        if session().scalar(mine.values(values).returning(JobRun.id), execution_options=BARE) is None:
            raise LeaseLost


def take(opening: Opening) -> Claim | None:
    """In a unit of work of its own, before any of the work; None when another clock was first."""
    token = secrets.token_hex(8)
    row = _begin(opening, token) if opening.run_id is None else _take_over(opening.run_id, token)
    return None if row is None else Claim(row.id, token, opening.task, row.attempt)


def _mine(token: str) -> dict[str, Any]:
    now = utc_now()
    return {"host": socket.gethostname(), "process": os.getpid(), "token": token, "started_at": now, "beat_at": now}


def _begin(opening: Opening, token: str) -> Any:
    """The moment is stored once, and while no other run of the task is open: the table's two unique indexes say so."""
    row = {"task": opening.task.name, "due_at": opening.due_at, "asked_by": "", "answer": "", "attempt": 1}
    stored = insert(JobRun).values(row | _mine(token)).on_conflict_do_nothing()
    return session().execute(stored.returning(JobRun.id, JobRun.attempt)).one_or_none()


def _take_over(run_id: int, token: str) -> Any:
    free = or_(JobRun.beat_at.is_(None), JobRun.beat_at < utc_now() - PATIENCE)
    taken = update(JobRun).where(JobRun.id == run_id, JobRun.ended_at.is_(None), free)
    again = taken.values(attempt=JobRun.attempt + 1, **_mine(token)).returning(JobRun.id, JobRun.attempt)
    return session().execute(again, execution_options=BARE).one_or_none()
