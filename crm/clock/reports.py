"""The schedule as people read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from crm.clock import queries
from crm.clock.models import OUTCOME_TITLES, JobRun, Outcome, TaskPause
from crm.clock.running import BROKEN_OFF
from crm.clock.tasks import Task, tasks
from crm.dates import utc_now

TONES = {Outcome.done: "green", Outcome.failed: "red"}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    title: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    due_at: datetime
    started_at: datetime | None
    took: str
    state: State
    words: str
    asked_by: str
    place: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    task: Task
    period: str
    last: RunLine | None
    open: RunLine | None
    pause: TaskPause | None
    next_at: datetime | None  # None while it is paused


def schedule() -> list[TaskLine]:
    """Every task, by its period and then as the table has them."""
    return lines_of(sorted(tasks.values(), key=lambda task: task.every))


def lines_of(chosen: list[Task]) -> list[TaskLine]:
    now, last = utc_now(), queries.last_runs(task.name for task in chosen)
    held, pauses = queries.open_runs(), queries.pauses()
    return [_line(task, now, last.get(task.name), held.get(task.name), pauses.get(task.name)) for task in chosen]


def _line(task: Task, now: datetime, last: JobRun | None, held: JobRun | None, pause: TaskPause | None) -> TaskLine:
    due = task.due_at(now)
    waits = last is None or last.due_at < due  # a clock that goes has begun it within seconds
    return TaskLine(
        task=task,
        period=period(task.every),
        last=run_line(last, now) if last else None,
        open=run_line(held, now) if held else None,
        pause=pause,
        next_at=None if pause else due if waits else task.due_next(now),
    )


def run_line(run: JobRun, now: datetime) -> RunLine:
    return RunLine(
        due_at=run.due_at,
        started_at=run.started_at,
        took="" if run.took is None else lasting(run.took),
        state=state_of(run, now),
        words=in_words(run.outcome, run.answer),
        asked_by=run.asked_by,
        place=f"{run.host} {run.process}" if run.host else "",
        attempt=run.attempt,
    )


def state_of(run: JobRun, now: datetime) -> State:
    if run.outcome is not None:
        return State(title=str(OUTCOME_TITLES[run.outcome]), tone=TONES[run.outcome])
    if run.started_at is None:
        return State(title=_("Begins at once"), tone="blue")
    if queries.is_dead(run, now):
        return State(title=_("Broken off"), tone="orange")
    return State(title=_("Running"), tone="blue")


def in_words(outcome: Outcome | None, answer: str) -> str:
    """What a task answered: a number is how many it did."""
    if outcome is Outcome.failed:
        if answer == BROKEN_OFF:
            return _("Its process died again and again; it is left alone until it is next due.")
        return _("%(what)s in the log of the process", what=answer)
    if answer == "0":
        return _("nothing to do")
    return _("%(count)s done", count=answer) if answer.isdecimal() else answer


def period(every: timedelta) -> str:
    seconds = round(every.total_seconds())
    if seconds < 60:
        return _("every %(count)s seconds", count=seconds)
    if seconds < 3600:
        return _("every minute") if seconds < 120 else _("every %(count)s minutes", count=seconds // 60)
    if seconds < 86400:
        return _("every hour") if seconds < 7200 else _("every %(count)s hours", count=seconds // 3600)
    return _("every day") if every.days == 1 else _("every %(count)s days", count=every.days)


def lasting(span: timedelta) -> str:
    seconds = span.total_seconds()
    if seconds < 60:
        return _("%(seconds)s s", seconds=f"{seconds:.1f}")
    return _("%(minutes)s min %(seconds)s s", minutes=int(seconds) // 60, seconds=int(seconds) % 60)
