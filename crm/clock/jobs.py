"""Clearing away the runs that nobody will ask for any more."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select

from crm.clock.models import JobRun
from crm.clock.tasks import DAY, tasks
from crm.dates import utc_now
from crm.db import session, unit_of_work

KEPT = timedelta(days=30)


def prune() -> int:
    """Drop the old runs of the tasks that run oftener than daily; how many. The newest of each stays."""
    frequent = [task.name for task in tasks.values() if task.every < DAY]
    return sum(_prune(name) for name in frequent)


def _prune(name: str) -> int:
    with unit_of_work():
        newest = select(func.max(JobRun.id)).where(JobRun.task == name).scalar_subquery()
        old = JobRun.task == name, JobRun.due_at < utc_now() - KEPT, JobRun.ended_at.is_not(None)
        gone = delete(JobRun).where(*old, JobRun.id != newest).returning(JobRun.id)
        return len(session().scalars(gone, execution_options={"synchronize_session": False}).all())
