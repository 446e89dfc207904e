"""What whoever keeps the schedule does with a task: pause it, let it go on, run it at once."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.audit.log import record
from crm.auth.actor import actor
from crm.clock.events import TaskAsked, TaskPaused, TaskResumed
from crm.clock.models import JobRun, TaskPause
from crm.clock.tasks import Task
from crm.dates import utc_now
from crm.db import insert, session
from crm.errors import DomainError
from crm.web.language import kept


def pause(task: Task, reason: str) -> None:
    """What is under way comes to its end. Raises `DomainError` when somebody has paused it already."""
    who = {"paused_by_id": actor().user_id, "paused_by": actor().name, "paused_at": utc_now()}
    stored = insert(TaskPause).values(task=task.name, reason=reason, **who).on_conflict_do_nothing()
    if session().scalar(stored.returning(TaskPause.task)) is None:
        raise DomainError(_("This task is paused already."))
    record(TaskPaused(task=task.name, title=kept(task.title), reason=reason))


def resume(task: Task) -> None:
    """What has become due meanwhile is done once. Raises `DomainError` when it is not paused."""
    paused = session().get(TaskPause, task.name, with_for_update=True)
    if paused is None:
        raise DomainError(_("This task is not paused."))
    session().delete(paused)
    record(TaskResumed(task=task.name, title=kept(task.title)))


def ask(task: Task) -> JobRun:
    """A due moment of its own, for the next clock that looks. Raises `DomainError` while the task is under way."""
    who = {"asked_by_id": actor().user_id, "asked_by": actor().name}
    fresh = {"host": "", "process": 0, "token": "", "attempt": 0, "answer": ""}
    asked = insert(JobRun).values(task=task.name, due_at=utc_now(), **who, **fresh).on_conflict_do_nothing()
    run_id = session().scalar(asked.returning(JobRun.id))
    if run_id is None:
        raise DomainError(_("This task is running just now. Wait until it has ended."))
    record(TaskAsked(job_run_id=run_id, task=task.name, title=kept(task.title)))
    return session().get_one(JobRun, run_id)
