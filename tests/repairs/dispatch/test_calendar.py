"""The calendar of a day: what was agreed for when, by worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.dates import telling
from crm.properties.models import Estate
from crm.repairs.dispatch.calendar import PARTS, Day, day_of
from crm.repairs.orders.models import OrderState, RepairOrder
from tests import factories as make
from tests.acting import as_
from tests.repairs.dispatch.making import entered, make_dispatcher
from tests.repairs.making import make_order, user_called
from tests.repairs.plans.making import make_absence, make_job, make_plan

NOW = datetime(2026, 11, 24, 1, 10, tzinfo=UTC)
TODAY = date(2026, 11, 24)
MIDNIGHT = datetime(2026, 11, 23, 16, tzinfo=UTC)  # at the company
PAGE = "/repairs/dispatch/day"
S = OrderState


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with telling(NOW):
        yield


@pytest.fixture
def dispatcher(morning: None, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("sunhao")


@pytest.fixture
def days(work: Any) -> Callable[..., dict[str, Day]]:
    def read(day: date = TODAY) -> dict[str, Day]:
        with work(as_("sunhao")):
            return {each.name: each for each in day_of(day)}

    return read


def wanted(estate: Estate, hours: float, state: OrderState = S.accepted, **given: Any) -> RepairOrder:
    begins = MIDNIGHT + timedelta(hours=hours)
    return make_order(estate, state, wanted_from=begins, wanted_until=begins + timedelta(hours=2), **given)


def parts_of(day: Day) -> dict[int, tuple[str, str]]:
    """Order -> the part of the day, and the hour as it is written."""
    return {entry.row.id: (part, entry.time) for part, entries in day.parts.items() for entry in entries}


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (0, ("morning", "00:00")),
        (11.99, ("morning", "11:59")),
        (12, ("afternoon", "12:00")),
        (17.5, ("afternoon", "17:30")),
        (18, ("evening", "18:00")),
        (23.5, ("evening", "23:30")),
    ],
)
def test_parts_of_the_day(estate: Estate, days: Any, hours: float, expected: tuple[str, str]) -> None:
    order = wanted(estate, hours)
    assert parts_of(days()["张建国"]) == {order.id: expected}


def test_the_day_after(estate: Estate, days: Any) -> None:
    order = wanted(estate, 24)
    assert order.id not in parts_of(days()["张建国"])
    assert parts_of(days(TODAY + timedelta(days=1))["张建国"]) == {order.id: ("morning", "00:00")}


def test_what_earlier_days_left_is_todays_too(estate: Estate, days: Any) -> None:
    order, done = wanted(estate, -0.01), wanted(estate, -1, S.done)
    care = make_job(make_plan(estate), estate, date(2026, 11, 20), S.accepted, wanted_from=MIDNIGHT - timedelta(days=4))
    yesterday = TODAY - timedelta(days=1)
    assert parts_of(days()["张建国"]) == {care.id: ("earlier", "11-20"), order.id: ("earlier", "11-23 23:59")}
    assert parts_of(days(yesterday)["张建国"]) == {order.id: ("evening", "23:59"), done.id: ("evening", "23:00")}
    assert parts_of(days(TODAY + timedelta(days=1))["张建国"]) == {}


def test_without_a_time_it_is_todays_alone(estate: Estate, days: Any) -> None:
    order, free, done = make_order(estate, S.working), make_order(estate), make_order(estate, S.done)
    assert parts_of(days()["张建国"]) == {order.id: ("any", "")}
    assert parts_of(days()["待派"]) == {free.id: ("any", "")}
    assert done.id not in {key for day in days().values() for key in parts_of(day)}
    assert {key for day in days(date(2026, 11, 25)).values() for key in parts_of(day)} == set()


def test_planned_maintenance_has_a_day_and_no_hour(estate: Estate, days: Any) -> None:
    due = date(2026, 11, 26)
    order = make_job(make_plan(estate), estate, due, S.accepted, wanted_from=MIDNIGHT + timedelta(days=2))
    assert parts_of(days(due)["张建国"]) == {order.id: ("any", "")}


@pytest.mark.parametrize("state", [state for state in S if state is not S.duplicate])
def test_every_state(estate: Estate, days: Any, state: OrderState) -> None:
    """What is done stays in its hour until it is filed: that is what the day was."""
    order = wanted(estate, 9, state)
    shown = [name for name, day in days().items() if order.id in parts_of(day)]
    free, ended = state in (S.registered, S.triaged, S.rework), state in (S.filed, S.cancelled)
    assert shown == ([] if ended else ["待派"] if free else ["张建国"])


def test_the_page(dispatcher: FlaskClient, estate: Estate) -> None:
    unit = make.make_unit(estate)
    order = wanted(estate, 14.5, unit=unit)
    make_absence(user_called("maqiang").id, reason="年假")
    page = dispatcher.get(PAGE).text
    assert f'href="/repairs/{order.id}"' in page
    assert "14:30" in page
    assert unit.label in page
    assert page.count('<th scope="col">') == len(PARTS), "nothing is left of earlier days"
    assert f'href="{PAGE}?day=2026-11-25"' in page
    assert f'href="/repairs/{order.id}"' not in dispatcher.get(f"{PAGE}?day=明天").text
    assert f'href="/repairs/{order.id}"' in dispatcher.get(f"{PAGE}?day=11-24").text


@pytest.mark.parametrize(
    "day", ["", "x", "2026-02-30", "0000-01-01", "0001-01-01", "9999-12-31", "99991231", "²", "13-01"]
)
def test_days_that_are_none_are_today(dispatcher: FlaskClient, day: str) -> None:
    answer = dispatcher.get(PAGE, query_string={"day": day})
    assert answer.status_code == 200
    assert "2026-11-24" in answer.text


def test_nothing_of_another_estate(app: Flask, morning: None, estate: Estate, other_estate: Estate) -> None:
    own, foreign = wanted(estate, 9), wanted(other_estate, 9)
    page = entered(app, make_dispatcher(estate)).get(PAGE).text
    assert f'href="/repairs/{own.id}"' in page
    assert f'href="/repairs/{foreign.id}"' not in page


def test_the_same_queries_for_one_job_and_ten(dispatcher: FlaskClient, estate: Estate, queries: Any) -> None:
    counts = []
    for more in (1, 9):
        for number in range(more):
            wanted(estate, 8 + number, unit=make.make_unit(estate))
        dispatcher.get(PAGE)
        with queries() as seen:
            dispatcher.get(PAGE)
        counts.append(len(seen))
    assert counts[0] == counts[1]
