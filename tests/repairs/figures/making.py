"""A month of repairs with known outcomes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from crm.properties.models import Estate, Unit
from crm.repairs.orders.models import (
    Channel,
    LineKind,
    OrderState,
    Payer,
    RepairLine,
    RepairOrder,
    ReturnVisit,
)
from tests import factories as make
from tests.repairs.making import category_called, kept, make_order, make_step, user_called

S = OrderState
SHANGHAI = timedelta(hours=8)
BEGINS = datetime(2026, 11, 1, tzinfo=UTC) - SHANGHAI  # November's first moment at the company
NOON = timedelta(hours=12)


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of November 2026 at the company; day 0 is the last of October."""
    return BEGINS + timedelta(days=day - 1, hours=hour, minutes=minute)


def make_line(order: RepairOrder, amount: str, kind: LineKind = LineKind.material) -> RepairLine:
    facts = {"name": "三角阀", "quantity": Decimal(1), "price": Decimal(amount), "amount": Decimal(amount)}
    told = {"entered_by": "张建国", "entered_at": order.finished_at or order.registered_at}
    return kept(RepairLine(repair_order_id=order.id, kind=kind, **facts, **told))


def make_visit(order: RepairOrder, moment: datetime, *, satisfied: bool | None, score: int | None) -> ReturnVisit:
    facts = {"satisfied": satisfied, "score": score, "made_by": "李敏", "made_at": moment}
    return kept(ReturnVisit(repair_order_id=order.id, **facts))


def ended(order: RepairOrder, action: str, moment: datetime) -> RepairOrder:
    make_step(order, action, taken_at=moment)
    return order


def job(estate: Estate, state: OrderState, reported: datetime, unit: Unit | None = None, **given: Any) -> RepairOrder:
    """Promised: accepted in 30 minutes, on site in 7 hours, finished in 3 days. Nobody was talked to."""
    none = {"accepted_at": None, "finished_at": None, "finished_by_id": None, "confirmed_at": None}
    none |= {"visit_due_on": None, "worker_id": None}
    return make_order(estate, state, unit, **(none | {"registered_at": reported} | given))


def november(estate: Estate) -> dict[str, RepairOrder]:
    """Thirteen jobs: what each counts for stands beside it."""
    one, two = make.make_unit(estate, "3-1-502"), make.make_unit(estate, "5-1-101")
    zhang, sun = user_called("zhangjg").id, user_called("sunhao").id
    light, lock = category_called("灯具").id, category_called("门锁打不开").id
    jobs = {
        # reported in October, finished in November and in time: accepted in October
        "carried": job(
            estate,
            S.filed,
            at(0, 20),
            one,
            category_id=light,
            accepted_at=at(0, 20, 10),
            arrived_at=at(1, 2),
            finished_at=at(1, 10),
            finished_by_id=zhang,
            confirmed_at=at(1, 12),
        ),
        # everything in time, talked to after 10 minutes, satisfied
        "good": job(
            estate,
            S.visited,
            at(2),
            one,
            accepted_at=at(2, 9, 30),
            arrived_at=at(2, 10),
            contacted_at=at(2, 9, 10),
            finished_at=at(2, 11),
            finished_by_id=zhang,
            confirmed_at=at(2, 12),
            visit_due_on=date(2026, 11, 5),
            satisfied=True,
        ),
        # its fault came back: no first-time fix; accepted too late
        "came back": job(
            estate,
            S.confirmed,
            at(3),
            two,
            accepted_at=at(3, 9, 31),
            arrived_at=at(3, 11),
            contacted_at=at(3, 9, 30),
            finished_at=at(3, 13),
            finished_by_id=zhang,
            confirmed_at=at(3, 14),
            visit_due_on=date(2026, 11, 6),
        ),
        # done again once, on site and finished too late, talked to after 90 minutes
        "again": job(
            estate,
            S.done,
            at(4),
            two,
            reworks=1,
            accepted_at=at(4, 9, 5),
            arrived_at=at(5),
            contacted_at=at(4, 10, 30),
            finished_at=at(8),
            finished_by_id=sun,
            channel=Channel.message,
        ),
        # an emergency at the counter, nobody talked to; finished in December, too late for what was promised
        "long": job(
            estate,
            S.filed,
            at(5),
            one,
            category_id=lock,
            emergency=True,
            channel=Channel.counter,
            accepted_at=at(5, 9, 1),
            arrived_at=at(5, 9, 20),
            finished_at=at(33),
            finished_by_id=sun,
        ),
        # still open, late in everything
        "late": job(estate, S.registered, at(6), two, category_id=light),
        # still open, promised for December
        "in time still": job(
            estate,
            S.accepted,
            at(29),
            one,
            worker_id=zhang,
            accepted_at=at(29, 9, 2),
            contacted_at=at(29, 9, 20),
            arrive_due_at=at(40),
            finish_due_at=at(41),
            category_id=light,
        ),
        # found on a patrol and planned: no customer waits for a word
        "patrol": job(estate, S.registered, at(28), channel=Channel.patrol, category_id=light),
        "planned": job(
            estate,
            S.filed,
            at(10),
            channel=Channel.plan,
            accepted_at=at(10, 9, 30),
            arrived_at=at(10, 10),
            finished_at=at(10, 12),
            finished_by_id=zhang,
            payer=Payer.company,
        ),
    }
    jobs["repeat"] = job(
        estate, S.registered, at(20), two, repeat_of_id=jobs["came back"].id, accept_due_at=None, arrive_due_at=None,
        finish_due_at=None, contacted_at=at(20, 9, 40),
    )  # fmt: skip
    jobs["cancelled"] = ended(job(estate, S.cancelled, at(7), one), "cancel", at(7, 10))
    jobs["cancelled later"] = ended(job(estate, S.cancelled, at(9), one), "cancel", at(32))
    jobs["twice"] = ended(
        job(estate, S.duplicate, at(2, 10), one, duplicate_of_id=jobs["good"].id), "duplicate", at(2, 10, 5)
    )
    make_line(jobs["good"], "30.00")
    make_line(jobs["good"], "50.00", LineKind.labour)
    make_line(jobs["planned"], "20.00")
    make_line(jobs["long"], "999.00")  # finished in December
    make_visit(jobs["good"], at(4), satisfied=None, score=None)
    make_visit(jobs["good"], at(5), satisfied=True, score=4)
    make_visit(jobs["again"], at(6), satisfied=False, score=1)
    return jobs
