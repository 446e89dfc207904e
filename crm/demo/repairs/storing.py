"""The demo company's repairs, month by month: what was is poured in between today's jobs, which are told by the verbs.

All in the order of the reports, so that numbers follow the days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from crm.dates import Period, beginning_of, business_day, months_later
from crm.db import session
from crm.demo.place import Ground
from crm.demo.repairs import crew, incidents, plans
from crm.demo.repairs.past import Past
from crm.demo.repairs.pouring import Pourer
from crm.demo.repairs.reports import Report, Reports
from crm.demo.repairs.stock import Store
from crm.demo.repairs.tales import Tale
from crm.demo.repairs.today import Today
from crm.repairs.categories.seeding import seed
from crm.worktime.queries import office_schedule

LONGEST = timedelta(days=365)  # that is told
PIECE = 2_000  # orders in memory at once


def store(ground: Ground, dice: Random, period: Period) -> None:
    """Nothing where no past is told."""
    today = business_day()
    starts = max(period.starts, today - LONGEST)
    if starts >= today or not ground.estates:
        return
    seed()
    crew.store(ground, today)
    now = Today(ground, dice, today, starts)
    reports = Reports(list(ground.estates.values()), dice, spared=now.unit_ids)
    keeper = Store(ground, starts)
    names = {row.id: row.name for row in reports.tree.found.values()}
    pourer = Pourer(ground, keeper, names, beginning_of(today))
    past = Past(ground, dice, office_schedule(), beginning_of(today))
    planned = plans.store(ground, reports, dice, starts, today)
    now.plan(reports.tree, reports.areas, keeper)
    planned += incidents.tell_of_one_that_is_over(ground, reports, dice, starts)
    Story(past, pourer, reports, now).tell(starts, today, planned)
    keeper.settle()
    session().expire_all()


class Story:
    """Reports in the order of their moments, with those that follow from others."""

    def __init__(self, past: Past, pourer: Pourer, reports: Reports, now: Today) -> None:
        self.past, self.pourer, self.reports, self.now = past, pourer, reports, now
        self.coming: list[tuple[object, int, Report]] = []
        self.serial = count()
        self.tales: list[Tale] = []

    def tell(self, starts: date, today: date, planned: list[Report]) -> None:
        for report in planned:
            self._expect(report)
        for month in months(starts, today):
            for report in self.reports.of(month):
                self._expect(report)
            self._tell_up_to(month)
            self.past.forget(beginning_of(month.starts - timedelta(days=35)))
        self._pour()
        self.now.tell_up_to()

    def _expect(self, report: Report) -> None:
        heappush(self.coming, (report.at, next(self.serial), report))

    def _tell_up_to(self, month: Period) -> None:
        ends = beginning_of(month.ends or month.starts)
        while self.coming and self.coming[0][2].at < ends:
            _at, _serial, report = heappop(self.coming)
            if self.now.is_due(report.at):
                self._pour()
                self.now.tell_up_to(report.at)
            tale, further = self.past.tell(report)
            if tale is not None:
                self.tales.append(tale)
            for each in further:
                self._expect(each)
            if len(self.tales) >= PIECE:
                self._pour()

    def _pour(self) -> None:
        self.pourer.pour(self.tales)
        self.tales = []


def months(starts: date, ends: date) -> Iterator[Period]:
    """Calendar months, the first and the last one in part."""
    while starts < ends:
        following = min(months_later(starts.replace(day=1), 1), ends)
        yield Period(starts, following)
        starts = following
