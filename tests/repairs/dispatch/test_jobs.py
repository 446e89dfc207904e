"""What the clock says about jobs: once, to whom it concerns, and to nobody's night's sleep but for an emergency."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.auth.actor import system_actor
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.dates import telling
from crm.db import open_session
from crm.notifications.models import Notification
from crm.properties.models import Estate
from crm.repairs.categories.models import Priority
from crm.repairs.categories.seeding import seed
from crm.repairs.dispatch.jobs import escalate
from crm.repairs.orders import service
from crm.repairs.orders.models import OrderState, RepairOrder
from crm.repairs.orders.queries import get_order
from crm.repairs.orders.service import Said
from crm.schedule import TASKS
from tests import factories as make
from tests.acting import as_
from tests.repairs.dispatch.making import make_dispatcher
from tests.repairs.making import make_order, user_called

TUESDAY = datetime(2026, 11, 24, 2, tzinfo=UTC)  # ten in the morning, the office is open
NIGHT = datetime(2026, 11, 24, 15, tzinfo=UTC)  # eleven in the evening
SUNDAY = datetime(2026, 11, 22, 2, tzinfo=UTC)
S = OrderState
NOT_ACCEPTED = (S.registered, S.triaged, S.rework, S.dispatched)
FOR_US = (*NOT_ACCEPTED, S.accepted, S.on_site, S.quoted, S.consented, S.working, S.waiting)


def tick(app: Flask, moment: datetime = TUESDAY) -> int:
    with telling(moment), app.app_context():
        g.actor = system_actor("tests")
        return escalate()


def due(estate: Estate, state: OrderState = S.registered, **given: Any) -> RepairOrder:
    """Late with nothing, unless told so."""
    far = SUNDAY + timedelta(days=30)
    return make_order(estate, state, **({"accept_due_at": far, "finish_due_at": far} | given))


def bells() -> dict[str, list[tuple[str, str, int]]]:
    """User name -> text, page, how often."""
    found: dict[str, list[tuple[str, str, int]]] = {}
    with open_session() as db:
        rows = select(User.username, Notification).join(Notification, Notification.user_id == User.id)
        for name, bell in db.execute(rows.order_by(Notification.id)):
            found.setdefault(name, []).append((bell.text, bell.url, bell.count))
    return found


def test_the_clock_runs_it_every_minute() -> None:
    assert [task.every for task in TASKS if task.run is escalate] == [timedelta(minutes=1)]


@pytest.mark.parametrize("state", [state for state in S if state is not S.duplicate])
def test_not_accepted_in_time(app: Flask, db: Session, estate: Estate, state: OrderState) -> None:
    order = due(estate, state, accept_due_at=TUESDAY - timedelta(minutes=1))
    rings = state in NOT_ACCEPTED
    assert tick(app) == rings
    expected = {"sunhao": [(f"超时未接单：{order.number} {order.problem}", f"/repairs/{order.id}", 1)]}
    assert bells() == (expected if rings else {})


@pytest.mark.parametrize("state", [state for state in S if state is not S.duplicate])
def test_not_finished_in_time(app: Flask, db: Session, estate: Estate, state: OrderState) -> None:
    order = due(estate, state, finish_due_at=TUESDAY - timedelta(minutes=1))
    assert tick(app) == (state in FOR_US)
    told = [(f"超时：{order.number} {order.problem}", f"/repairs/{order.id}", 1)]
    held = state in FOR_US and order.worker_id is not None
    assert bells() == ({"sunhao": told} | ({"zhangjg": told} if held else {}) if state in FOR_US else {})


@pytest.mark.parametrize("late", [timedelta(0), -timedelta(seconds=1)])
def test_in_time_to_the_last_moment(app: Flask, db: Session, estate: Estate, late: timedelta) -> None:
    due(estate, accept_due_at=TUESDAY - late, finish_due_at=TUESDAY - late)
    assert tick(app) == 0
    assert bells() == {}


def test_each_is_said_once(app: Flask, db: Session, estate: Estate) -> None:
    past = TUESDAY - timedelta(hours=1)
    order = due(estate, accept_due_at=past)
    assert [tick(app, TUESDAY + timedelta(minutes=n)) for n in range(3)] == [1, 0, 0]
    with open_session() as own:
        own.get_one(RepairOrder, order.id).finish_due_at = past
        own.commit()
    assert [tick(app, TUESDAY + timedelta(minutes=n)) for n in range(3)] == [1, 0, 0], "late is another thing"
    assert [count for _text, _url, count in bells()["sunhao"]] == [2]


def test_given_to_the_next_it_counts_anew(app: Flask, work: Callable[..., Any], estate: Estate) -> None:
    with telling(TUESDAY), work(as_("sunhao")):
        made = make_order(estate, S.registered, registered_at=TUESDAY)
        service.assign(get_order(made.id), user_called("zhangjg").id)
    first = accept_due(made)
    assert [tick(app, first + timedelta(minutes=n)) for n in range(3)] == [0, 1, 0]
    with telling(first + timedelta(minutes=3)), work(as_("sunhao")):
        service.transfer(get_order(made.id), user_called("maqiang").id, Said(reason="没接"))
    second = accept_due(made)
    assert second > first + timedelta(minutes=3)
    assert [tick(app, second + timedelta(minutes=n)) for n in range(3)] == [0, 1, 0]


def accept_due(order: RepairOrder) -> datetime:
    with open_session() as db:
        found = db.get_one(RepairOrder, order.id).accept_due_at
    assert found
    return found


@pytest.mark.parametrize("moment", [NIGHT, SUNDAY], ids=["night", "sunday"])
@pytest.mark.parametrize("priority", Priority)
def test_nobody_is_woken_but_for_an_emergency(
    app: Flask, db: Session, estate: Estate, moment: datetime, priority: Priority
) -> None:
    due(estate, priority=priority, accept_due_at=moment - timedelta(minutes=1))
    urgent = priority is Priority.emergency
    assert tick(app, moment) == urgent
    assert bool(bells()) is urgent
    assert tick(app, TUESDAY + timedelta(days=1)) == (not urgent), "when the office opens all others are said"


def test_whose_estate_it_is(app: Flask, db: Session, estate: Estate, other_estate: Estate) -> None:
    here, there = make_dispatcher(estate), make_dispatcher(other_estate)
    gone = make.make_user(RoleName.dispatcher, estates=[other_estate], active=False)
    due(other_estate, accept_due_at=TUESDAY - timedelta(minutes=1))
    assert tick(app) == 1
    assert set(bells()) == {"sunhao", there.username}
    assert here.username not in bells()
    assert gone.username not in bells()


def test_in_everybodys_own_language(app: Flask, db: Session, estate: Estate) -> None:
    english = make.make_user(RoleName.dispatcher, estates=[estate], locale="en")
    order = due(estate, accept_due_at=TUESDAY - timedelta(minutes=1))
    tick(app)
    assert bells()[english.username][0][0] == f"Not accepted in time: {order.number} {order.problem}"
    assert bells()["sunhao"][0][0].startswith("超时未接单")


@pytest.mark.timeout(120)
def test_several_clocks_at_once_ring_once(app: Flask, own_engine: Any, own_work: Callable[..., Any]) -> None:
    with own_work() as db:
        seed()
        estate = Estate(name="阳光花园")
        db.add(estate)
    make_dispatcher(estate)
    past = TUESDAY - timedelta(hours=1)
    for _job in range(5):
        due(estate, accept_due_at=past, finish_due_at=past)
    start, said = Barrier(6), []

    def run() -> None:
        start.wait()
        said.append(tick(app))

    threads = [Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(said) == 10
    assert len(said) == 6
    with own_work(writes=False) as db:
        assert db.scalars(select(Notification.count)).all() == [2] * 5
        warned = select(func.count()).where(RepairOrder.accept_warned_at.is_not(None))
        assert db.scalar(warned) == 5
