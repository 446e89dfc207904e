"""Plans: the lists, a plan's page, new, changed, taken out of use; and the machine's page that shows them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.audit.models import LogEntry
from crm.dates import business_day
from crm.db import open_session
from crm.properties.models import Equipment, Estate
from crm.repairs.categories.models import Place
from crm.repairs.orders.models import OrderState, RepairOrder
from crm.repairs.plans.models import MaintenancePlan
from crm.repairs.plans.rhythm import Every
from tests import factories as make
from tests.repairs.making import category_called, make_order
from tests.repairs.plans.making import make_job, make_plan

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def today(app: Any) -> date:
    with app.app_context():
        return business_day()


@pytest.fixture
def given(estate: Estate, today: date) -> dict[str, Any]:
    return {
        "equipment_id": make.make_equipment(estate).id,
        "title": "电梯半月维保",
        "category_id": category_called("例行保养", Place.equipment).id,
        "steps": "清洁\n润滑",
        "every": 15,
        "unit": "days",
        "first_on": (today + timedelta(days=10)).isoformat(),
        "lead": 3,
        "by_law": "TSG T5002-2017",
    }


def plans() -> list[MaintenancePlan]:
    with open_session() as db:
        return list(db.scalars(select(MaintenancePlan).order_by(MaintenancePlan.id)))


def told(kind: str) -> list[dict[str, Any]]:
    with open_session() as db:
        return [row.data for row in db.scalars(select(LogEntry).filter_by(kind=kind).order_by(LogEntry.id))]


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.text)


def test_a_plan_is_made_and_shown(sign_in: SignIn, given: dict[str, Any], today: date) -> None:
    client = sign_in("sunhao")
    answer = client.post("/repairs/plans/new", data=given)
    assert answer.status_code == 302
    [plan] = plans()
    assert (plan.made_up_to, plan.next_due_on, plan.made_by) == (None, today + timedelta(days=10), "孙浩")
    shown = page(client, answer.location)
    for words in ("电梯半月维保", "润滑", "TSG T5002-2017", f"/repairs/plans/{plan.id}/job"):
        assert words in shown
    assert "电梯半月维保" in page(client, "/repairs/plans/")
    [data] = told("MaintenancePlanned")
    assert data["next_due_on"] == plan.next_due_on.isoformat()


def test_a_plan_that_runs_already_makes_no_jobs_for_its_past(
    sign_in: SignIn, given: dict[str, Any], today: date
) -> None:
    first = today - timedelta(days=40)
    assert sign_in("sunhao").post("/repairs/plans/new", data=given | {"first_on": first.isoformat()}).status_code == 302
    assert plans()[0].next_due_on == first + timedelta(days=45)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"every": "0"}, "every"),
        ({"every": "often"}, "every"),
        ({"lead": "61"}, "lead"),
        ({"first_on": "someday"}, "first_on"),
        ({"unit": "years"}, "unit"),
        ({"equipment_id": "999999"}, "equipment_id"),
    ],
)
def test_what_is_wrong_keeps_what_was_typed(
    sign_in: SignIn, given: dict[str, Any], wrong: dict[str, str], field: str
) -> None:
    answer = sign_in("sunhao").post("/repairs/plans/new", data=given | wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "TSG T5002-2017" in answer.text
    assert plans() == []


@pytest.mark.parametrize("wrong", [{"lead": 15}, {"lead": 28, "every": 1, "unit": "months"}])
def test_a_job_does_not_come_before_the_one_before_is_due(
    sign_in: SignIn, given: dict[str, Any], wrong: dict[str, Any]
) -> None:
    assert sign_in("sunhao").post("/repairs/plans/new", data=given | wrong).status_code == 422
    assert plans() == []


def test_only_problems_of_equipment_are_offered(sign_in: SignIn, given: dict[str, Any]) -> None:
    elsewhere = category_called("水管漏水").id
    assert sign_in("sunhao").post("/repairs/plans/new", data=given | {"category_id": elsewhere}).status_code == 422


def test_a_change_keeps_old_and_new_and_counts_from_today(
    sign_in: SignIn, given: dict[str, Any], estate: Estate, today: date
) -> None:
    plan = make_plan(estate, made_up_to=today + timedelta(days=5))
    client, address = sign_in("sunhao"), f"/repairs/plans/{plan.id}/edit"
    changed = given | {"first_on": today.isoformat(), "every": 1, "unit": "weeks", "version": plan.version}
    assert client.post(address, data=changed).status_code == 302
    [kept] = plans()
    assert kept.equipment_id == plan.equipment_id, "the machine stays"
    assert kept.next_due_on == today + timedelta(days=7), "for today's day a later job is there already"
    [data] = told("MaintenancePlanChanged")
    assert data["changes"]["unit"] == ["months", "weeks"]
    assert data["changes"]["title"] == ["电梯月度维保", "电梯半月维保"]
    assert client.post(address, data=changed).status_code == 409
    again = changed | {"version": kept.version}
    assert client.post(address, data=again).status_code == 302
    assert len(told("MaintenancePlanChanged")) == 1


def test_another_title_leaves_the_days_alone(sign_in: SignIn, estate: Estate, given: dict[str, Any]) -> None:
    plan = make_plan(estate, first_on=date(2026, 1, 31), made_up_to=date(2026, 10, 31))
    same = given | {"first_on": "2026-01-31", "every": 1, "unit": "months", "version": plan.version}
    assert sign_in("sunhao").post(f"/repairs/plans/{plan.id}/edit", data=same).status_code == 302
    [kept] = plans()
    assert (kept.title, kept.made_up_to) == ("电梯半月维保", date(2026, 10, 31))


def test_a_change_that_is_refused_changes_nothing(sign_in: SignIn, estate: Estate, given: dict[str, Any]) -> None:
    plan = make_plan(estate)
    wrong = given | {"lead": 20, "version": plan.version}
    assert sign_in("sunhao").post(f"/repairs/plans/{plan.id}/edit", data=wrong).status_code == 422
    assert plans()[0].lead == plan.lead
    assert told("MaintenancePlanChanged") == []


def test_out_of_use_and_back(sign_in: SignIn, estate: Estate, today: date) -> None:
    plan = make_plan(estate, first_on=today - timedelta(days=9), every=1, unit=Every.weeks)
    client = sign_in("sunhao")
    for _ in range(2):
        assert client.post(f"/repairs/plans/{plan.id}/retire").status_code == 302
    assert not plans()[0].active
    assert client.post(f"/repairs/plans/{plan.id}/job", data={"due_on": plan.next_due_on}).status_code == 409
    assert f"/repairs/plans/{plan.id}/restore" in page(client, f"/repairs/plans/{plan.id}")
    for _ in range(2):
        assert client.post(f"/repairs/plans/{plan.id}/restore").status_code == 302
    assert plans()[0].next_due_on == today + timedelta(days=5), "what fell due meanwhile is over"
    assert [data["changes"]["active"] for data in told("MaintenancePlanChanged")] == [[True, False], [False, True]]


def test_the_job_is_made_now_and_once(sign_in: SignIn, estate: Estate, today: date) -> None:
    plan = make_plan(estate, first_on=today + timedelta(days=20))
    client, address = sign_in("sunhao"), f"/repairs/plans/{plan.id}/job"
    for _ in range(2):
        assert client.post(address, data={"due_on": plan.next_due_on.isoformat()}).status_code == 302
    with open_session() as db:
        [job] = db.scalars(select(RepairOrder)).all()
    assert job.planned_for == plan.next_due_on
    shown = page(client, f"/repairs/plans/{plan.id}")
    assert job.number in shown
    assert address not in shown, "one that is not done yet is enough"
    assert client.post(address, data={"due_on": plans()[0].next_due_on.isoformat()}).status_code == 409
    assert client.post(address, data={}).status_code == 409


def test_jobs_of_the_list_are_made_together_after_a_look(sign_in: SignIn, estate: Estate, today: date) -> None:
    soon = [make_plan(estate, first_on=today + timedelta(days=number)) for number in (1, 2)]
    busy = make_plan(estate, first_on=today + timedelta(days=3))
    make_job(busy, estate, today, OrderState.registered)
    client = sign_in("sunhao")
    ids = [plan.id for plan in (*soon, busy)]
    looked = client.post("/repairs/plans/due", data={"action": "make_now", "id": ids})
    assert looked.status_code == 200
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', looked.text)) | {"action": "make_now", "step": "confirm"}
    assert client.post("/repairs/plans/due", data=sent).status_code == 302
    assert {job.plan_id for job in jobs()} == set(ids)
    assert len(jobs()) == 3, "the busy one has no other"
    assert client.post("/repairs/plans/due", data=sent).status_code == 409
    assert len(jobs()) == 3


def jobs() -> list[RepairOrder]:
    with open_session() as db:
        return list(db.scalars(select(RepairOrder).order_by(RepairOrder.id)))


def test_the_list_of_what_is_due(sign_in: SignIn, estate: Estate, today: date) -> None:
    make_plan(estate, title="明天的", first_on=today + timedelta(days=1))
    make_plan(estate, title="下季度的", first_on=today + timedelta(days=31))
    make_plan(estate, title="停用的", first_on=today, active=False)
    late = make_plan(estate, title="拖着的", made_up_to=today, first_on=today - timedelta(days=3))
    make_job(late, estate, today - timedelta(days=3), OrderState.accepted)
    client = sign_in("limin")
    shown = page(client, "/repairs/plans/due")
    assert shown.index("拖着的") < shown.index("明天的")
    assert "下季度的" not in shown
    assert "停用的" not in shown
    overdue = page(client, "/repairs/plans/due?stand=overdue")
    assert "拖着的" in overdue
    assert "明天的" not in overdue
    assert "明天的" not in page(client, "/repairs/plans/due?stand=made")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("stand=overdue", "拖着的"),
        ("stand=made", "拖着的"),
        ("stand=retired", "停用的"),
        ("law=GB", "消防的"),
        ("kind=fire", "消防的"),
    ],
)
def test_filters(sign_in: SignIn, estate: Estate, today: date, wanted: str, found: str) -> None:
    hydrant = make.make_equipment(estate)
    with open_session() as db:
        db.get_one(Equipment, hydrant.id).kind = "fire"
        db.commit()
    make_plan(estate, hydrant, title="消防的", by_law="GB 25201", first_on=today + timedelta(days=5))
    make_plan(estate, title="停用的", active=False)
    late = make_plan(estate, title="拖着的", made_up_to=today)
    make_job(late, estate, today - timedelta(days=3), OrderState.accepted)
    shown = page(sign_in("limin"), f"/repairs/plans/?{wanted}")
    assert [title for title in ("消防的", "停用的", "拖着的") if f">{title}</a>" in shown] == [found]


def test_done_last_is_the_last_that_was_finished(sign_in: SignIn, estate: Estate) -> None:
    plan = make_plan(estate)
    make_job(plan, estate, date(2026, 10, 1), OrderState.filed)
    make_job(plan, estate, date(2026, 11, 1), OrderState.cancelled)
    shown = page(sign_in("limin"), f"/repairs/plans/{plan.id}")
    assert "2026-11-24 12:00" in shown
    assert shown.count('href="/repairs/') >= 2


def test_whoever_reads_changes_nothing(sign_in: SignIn, estate: Estate) -> None:
    plan, client = make_plan(estate), sign_in("limin")
    shown = page(client, f"/repairs/plans/{plan.id}")
    for step in ("retire", "edit", "job"):
        assert f"/{plan.id}/{step}" not in shown
        assert client.post(f"/repairs/plans/{plan.id}/{step}").status_code == 403
    assert client.get("/repairs/plans/new").status_code == 403


def test_plans_of_another_estate_are_not_there(sign_in: SignIn, other_estate: Estate) -> None:
    plan, client = make_plan(other_estate, title="别处的"), sign_in("limin")
    assert client.get(f"/repairs/plans/{plan.id}").status_code == 404
    assert "别处的" not in page(client, "/repairs/plans/")
    assert "别处的" not in page(client, "/repairs/plans/due")


def test_the_machine_shows_its_plans_and_jobs(sign_in: SignIn, estate: Estate) -> None:
    plan = make_plan(estate)
    planned = make_job(plan, estate, date(2026, 11, 1), OrderState.filed)
    other = make_order(estate, equipment_id=plan.equipment_id, problem="电梯异响")
    elsewhere = make_order(estate)
    shown = page(sign_in("sunhao"), f"/properties/equipment/{plan.equipment_id}")
    for words in ("电梯月度维保", planned.number, other.number, f"equipment_id={plan.equipment_id}"):
        assert words in shown
    assert elsewhere.number not in shown
    seen = page(sign_in("limin"), f"/properties/equipment/{plan.equipment_id}")
    assert planned.number in seen
    assert "/repairs/plans/new" not in seen
    hidden = page(sign_in("administrator"), f"/properties/equipment/{plan.equipment_id}")
    assert planned.number not in hidden, "who may not read repairs"


def test_the_machines_page_costs_the_same_with_many_jobs(
    sign_in: SignIn, estate: Estate, queries: Callable[..., Any]
) -> None:
    plan, client = make_plan(estate), sign_in("limin")
    address = f"/properties/equipment/{plan.equipment_id}"
    make_job(plan, estate, date(2026, 1, 1), OrderState.filed)
    client.get(address)
    with queries() as one:
        client.get(address)
    for month in range(2, 12):
        make_job(plan, estate, date(2026, month, 1), OrderState.filed)
    with queries() as many:
        client.get(address)
    assert len(one) == len(many) > 0
