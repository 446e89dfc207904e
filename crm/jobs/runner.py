"""Doing the work: plan a job, work off its chunks, finish it. Every task runs in an application context of its own."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from typing import Any

import structlog
from flask import Flask, g
from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.exc import OperationalError

from crm.audit.log import plain
from crm.auth.actor import system_actor
from crm.dates import utc_now
from crm.db import session, unit_of_work
from crm.errors import DomainError
from crm.jobs import service
from crm.jobs.asker import act_as_asker, expect_permission
from crm.jobs.heartbeat import kept_alive
from crm.jobs.holding import ChunkHold, Hold, take
from crm.jobs.kinds import Cancelled, Kind, LeaseLost, Plain, kinds
from crm.jobs.models import ChunkState, Job, JobChunk, JobState
from crm.jobs.queries import Task, open_tasks

PATIENCE = 0.3  # seconds between two looks for what others hold
MOST_ATTEMPTS = 5  # runners that die over the same steps
log = structlog.get_logger()


def run_all(app: Flask, name: str = "foreground") -> int:
    """Work off everything that nobody holds; how many tasks were done."""
    done = 0
    while task := next_task(app):
        done += run(app, task, name)
    return done


def run_job(app: Flask, job_id: int, name: str) -> None:
    """Work until the job has ended; what another runner holds is waited for."""
    while True:
        with app.app_context(), unit_of_work(writes=False):
            if session().get_one(Job, job_id).ended:
                return
            mine = [task for task in open_tasks(utc_now()) if task.job_id == job_id]
        if not any(run(app, task, name) for task in mine[:1]):
            time.sleep(PATIENCE)


def next_task(app: Flask) -> Task | None:
    with app.app_context(), unit_of_work(writes=False):
        return next(iter(open_tasks(utc_now(), limit=1)), None)


def run(app: Flask, task: Task, name: str) -> bool:
    """Do the task as runner `name`; False when somebody else has it. What goes wrong is noted in the job."""
    with app.app_context():
        g.request_id, g.actor = secrets.token_hex(6), system_actor(name)
        with unit_of_work():
            hold = take(task, name)
        if hold is None:
            return False
        with kept_alive(app, hold):
            _run(hold)
    if task.chunk_id is not None:
        run(app, Task(task.job_id), name)  # it may have been the last
    return True


def _run(hold: Hold) -> None:
    try:
        _carry_on(hold)
    except (LeaseLost, Cancelled) as reason:
        log.info("job left", job=hold.job.id, reason=type(reason).__name__)
    except DomainError as refusal:
        _fail(hold, str(refusal))
    except OperationalError as error:  # the next attempt may find the database well; the lease ends by itself
        log.error("database", request_id=g.request_id, job=hold.job.id, error=str(error.orig))
    except Exception as bug:
        log.error("bug", request_id=g.request_id, job=hold.job.id, exc_info=bug)
        text = _("Something went wrong on our side. Tell the administrator the number %(number)s.", number=g.request_id)
        _fail(hold, text)
    except BaseException:  # told to stop
        with suppress(LeaseLost), unit_of_work():
            hold.give_back()
        raise


def _carry_on(hold: Hold) -> None:
    act_as_asker(hold.job)
    if hold.row.attempts > MOST_ATTEMPTS:
        raise DomainError(_("The work was broken off %(count)s times in a row.", count=MOST_ATTEMPTS))
    kind = _kind(hold.job)
    expect_permission(kind)
    if isinstance(hold, ChunkHold):
        _work(hold, kind)
    elif hold.job.state is JobState.waiting:
        _plan(hold, kind)
    else:
        _finish(hold, kind)


def _kind(job: Job) -> Kind:
    try:
        return kinds[job.kind]
    except KeyError:
        raise DomainError(_("This version does not know this kind of work: %(kind)s.", kind=job.kind)) from None


def _plan(hold: Hold, kind: Kind) -> None:
    with hold.last_unit(attempts=0) as db:
        if not service.move(hold.job.id, JobState.running, started_at=utc_now()):
            raise Cancelled
        payloads = kind.plan(hold.job.payload)
        chunks = [
            JobChunk(job_id=hold.job.id, position=position, payload=payload, total=kind.size(payload))
            for position, payload in enumerate(payloads)
        ]
        db.add_all(chunks)
        db.get_one(Job, hold.job.id).total = sum(chunk.total for chunk in chunks)
        db.flush()
        for chunk in chunks:
            service.tell(Task(hold.job.id, chunk.id))


def _work(hold: ChunkHold, kind: Kind) -> None:
    result = plain(kind.work(hold))
    with hold.last_unit(state=ChunkState.done, result=result):
        hold.guard_job()


def _finish(hold: Hold, kind: Kind) -> None:
    gathered = kind.gather(hold.job.payload, _all_results(hold)) if kind.gather else None
    with hold.last_unit() as db:
        if not service.move(hold.job.id, JobState.done):
            raise Cancelled
        with closing(db.scalars(_results(hold).execution_options(yield_per=100))) as results:
            finished = kind.finish(hold.job.payload, iter(results if gathered is None else gathered))
        service.end(db.get_one(Job, hold.job.id), JobState.done, finished=finished)


def _results(hold: Hold) -> Select[Any]:
    return select(JobChunk.result).where(JobChunk.job_id == hold.job.id).order_by(JobChunk.position)


def _all_results(hold: Hold) -> Sequence[Plain]:
    with unit_of_work(writes=False) as db:
        return db.scalars(_results(hold)).all()


def _fail(hold: Hold, text: str) -> None:
    with suppress(LeaseLost, Cancelled), hold.last_unit() as db:
        if not service.move(hold.job.id, JobState.failed):
            raise Cancelled
        service.end(db.get_one(Job, hold.job.id), JobState.failed, text)
