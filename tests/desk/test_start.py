"""Setting up: each step follows from what stands; its page and its card; the sample workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.auth.titles import ROLE_TITLES
from crm.dates import utc_now
from crm.desk.start import reports
from crm.desk.start.queries import Facts, holders
from crm.desk.start.steps import GROUPS, NEEDED, Ground, State, Step
from crm.imports.sample import NAME, sample
from crm.imports.service import carry_out, open_file, upload
from crm.properties.models import Estate
from tests.factories import make_customer, make_unit

SignIn = Callable[[str], FlaskClient]
STEPS: dict[str, Step] = {step.name: step for _title, steps in GROUPS for step in steps}
NOW = utc_now()
FACTS = Facts(
    estates=2,
    nameless=0,
    units=10,
    unitless=0,
    customers=9,
    priceless=0,
    unpriced=0,
    undunned=0,
    departments=3,
    supervised=3,
    wordings=13,
    reworded=1,
    unconfirmed=0,
    custodians=1,
    last_run=NOW - timedelta(seconds=30),
)
EVERYBODY = {role: {number, 100 + number} for number, role in enumerate(RoleName)}
DONE = Ground(
    facts=FACTS,
    holders=EVERYBODY,
    figures=70,
    confirmed=70,
    hours_confirmed=True,
    years_missing=(),
    this_year=2026,
    mails=True,
    backed_up=NOW - timedelta(hours=20),
    now=NOW,
)
ALONE = EVERYBODY | {RoleName.cashier: {1}, RoleName.billing_supervisor: {1}}
LOOK, TO_DO = State.look, State.to_do


@pytest.fixture
def spoken(app: Flask) -> Iterator[None]:
    """Words and addresses want a request."""
    with app.test_request_context():
        yield


@pytest.mark.usefixtures("spoken")
def test_where_all_stands_every_step_is_done() -> None:
    assert {step.judge(DONE)[0] for step in STEPS.values()} == {State.done}


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize(
    ("name", "lacking", "state"),
    [
        ("estates", {"estates": 0}, TO_DO),
        ("estates", {"nameless": 1}, LOOK),
        ("estates", {"nameless": 2}, TO_DO),
        ("units", {"units": 0, "unitless": 2}, TO_DO),
        ("units", {"unitless": 1}, LOOK),
        ("customers", {"customers": 0}, TO_DO),
        ("charges", {"estates": 0}, TO_DO),
        ("charges", {"priceless": 1}, TO_DO),
        ("charges", {"unpriced": 1}, LOOK),
        ("departments", {"departments": 0, "supervised": 0}, TO_DO),
        ("departments", {"supervised": 0}, TO_DO),
        ("departments", {"supervised": 2}, LOOK),
        ("custodian", {"custodians": 0}, TO_DO),
        ("checklists", {"unconfirmed": 1}, TO_DO),
        ("wordings", {"reworded": 0}, LOOK),
        ("wordings", {"reworded": 0, "wordings": 0}, TO_DO),
        ("dunning", {"estates": 0}, TO_DO),
        ("dunning", {"undunned": 1}, TO_DO),
        ("clock", {"last_run": None}, TO_DO),
        ("clock", {"last_run": NOW - timedelta(minutes=10)}, TO_DO),
    ],
)
def test_what_lacks_in_the_database_is_said(name: str, lacking: dict[str, Any], state: State) -> None:
    assert STEPS[name].judge(replace(DONE, facts=replace(FACTS, **lacking)))[0] is state


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize(
    ("name", "lacking", "state"),
    [
        ("people", {"holders": {}}, TO_DO),
        ("pairs", {"holders": EVERYBODY | {RoleName.administrator: {1}}}, TO_DO),
        ("pairs", {"holders": ALONE}, TO_DO),
        ("calendar", {"years_missing": (2026, 2027)}, TO_DO),
        ("calendar", {"years_missing": (2027,)}, LOOK),
        ("hours", {"hours_confirmed": False}, TO_DO),
        ("figures", {"confirmed": 69}, LOOK),
        ("mail", {"mails": False}, LOOK),
        ("backup", {"backed_up": None}, TO_DO),
        ("backup", {"backed_up": NOW - timedelta(days=3)}, LOOK),
    ],
)
def test_what_lacks_elsewhere_is_said(name: str, lacking: dict[str, Any], state: State) -> None:
    assert STEPS[name].judge(replace(DONE, **lacking))[0] is state


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize("role", NEEDED)
def test_a_desk_without_anybody_is_named(role: RoleName) -> None:
    state, said = STEPS["people"].judge(replace(DONE, holders=EVERYBODY | {role: set()}))
    assert state is TO_DO
    assert str(ROLE_TITLES[role]) in said


def test_the_administrator_sees_where_each_step_is_done_and_whose_the_others_are(sign_in: SignIn) -> None:
    page = sign_in("administrator").get("/start/").text
    assert 'href="/properties/estates"' in page
    assert 'href="/archive/custodians"' not in page
    assert "总经理" in page


def test_the_general_manager_reads_it_and_does_what_is_his(sign_in: SignIn) -> None:
    page = sign_in("general_manager").get("/start/").text
    assert 'href="/archive/custodians"' in page
    assert 'class="btn" href="/properties/estates"' not in page
    assert 'id="set-up"' in sign_in("administrator").get("/").text


def test_whoever_has_a_part_in_it_sees_what_is_theirs(sign_in: SignIn) -> None:
    def steps(user: str) -> str:
        return sign_in(user).get("/").text.partition('id="set-up"')[2].partition("</section>")[0]

    manager, supervisor = steps("general_manager"), steps("billing_supervisor")
    assert 'href="/archive/custodians"' in manager
    assert 'href="/archive/checklists"' in manager
    assert "/admin/schedule" not in manager
    assert 'href="/arrears/steps/' in supervisor
    assert "/archive/custodians" not in supervisor


def test_whom_it_does_not_concern_sees_neither_card_nor_page(sign_in: SignIn) -> None:
    clerk = sign_in("limin")
    assert clerk.get("/start/").status_code == 403
    assert 'id="set-up"' not in clerk.get("/").text
    assert 'id="set-up"' not in sign_in("auditor").get("/").text


def test_an_account_out_of_use_holds_no_desk(work: Callable[..., Any]) -> None:
    with work() as db:
        cashiers = holders()[RoleName.cashier]
        assert cashiers
        db.execute(update(User).where(User.id.in_(cashiers)).values(active=False))
        assert not holders()[RoleName.cashier]


@pytest.mark.usefixtures("spoken")
def test_facts_follow_the_rows_and_cost_the_same(
    work: Callable[..., Any], queries: Callable[..., Any], estate: Estate
) -> None:
    with work(), queries() as few:
        before = reports.progress()
    for number in range(3):
        make_customer(estate, f"新客户{number}")
        make_unit(estate, f"9-9-{number + 1}01")
    with work(), queries() as more:
        after = reports.progress()
    assert len(few) <= 6
    assert len(more) <= 6
    for name in ("units", "customers"):
        said = [next(line.said for line in each.lines if line.step.name == name) for each in (before, after)]
        assert said[0] != said[1]


def test_where_nothing_stands_the_administrator_begins_there(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    administrator, clerk = sign_in("administrator"), sign_in("limin")
    assert administrator.get("/").status_code == 200
    monkeypatch.setattr(reports, "stands", lambda: False)
    assert administrator.get("/").location == "/start/"
    assert clerk.get("/").status_code == 200


def test_the_sample_workbook_goes_in_whole(sign_in: SignIn, work: Callable[..., Any]) -> None:
    answer = sign_in("administrator").get("/imports/sample.xlsx")
    assert answer.data[:2] == b"PK"
    with work():
        file = open_file(sample(), NAME)
        result = carry_out(upload(file, sample(), ""), file)
    assert result["refused"] == []
    assert result["kept_for_later"] == {}
    assert result["created"]["estate"] == 1
    assert result["created"]["parking_space"] == 2
    assert result["created"]["occupancy"] == 7
