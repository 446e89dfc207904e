"""How far a job is, in figures and words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import LazyString
from flask_babel import gettext as _

from crm.jobs.kinds import kinds
from crm.jobs.models import Job, JobState

SETTLED = timedelta(seconds=3)  # before that the pace says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`total` is 0 while nobody knows how much there is to do."""

    done: int
    total: int
    remaining: str

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


def progress(job: Job, now: datetime) -> Progress:
    done = min(job.done, job.total)
    return Progress(done=done, total=job.total, remaining=_remaining(job, done, now))


def _remaining(job: Job, done: int, now: datetime) -> str:
    """As it will be at the pace until now; "" while there is none to go by."""
    if job.state is not JobState.running or not done or job.started_at is None or now - job.started_at < SETTLED:
        return ""
    minutes = round((now - job.started_at).total_seconds() * (job.total - done) / done / 60)
    if minutes < 1:
        return _("less than a minute left")
    if minutes == 1:
        return _("about one minute left")
    if minutes < 100:
        return _("about %(count)s minutes left", count=minutes)
    return _("about %(count)s hours left", count=round(minutes / 60))


def facts(job: Job) -> list[tuple[LazyString, object]]:
    """What the kind wants shown of the result."""
    titles = kinds[job.kind].facts if job.kind in kinds else {}
    return [(title, job.result[name]) for name, title in titles.items() if name in job.result]
