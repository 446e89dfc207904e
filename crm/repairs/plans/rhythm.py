"""The days on which something falls due, each reckoned from the first: a late one moves nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import count

from crm.dates import months_later


class Every(StrEnum):
    days = "days"
    weeks = "weeks"
    months = "months"


DAYS = {Every.days: 1, Every.weeks: 7, Every.months: 28}  # the fewest that one of them has


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    first_on: date
    every: int
    unit: Every

    def due_day(self, number: int) -> date:
        """0 is the first. The 31st every month is the last day of shorter months, and the 31st again after them."""
        if self.unit is Every.months:
            return months_later(self.first_on, self.every * number)
        return self.first_on + timedelta(days=DAYS[self.unit] * self.every * number)

    def after(self, day: date | None) -> date:
        """The first due day later than `day`; the very first when that is None."""
        return next(self._from(day))

    def between(self, after: date | None, until: date) -> list[date]:
        """The due days later than `after` up to and including `until`."""
        days = []
        for day in self._from(after):
            if day > until:
                break
            days.append(day)
        return days

    @property
    def shortest(self) -> int:
        """At least so many days lie between two due days."""
        return DAYS[self.unit] * self.every

    def _from(self, after: date | None) -> Iterator[date]:
        if after is None or after < self.first_on:
            start = 0
        elif self.unit is Every.months:
            months = (after.year - self.first_on.year) * 12 + after.month - self.first_on.month
            start = months // self.every
        else:
            start = (after - self.first_on).days // self.shortest + 1
        due = (self.due_day(number) for number in count(start))
        return (day for day in due if after is None or day > after)
