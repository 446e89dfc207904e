"""Clearing away the runs that nobody will ask for any more."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select

from crm.clock.models import JobRun
from crm.clock.tasks import DAY, tasks
from crm.dates import utc_now
from crm.db import unit_of_work

KEPT = timedelta(days=30)


def prune() -> int:
    """Drop old runs of what is due oftener than daily, or is no task any more; how many. The newest of each stays."""
    seldom = [task.name for task in tasks.values() if task.every >= DAY]
    newest = select(func.max(JobRun.id)).group_by(JobRun.task)
    old = JobRun.due_at < utc_now() - KEPT, JobRun.ended_at.is_not(None), JobRun.task.not_in(seldom)
    gone = delete(JobRun).where(*old, JobRun.id.not_in(newest)).returning(JobRun.id)
    with unit_of_work() as db:
        return len(db.scalars(gone, execution_options={"synchronize_session": False}).all())
