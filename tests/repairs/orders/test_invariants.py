"""Any steps at any moments: the order says what its steps say, and is late exactly when its clock says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, g
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.auth.actor import system_actor
from crm.dates import telling
from crm.db import session
from crm.notifications.models import Notification
from crm.properties.models import Estate
from crm.repairs.categories.models import Priority, RepairCategory
from crm.repairs.orders import jobs, service
from crm.repairs.orders.figures import Promise
from crm.repairs.orders.invariants import faults, faults_of
from crm.repairs.orders.models import UNFINISHED, OrderState, Payer, RepairOrder
from crm.repairs.orders.queries import is_late
from crm.repairs.orders.service import Heard, Reported, Said
from crm.repairs.orders.terms import clocks_of, steps_of
from crm.repairs.orders.wording import next_due
from crm.worktime.clocks import ClockState, PauseReason
from tests import factories as make
from tests.acting import as_
from tests.repairs.making import category_called, make_order, user_called

BEGINS = datetime(2026, 11, 20, 1, tzinfo=UTC)  # a Friday, 9 in the morning
REASONS = [reason for reason in PauseReason if reason is not PauseReason.closed]
Verb = Callable[[RepairOrder, Any], object]


def _other_priority(order: RepairOrder, draw: Any) -> None:
    category = session().get_one(RepairCategory, order.category_id)
    others = [each for each in Priority if each is not order.priority]
    service.classify(order, category, draw(st.sampled_from(others)), order.payer)


def _appoint(order: RepairOrder, draw: Any) -> None:
    from crm.dates import utc_now

    begins = utc_now() + timedelta(hours=draw(st.integers(1, 200)))
    service.appoint(order, begins, begins + timedelta(hours=2))


def _other_worker(order: RepairOrder, _draw: Any) -> None:
    one, other = user_called("zhangjg").id, user_called("sunhao").id
    service.transfer(order, other if order.worker_id == one else one, Said(reason="忙不过来"))


VERBS: dict[str, Verb] = {
    "triage": lambda order, _draw: service.triage(order),
    "classify": _other_priority,
    "assign": lambda order, _draw: service.assign(order, user_called("zhangjg").id),
    "grab": lambda order, _draw: service.grab(order),
    "accept": lambda order, _draw: service.accept(order),
    "arrive": lambda order, _draw: service.arrive(order),
    "start": lambda order, _draw: service.start(order),
    "wait": lambda order, draw: service.wait(order, draw(st.sampled_from(REASONS)), Said()),
    "resume": lambda order, _draw: service.resume(order),
    "appoint": _appoint,
    "contact": lambda order, _draw: service.contact(order, "已联系"),
    "hand_back": lambda order, _draw: service.hand_back(order, Said(reason="缺工具")),
    "transfer": _other_worker,
    "finish": lambda order, _draw: service.finish(order, "换了阀芯"),
    "confirm": lambda order, _draw: service.confirm(order),
    "redo": lambda order, _draw: service.redo(order, Said(reason="还在漏")),
    "unreached": lambda order, _draw: service.visit(order, Heard(satisfied=None)),
    "satisfied": lambda order, _draw: service.visit(order, Heard(satisfied=True, score=5)),
    "unsatisfied": lambda order, _draw: service.visit(order, Heard(satisfied=False, words="又漏了", score=1)),
}
OFTEN = ("assign", "grab", "accept", "arrive", "start", "wait", "resume", "finish", "redo", "unsatisfied", "confirm")


def found(condition: Any, order: RepairOrder) -> bool:
    return session().scalar(select(RepairOrder.id).where(condition, RepairOrder.id == order.id)) is not None


def told_late(order: RepairOrder, now: datetime) -> bool:
    return clocks_of(order, steps_of(order.id))[Promise.finish].state(now) is ClockState.late


def possible(order: RepairOrder) -> list[str]:
    """Those that lead on are there more often, so that a story gets somewhere."""
    g.actor = as_("sunhao")
    can = [name for name in VERBS if not service.hindrance(order, name)]
    return [*can, *(name for name in OFTEN if name in can for _thrice in range(3))]


def take(order: RepairOrder, name: str, draw: Any) -> None:
    """The dispatcher takes what the workflow lets him; the customer is asked by somebody else."""
    g.actor = as_("zhouhui" if name in ("unreached", "satisfied", "unsatisfied") else "sunhao")
    VERBS[name](order, draw)
    session().flush()


def reported(estate: Estate) -> RepairOrder:
    g.actor = as_("limin")
    unit, customer = make.make_unit(estate), make.make_customer(estate)
    what = Reported(category=category_called("灯具"), problem="灯不亮", unit=unit, customer_id=customer.id)
    order = service.register(estate.id, what)
    order.payer = Payer.company  # consent has tests of its own
    return order


@settings(
    max_examples=60, deadline=None, derandomize=True, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
)
@given(st.data())
def test_any_steps_at_any_moments(work: Any, estate: Estate, data: Any) -> None:
    now, draw = BEGINS, data.draw
    with work() as db:
        with telling(now):
            order = reported(estate)
        for _step in range(draw(st.integers(1, 12))):
            now += timedelta(minutes=draw(st.sampled_from((0, 1, 7, 45, 200, 1500, 4000, 20_000))))
            with telling(now):
                if not (can := possible(order)):
                    break
                take(order, draw(st.sampled_from(can)), draw)
            db.refresh(order)
            steps = steps_of(order.id)
            assert [fault.told() for fault in faults_of(order, steps)] == [], [step.action for step in steps]
        last = steps_of(order.id)[-1].taken_at
        moments = [last + timedelta(minutes=draw(st.integers(0, 30_000))) for _ in range(4)]
        if order.state in UNFINISHED and order.finish_due_at:
            moments += [order.finish_due_at + timedelta(seconds=seconds) for seconds in (-1, 0, 1)]
            for moment in (each for each in moments if each >= last):
                expected = order.finish_due_at < moment
                due = next_due(order)
                assert due
                assert found(is_late(moment), order) is (due < moment), "the list says what the badge says"
                assert told_late(order, moment) is expected, [(s.action, s.reason) for s in steps_of(order.id)]


BROKEN = {
    "accept_due_at": "2026-01-01 00:00:00",
    "arrive_due_at": "2026-01-01 00:00:00",
    "finish_due_at": "2026-01-01 00:00:00",
    "accepted_at": "2026-01-01 00:00:00",
    "arrived_at": "2026-01-01 00:00:00",
    "finished_at": "2026-01-01 00:00:00",
    "reworks": 3,
    "state": "triaged",
}


@pytest.mark.parametrize("column", BROKEN)
def test_what_the_steps_do_not_say_is_found(work: Any, estate: Estate, column: str) -> None:
    with work() as db:
        with telling(BEGINS):
            order = reported(estate)
        db.flush()
        assert faults() == []
        change = f"UPDATE repair_order SET {column} = :value WHERE id = :id"
        db.execute(text(change), {"value": BROKEN[column], "id": order.id})
        db.expire_all()
        assert [(fault.number, fault.column) for fault in faults()] == [(order.number, column)]


def test_jobs_that_are_over_are_left_alone(work: Any, estate: Estate) -> None:
    """Those taken over from elsewhere have no steps to speak of."""
    make_order(estate, OrderState.filed)
    with work():
        assert faults() == []


def test_the_night_proves_once_a_day_and_tells_who_dispatches(app: Flask, db: Session, estate: Estate) -> None:
    order = make_order(estate)  # its promises are none of the product's own
    with app.app_context():
        g.actor, g.request_id = system_actor("repairs check"), ""
        assert jobs.prove_nightly()
        assert not jobs.prove_nightly()
    [entry] = db.scalars(select(LogEntry).filter_by(kind="RepairsProved")).all()
    assert entry.data["faults"] > 0
    assert all(order.number in example for example in entry.data["examples"])
    told = db.scalars(select(Notification)).all()
    assert {user_called("sunhao").id} == {each.user_id for each in told}
    assert all(order.number in each.text and each.url == f"/repairs/{order.id}" for each in told)
