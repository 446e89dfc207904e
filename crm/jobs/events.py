"""What happened to background work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class JobAsked:
    job_id: int
    estate_id: int | None
    kind: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnded:
    """It came to its end by itself; `state` is done or failed."""

    job_id: int
    estate_id: int | None
    kind: str
    state: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCancelled:
    job_id: int
    estate_id: int | None
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogProved:
    """The audit log was proved in the background; `faults` is how many places were wrong."""

    entries: int
    faults: int
