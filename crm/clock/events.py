"""What was done to the tasks of the clock; that they ran, `job_run` says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPaused:
    task: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResumed:
    task: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAsked:
    """Somebody wants it run at once."""

    job_run_id: int
    task: str
    title: str
