"""Every state × action of a repair order, what hinders a step, and whose it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm.errors import IllegalTransition, NotEntitled
from crm.properties.models import Estate
from crm.repairs.orders import service
from crm.repairs.orders.models import WORKFLOW, OrderState, Payer, RepairOrder
from crm.repairs.orders.queries import get_order
from crm.repairs.orders.service import Said
from tests.acting import as_
from tests.repairs.making import make_order, user_called

S = OrderState
TO_DISPATCH = "registered triaged rework"
HELD = "dispatched accepted on_site quoted consented working waiting"
ALLOWED = {  # action -> from where, where it leads ("": nowhere)
    "triage": ("registered", "triaged"),
    "classify": (f"{TO_DISPATCH} {HELD}", ""),
    "assign": (TO_DISPATCH, "dispatched"),
    "grab": (TO_DISPATCH, "accepted"),
    "accept": ("dispatched", "accepted"),
    "arrive": ("accepted waiting", "on_site"),
    "quote": ("on_site consented working quoted", "quoted"),
    "consent": ("quoted", "consented"),
    "decline": ("quoted", "on_site"),
    "start": ("on_site consented", "working"),
    "wait": ("accepted on_site consented working", "waiting"),
    "resume": ("waiting", "working"),
    "finish": ("on_site consented working", "done"),
    "appoint": (f"{TO_DISPATCH} {HELD}", ""),
    "contact": (f"{TO_DISPATCH} {HELD} done confirmed", ""),
    "hand_back": (HELD, "triaged"),
    "transfer": (HELD, "dispatched"),
    "confirm": ("done", "confirmed"),
    "redo": ("done confirmed", "rework"),
    "unreached": ("confirmed", ""),
    "satisfied": ("confirmed", "visited"),
    "unsatisfied": ("confirmed", "rework"),
    "file": ("visited confirmed", "filed"),
    "cancel": (f"{TO_DISPATCH} {HELD}", "cancelled"),
    "duplicate": (f"{TO_DISPATCH} dispatched", "duplicate"),
}


def of(state: OrderState, action: str) -> RepairOrder:
    """An order whose own facts hinder nothing."""
    payer = Payer.customer if action == "quote" else Payer.company
    customer = None if action == "file" else 1
    return RepairOrder(state=state, payer=payer, customer_id=customer, emergency=False, arrived_at="there")


def test_the_table_names_every_action() -> None:
    assert set(ALLOWED) == set(WORKFLOW)


@pytest.mark.parametrize("action", WORKFLOW)
@pytest.mark.parametrize("state", S)
def test_every_cell(app: Any, state: OrderState, action: str) -> None:
    sources, target = ALLOWED[action]
    order = of(state, action)
    with app.test_request_context():
        if state in sources.split():
            WORKFLOW.take(order, action)
            assert order.state == (target or state)
        else:
            with pytest.raises(IllegalTransition) as refused:
                WORKFLOW.take(order, action)
            assert str(refused.value), "a refusal says why"
            assert order.state is state


@pytest.mark.parametrize(
    ("action", "given"),
    [
        ("start", {"payer": Payer.customer}),
        ("finish", {"payer": Payer.customer}),
        ("resume", {"arrived_at": None}),
        ("quote", {"payer": Payer.builder}),
        ("satisfied", {"customer_id": None}),
    ],
)
def test_what_hinders_a_step(app: Any, action: str, given: dict[str, Any]) -> None:
    state = {"resume": S.waiting, "satisfied": S.confirmed}.get(action, S.on_site)
    facts = {"payer": Payer.company, "customer_id": 1, "emergency": False, "arrived_at": "there"} | given
    with app.test_request_context():
        assert WORKFLOW.hindrance(RepairOrder(state=state, **facts), action)


def test_an_emergency_waits_for_no_consent(app: Any) -> None:
    order = RepairOrder(state=S.on_site, payer=Payer.customer, customer_id=1, emergency=True)
    with app.test_request_context():
        assert WORKFLOW.hindrance(order, "start") == ""


@pytest.mark.parametrize("action", sorted(service.steps.BY_THE_HOLDER))
def test_a_job_is_its_holders_or_a_dispatchers(work: Callable[..., Any], estate: Estate, action: str) -> None:
    state = {"accept": S.dispatched, "arrive": S.accepted, "quote": S.on_site, "start": S.on_site}.get(
        action, S.working
    )
    state = {"resume": S.waiting, "hand_back": S.accepted}.get(action, state)
    payer = Payer.customer if action == "quote" else Payer.company
    made = make_order(estate, state, payer=payer, arrived_at=make_order(estate).registered_at)
    other = make_order(estate, state, payer=payer, worker_id=user_called("sunhao").id, arrived_at=made.registered_at)
    with work(as_("zhangjg")):
        assert service.hindrance(get_order(made.id), action) == ""
        assert service.hindrance(get_order(other.id), action)
        with pytest.raises(NotEntitled):
            service.steps.expect(get_order(other.id), action)
    with work(as_("sunhao")):
        assert service.hindrance(get_order(made.id), action) == ""


def test_a_form_sent_twice_is_one_step(work: Callable[..., Any], estate: Estate) -> None:
    made = make_order(estate, S.accepted)
    with work(as_("zhangjg")):
        service.arrive(get_order(made.id), Said(key="phone-1"))
        assert service.find_step("phone-1")
        assert service.find_step("phone-2") is None
        assert service.find_step(None) is None
