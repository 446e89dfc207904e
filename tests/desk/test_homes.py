"""The start page of every role: what is most urgent stands first; as many queries for many rows as for one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.archive.handover.models import HandoverState
from crm.auth.permissions import ROLES, Permission, RoleName
from crm.billing.cashier.models import CloseState
from crm.billing.deposits.models import RequestState as DepositState
from crm.clock.models import JobRun, Outcome
from crm.dates import business_day, utc_now
from crm.desk.home.roles import HOMES, cards_of
from crm.jobs.models import Job, JobState
from crm.properties.models import Estate, UnitUse
from crm.repairs.categories.models import Priority
from crm.repairs.orders.models import OrderState
from crm.violations.cases.models import ViolationState
from tests import factories as make
from tests.archive.vault.making import titles_in_vault
from tests.billing import making as billing
from tests.billing.arrears import making as arrears
from tests.billing.cashier.making import make_close
from tests.billing.cashier.making import make_payment as take
from tests.billing.deposits import making as deposits
from tests.billing.making import make_bill
from tests.complaints.making import make_case, make_to_call
from tests.correspondence.letters.making import make_letter_in
from tests.desk.making import WAITING, make_filing_review, make_finding
from tests.repairs.incidents.making import make_called_about
from tests.repairs.making import kept, make_order, user_called
from tests.repairs.visits.making import make_due
from tests.review.sampling.making import make_sampling
from tests.violations.making import make_violation

SignIn = Callable[[str], FlaskClient]
R = RoleName


@pytest.fixture
def today(app: Flask) -> date:
    with app.app_context():
        return business_day()


def next_lines(page: str) -> str:
    return page.partition('id="next"')[2].partition("</section>")[0]


def first_line(page: str) -> str:
    """Where the first line of what to do next leads."""
    return next_lines(page).partition('list-group-item-action" href="')[2].partition('"')[0]


def _call(estate: Estate, _today: date) -> str:
    due = utc_now() - timedelta(minutes=5)
    return f"/calls/{make.make_follow_up(estate, user_called('limin'), due_at=due).id}"


def _gone_up(estate: Estate, _today: date) -> str:
    return f"/complaints/{WAITING['complaint_up'].make(estate, user_called('limin').id)}"


def _late_repair(estate: Estate, _today: date) -> str:
    past = utc_now() - timedelta(hours=2)
    due = {"accept_due_at": past, "arrive_due_at": past, "finish_due_at": past}
    return f"/repairs/{make_order(estate, OrderState.triaged, **due).id}"


def _own_job(estate: Estate, _today: date) -> str:
    soon = utc_now() + timedelta(minutes=20)
    worker = user_called("zhangjg").id
    return f"/repairs/my/{make_order(estate, OrderState.accepted, worker_id=worker, wanted_from=soon).id}"


def _drawer(estate: Estate, _today: date) -> str:
    take(make.make_customer(estate))
    return "/billing/counter/closes/new"


def _waiver(estate: Estate, _today: date) -> str:
    return f"/billing/requests/{WAITING['billing_request'].make(estate, user_called('wudan').id)}"


def _review(estate: Estate, today: date) -> str:
    """Nothing is late: the first is who is to be contacted today, then the month's review."""
    review = arrears.make_review(estate, today.replace(day=1), accounts=1)
    arrears.make_line_of(review, estate)
    return f"/arrears/reviews/{review.id}"


def _to_receive(_estate: Estate, _today: date) -> str:
    make.make_appointment(user_called("fengxue"))
    return f"/archive/handover/{make.make_handover(HandoverState.checking).id}"


def _to_confirm(_estate: Estate, _today: date) -> str:
    handover = make.make_handover(HandoverState.filed)
    make.make_late_filing(handover, giver_id=user_called("xujing").id)
    return f"/archive/handover/{handover.id}"


def _to_prepare(_estate: Estate, _today: date) -> str:
    return f"/archive/handover/{make.make_handover(HandoverState.preparing).id}"


def _correction(estate: Estate, _today: date) -> str:
    return f"/archive/corrections/{WAITING['correction'].make(estate, user_called('fengxue').id)}"


def _failed_job(_estate: Estate, _today: date) -> str:
    at = utc_now() - timedelta(hours=1)
    facts: dict[str, Any] = {"kind": "x", "title": "导入客户", "payload": {}, "actor_name": "李敏"}
    return f"/jobs/{kept(Job(state=JobState.failed, asked_at=at, ended_at=at, **facts)).id}"


def _finding(estate: Estate, today: date) -> str:
    finding = make_finding(estate, today - timedelta(days=1), "caoning")
    return f"/archive/dossiers/{finding.dossier_id}"


FIRST = {
    R.service_desk: _call,
    R.desk_supervisor: _gone_up,
    R.dispatcher: _late_repair,
    R.repair_worker: _own_job,
    R.cashier: _drawer,
    R.billing_supervisor: _waiver,
    R.arrears_reviewer: _review,
    R.archivist: _to_receive,
    R.title_custodian: _to_confirm,
    R.project_manager: _to_prepare,
    R.deputy_general_manager: _correction,
    R.general_manager: _correction,
    R.chairman: _correction,
    R.administrator: _failed_job,
    R.auditor: _finding,
}


@pytest.mark.parametrize("role", R)
def test_the_most_urgent_stands_first(sign_in: SignIn, estate: Estate, today: date, role: RoleName) -> None:
    make_letter_in(estate, reply_due_on=today + timedelta(days=3))
    make_case(estate, received_at=utc_now())
    address = FIRST[role](estate, today)
    assert first_line(sign_in(role).get("/").text) == address


def fill(estate: Estate, today: date) -> None:
    """A row for every card."""
    for kind in WAITING.values():
        kind.make(estate, user_called(kind.asker).id)
    for beginning in (_call, _late_repair, _own_job, _drawer, _to_confirm, _to_prepare, _failed_job):
        beginning(estate, today)
    make_finding(estate, today, "fengxue")
    make_sampling(make_filing_review(estate), [make.make_dossier(estate) for _ in range(2)])
    make_order(estate, OrderState.done, finished_at=utc_now())
    make_to_call(estate, callback_due_on=today)
    make_due(estate, today)
    make_called_about(estate)
    make_letter_in(estate, reply_due_on=today)
    make_violation(estate, ViolationState.notice_served, due_on=today)
    customer = arrears.make_long_overdue(estate)
    arrears.make_promise(customer, due_on=today, made_on=today)
    arrears.make_contact(arrears.make_long_overdue(estate), today - timedelta(days=5), again_on=today)
    deposits.make_request(deposits.make_deposit(make.make_customer(estate)), state=DepositState.approved)
    make_close(estate, CloseState.unexplained, variance=1)
    billing.make_item(estate)
    billing.make_meter(estate, make.make_unit(estate))
    make_bill(make.make_customer(estate))
    titles_in_vault()


def test_many_rows_cost_as_many_queries_as_one(
    sign_in: SignIn, estate: Estate, today: date, queries: Callable[..., Any]
) -> None:
    review = arrears.make_review(estate, today.replace(day=1), accounts=1)
    arrears.make_line_of(review, estate)
    fill(estate, today)
    make.make_appointment(user_called("fengxue"))
    clients = {role: sign_in(role) for role in R}

    def asked() -> dict[RoleName, int]:
        counts = {}
        for role, client in clients.items():
            with queries() as seen:
                assert client.get("/").status_code == 200
            counts[role] = len(seen)
        return counts

    for client in clients.values():
        client.get("/")
    one = asked()
    for _ in range(4):
        fill(estate, today)
    assert asked() == one


def test_another_estate_is_on_no_home(sign_in: SignIn, estate: Estate, other_estate: Estate, today: date) -> None:
    foreign = [beginning(other_estate, today) for beginning in (_call, _gone_up, _late_repair)]
    page = sign_in("limin").get("/").text
    assert [address for address in foreign if f'href="{address}"' in page] == []
    assert first_line(page) == ""


def test_a_task_that_failed_is_told_to_the_administrator(sign_in: SignIn) -> None:
    at = utc_now() - timedelta(minutes=3)
    began = {"due_at": at, "started_at": at, "ended_at": at, "attempt": 1, "answer": "OSError"}
    kept(JobRun(task="repairs late", outcome=Outcome.failed, **began))
    assert first_line(sign_in("administrator").get("/").text).startswith("/admin/schedule/repairs")


def names(roles: Iterable[RoleName]) -> list[str]:
    permissions: frozenset[Permission] = frozenset().union(*(ROLES[role] for role in roles))
    return [card.name for card in cards_of(list(roles), permissions)]


@pytest.mark.parametrize("role", R)
def test_a_home_has_only_cards_its_role_may_see(role: RoleName) -> None:
    assert names([role]) == [card.name for card in HOMES[role]]


def test_several_roles_have_each_card_once_and_the_one_with_lines() -> None:
    both = [R.service_desk, R.cashier]
    found = names(both)
    assert found == list(dict.fromkeys(found))
    assert set(found) == set(names([R.service_desk])) | set(names([R.cashier]))
    glance = [R.arrears_reviewer, R.service_desk]
    permissions = ROLES[R.arrears_reviewer] | ROLES[R.service_desk]
    assert next(card for card in cards_of(glance, permissions) if card.name == "calls").todo is not None


def test_what_is_very_late_pushes_no_other_work_away(sign_in: SignIn, estate: Estate, today: date) -> None:
    for _ in range(10):
        _call(estate, today)
        make_letter_in(estate, reply_due_on=today - timedelta(days=90))
        make_violation(estate, ViolationState.notice_served, due_on=today - timedelta(days=90))
        make_due(estate, today - timedelta(days=90))
    case = make_case(estate, received_at=utc_now())
    lines = next_lines(sign_in("limin").get("/").text)
    assert f'href="/complaints/{case.id}"' in lines
    assert lines.count("list-group-item-action") == 10


def test_an_emergency_that_nobody_has_comes_before_all_late_jobs(sign_in: SignIn, estate: Estate, today: date) -> None:
    for _ in range(10):
        _late_repair(estate, today)
    burst = [make_order(estate, priority=Priority.emergency).id for _ in range(3)]
    found = re.findall(r'href="/repairs/([0-9]+)"', next_lines(sign_in("sunhao").get("/").text))
    assert found[:3] == [str(each) for each in burst]
    assert len(found) == 10


def test_what_a_finding_and_a_decision_are_about_stands_once(sign_in: SignIn, estate: Estate, today: date) -> None:
    asked = WAITING["correction"].make(estate, user_called("fengxue").id)
    make_finding(estate, today, "shentao", kind="correction_waiting", about_id=asked)
    lines = next_lines(sign_in("shentao").get("/").text)
    assert lines.count(f'href="/archive/corrections/{asked}"') == 1


def test_a_worker_sees_the_job_that_just_came_beside_those_begun(sign_in: SignIn, estate: Estate) -> None:
    now, worker = utc_now(), user_called("zhangjg").id
    for _ in range(10):
        begun = {"accepted_at": now, "arrived_at": now, "finish_due_at": now + timedelta(days=1)}
        make_order(estate, OrderState.working, worker_id=worker, **begun)
    given = make_order(estate, OrderState.dispatched, worker_id=worker, accept_due_at=now + timedelta(minutes=5))
    assert first_line(sign_in("zhangjg").get("/").text) == f"/repairs/my/{given.id}"


FIGURE = re.compile(r'<li[^>]*><a href="([^"]+)">[^<]+</a> <span class="figure-value">([0-9,]+)</span>')
CELL = re.compile(r'class="kind-number"><a href="([^"]+)"[^>]*>([0-9,]+)</a>')
COUNT = re.compile(r'id="list-count"[^>]*>[^0-9]*([0-9,]+)')
MARKS = {
    "/admin/figures": "badge",
    "/archive/checklists?state=to_confirm": "<li><div>",
}  # one for each, where no list is
BESIDES = {"/jobs/", "/admin/schedule", "/repairs/dispatch/day", "/archive/vault/counts/days"}  # show more than these


def listed(client: FlaskClient, url: str) -> str:
    """How many the page a figure leads to says it has."""
    answer = client.get(unescape(url), headers={"HX-Target": "list"})
    assert answer.status_code == 200, url
    if url in MARKS:
        return str(answer.text.count(MARKS[url]))
    found = COUNT.search(answer.text)
    return found[1] if found else ""


def test_each_figure_counts_what_its_list_has(
    sign_in: SignIn, estate: Estate, other_estate: Estate, today: date
) -> None:
    fill(estate, today)
    make.make_unit(estate, use=UnitUse.parking)
    _late_repair(other_estate, today)
    wrong, cells = [], []
    for role in R:
        client = sign_in(role)
        page = client.get("/").text
        cells += CELL.findall(page)
        shown = FIGURE.findall(page) + CELL.findall(page)
        counts = {url: listed(client, url) for url, _count in shown if url not in BESIDES}
        wrong += [(role.value, url, count, counts[url]) for url, count in shown if counts.get(url, count) != count]
    assert wrong == []
    assert (f"/repairs/?estate={other_estate.id}&amp;state=unfinished&amp;late=1", "1") in cells
