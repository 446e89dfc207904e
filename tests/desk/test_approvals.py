"""What waits for a decision: every kind for whoever decides, never the own, nothing of another estate or rank."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from crm.auth.models import User
from crm.db import open_session
from crm.desk.home.approvals import first
from crm.desk.home.ringing import rings
from crm.notifications.models import Notification
from crm.properties.models import Estate
from crm.wiring.approvals import ASKED, SOURCES
from tests import factories as make
from tests.acting import as_
from tests.complaints.hanging import of_department
from tests.complaints.making import department_called, make_case, make_step
from tests.desk.making import SUM, WAITING, S
from tests.repairs.making import user_called

SignIn = Callable[[str], FlaskClient]
ELSEWHERE = {"filing_review"}  # whose page another package has


def seen_by(work: Callable[..., Any], actor: Any) -> list[tuple[str, int]]:
    with work(actor):
        rows, count = first(50)
    assert count == len(rows)
    return [(row.kind, row.id) for row in rows]


def test_every_kind_has_a_row_here() -> None:
    assert {source.name for source in SOURCES} == set(WAITING)


@pytest.mark.parametrize("kind", WAITING)
def test_it_waits_for_whoever_decides(
    app: Flask, work: Callable[..., Any], sign_in: SignIn, estate: Estate, other_estate: Estate, kind: str
) -> None:
    waiting = WAITING[kind]
    asker = user_called(waiting.asker).id
    made = waiting.make(estate, asker)
    if not waiting.of_company:
        waiting.make(other_estate, asker)
    who = replace(as_(waiting.decider), estate_ids=frozenset({estate.id}))
    assert seen_by(work, who) == [(kind, made)]
    assert seen_by(work, as_("limin")) == []
    source = next(source for source in SOURCES if source.name == kind)
    with app.test_request_context():
        address = source.page(made)
    client = sign_in(waiting.decider)
    assert f'href="{address}"' in client.get(f"/approvals?kind={kind}").text
    if kind not in ELSEWHERE:
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("kind", sorted(WAITING.keys() - {"supplement", "filing_review"}))
def test_nobody_decides_about_the_own(work: Callable[..., Any], estate: Estate, kind: str) -> None:
    waiting = WAITING[kind]
    waiting.make(estate, user_called(waiting.decider).id)
    assert seen_by(work, as_(waiting.decider)) == []


def test_the_archivist_signs_off_what_he_started(sign_in: SignIn, work: Callable[..., Any], estate: Estate) -> None:
    made = WAITING["filing_review"].make(estate, user_called("fengxue").id)
    assert seen_by(work, as_("fengxue")) == [("filing_review", made)]
    page = sign_in("fengxue").get("/").text
    assert re.findall(r"/review/([0-9]+)", page.partition('id="next"')[2]) == [str(made)]


def test_the_estate_chosen_leaves_what_is_the_companys(
    work: Callable[..., Any], estate: Estate, other_estate: Estate
) -> None:
    asker = user_called("wudan").id
    here, project = (
        WAITING["correction"].make(estate, asker),
        WAITING["project"].make(estate, user_called("wanglei").id),
    )
    WAITING["correction"].make(other_estate, asker)
    chosen = replace(as_("hanbing"), estate_id=estate.id)
    assert sorted(seen_by(work, chosen)) == [("correction", here), ("project", project)]


def test_a_sum_above_the_rank_is_for_somebody_higher(work: Callable[..., Any]) -> None:
    department_id = user_called("wanglei").department_id
    large = ("project", make.make_project(amount=SUM, department_id=department_id).id)
    small = ("project", make.make_project(department_id=department_id).id)
    foreign = ("project", make.make_project(department_id=user_called("fengxue").department_id).id)
    assert seen_by(work, as_("shentao")) == [small]
    assert sorted(seen_by(work, as_("hanbing"))) == sorted([large, small, foreign])
    assert seen_by(work, as_("wanglei")) == []


def test_a_complaint_is_for_its_level_and_not_for_whom_it_is_about(work: Callable[..., Any], estate: Estate) -> None:
    high = make_case(estate, S.reopened, level=2)
    desk = department_called("客户服务部")
    own = make_case(estate, S.reopened, level=1, about_department_id=desk)
    for case in (high, own):
        make_step(case, "escalate")
    assert seen_by(work, as_("zhouhui")) == []
    assert sorted(seen_by(work, as_("shentao"))) == [("complaint_up", high.id), ("complaint_up", own.id)]
    assert seen_by(work, of_department("shentao", desk)) == [("complaint_up", high.id)]
    make_step(high, "investigate")
    assert seen_by(work, of_department("shentao", desk)) == [], "somebody has gone on with it"


def bell(user: str) -> list[tuple[str, int]]:
    with open_session() as db:
        mine = select(Notification.url, Notification.count).where(Notification.user_id == user_called(user).id)
        return [(row.url, row.count) for row in db.execute(mine.order_by(Notification.id))]


def ask_for(work: Callable[..., Any], kind: str, asker: str, *made: int) -> None:
    source = next(source for source in SOURCES if source.name == kind)
    with work(as_(asker)):
        for key in made:
            rings(source, "id")(SimpleNamespace(id=key))


def test_whoever_may_decide_is_rung_and_nobody_else(
    work: Callable[..., Any], estate: Estate, other_estate: Estate
) -> None:
    asker, decider = user_called("wudan").id, user_called("zhengkai").id
    first, own = (WAITING["billing_request"].make(estate, each) for each in (asker, decider))
    ask_for(work, "billing_request", "wudan", first)
    assert bell("zhengkai") == [(f"/billing/requests/{first}", 1)]
    assert bell("wudan") == []
    ask_for(work, "billing_request", "zhengkai", own)
    assert bell("zhengkai") == [(f"/billing/requests/{first}", 1)]
    assert bell("hanbing") == [("/approvals?kind=billing_request", 2)]
    with work() as db:
        db.execute(update(User).where(User.username == "zhengkai").values(all_estates=False))
    ask_for(work, "billing_request", "wudan", WAITING["billing_request"].make(other_estate, asker))
    assert bell("zhengkai") == [(f"/billing/requests/{first}", 1)]


def test_it_rings_by_rank_and_once_for_a_unit_of_work(work: Callable[..., Any]) -> None:
    department_id = user_called("wanglei").department_id
    large, small = (make.make_project(amount=amount, department_id=department_id).id for amount in (SUM, SUM / 10))
    ask_for(work, "project", "wanglei", large, large)
    assert (bell("shentao"), bell("hanbing")) == ([], [("/approvals?kind=project", 1)])
    ask_for(work, "project", "wanglei", small)
    assert bell("shentao") == [(f"/credit/projects/{small}", 1)]


def test_each_event_that_asks_tells_what_it_is_about(work: Callable[..., Any]) -> None:
    with work() as db:
        for event, handlers in ASKED.items():
            told = event(**{each.name: 7 for each in fields(event)})
            for handle in handlers:
                handle(told)
        assert {key for _name, key in db.info.pop("asked")} == {7}


def test_whoever_decides_nothing_is_told_so(sign_in: SignIn, estate: Estate) -> None:
    WAITING["notice"].make(estate, user_called("limin").id)
    page = sign_in("repair_worker").get("/approvals")
    assert page.status_code == 200
    assert "没有等您审批的事项" in page.text or "Nothing waits for your decision" in page.text
