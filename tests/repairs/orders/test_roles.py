"""Every role × state × action: what is offered, and what a request that comes anyway is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.auth.permissions import ROLES, RoleName
from crm.properties.models import Estate
from crm.repairs.orders.models import WORKFLOW, OrderState, RepairOrder
from crm.repairs.orders.queries import get_order
from crm.repairs.orders.views.steps import PAGES
from tests import factories as make
from tests.repairs.making import make_order
from tests.repairs.orders.test_workflow import ALLOWED, of

SignIn = Callable[[str], FlaskClient]
REASONS = ("不能“", "先抢到了", "已不在待派之列")
MAY = {  # role -> actions beside those of nobody
    "service_desk": "appoint contact consent decline unreached satisfied unsatisfied file cancel duplicate",
    "dispatcher": " ".join(WORKFLOW),
    "repair_worker": "grab accept arrive quote start wait resume finish hand_back appoint contact consent decline",
    "cashier": "cancel duplicate",
    "auditor": "",
    "administrator": "",
}


@pytest.mark.parametrize("role", MAY)
def test_a_role_takes_the_steps_that_are_its_own(role: str) -> None:
    own = {name for name, step in WORKFLOW.items() if step.permission in ROLES[RoleName(role)]}
    assert own == set(MAY[role].split())


@pytest.mark.parametrize("role", RoleName)
@pytest.mark.parametrize("state", OrderState)
def test_every_role_state_and_action(app: Flask, role: RoleName, state: OrderState) -> None:
    """Offered is what the table allows from here to whoever holds the permission; all else has a reason."""
    with app.test_request_context():
        for action, step in WORKFLOW.items():
            order = of(state, action)
            possible = state in ALLOWED[action][0].split()
            assert (WORKFLOW.hindrance(order, action) == "") == possible
            offered = WORKFLOW.offered(order, ROLES[role])
            assert (action in offered) == (possible and step.permission in ROLES[role]), action


@pytest.mark.parametrize("action", PAGES)
def test_a_step_that_is_not_possible_is_refused_in_words(sign_in: SignIn, estate: Estate, action: str) -> None:
    """To the dispatcher, who may take each of them: by its page, and by a form that comes too late."""
    client = sign_in("dispatcher")
    states = [state for state in OrderState if state not in ALLOWED[action][0].split()]
    for order in _in_each(estate, states):
        asked = client.get(f"/repairs/{order.id}/{action}")
        assert asked.status_code == 409, (order.state, action)
        assert any(words in asked.text for words in REASONS)
        sent = client.post(f"/repairs/{order.id}/{action}", data={"version": order.version, "key": f"k{order.id}"})
        assert sent.status_code == 422
        assert any(words in sent.text for words in REASONS)


def _in_each(estate: Estate, states: list[OrderState]) -> list[RepairOrder]:
    main = make_order(estate)
    made = []
    for state in states:
        other = {"duplicate_of_id": main.id} if state is OrderState.duplicate else {}
        made.append(make_order(estate, state, make.make_unit(estate), **other))
    return made


def test_who_may_not_take_a_step_meets_a_closed_door(sign_in: SignIn, estate: Estate) -> None:
    order = make_order(estate, OrderState.registered)
    auditor = sign_in("auditor")
    assert auditor.get(f"/repairs/{order.id}").status_code == 200
    for action in PAGES:
        assert auditor.get(f"/repairs/{order.id}/{action}").status_code == 403
        assert auditor.post(f"/repairs/{order.id}/{action}").status_code == 403


def test_the_job_of_somebody_else(sign_in: SignIn, estate: Estate, work: Callable[..., object]) -> None:
    """A worker sees it, and takes no step of it."""
    order = make_order(estate, OrderState.working, worker_id=make.make_user(RoleName.repair_worker).id)
    worker = sign_in("repair_worker")
    page = worker.get(f"/repairs/{order.id}").text
    assert f"/repairs/{order.id}/finish" not in page
    refused = worker.post(f"/repairs/{order.id}/finish", data={"version": order.version, "note": "修好了", "key": "a"})
    assert refused.status_code == 422
    assert "在别人手上" in refused.text
    with work():  # type: ignore[attr-defined]
        assert get_order(order.id).state is OrderState.working
