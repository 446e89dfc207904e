"""One job, many phones: whoever reaches first has it, all others are told who that was."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select, update

from crm.auth.actor import Actor
from crm.auth.models import User, UserRole
from crm.auth.permissions import ROLES, RoleName
from crm.dates import utc_now
from crm.db import session, unit_of_work
from crm.errors import DomainError, NotEntitled
from crm.properties.models import Estate
from crm.repairs.categories.seeding import seed
from crm.repairs.orders import service
from crm.repairs.orders.models import OrderState, RepairOrder, RepairStep
from crm.repairs.orders.queries import get_order
from tests.acting import as_
from tests.repairs.making import make_order, user_called

MANY = 50
WORKER = RoleName.repair_worker
S = OrderState


def workers(db: Any, count: int) -> list[tuple[int, str]]:
    people = [
        User(username=f"w{n}", full_name=f"师傅{n:02}", password_hash="", created_at=utc_now(), all_estates=True)
        for n in range(count)
    ]
    db.add_all(people)
    db.flush()
    db.add_all(UserRole(user_id=each.id, role=WORKER) for each in people)
    return [(each.id, each.full_name) for each in people]


@pytest.mark.timeout(300)
def test_fifty_at_once(app: Flask, own_engine: Any, own_work: Callable[..., Any]) -> None:
    with own_work() as db:
        seed()
        estate = Estate(name="阳光花园")
        db.add(estate)
        db.flush()
        people = workers(db, MANY)
    order = make_order(estate)
    start = Barrier(MANY)

    def reach(who: tuple[int, str]) -> str:
        start.wait()
        with app.app_context():
            g.actor = Actor(name=who[1], user_id=who[0], permissions=ROLES[WORKER], roles=(WORKER,))
            try:
                with unit_of_work():
                    service.grab(get_order(order.id))
            except DomainError as refusal:
                return str(refusal)
        return ""

    with ThreadPoolExecutor(MANY) as pool:
        said = list(pool.map(reach, people))
    [winner] = [person for person, words in zip(people, said, strict=True) if words == ""]
    refused = [words for words in said if words]
    assert len(refused) == MANY - 1
    assert {words for words in refused if not words.startswith(f"{winner[1]} 先抢到了")} == set()
    with own_work(writes=False) as db:
        found = db.get_one(RepairOrder, order.id)
        assert (found.state, found.worker_id, found.accepted_at is not None) == (S.accepted, winner[0], True)
        assert [step.worker_id for step in db.scalars(select(RepairStep).filter_by(action="grab"))] == [winner[0]]


def test_too_late_by_a_blink(work: Callable[..., Any], estate: Estate) -> None:
    """The page was read while the job was free: the database says no, and who has it."""
    made = make_order(estate)
    with work(as_("maqiang")):
        free = get_order(made.id)
        _grabbed_by_another(made)
        with pytest.raises(DomainError, match="张建国 先抢到了"):
            service.grab(free)
        assert free.state is S.accepted


def _grabbed_by_another(made: RepairOrder) -> None:
    """As on another connection: the session does not see it."""
    facts = {"state": S.accepted, "worker_id": user_called("zhangjg").id}
    session().connection().execute(update(RepairOrder).where(RepairOrder.id == made.id).values(**facts))


def test_a_second_tap_is_no_second_step(sign_in: Callable[[str], FlaskClient], db: Any, estate: Estate) -> None:
    made, client = make_order(estate), sign_in("zhangjg")
    for _tap in range(2):
        answer = client.post(f"/repairs/{made.id}/grab", data={"key": "tap-1", "version": made.version})
        assert answer.status_code == 302
    assert len(db.scalars(select(RepairStep).filter_by(action="grab")).all()) == 1
    late = sign_in("maqiang").post(f"/repairs/{made.id}/grab", data={"key": "tap-2", "version": made.version})
    assert "张建国 先抢到了" in late.text


@pytest.mark.parametrize("state", [state for state in S if state not in (S.registered, S.triaged, S.rework)])
def test_what_is_not_free_is_not_taken(work: Callable[..., Any], estate: Estate, state: OrderState) -> None:
    twin: dict[str, Any] = {"duplicate_of_id": make_order(estate).id} if state is S.duplicate else {}
    made = make_order(estate, state, **twin)
    with work(as_("maqiang")), pytest.raises(DomainError) as refused:
        service.grab(get_order(made.id))
    assert str(refused.value)
    assert not isinstance(refused.value, NotEntitled)


def test_who_does_no_repairs_takes_none(sign_in: Callable[[str], FlaskClient], work: Any, estate: Estate) -> None:
    made = make_order(estate)
    assert sign_in("limin").post(f"/repairs/{made.id}/grab").status_code == 403
    with work(as_("limin")), pytest.raises(DomainError, match="此人不负责该小区维修"):
        service.grab(get_order(made.id))
