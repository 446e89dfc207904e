"""The verbs of background work: ask for it, cancel it, end it."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update

from crm.audit.log import record
from crm.auth.actor import actor
from crm.auth.models import User
from crm.dates import utc_now
from crm.db import insert, session
from crm.errors import DomainError
from crm.jobs.events import JobAsked, JobCancelled, JobEnded
from crm.jobs.kinds import Finished, Plain, kinds
from crm.jobs.models import Job, JobState
from crm.jobs.queries import Task
from crm.notifications.service import notify

FETCH = {"synchronize_session": "fetch"}  # objects already loaded show what the UPDATE did
SOURCES = {  # the workflow: a job comes to the state on the left only from those on the right
    JobState.running: (JobState.waiting,),
    JobState.done: (JobState.running,),
    JobState.failed: (JobState.waiting, JobState.running),
    JobState.cancelled: (JobState.waiting, JobState.running),
}


def enqueue(kind_name: str, title: str, payload: Plain, *, key: str | None = None, estate_id: int | None = None) -> Job:
    """Ask for background work in the acting person's name. Asking again under the same `key` gives the first job.

    Whether the person may is the caller's affair; the work runs with what they may do by then.
    """
    kind = kinds[kind_name]
    facts = {
        "kind": kind.name,
        "title": title,
        "payload": payload,
        "key": key,
        "user_id": actor().user_id,
        "actor_name": actor().name,
        "estate_id": estate_id,
        "asked_at": utc_now(),
    }
    asked = insert(Job).values(facts).on_conflict_do_nothing(index_elements=[Job.key]).returning(Job.id)
    job_id = session().scalar(asked)
    if job_id is None:
        return session().scalars(select(Job).where(Job.key == key)).one()
    record(JobAsked(job_id=job_id, estate_id=estate_id, kind=kind.name, title=title))
    tell(Task(job_id))
    return session().get_one(Job, job_id)


def tell(task: Task) -> None:
    """Note that a runner may want to know of the task once the unit of work stands."""
    session().info.setdefault("tasks", []).append(task)


def cancel(job: Job) -> None:
    """Nothing is written for the job from here on: a runner's unit that has not committed by now will not.

    Raises `DomainError` when the job has ended already.
    """
    if not move(job.id, JobState.cancelled, ended_at=utc_now()):
        raise DomainError(_("This work has ended already; there is nothing left to cancel."))
    record(JobCancelled(job_id=job.id, estate_id=job.estate_id, kind=job.kind))
    if job.user_id is None or job.user_id == actor().user_id:
        return
    with force_locale(session().get_one(User, job.user_id).locale):
        text = _("%(name)s has cancelled: %(title)s", name=actor().name, title=job.title)
    notify(job.user_id, text, address(job), icon="x")


def repeat_hindrance(job: Job) -> str:
    """Why the acting person cannot ask for the same again, or ""."""
    if job.state not in (JobState.failed, JobState.cancelled) or not (job.kind in kinds and kinds[job.kind].repeatable):
        return _("This work is not done again. Ask for it where it was asked for first.")
    if job.user_id != actor().user_id or not (job.estate_id is None or actor().sees(job.estate_id)):
        return _("Only whoever asked for this work asks for it again.")
    return ""


def repeat(job: Job) -> Job:
    """The same work as a new job, for what has ended without being done. Raises `DomainError`."""
    if reason := repeat_hindrance(job):
        raise DomainError(reason)
    return enqueue(job.kind, job.title, job.payload, estate_id=job.estate_id)


def end(job: Job, state: JobState, error: str = "", finished: Finished | None = None) -> None:
    """Note what came of a job that was moved to its last state in this unit of work, and tell whoever asked."""
    finished = finished or Finished()
    job.error, job.result, job.result_url = error, finished.result, finished.url
    job.upload_id = finished.upload.id if finished.upload else None
    job.ended_at = utc_now()
    record(JobEnded(job_id=job.id, estate_id=job.estate_id, kind=job.kind, state=state, error=error))
    if job.user_id is None:
        return
    if state is JobState.done:
        notify(job.user_id, _("Finished: %(title)s", title=job.title), address(job), icon="circle-check", urgent=True)
    else:
        notify(job.user_id, _("Failed: %(title)s", title=job.title), address(job), icon="alert-circle", urgent=True)


def address(job: Job) -> str:
    """The job's page; `url_for` wants a request, and runners have none."""
    return current_app.url_map.bind("").build("jobs.show", {"job_id": job.id})


def move(job_id: int, target: JobState, **values: Any) -> bool:
    """Whether the job went there. A conditional UPDATE: of two who try, one does."""
    moved = update(Job).where(Job.id == job_id, Job.state.in_(SOURCES[target])).values(state=target, **values)
    return session().scalar(moved.returning(Job.id), execution_options=FETCH) is not None
