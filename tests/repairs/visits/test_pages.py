"""The work list of return visits, the form, who may not ask, and filing what is settled."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.dossiers.models import Item
from crm.audit.models import LogEntry
from crm.dates import beginning_of, business_day, telling, utc_now
from crm.properties.models import Estate
from crm.repairs.orders import service
from crm.repairs.orders.figures import Promise
from crm.repairs.orders.models import OrderState, RepairOrder, ReturnVisit
from crm.repairs.orders.queries import get_order
from crm.repairs.orders.service import Said
from crm.repairs.orders.terms import clocks_of, steps_of
from crm.repairs.visits import listings
from crm.repairs.visits.queries import due_count, next_one
from tests import factories as make
from tests.acting import as_
from tests.repairs.making import NOW, make_step, user_called
from tests.repairs.visits.making import make_due, make_settled, make_to_ask, make_visit

SignIn = Callable[[str], FlaskClient]
PHONE = "13907315678"
S = OrderState


@pytest.fixture
def clerk(sign_in: SignIn) -> FlaskClient:
    return sign_in("limin")


@pytest.fixture
def today(app: Any) -> Any:
    with app.app_context():
        return business_day()


def now_of(db: Session, order: RepairOrder) -> RepairOrder:
    db.expire_all()
    return db.get_one(RepairOrder, order.id)


def visits(db: Session) -> list[ReturnVisit]:
    db.expire_all()
    return list(db.scalars(select(ReturnVisit).order_by(ReturnVisit.id)))


def asked(client: FlaskClient, order: RepairOrder, **said: str) -> Any:
    page = client.get(f"/repairs/visits/{order.id}").text
    found = re.search(r'name="key"[^>]*value="(\w+)"', page)
    key = found[1] if found else "none"
    return client.post(f"/repairs/visits/{order.id}", data={"key": key} | said)


def test_satisfied_it_waits_to_be_filed(clerk: FlaskClient, estate: Estate, db: Session) -> None:
    order = make_to_ask(estate)
    page = clerk.get(f"/repairs/visits/{order.id}").text
    for words in (order.problem, "换了角阀", "张建国", "139****5678"):
        assert words in page
    assert PHONE not in page
    answer = asked(clerk, order, answer="satisfied", score="5", words="来得很快")
    assert answer.location == "/repairs/visits/", "nobody else is due"
    assert (now_of(db, order).state, now_of(db, order).satisfied) == (S.visited, True)
    [visit] = visits(db)
    assert (visit.satisfied, visit.score, visit.words, visit.made_by) == (True, 5, "来得很快", "李敏")
    assert f"visits/{order.id}" not in clerk.get("/repairs/visits/").text
    assert order.number in clerk.get("/repairs/visits/to-file").text
    assert "来得很快" in clerk.get(f"/repairs/visits/{order.id}").text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "answer"),
        ({"answer": "pleased"}, "answer"),
        ({"answer": "satisfied", "score": "6"}, "score"),
        ({"answer": "unreached", "score": "3"}, "score"),
        ({"answer": "unsatisfied"}, "words"),
        ({"answer": "unsatisfied", "words": "  "}, "words"),
        ({"answer": "satisfied", "words": "好" * 1001}, "words"),
    ],
)
def test_what_is_wrong_is_named(
    clerk: FlaskClient, estate: Estate, db: Session, wrong: dict[str, str], field: str
) -> None:
    order = make_to_ask(estate)
    answer = asked(clerk, order, **wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert visits(db) == []
    assert now_of(db, order).state is S.confirmed


def test_not_reached_it_stays_on_the_list_with_every_attempt(
    clerk: FlaskClient, estate: Estate, db: Session, today: Any
) -> None:
    order, other = make_due(estate, today), make_due(estate, today)
    assert asked(clerk, order, answer="unreached", words="无人接听").location == f"/repairs/visits/{other.id}"
    assert now_of(db, order).state is S.confirmed
    assert asked(clerk, order, answer="unreached").location == f"/repairs/visits/{other.id}"
    assert [visit.satisfied for visit in visits(db)] == [None, None]
    row = clerk.get("/repairs/visits/").text.split(f">{order.number}<")[1].split("</tr>")[0]
    assert re.search(r"kind-number[^>]*>2<", row), row
    assert "无人接听" in clerk.get(f"/repairs/visits/{order.id}").text


def test_a_form_sent_twice_is_one_visit(clerk: FlaskClient, estate: Estate, db: Session) -> None:
    order = make_to_ask(estate)
    for _ in range(2):
        answer = clerk.post(f"/repairs/visits/{order.id}", data={"key": "k1", "answer": "unreached"})
        assert answer.location == "/repairs/visits/"
    assert len(visits(db)) == 1


def test_two_who_ask_at_once(clerk: FlaskClient, estate: Estate, db: Session, sign_in: SignIn) -> None:
    order = make_to_ask(estate)
    clerk.post(f"/repairs/visits/{order.id}", data={"key": "k1", "answer": "satisfied"})
    late = sign_in("zhouhui").post(f"/repairs/visits/{order.id}", data={"key": "k2", "answer": "unreached"})
    assert late.status_code == 422
    assert "notice-danger" in late.text
    assert len(visits(db)) == 1


def test_unsatisfied_everything_begins_anew(clerk: FlaskClient, estate: Estate, db: Session) -> None:
    order = make_to_ask(estate, accepted_at=NOW, worker_id=user_called("zhangjg").id, finish_warned_at=NOW)
    assert asked(clerk, order, answer="unsatisfied", score="1", words="还在漏").status_code == 302
    now = now_of(db, order)
    assert (now.state, now.worker_id, now.satisfied, now.reworks) == (S.rework, None, False, 1)
    for name in ("accepted_at", "finished_at", "confirmed_at", "visit_due_on", "finish_warned_at"):
        assert getattr(now, name) is None, name
    assert f"visits/{order.id}" not in clerk.get("/repairs/visits/").text
    [entry] = db.scalars(select(LogEntry).filter_by(kind="RepairStepTaken"))
    assert (entry.data["action"], entry.data["note"], entry.data["worker"]) == ("unsatisfied", "还在漏", "张建国")


def test_the_clock_goes_on_with_what_was_left(work: Callable[..., Any], estate: Estate) -> None:
    """The time from the end of the work to the visit counts for nobody."""
    made = make_to_ask(estate, S.triaged)

    def left() -> timedelta:
        order = get_order(made.id)
        return clocks_of(order, steps_of(order.id))[Promise.finish].remaining(utc_now())

    steps = [
        (0, "sunhao", lambda order: service.assign(order, user_called("zhangjg").id)),
        (1, "zhangjg", service.accept),
        (2, "zhangjg", service.arrive),
        (3, "zhangjg", lambda order: service.finish(order, "换了角阀")),
        (4, "sunhao", service.confirm),
    ]
    for hours, who, step in steps:
        with telling(NOW + timedelta(hours=hours)), work(as_(who)):
            step(get_order(made.id))
    with telling(NOW + timedelta(hours=4)), work(as_("limin")):
        before = left()
    with telling(NOW + timedelta(days=1)), work(as_("limin")):
        assert left() == before
        service.visit(get_order(made.id), service.Heard(satisfied=False, words="还在漏"))
        assert left() == before
        assert (get_order(made.id).finish_due_at or NOW) > NOW + timedelta(days=1)
    with telling(NOW + timedelta(days=1, hours=1)), work(as_("limin")):
        assert left() == before - timedelta(hours=1)
        assert clocks_of(get_order(made.id), steps_of(made.id))[Promise.accept].ended is None


def test_whoever_handed_the_job_back_does_not_ask(
    work: Callable[..., Any], sign_in: SignIn, estate: Estate, db: Session
) -> None:
    """孙浩 had it first and gave it back; 张建国 mended it. Neither asks; 李敏 does."""
    made = make_to_ask(estate, S.triaged)
    with work(as_("sunhao")):
        order = get_order(made.id)
        service.grab(order)
        service.hand_back(order, Said(reason="不会修"))
        service.assign(order, user_called("zhangjg").id)
    with work(as_("zhangjg")):
        order = get_order(made.id)
        service.accept(order)
        service.arrive(order)
        service.finish(order, "换了角阀")
    with work(as_("sunhao")):
        service.confirm(get_order(made.id))
    dispatcher = sign_in("sunhao")
    page = dispatcher.get(f"/repairs/visits/{made.id}").text
    assert 'name="answer"' not in page
    refused = dispatcher.post(f"/repairs/visits/{made.id}", data={"key": "k1", "answer": "satisfied"})
    assert refused.status_code == 422
    assert "notice-danger" in refused.text
    assert visits(db) == []
    assert asked(sign_in("limin"), made, answer="satisfied").status_code == 302
    assert now_of(db, made).state is S.visited


def test_whoever_said_that_it_is_finished_does_not_ask(
    work: Callable[..., Any], sign_in: SignIn, estate: Estate, db: Session
) -> None:
    """张建国 mended it, the dispatcher noted it for him."""
    made = make_to_ask(estate, S.on_site)
    with work(as_("sunhao")):
        order = get_order(made.id)
        service.finish(order, "换了角阀")
        service.confirm(order)
    assert asked(sign_in("sunhao"), made, answer="satisfied").status_code == 422
    assert visits(db) == []
    assert asked(sign_in("limin"), made, answer="satisfied").status_code == 302


def test_whoever_finished_it_does_not_ask_though_no_step_says_so(sign_in: SignIn, estate: Estate, db: Session) -> None:
    """As of an order that was taken over."""
    order = make_to_ask(estate, finished_by_id=user_called("sunhao").id)
    assert asked(sign_in("sunhao"), order, answer="satisfied").status_code == 422
    assert visits(db) == []


@pytest.mark.parametrize("state", [state for state in S if state is not S.confirmed])
def test_nobody_is_asked_about_what_is_not_confirmed(
    clerk: FlaskClient, estate: Estate, db: Session, state: OrderState
) -> None:
    twin = {"duplicate_of_id": make_to_ask(estate).id} if state is S.duplicate else {}
    order = make_to_ask(estate, state, **twin)
    assert 'name="answer"' not in clerk.get(f"/repairs/visits/{order.id}").text
    assert asked(clerk, order, answer="satisfied").status_code == 422
    assert visits(db) == []


def test_where_there_is_no_customer_nobody_is_asked(clerk: FlaskClient, estate: Estate) -> None:
    order = make_to_ask(estate, customer_id=None)
    assert order.number not in clerk.get("/repairs/visits/").text
    assert asked(clerk, order, answer="satisfied").status_code == 422


def test_the_list_says_what_is_due_and_filters(clerk: FlaskClient, estate: Estate, today: Any) -> None:
    days = {"late": -2, "today": 0, "ahead": 2}
    orders = {name: make_due(estate, today + timedelta(days=ahead)) for name, ahead in days.items()}
    numbers = {name: order.number for name, order in orders.items()}
    page = clerk.get("/repairs/visits/").text
    assert page.index(numbers["late"]) < page.index(numbers["today"]) < page.index(numbers["ahead"])
    assert "tone-red" in page.split(numbers["late"])[0]

    def shown(query: str) -> set[str]:
        found = clerk.get(f"/repairs/visits/?{query}").text
        return {name for name, number in numbers.items() if number in found}

    assert shown("due=today") == {"today"}
    assert shown("due=overdue") == {"late"}
    assert shown("due=due") == {"late", "today"}
    assert shown(f"building={orders['ahead'].building_id}") == {"ahead"}
    assert shown(f"worker={user_called('zhangjg').id}") == set(numbers)
    assert shown(f"q={numbers['late']}") == {"late"}


def test_the_customers_own_number_where_nobody_gave_one(clerk: FlaskClient, estate: Estate) -> None:
    order = make_to_ask(estate, digits="")
    make.make_phone(make.make_customer(estate), "15111020077")
    page = f"/repairs/visits/{order.id}"
    assert f"{page}/number" not in clerk.get(page).text, "there is none to show"
    customer = make.make_customer(estate)
    make.make_phone(customer, "13907318888")
    other = make_to_ask(estate, digits="", customer_id=customer.id)
    assert "139****8888" in clerk.get("/repairs/visits/").text
    assert "139****8888" in clerk.get(f"/repairs/visits/{other.id}").text
    answer = clerk.post(f"/repairs/visits/{other.id}/number", data={"reason": "call_back"})
    assert "13907318888" in answer.text


def test_a_number_is_shown_for_a_reason_that_is_logged(clerk: FlaskClient, estate: Estate, db: Session) -> None:
    order = make_to_ask(estate)
    address = f"/repairs/visits/{order.id}/number"
    assert PHONE not in clerk.get(address).text
    assert PHONE not in clerk.post(address, data={"reason": ""}).text
    assert PHONE in clerk.post(address, data={"reason": "call_back"}).text
    [entry] = db.scalars(select(LogEntry).filter_by(kind="RepairNumberShown"))
    assert (entry.actor, entry.data["reason"], entry.data["number"]) == ("李敏", "call_back", order.number)


def test_how_many_are_due(work: Callable[..., Any], estate: Estate, other_estate: Estate, today: Any) -> None:
    with work(as_("limin")):
        assert due_count(today) == (0, 0)
    for ahead in (-3, -1, 0, 1):
        make_due(estate, today + timedelta(days=ahead))
    make_due(other_estate, today, state=S.visited)
    with work(as_("limin")):
        assert due_count(today) == (3, 2)


def test_the_next_one_is_due_not_ones_own_and_not_tried_today(
    work: Callable[..., Any], estate: Estate, today: Any, app: Any
) -> None:
    mine, tried, due, _ahead = (make_due(estate, today + timedelta(days=ahead)) for ahead in (-3, -2, 0, 1))
    limin = user_called("limin").id
    make_step(mine, "hand_back", worker_id=limin)
    with app.app_context():
        morning = beginning_of(today)
    attempt = make_visit(tried, made_at=morning)
    with work(as_("limin")):
        assert next_one(today, limin, besides=0) == due.id
        assert next_one(today, limin, besides=due.id) is None
        assert next_one(today, None, besides=0) == mine.id
    assert attempt.satisfied is None


def test_a_job_that_was_asked_about_is_filed_from_its_page(clerk: FlaskClient, estate: Estate, db: Session) -> None:
    order = make_filed_ready(estate)
    assert f"/repairs/{order.id}/file" in clerk.get(f"/repairs/visits/{order.id}").text
    assert clerk.post(f"/repairs/{order.id}/file", data={"version": order.version}).location == f"/repairs/{order.id}"
    assert now_of(db, order).state is S.filed
    [item] = db.scalars(select(Item).filter_by(source_kind="repair_order"))
    assert (item.source_id, item.doc_no) == (order.id, order.number)
    assert clerk.get(f"/repairs/{order.id}/file").status_code == 409, "once"


def make_filed_ready(estate: Estate) -> RepairOrder:
    customer = make.make_customer(estate)
    make.make_dossier(estate, subject_id=customer.id)
    return make_to_ask(estate, S.visited, customer_id=customer.id)


def test_not_asked_yet_it_is_not_filed(clerk: FlaskClient, estate: Estate, db: Session) -> None:
    order = make_to_ask(estate)
    assert f"/repairs/{order.id}/file" not in clerk.get(f"/repairs/visits/{order.id}").text
    assert clerk.post(f"/repairs/{order.id}/file", data={"version": order.version}).status_code == 422
    assert now_of(db, order).state is S.confirmed


def test_many_are_filed_after_a_preview(clerk: FlaskClient, estate: Estate, db: Session) -> None:
    orders = [make_filed_ready(estate) for _ in range(3)]
    page = clerk.post("/repairs/visits/to-file", data={"action": "file", "id": [order.id for order in orders[:2]]})
    assert page.status_code == 200
    assert orders[2].number not in page.text
    token, digest = (re.search(rf'name="{name}" value="([^"]*)"', page.text) for name in ("selection", "digest"))
    assert token
    assert digest
    sent = {"action": "file", "selection": token[1], "digest": digest[1], "step": "confirm"}
    assert clerk.post("/repairs/visits/to-file", data=sent).status_code == 302
    assert [now_of(db, order).state for order in orders] == [S.filed, S.filed, S.visited]
    assert clerk.post("/repairs/visits/to-file", data=sent).status_code in (302, 409), "nothing is left to do"
    assert len(db.scalars(select(Item).filter_by(source_kind="repair_order")).all()) == 2


def test_more_than_can_be_filed_at_once_is_refused(
    clerk: FlaskClient, estate: Estate, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listings, "MOST_FILED", 1)
    orders = [make_filed_ready(estate) for _ in range(2)]
    sent = {"action": "file", "id": [order.id for order in orders]}
    assert clerk.post("/repairs/visits/to-file", data=sent).status_code == 409
    assert clerk.post("/repairs/visits/to-file", data=sent | {"id": orders[0].id}).status_code == 200


def test_the_other_estate_is_out_of_sight(clerk: FlaskClient, other_estate: Estate) -> None:
    order, settled = make_to_ask(other_estate), make_settled(other_estate)
    assert order.number not in clerk.get("/repairs/visits/").text
    assert settled.number not in clerk.get("/repairs/visits/to-file").text
    for path in ("", "/number"):
        assert clerk.get(f"/repairs/visits/{order.id}{path}").status_code == 404
    assert clerk.post(f"/repairs/{settled.id}/file").status_code == 404
    chosen = clerk.post("/repairs/visits/to-file", data={"action": "file", "id": settled.id})
    assert settled.number not in chosen.text


@pytest.mark.parametrize("username", ["zhangjg", "caoning"])
def test_who_may_not_ask(sign_in: SignIn, estate: Estate, username: str) -> None:
    client, order = sign_in(username), make_to_ask(estate)
    for path in ("", "to-file", str(order.id)):
        assert client.get(f"/repairs/visits/{path}").status_code == 403
    assert client.post(f"/repairs/{order.id}/file").status_code == 403
