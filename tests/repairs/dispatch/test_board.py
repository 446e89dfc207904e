"""The board: every job where it belongs, moved once or not at all, sent anew only when something has changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from crm.auth.permissions import RoleName
from crm.dates import telling
from crm.db import open_session
from crm.properties.models import Estate
from crm.repairs.categories.models import Priority
from crm.repairs.dispatch import board as boards
from crm.repairs.dispatch.board import LANES, board
from crm.repairs.orders.models import OrderState, PhotoStage, RepairOrder
from tests import factories as make
from tests.acting import as_
from tests.repairs.dispatch.making import entered, make_dispatcher
from tests.repairs.making import category_called, make_order, make_photo, user_called
from tests.repairs.plans.making import make_absence

NOW = datetime(2026, 11, 24, 1, 10, tzinfo=UTC)  # a Tuesday, ten past nine: ten minutes after the report
BOARD, GIVE = "/repairs/dispatch/", "/repairs/dispatch/give"
HTMX = {"HX-Request": "true"}
S = OrderState
TO_DISPATCH = (S.registered, S.triaged, S.rework)
HELD = [state for name in ("dispatched", "underway", "waiting") for state in LANES[name]]
NOT_SHOWN = (S.visited, S.filed, S.cancelled, S.duplicate)


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with telling(NOW):
        yield


@pytest.fixture
def dispatcher(morning: None, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("sunhao")


@pytest.fixture
def of_one_estate(app: Flask, morning: None, estate: Estate) -> FlaskClient:
    return entered(app, make_dispatcher(estate))


def stored(order: RepairOrder) -> RepairOrder:
    with open_session() as db:
        return db.get_one(RepairOrder, order.id)


def jobs_in(part: str) -> set[int]:
    return {int(key) for key in re.findall(r'data-job="(\d+)"', part)}


def lane_of(page: str, user_id: int) -> list[str]:
    """The columns of somebody's row."""
    lane = page.partition(f'data-worker="{user_id}"')[2].partition("</section>")[0]
    return lane.split('class="lane-column"')[1:]


def to_dispatch_in(page: str) -> str:
    return page.partition('class="board-new"')[2].partition("</section>")[0]


def given(order: RepairOrder, worker: str = "zhangjg", **besides: Any) -> dict[str, Any]:
    facts = {"repair_id": order.id, "version": order.version, "worker_id": user_called(worker).id, "reason": ""}
    return facts | besides


@pytest.mark.parametrize("state", S)
def test_every_state_has_its_place(dispatcher: FlaskClient, estate: Estate, state: OrderState) -> None:
    twin: dict[str, Any] = {"duplicate_of_id": make_order(estate, S.filed).id} if state is S.duplicate else {}
    order = make_order(estate, state, **twin)
    page = dispatcher.get(BOARD).text
    columns = lane_of(page, user_called("zhangjg").id)
    place = next((list(LANES).index(name) for name, states in LANES.items() if state in states), None)
    assert [order.id in jobs_in(column) for column in columns] == [place == n for n in range(len(LANES))]
    assert (order.id in jobs_in(to_dispatch_in(page))) is (state in TO_DISPATCH)
    assert (order.id in jobs_in(page)) is (state not in NOT_SHOWN)


def test_the_most_urgent_first(work: Any, estate: Estate) -> None:
    later = NOW + timedelta(hours=1)
    ordinary = make_order(estate, accept_due_at=NOW + timedelta(minutes=1))
    urgent = make_order(estate, priority=Priority.urgent, accept_due_at=later)
    emergency = make_order(estate, priority=Priority.emergency, accept_due_at=later + timedelta(hours=1))
    late = make_order(estate, priority=Priority.urgent, accept_due_at=NOW - timedelta(minutes=1))
    with work(as_("sunhao")):
        shown = board("", NOW)
    assert [card.row.id for card in shown.to_dispatch] == [emergency.id, late.id, urgent.id, ordinary.id]
    assert shown.late == 1


def test_what_a_card_says(work: Any, dispatcher: FlaskClient, estate: Estate) -> None:
    unit = make.make_unit(estate)
    order = make_order(estate, unit=unit, digits="13907315678", tail="5678")
    make_photo(order, estate)
    make_photo(order, estate, PhotoStage.signature)
    with work(as_("sunhao")):
        [card] = board("", NOW).to_dispatch
    assert (card.used, card.photos, card.tone, card.movable) == (7, 1, "orange", True)
    page = dispatcher.get(BOARD).text
    assert unit.label in page
    assert f'href="/repairs/{order.id}"' in page
    assert "13907315678" not in page


@pytest.mark.parametrize("away", [False, True])
def test_whoever_is_there_with_least_to_do_stands_first(work: Any, estate: Estate, away: bool) -> None:
    make_order(estate, S.working)
    if away:
        make_absence(user_called("maqiang").id)
    with work(as_("sunhao")):
        lanes = board("", NOW).lanes
    names = [lane.name for lane in lanes]
    assert names.index("马强") > names.index("张建国") if away else names.index("马强") < names.index("张建国")
    assert [lane.load for lane in lanes if lane.name == "张建国"] == [1]
    assert {lane.name: lane.here for lane in lanes}["马强"] is not away


def test_whoever_works_here_no_more_keeps_the_row(dispatcher: FlaskClient, estate: Estate) -> None:
    gone = make.make_user(RoleName.repair_worker, estates=[estate], active=False)
    order = make_order(estate, S.accepted, worker_id=gone.id)
    page = dispatcher.get(BOARD).text
    assert jobs_in(lane_of(page, gone.id)[0]) == {order.id}


def test_by_trade(dispatcher: FlaskClient, estate: Estate) -> None:
    pipe, lamp = make_order(estate), make_order(estate, category_id=category_called("灯具").id)
    assert jobs_in(dispatcher.get(f"{BOARD}?trade=plumbing").text) == {pipe.id}
    assert jobs_in(dispatcher.get(f"{BOARD}?trade=electrical").text) == {lamp.id}
    assert jobs_in(dispatcher.get(BOARD).text) == {pipe.id, lamp.id}
    odd = dispatcher.get(BOARD, query_string={"trade": "\"'><b>"})
    assert (odd.status_code, jobs_in(odd.text)) == (200, set())
    assert "<b>" not in odd.text.partition('id="board"')[2].partition(">")[0]


def test_more_than_fit(monkeypatch: pytest.MonkeyPatch, dispatcher: FlaskClient, estate: Estate) -> None:
    monkeypatch.setattr(boards, "MOST", 2)
    orders = [make_order(estate, finish_due_at=NOW + timedelta(days=day)) for day in (3, 1, 2)]
    page = dispatcher.get(BOARD).text
    assert jobs_in(page) == {orders[1].id, orders[2].id}, "those that are due first"
    assert "工单太多，请先选小区或工种" in page


def test_given_to_somebody(dispatcher: FlaskClient, estate: Estate) -> None:
    order = make_order(estate)
    answer = dispatcher.post(GIVE, data=given(order), headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert f"{order.number} 已派" in answer.text
    assert jobs_in(lane_of(answer.text, user_called("zhangjg").id)[0]) == {order.id}
    assert (stored(order).state, stored(order).worker_id) == (S.dispatched, user_called("zhangjg").id)


def test_given_without_scripts(dispatcher: FlaskClient, estate: Estate) -> None:
    order = make_order(estate)
    answer = dispatcher.post(f"{GIVE}?trade=plumbing", data=given(order))
    assert answer.location == f"{BOARD}?trade=plumbing"
    assert f"{order.number} 已派" in dispatcher.get(answer.location).text


@pytest.mark.parametrize("version", [0, 99, "", "x"])
def test_a_late_move_moves_nothing(dispatcher: FlaskClient, estate: Estate, version: Any) -> None:
    order = make_order(estate, S.accepted)
    sent = given(order, "maqiang", version=version, reason="换人")
    answer = dispatcher.post(GIVE, data=sent, headers=HTMX)
    assert answer.status_code == 200
    assert "notice-danger" in answer.text
    if version in (0, 99):
        assert f"{order.number} 已被他人改动：现为“已接单”，在 张建国 手上。本次没有移动。" in answer.text
    assert (stored(order).state, stored(order).worker_id) == (S.accepted, user_called("zhangjg").id)


def test_two_dispatchers_the_second_is_told(
    dispatcher: FlaskClient, of_one_estate: FlaskClient, estate: Estate
) -> None:
    order = make_order(estate)
    assert f"{order.number} 已派" in of_one_estate.post(GIVE, data=given(order), headers=HTMX).text
    late = dispatcher.post(GIVE, data=given(order, "maqiang"), headers=HTMX).text
    assert "在 张建国 手上" in late
    assert stored(order).worker_id == user_called("zhangjg").id


@pytest.mark.parametrize("state", HELD)
def test_a_held_job_wants_a_reason(dispatcher: FlaskClient, estate: Estate, state: OrderState) -> None:
    order = make_order(estate, state)
    without = dispatcher.post(GIVE, data=given(order, "maqiang"), headers=HTMX).text
    assert f"{order.number}：请写明为什么转给他人" in without
    assert stored(order).worker_id == user_called("zhangjg").id
    assert (
        f"{order.number} 已派" in dispatcher.post(GIVE, data=given(order, "maqiang", reason="换人"), headers=HTMX).text
    )
    assert (stored(order).state, stored(order).worker_id) == (S.dispatched, user_called("maqiang").id)


@pytest.mark.parametrize("state", [S.done, S.confirmed, S.visited, S.filed, S.cancelled])
def test_what_is_done_is_given_to_nobody(dispatcher: FlaskClient, estate: Estate, state: OrderState) -> None:
    order = make_order(estate, state)
    answer = dispatcher.post(GIVE, data=given(order, "maqiang", reason="换人"), headers=HTMX)
    assert "notice-danger" in answer.text
    assert (stored(order).state, stored(order).worker_id) == (state, None)


@pytest.mark.parametrize("who", ["of another estate", "no worker", "not at work any more", "nobody", "nonsense"])
def test_whoever_does_no_repairs_here_gets_nothing(
    dispatcher: FlaskClient, estate: Estate, other_estate: Estate, who: str
) -> None:
    order = make_order(estate)
    people: dict[str, Callable[[], Any]] = {
        "of another estate": lambda: make.make_user(RoleName.repair_worker, estates=[other_estate]).id,
        "no worker": lambda: user_called("limin").id,
        "not at work any more": lambda: make.make_user(RoleName.repair_worker, active=False).id,
        "nobody": lambda: "",
        "nonsense": lambda: "9" * 30,
    }
    person = people[who]()
    answer = dispatcher.post(GIVE, data=given(order, worker_id=person), headers=HTMX)
    assert answer.status_code == 200
    assert "notice-danger" in answer.text
    assert stored(order).state is S.registered


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 200),
        ({"repair_id": ""}, 200),
        ({"repair_id": "abc"}, 404),
        ({"repair_id": "-1"}, 404),
        ({"repair_id": "999999999"}, 404),
        ({"repair_id": "9" * 30}, 404),
        ({"repair_id": "²"}, 404),
    ],
    ids=str,
)
def test_ids_that_are_none(dispatcher: FlaskClient, sent: dict[str, str], status: int) -> None:
    answer = dispatcher.post(GIVE, data=sent, headers=HTMX)
    assert answer.status_code == status
    assert "notice-danger" in answer.text or status == 404


def test_nothing_of_another_estate(
    of_one_estate: FlaskClient, dispatcher: FlaskClient, estate: Estate, other_estate: Estate
) -> None:
    own, foreign = make_order(estate), make_order(other_estate)
    other = make.make_user(RoleName.repair_worker, estates=[other_estate])
    page = of_one_estate.get(BOARD).text
    assert jobs_in(page) == {own.id}
    assert f'data-worker="{other.id}"' not in page
    assert of_one_estate.post(GIVE, data=given(foreign)).status_code == 404
    assert stored(foreign).state is S.registered
    assert jobs_in(dispatcher.get(BOARD).text) == {own.id, foreign.id}


@pytest.mark.parametrize("who", ["limin", "zhangjg", "zhouhui"])
def test_who_dispatches_nothing(morning: None, sign_in: Callable[[str], FlaskClient], estate: Estate, who: str) -> None:
    client, order = sign_in(who), make_order(estate)
    assert client.get(BOARD).status_code == 403
    assert client.get(f"{BOARD}day").status_code == 403
    assert client.post(GIVE, data=given(order)).status_code == 403
    assert stored(order).state is S.registered


def asks_again(page: str) -> str:
    return page.partition('hx-get="')[2].partition('"')[0].replace("&amp;", "&")


@pytest.mark.parametrize("trade", ["", "plumbing"])
def test_sent_anew_only_when_something_has_changed(dispatcher: FlaskClient, estate: Estate, trade: str) -> None:
    order = make_order(estate)
    again = asks_again(dispatcher.get(f"{BOARD}?trade={trade}").text.partition('id="board"')[2])
    nothing = dispatcher.get(again, headers=HTMX)
    assert (nothing.status_code, nothing.data) == (204, b"")
    assert dispatcher.get(again).status_code == 200, "whoever opens the address gets the page"
    dispatcher.post(GIVE, data=given(order), headers=HTMX)
    anew = dispatcher.get(again, headers=HTMX)
    assert anew.status_code == 200
    assert jobs_in(lane_of(anew.text, user_called("zhangjg").id)[0]) == {order.id}
    again = asks_again(anew.text)
    assert dispatcher.get(again, headers=HTMX).status_code == 204


@pytest.mark.parametrize("what", ["a new job", "one ended", "a minute"])
def test_what_counts_as_a_change(dispatcher: FlaskClient, estate: Estate, what: str) -> None:
    order = make_order(estate)
    again = asks_again(dispatcher.get(BOARD).text.partition('id="board"')[2])
    if what == "a new job":
        make_order(estate)
    if what == "one ended":
        dispatcher.post(f"/repairs/{order.id}/cancel", data={"reason": "客户取消", "version": order.version})
    with telling(NOW + timedelta(minutes=what == "a minute")):
        assert dispatcher.get(again, headers=HTMX).status_code == 200


def test_another_estates_jobs_are_no_change(of_one_estate: FlaskClient, other_estate: Estate) -> None:
    again = asks_again(of_one_estate.get(BOARD).text.partition('id="board"')[2])
    make_order(other_estate)
    assert of_one_estate.get(again, headers=HTMX).status_code == 204


def test_the_same_queries_for_one_job_and_ten(
    dispatcher: FlaskClient, db: Session, estate: Estate, queries: Any
) -> None:
    counts = []
    for more in (1, 9):
        for _ in range(more):
            make_photo(make_order(estate, unit=make.make_unit(estate)), estate)
            make_order(estate, S.working, make.make_unit(estate))
        dispatcher.get(BOARD)
        with queries() as seen:
            page = dispatcher.get(BOARD).text
        counts.append(len(seen))
    assert len(jobs_in(page)) == 20
    assert counts[0] == counts[1]
