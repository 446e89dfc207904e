"""What is due and nobody does, and what was done last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from crm.clock.models import JobRun, TaskPause
from crm.clock.tasks import Task
from crm.db import session

PATIENCE = timedelta(seconds=30)  # without a beat its process has died


@dataclass(frozen=True, slots=True)
class Opening:
    """A due moment to be taken; of the run with this id, when it was asked for or its process died."""

    task: Task
    due_at: datetime
    run_id: int | None = None


def openings(tasks: Iterable[Task], at: datetime, now: datetime) -> list[Opening]:
    """One for each task that has something due at the moment `at`: what stands open before what was never begun."""
    held, resting = open_runs(), pauses()
    found = []
    for task in tasks:
        run = held.get(task.name)
        if run is None:
            found.append(Opening(task, task.due_at(at)))
        elif run.due_at <= at and is_free(run, now):
            found.append(Opening(task, run.due_at, run.id))
    wanted = [each for each in found if each.task.name not in resting or _was_asked(held.get(each.task.name))]
    begun = _stored(each for each in wanted if each.run_id is None)
    return [each for each in wanted if each.run_id or (each.task.name, each.due_at) not in begun]


def open_runs() -> dict[str, JobRun]:
    found = select(JobRun).where(JobRun.ended_at.is_(None)).execution_options(populate_existing=True)
    return {run.task: run for run in session().scalars(found)}


def pauses() -> dict[str, TaskPause]:
    return {pause.task: pause for pause in session().scalars(select(TaskPause))}


def is_free(run: JobRun, now: datetime) -> bool:
    """Whether a clock may take the open run."""
    return run.beat_at is None or is_dead(run, now)


def is_dead(run: JobRun, now: datetime) -> bool:
    return run.ended_at is None and run.beat_at is not None and run.beat_at < now - PATIENCE


def _was_asked(run: JobRun | None) -> bool:
    """Who asks for a paused task wants it in spite of the pause."""
    return run is not None and run.asked_by != ""


def _stored(wanted: Iterable[Opening]) -> set[tuple[str, datetime]]:
    each = [and_(JobRun.task == opening.task.name, JobRun.due_at == opening.due_at) for opening in wanted]
    found = select(JobRun.task, JobRun.due_at).where(or_(false(), *each))
    return {(row.task, row.due_at) for row in session().execute(found)}


def last_runs(names: Iterable[str]) -> dict[str, JobRun]:
    """By task, the run begun last; looked up one by one in the index, the table is long."""
    found = select(JobRun).where(or_(false(), *(JobRun.id == _newest(name) for name in names)))
    return {run.task: run for run in session().scalars(found)}


def _newest(name: str) -> ColumnElement[int]:
    newest = select(JobRun.id).where(JobRun.task == name, JobRun.attempt > 0)
    return newest.order_by(JobRun.id.desc()).limit(1).scalar_subquery()


def runs_of(name: str) -> Select[JobRun]:
    return select(JobRun).where(JobRun.task == name).order_by(JobRun.id.desc())


def latest_of(name: str, count: int) -> Sequence[JobRun]:
    return session().scalars(runs_of(name).limit(count)).all()
