"""A task of the clock, and the moments it is due at. No database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import abort
from flask_babel import LazyString

from crm.dates import beginning_of, business_day_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Task:
    """`run` gets an application context and the system as the one who acts; it opens its own units of work.

    What it returns is its answer: how many it did, or a few words, never of a person. `every`: whole days are days of
    business time.
    """

    name: str  # as the log has it; stays
    title: LazyString
    every: timedelta
    run: Callable[[], object]

    @property
    def slug(self) -> str:
        return self.name.replace(" ", "-")

    @property
    def address(self) -> str:
        """The page of the task, where `url_for` has no request."""
        return f"/admin/schedule/{self.slug}"

    def due_at(self, now: datetime) -> datetime:
        """The newest due moment that is not after `now`: the same for every clock, however long each has run."""
        if self.every < DAY:
            return EPOCH + (now - EPOCH) // self.every * self.every
        return self._midnight(self._days(now))

    def due_next(self, now: datetime) -> datetime:
        """The due moment after that one."""
        if self.every < DAY:
            return self.due_at(now) + self.every
        return self._midnight(self._days(now) + self.every.days)

    def _days(self, now: datetime) -> int:
        day = business_day_of(now).toordinal()
        return day - day % self.every.days

    def _midnight(self, ordinal: int) -> datetime:
        return beginning_of(date.fromordinal(ordinal)).astimezone(UTC)


tasks: dict[str, Task] = {}  # by name; filled by `crm.schedule`


def get_task(slug: str) -> Task:
    """404 when there is none."""
    return next((task for task in tasks.values() if task.slug == slug), None) or abort(404)
