"""A job of these days, told step by step through the product's own verbs by the cast."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from flask import g

from crm.dates import beginning_of, business_day, utc_now
from crm.db import session
from crm.demo.credit import at_work
from crm.demo.place import Ground
from crm.demo.repairs import pictures, words
from crm.demo.repairs.crew import DISPATCHER, desk_of
from crm.demo.repairs.reports import lives
from crm.demo.repairs.stock import Store, labour, of_store, row_of
from crm.properties.models import PublicArea, Unit
from crm.repairs.categories.models import RepairCategory
from crm.repairs.costs import service as costs
from crm.repairs.costs.lines import Line
from crm.repairs.incidents.models import Incident
from crm.repairs.orders import service
from crm.repairs.orders.models import (
    AgreedBy,
    Channel,
    Payer,
    PhotoStage,
    RepairLine,
    RepairOrder,
)
from crm.repairs.orders.service import Heard, Said
from crm.worktime.clocks import PauseReason
from crm.worktime.queries import calendar

BEFORE, AFTER, SIGNED = PhotoStage.before, PhotoStage.after, PhotoStage.signature
MATERIAL, LABOUR = "水龙头", Decimal(50)


@dataclass(slots=True, kw_only=True)
class Job:
    """Reported on `day`, so many `minutes` after eight; both go on with what is told."""

    ground: Ground
    keeper: Store
    dice: Random
    code: str
    day: date
    minutes: int
    category: RepairCategory
    problem: str
    unit_id: int | None = None
    area: PublicArea | None = None
    emergency: bool = False
    incident: Incident | None = None
    worker: str
    order: RepairOrder = field(init=False)

    @property
    def moment(self) -> datetime:
        return beginning_of(self.day) + timedelta(hours=8, minutes=self.minutes)

    @property
    def desk(self) -> str:
        return desk_of(self.code)

    def at(self, who: str, minutes: int) -> ExitStack:
        """So much later."""
        self.minutes += minutes
        return at_work(self.ground, who, self.day, self.minutes)

    def next_day(self) -> None:
        """The next working day so far, in the morning."""
        following = self.day + timedelta(days=1)
        while following < business_day() and not calendar().works(following):
            following += timedelta(days=1)
        if following <= business_day():
            self.day, self.minutes = following, 45 + self.dice.randrange(60)

    def report(self) -> None:
        who = self.desk if self.unit_id else DISPATCHER
        given: dict[str, Any] = {"category": self.category, "problem": self.problem, "emergency": self.emergency}
        if self.unit_id:
            where = lives([self.unit_id])[self.unit_id].on(self.day)
            given |= {name: where[name] for name in ("customer_id", "caller", "digits")}
            given["unit"] = session().get_one(Unit, self.unit_id)
        else:
            given |= {"public_area": self.area, "caller": "巡逻保安", "channel": Channel.patrol}
        with self.at(who, 0):
            reported = service.Reported(incident=self.incident, **given)
            self.order = service.register(self.ground.estates[self.code], reported)

    # How far it came

    def left(self) -> None:
        """Nobody has done anything about it."""

    def checked(self) -> None:
        with self.at(DISPATCHER, 4):
            service.triage(self.order)

    def given(self) -> None:
        with self.at(DISPATCHER, 5):
            service.assign(self.order, self.ground.users[self.worker])

    def accepted(self) -> None:
        self.given()
        with self.at(self.worker, 2 if self.emergency else 6):
            service.accept(self.order)

    def appointed(self) -> None:
        self.accepted()
        with self.at(self.worker, 7):
            begins = max(beginning_of(self.day) + timedelta(hours=15), utc_now())
            service.appoint(self.order, begins, begins + timedelta(hours=2), "业主下午三点后在家")

    def there(self) -> None:
        self.accepted()
        with self.at(self.worker, 12 if self.emergency else 25):
            service.arrive(self.order)

    def working(self) -> None:
        """What the customer would pay for is done for nothing, unless it cannot wait."""
        if self.order.payer is Payer.customer and not self.emergency:
            with self.at(DISPATCHER, 2):
                order, said = self.order, Said(reason=words.FREE)
                service.classify(order, self.category, order.priority, Payer.company, said)
        self.there()
        with self.at(self.worker, 3):
            service.start(self.order)

    def urgent(self) -> None:
        self.working()
        with self.at(self.worker, 1):
            pictures.add(self.order, BEFORE)

    def quoted(self) -> None:
        self.there()
        with self.at(self.worker, 15):
            costs.quote(self.order, self._lines())

    def agreed(self) -> None:
        self.quoted()
        with self.at(self.desk, 20):
            costs.answer(self.order, 1, costs.Answer(agreed=True, how=AgreedBy.phone, person=self.order.caller))

    def charged(self) -> None:
        """Mended, signed for, and to be paid. The lines go past `costs.add`: the vans are filled when all is told."""
        self.agreed()
        with self.at(self.worker, 40):
            for each in self._lines():
                entered = {"item_id": each.item_id, "entered_by": g.actor.name, "entered_at": utc_now()}
                session().add(line := RepairLine(repair_order_id=self.order.id, **row_of(each), **entered))
                session().flush()
                if each.item_id:
                    used = each.name, each.quantity, self.ground.users[self.worker], self.order.id
                    self.keeper.use(*used, line_id=line.id, at=line.entered_at)
            pictures.add(self.order, SIGNED)
            service.finish(self.order, "更换水龙头，试水正常", signed=True)

    def _lines(self) -> list[Line]:
        return [replace(of_store(MATERIAL, 1), item_id=self.keeper.ids[MATERIAL]), labour(LABOUR)]

    def short_of_parts(self) -> None:
        self._waits(PauseReason.material, "配件要订货，已申购")

    def waits_for_others(self) -> None:
        self._waits(PauseReason.third_party, "等厂家来人调试")

    def _waits(self, reason: PauseReason, note: str) -> None:
        self.there()
        with self.at(self.worker, 20):
            until = max(utc_now(), beginning_of(self.day)) + timedelta(days=4)
            service.wait(self.order, reason, Said(note=note, until=until))

    def done(self) -> None:
        self.working()
        with self.at(self.worker, 35):
            service.finish(self.order, self._result())

    def _result(self) -> str:
        for fault in (*words.HOMES, *words.PUBLIC):
            if fault.name == self.category.name:
                return fault.results[0]
        return "已修复，试用正常"

    def confirmed(self) -> None:
        self.done()
        with self.at(DISPATCHER, 50):
            service.confirm(self.order)

    def not_reached(self) -> None:
        self.confirmed()
        self._ask(Heard(satisfied=None, words="无人接听"))

    def unsatisfied(self) -> None:
        self.confirmed()
        self._ask(Heard(satisfied=False, words=words.UNSATISFIED[0], score=2))

    def visited(self) -> None:
        self.confirmed()
        self._ask(Heard(satisfied=True, words=words.SATISFIED[0], score=5))

    def filed(self) -> None:
        self.working()
        with self.at(self.worker, 35):
            pictures.add(self.order, BEFORE, AFTER)
            service.finish(self.order, self._result(), signed=True)
        self._ask(Heard(satisfied=True, words=words.SATISFIED[1], score=5))
        with self.at(self.desk, 10):
            service.file(self.order)

    def _ask(self, heard: Heard) -> None:
        self.next_day()
        with self.at(self.desk, 0):
            service.visit(self.order, heard)

    def cancelled(self) -> None:
        self.given()
        with self.at(self.desk, 15):
            service.cancel(self.order, Said(reason=words.CANCELS[0]))

    def same_as(self, other: Job) -> None:
        with self.at(self.desk, 3):
            service.mark_duplicate(self.order, other.order)
