"""The violations of these days: to look at again, overdue, stopped, reported, with a deduction asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import exists, select

from crm.billing.deposits.models import Deposit, DepositRequest, RequestState
from crm.billing.deposits.service import Line as DeductionLine
from crm.complaints.links.service import link_given
from crm.correspondence.letters.service import note_delivery
from crm.correspondence.serving.models import Arrival, Channel
from crm.correspondence.serving.served import Served
from crm.dates import business_day, utc_now
from crm.db import session
from crm.demo.cases import words
from crm.demo.cases.complaining import Told
from crm.demo.cases.receipts import Home
from crm.demo.cases.today import Line, Today
from crm.demo.repairs.reports import lives
from crm.properties.models import Unit
from crm.violations.cases import service
from crm.violations.cases.models import Settlement, Violation
from crm.violations.cases.queries import get_violation
from crm.violations.cases.service import Authority, Demand, Noted, Said, Seen
from crm.violations.types.models import ViolationType

CLERK, HEAD = "limin", "zhouhui"


@dataclass(slots=True, kw_only=True)
class Breach:
    """Found `days` ago; `after`: days it is looked at again after its notice."""

    type: ViolationType
    days: int
    minutes: int
    home: Home
    after: int = 1
    about: Told | None = None
    id: int = field(init=False)

    @property
    def violation(self) -> Violation:
        return get_violation(self.id)

    def demand(self, **days: int) -> Demand:
        due = business_day() + timedelta(days=days.get("days", self.after))
        return Demand(wording=self.type.words, clause=self.type.clause, due_on=due)

    def note(self) -> None:
        about = self.about.case if self.about else None
        noted = Noted(
            type=self.type,
            found=words.FOUND.get(self.type.name, "巡查发现，现场已拍照"),
            found_at=utc_now(),
            found_by="巡逻保安",
            unit=session().get_one(Unit, self.home.unit_id),
            customer_id=self.home.customer_id,
            about_kind="complaint" if about else "",
            about_id=about.id if about else None,
        )
        self.id = service.note(self.home.estate_id, noted).id
        if about:
            link_given(about, f"violation-{self.id}")

    def serve(self) -> None:
        service.serve(self.violation, self.demand(), Said())

    def bring(self) -> None:
        letter = self.violation.letter
        taken = Served(
            channel=Channel.by_hand, arrival=Arrival.delivered, delivered_on=business_day(), person=self.home.name
        )
        if letter:
            note_delivery(letter, taken)

    def fail(self, again: int) -> None:
        next_on = business_day() + timedelta(days=again)
        service.inspect(self.violation, Seen(passed=False, words=words.NOT_PUT_RIGHT[0], next_on=next_on), Said())

    def passes(self) -> None:
        service.inspect(self.violation, Seen(passed=True, words=words.PUT_RIGHT[0]), Said())

    def settle(self) -> None:
        service.settle(self.violation, Settlement.rectified, "复查合格，予以结案", Said())

    def drop(self) -> None:
        service.drop(self.violation, Said(reason="经核实已取得书面同意，不属违规"))

    def stop(self) -> None:
        service.stop(self.violation, self.demand(days=3), Said(reason="危及房屋结构安全"))

    def escalate(self) -> None:
        authority = Authority(name="城西区城市管理局")
        service.escalate(self.violation, authority, self.demand(days=10), Said())

    def deduct(self, deposit_id: int) -> None:
        line = DeductionLine(reason="清运装修垃圾", amount=self.type.amount, clause=self.type.clause)
        service.deduct(self.violation, session().get_one(Deposit, deposit_id), [line], Said())


# type, found so many days ago, estate, days to put it right, then: days ago, minutes after eight, who, what
Step = tuple[int, int, str, Callable[[Breach], None]]
CASES: tuple[tuple[str, int, int, int, tuple[Step, ...]], ...] = (
    ("楼道堆物", 3, 0, 3, ()),  # to look at again today
    ("违规施工时间", 4, 1, 2, ((2, 70, CLERK, partial(Breach.fail, again=2)),)),  # likewise, once more
    ("飞线充电", 4, 0, 2, ()),  # overdue
    ("擅自拆改承重结构", 1, 1, 1, ((1, 200, HEAD, Breach.stop),)),
    ("违法搭建", 7, 0, 4, ((3, 90, CLERK, partial(Breach.fail, again=5)), (1, 95, HEAD, Breach.escalate))),
    ("宠物违规", 3, 1, 3, ((0, 40, CLERK, Breach.passes),)),
    ("乱停车", 2, 0, 1, ((1, 40, CLERK, Breach.passes), (0, 30, CLERK, Breach.settle))),
    ("占用消防通道", 0, 0, 1, ()),
    ("乱贴乱挂", 2, 1, 3, ((1, 65, HEAD, Breach.drop),)),
)
AT_ONCE = ("占用消防通道", "噪声扰民")  # their notices are still to be served


class Enforcing:
    def __init__(self, today: Today) -> None:
        self.today = today
        below = select(ViolationType).where(ViolationType.parent_id.is_not(None))
        self.types = {row.name: row for row in session().scalars(below)}

    def plan(self, line: Line, noise: Told | None) -> None:
        for number, (name, days, place, after, steps) in enumerate(CASES):
            if home := self.today.home(place):
                self._plan(line, self._breach(name, days, 60 + 7 * number, home, after=after), steps)
        if noise and (neighbour := self.today.home(noise.place)):
            self._plan(line, self._breach("噪声扰民", 1, 130, neighbour, about=noise), ())
        self._plan_deduction(line)

    def _breach(self, name: str, days: int, minutes: int, home: Home, **given: Any) -> Breach:
        return Breach(type=self.types[name], days=days, minutes=minutes, home=home, **given)

    def _plan(self, line: Line, breach: Breach, steps: tuple[Step, ...]) -> None:
        self._add(line, CLERK, breach.days, breach.minutes, breach.note)
        if breach.type.name not in AT_ONCE:
            self._add(line, CLERK, breach.days, breach.minutes + 25, breach.serve)
            self._add(line, CLERK, breach.days, breach.minutes + 70, breach.bring)
        for days, minutes, who, act in steps:
            self._add(line, who, days, minutes, partial(act, breach))

    def _plan_deduction(self, line: Line) -> None:
        """Where a deposit for a renovation is held and nothing was asked of it."""
        free = ~exists().where(DepositRequest.deposit_id == Deposit.id, DepositRequest.state != RequestState.done)
        here = Deposit.estate_id.in_([estate_id for _code, estate_id in self.today.estates])
        held = select(Deposit.id, Deposit.unit_id, Deposit.customer_id).where(here, free, Deposit.balance >= 1000)
        wanted = held.where(Deposit.kind == "renovation", Deposit.unit_id.is_not(None)).order_by(Deposit.id.desc())
        for row in session().execute(wanted):
            lived = lives([row.unit_id])[row.unit_id].on(self.today.today - timedelta(days=6))
            if lived and lived["customer_id"] == row.customer_id:
                home = Home.of(lived)
                deduct = (0, 60, HEAD, partial(Breach.deduct, deposit_id=row.id))
                steps = ((3, 80, CLERK, partial(Breach.fail, again=4)), deduct)
                self._plan(line, self._breach("建筑垃圾乱堆", 5, 50, home, after=2), steps)
                return

    def _add(self, line: Line, who: str, days: int, minutes: int, act: Callable[[], None]) -> None:
        def tell() -> None:
            with self.today.at(who, days, minutes):
                act()

        line.add(self.today.moment(days, minutes), tell)
