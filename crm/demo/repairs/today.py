"""What the demo company's repair desk has to do today: a job in every state, each told through the product's own verbs.

They are in the first two estates, the clerk's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import select

from crm.dates import beginning_of
from crm.db import session
from crm.demo.place import Ground
from crm.demo.repairs import incidents, words
from crm.demo.repairs.crew import AWAY, worker_for
from crm.demo.repairs.jobs import Job
from crm.demo.repairs.reports import LIVED_IN, Tree, lives
from crm.demo.repairs.stock import Store
from crm.properties.models import Building, PublicArea, Unit, UnitUse
from crm.repairs.categories.models import Place
from crm.repairs.orders.models import OrderState, RepairOrder
from crm.worktime.queries import calendar

CLERKS = 2  # estates
KNOWN = "3-1-502"  # in the first estate: whom every screen shows has an appointment today
HOMES = 16  # of an estate, at most
LATELY = timedelta(days=27)  # within the days of a repeat
CALLERS = 6
Way = Callable[[Job], None]


@dataclass(frozen=True, slots=True)
class Case:
    """Reported so many working `days` ago, `minutes` after eight; `fault` is group/name of the tree."""

    days: int
    minutes: int
    estate: int
    fault: str
    problem: str
    way: Way
    area: str = ""  # a public area whose name ends so


CASES = (
    Case(0, 12, 0, "电气/开关插座", "客厅一排插座都没电", Job.appointed),  # the known caller's
    Case(0, 4, 0, "给排水/爆管跑水", "卫生间角阀爆了，水关不住", Job.urgent),
    Case(0, 25, 0, "给排水/水龙头阀门", "厨房水龙头关不严，一直滴", Job.left),
    Case(0, 31, 1, "公共照明/楼道灯不亮", "6层电梯厅灯不亮，晚上看不见", Job.left, "楼梯间"),
    Case(0, 38, 1, "门窗五金/门窗变形", "阳台推拉门卡住推不动", Job.left),
    Case(0, 22, 1, "暖通/暖气不热", "次卧暖气冰凉，家里有老人", Job.checked),
    Case(0, 18, 0, "弱电/对讲门铃", "对讲响但是开不了门", Job.given),
    Case(1, 405, 1, "给排水/下水堵塞", "厨房下水完全堵了", Job.given),  # late: nobody accepted it yesterday
    Case(0, 8, 1, "电气/跳闸", "开热水器就跳闸", Job.accepted),
    Case(1, 380, 0, "门窗五金/纱窗五金", "卧室窗户把手断了", Job.accepted),
    Case(0, 6, 0, "公共给排水/排水堵塞", "集水坑水满了，泵不转", Job.there, "地下车库B1"),
    Case(0, 10, 1, "给排水/下水堵塞", "卫生间地漏返水", Job.working),
    Case(1, 200, 0, "给排水/水龙头阀门", "淋浴花洒一直漏水", Job.quoted),
    Case(0, 3, 1, "给排水/水龙头阀门", "洗手盆龙头把手断了", Job.quoted),
    Case(1, 120, 1, "给排水/水龙头阀门", "厨房龙头根部漏水", Job.agreed),
    Case(3, 60, 0, "弱电/网络电视", "弱电箱没有信号", Job.short_of_parts),
    Case(2, 90, 1, "门窗五金/玻璃破裂", "阳台玻璃裂了一道", Job.short_of_parts),
    Case(2, 150, 0, "公共给排水/水箱水池", "水箱液位显示不对", Job.waits_for_others, "生活水泵房"),
    Case(1, 90, 0, "给排水/马桶洁具", "马桶按键弹不回来", Job.done),
    Case(1, 30, 1, "门禁道闸/单元门禁", "大堂门关上锁不住", Job.done, "大堂"),
    Case(1, 45, 0, "给排水/水龙头阀门", "阳台拖把池龙头拧不紧", Job.charged),
    Case(5, 45, 1, "电气/灯具", "卫生间灯不亮", Job.confirmed),  # its return visit is overdue
    Case(2, 75, 0, "燃气/燃气灶具", "燃气灶打不着", Job.not_reached),
    Case(3, 40, 1, "暖通/排风不畅", "卫生间排风倒灌，味道大", Job.unsatisfied),
    Case(2, 20, 0, "其他/其他", "晾衣架摇不上去", Job.visited),
    Case(3, 20, 0, "给排水/下水堵塞", "洗手盆下水慢", Job.filed),
    Case(1, 300, 1, "门窗五金/纱窗五金", "纱窗破了一个洞", Job.cancelled),
)
TWICE = 2, 44, "水龙头还在滴，问什么时候来"  # of which case, minutes after eight, what was said
BURST, REPEAT = 14, 28  # minutes after eight


class Today:
    """Which homes are called about is thrown before the past is told, which spares them."""

    def __init__(self, ground: Ground, dice: Random, today: date, starts: date) -> None:
        self.ground, self.dice, self.today, self.starts = ground, dice, today, starts
        self.estates = list(ground.estates.items())[:CLERKS]
        self.homes = [self._homes(estate_id) for _code, estate_id in self.estates]
        self.waiting: list[tuple[datetime, int, Callable[[], None]]] = []
        self.taken = Counter({AWAY: 1_000})  # whoever is away gets nothing

    @property
    def unit_ids(self) -> set[int]:
        return {unit_id for homes in self.homes for unit_id in homes}

    def _homes(self, estate_id: int) -> list[int]:
        lived_in = Unit.estate_id == estate_id, Unit.use == UnitUse.home, Unit.status.in_(LIVED_IN)
        rows = session().execute(select(Unit.id, Unit.label).where(*lived_in).order_by(Unit.id)).all()
        known = [row.id for row in rows if row.label == KNOWN]
        others = [row.id for row in rows if row.label != KNOWN]
        chosen = self.dice.sample(others, min(len(others), HOMES * 2))
        people, earliest = lives(chosen), self._working_day(5)
        there = [unit_id for unit_id in chosen if people[unit_id].on(earliest) and people[unit_id].on(self.today)]
        return [*known, *there][:HOMES]

    def plan(self, tree: Tree, areas: Sequence[PublicArea], keeper: Store) -> None:
        """In the order of the reports; where the company is small some cases have no place."""
        self.tree, self.areas, self.keeper = tree, areas, keeper
        free = [iter(homes) for homes in self.homes]
        jobs = [(case, self._job(case, free)) for case in CASES]
        for case, job in jobs:
            if job is not None:
                self._wait(job, case.way)
        case_number, minutes, said = TWICE
        if first := jobs[case_number][1]:
            again = self._made(first.code, minutes, CASES[case_number].fault, said, unit_id=first.unit_id)
            self._wait(again, partial(Job.same_as, other=first))
        self.waiting.append((self._moment(REPEAT), len(self.waiting), self._repeat))
        building = incidents.building_of(self.estates[-1][1])
        if building is not None:
            self.waiting.append((self._moment(BURST), len(self.waiting), partial(self._burst, building)))
        self.waiting.sort(key=lambda each: each[:2])

    def _job(self, case: Case, free: Sequence[Any]) -> Job | None:
        place = case.estate % len(self.estates)
        code, estate_id = self.estates[place]
        given: dict[str, Any] = {"day": self._working_day(case.days), "emergency": case.way is Job.urgent}
        if case.area:
            areas = (each for each in self.areas if each.estate_id == estate_id and each.name.endswith(case.area))
            given["area"] = next(areas, None)
        else:
            given["unit_id"] = next(free[place], None)
        if given.get("area") is None and given.get("unit_id") is None:
            return None
        return self._made(code, case.minutes, case.fault, case.problem, **given)

    def _made(self, code: str, minutes: int, fault: str, problem: str, **given: Any) -> Job:
        group, name = fault.split("/")
        place = Place.public if given.get("area") else Place.home
        category = self.tree.found[place, group, name]
        worker = worker_for(category.trade, self.dice, self.taken)
        self.taken[worker] += 1
        return Job(
            ground=self.ground,
            keeper=self.keeper,
            dice=self.dice,
            code=code,
            minutes=minutes,
            category=category,
            worker=worker,
            problem=problem,
            **{"day": self.today} | given,
        )

    def _wait(self, job: Job, way: Way) -> None:
        def tell_it() -> None:
            job.report()
            way(job)

        self.waiting.append((job.moment, len(self.waiting), tell_it))

    def _working_day(self, ago: int) -> date:
        """So many working days ago, at most as long as is told."""
        day, works = self.today, calendar().works
        while ago and day > self.starts:
            day -= timedelta(days=1)
            ago -= works(day)
        return day

    def _repeat(self) -> None:
        """Of a job that was filed within the days of a repeat."""
        code, estate_id = self.estates[0]
        fresh = RepairOrder.finished_at >= beginning_of(self.today - LATELY)
        found = (
            select(RepairOrder.unit_id, RepairOrder.category_id, RepairOrder.problem)
            .where(RepairOrder.estate_id == estate_id, RepairOrder.unit_id.not_in(self.unit_ids), fresh)
            .where(RepairOrder.state == OrderState.filed, RepairOrder.repeat_of_id.is_(None))
        )
        mended = session().execute(found.order_by(RepairOrder.finished_at.desc()).limit(1)).one_or_none()
        if mended is None:
            return
        category = next(row for row in self.tree.found.values() if row.id == mended.category_id)
        fault = f"{category.parent.name if category.parent else ''}/{category.name}"
        job = self._made(code, REPEAT, fault, words.AGAIN + mended.problem, unit_id=mended.unit_id)
        job.report()
        job.given()

    def _burst(self, building: Building) -> None:
        """The incident that goes on, its callers, and two jobs that belong to it."""
        code, _estate_id = self.estates[-1]
        cellar = next((each for each in self.areas if each.building_id == building.id), None)
        homes = incidents.callers_in(building, CALLERS, self.dice)
        public = self.tree.found[Place.public, "公共给排水", "管道爆裂"]
        incident = incidents.tell_of_one_that_goes_on(self.ground, code, public, building, BURST, homes)
        common: dict[str, Any] = {"incident": incident}
        if cellar is not None:
            job = self._made(
                code, BURST, "公共给排水/管道爆裂", "供水立管爆裂，水漫到电梯厅", area=cellar, emergency=True, **common
            )
            job.report()
            job.there()
        for unit_id, _where in homes[:1]:
            job = self._made(code, BURST + 2, "给排水/停水水小", "整栋停水，恢复后水发黄", unit_id=unit_id, **common)
            job.report()
            job.checked()

    def _moment(self, minutes: int) -> datetime:
        return beginning_of(self.today) + timedelta(hours=8, minutes=minutes)

    def is_due(self, at: datetime) -> bool:
        return bool(self.waiting) and self.waiting[0][0] <= at

    def tell_up_to(self, at: datetime | None = None) -> None:
        """None: all of them."""
        while self.waiting and (at is None or self.is_due(at)):
            self.waiting.pop(0)[2]()
