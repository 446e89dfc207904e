"""Who repairs: the list, and a worker's trades, shifts and absences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from crm.audit.models import LogEntry
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.dates import business_day
from crm.db import open_session
from crm.properties.models import Estate
from crm.repairs.workers import queries
from crm.repairs.workers.models import WorkerAbsence, WorkerShift, WorkerTrade
from crm.repairs.workers.queries import rota
from tests import factories as make
from tests.acting import as_
from tests.repairs.plans.making import make_absence

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., Any]
WEEK = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "08:30-12:00, 14:00-17:30")


@pytest.fixture
def worker(estate: Estate) -> User:
    return make.make_user(RoleName.repair_worker, estates=[estate], full_name="钱伟")


@pytest.fixture
def today(app: Any) -> date:
    with app.app_context():
        return business_day()


def stored(table: Any, user: User) -> list[Any]:
    with open_session() as db:
        return list(db.scalars(select(table).where(table.user_id == user.id)))


def log() -> list[tuple[str, dict[str, Any]]]:
    with open_session() as db:
        kinds = LogEntry.kind.like("Worker%")
        return [(row.kind, row.data) for row in db.scalars(select(LogEntry).where(kinds).order_by(LogEntry.id))]


def test_the_list_has_whoever_repairs_and_nobody_else(sign_in: SignIn, worker: User, estate: Estate) -> None:
    make.make_user(RoleName.service_desk, estates=[estate], full_name="不修的人")
    make.make_user(RoleName.repair_worker, estates=[estate], full_name="走了的人", active=False)
    page = sign_in("sunhao").get("/repairs/workers/").text
    assert "钱伟" in page
    assert "张建国" in page
    assert "不修的人" not in page
    assert "走了的人" not in page


def test_ten_workers_cost_as_many_queries_as_one(
    sign_in: SignIn, worker: User, estate: Estate, queries: Callable[..., Any]
) -> None:
    client = sign_in("sunhao")
    make_absence(worker.id, ends=date(2099, 1, 1))
    client.get("/repairs/workers/")
    with queries() as one:
        client.get("/repairs/workers/")
    for _ in range(9):
        make_absence(make.make_user(RoleName.repair_worker, estates=[estate]).id, ends=date(2099, 1, 1))
    with queries() as ten:
        assert client.get("/repairs/workers/").status_code == 200
    assert len(one) == len(ten) > 0


def test_the_workbook_has_what_the_page_has(sign_in: SignIn, worker: User) -> None:
    make_absence(worker.id, ends=date(2099, 1, 1), reason="进修")
    client = sign_in("sunhao")
    client.post(f"/repairs/workers/{worker.id}/trades", data={"trades": ["lift"], "version": ""})
    answer = client.get("/repairs/workers/", query_string={"q": "钱伟", "as": "xlsx"})
    rows = list(openpyxl.load_workbook(BytesIO(answer.data)).active.values)
    assert len(rows) == 2
    assert rows[1][0] == "钱伟"
    assert "进修" in rows[1][2]
    assert "11-24 – 12-31 进修" in rows[1][3]


def test_filters_by_trade_and_absence(sign_in: SignIn, worker: User, today: date) -> None:
    client = sign_in("sunhao")
    client.post(f"/repairs/workers/{worker.id}/trades", data={"trades": ["lift"], "version": ""})
    assert "钱伟" in client.get("/repairs/workers/?trade=lift").text
    plumbers = client.get("/repairs/workers/?trade=plumbing").text
    assert "钱伟" not in plumbers
    assert "张建国" in plumbers, "who has no trade does everything"
    assert "钱伟" not in client.get("/repairs/workers/?away=1").text
    make_absence(worker.id, starts=today, ends=today + timedelta(days=1))
    assert "钱伟" in client.get("/repairs/workers/?away=1").text


def test_trades_are_ticked_and_minded_against_a_second_tab(sign_in: SignIn, worker: User) -> None:
    client, address = sign_in("sunhao"), f"/repairs/workers/{worker.id}/trades"
    assert client.post(address, data={"trades": ["lift", "hvac"], "version": ""}).status_code == 302
    assert client.post(address, data={"trades": ["building"], "version": ""}).status_code == 409
    assert client.post(address, data={"trades": ["magic"], "version": "hvac,lift"}).status_code == 422
    assert client.post(address, data={"trades": ["lift"], "version": "hvac,lift"}).status_code == 302
    assert client.post(address, data={"trades": ["lift"], "version": "lift"}).status_code == 302
    assert [each.trade for each in stored(WorkerTrade, worker)] == ["lift"]
    assert [kind for kind, _data in log()] == ["WorkerTradesSet"] * 2
    assert len(log()[1][1]["old"]) == 2
    assert client.post(address, data={"version": "lift"}).status_code == 302
    assert stored(WorkerTrade, worker) == []


def test_shifts_are_typed_as_they_are_said(sign_in: SignIn, worker: User) -> None:
    client, address = sign_in("sunhao"), f"/repairs/workers/{worker.id}/shifts"
    opened = ";" * 6
    given = WEEK | {"saturday": "20：00－24：00", "sunday": "00:00-08:00", "version": opened}
    assert client.post(address, data=given).status_code == 302
    shifts = stored(WorkerShift, worker)
    assert len(shifts) == 12
    assert {(each.begins, each.ends) for each in shifts if each.weekday >= 5} == {(1200, 1440), (0, 480)}
    assert client.post(address, data=given).status_code == 409, "opened on the week before"
    page = client.get(address).text
    assert "08:30–12:00, 14:00–17:30" in page
    [(kind, data)] = log()
    assert kind == "WorkerShiftsSet"
    assert data["changes"]["saturday"] == ["", "20:00–24:00"]


def test_how_a_day_stands(sign_in: SignIn, work: Work, worker: User) -> None:
    sign_in("sunhao").post(f"/repairs/workers/{worker.id}/shifts", data={"monday": "08:00-12:00", "version": ";" * 6})
    make_absence(worker.id)
    with work():
        tones = [rota([worker.id], date(2026, 11, day))[worker.id].tone for day in (23, 24, 25, 26, 30)]
    assert tones == ["green", "orange", "orange", "grey", "green"]


def test_a_shift_that_is_shown_can_be_sent_back(sign_in: SignIn, worker: User) -> None:
    """The field shows a longer dash than people type."""
    client, address = sign_in("sunhao"), f"/repairs/workers/{worker.id}/shifts"
    client.post(address, data=WEEK | {"version": ";" * 6})
    shown = "08:30–12:00, 14:00–17:30"
    again = dict.fromkeys(WEEK, shown) | {"friday": "", "version": ";".join([shown] * 5) + ";;"}
    assert client.post(address, data=again).status_code == 302
    assert {each.weekday for each in stored(WorkerShift, worker)} == {0, 1, 2, 3}


@pytest.mark.parametrize("text", ["9 to 5", "17:00-08:00", "08:00-12:00, 11:00-13:00", "08:00-25:00"])
def test_hours_that_are_none_keep_what_was_typed(sign_in: SignIn, worker: User, text: str) -> None:
    answer = sign_in("sunhao").post(f"/repairs/workers/{worker.id}/shifts", data={"monday": text, "version": ";" * 6})
    assert answer.status_code == 422
    assert 'href="#monday"' in answer.text
    assert f'value="{text}"' in answer.text
    assert stored(WorkerShift, worker) == []


def test_an_absence_is_entered_as_people_say_it(sign_in: SignIn, worker: User, today: date) -> None:
    client, address = sign_in("sunhao"), f"/repairs/workers/{worker.id}/absences/new"
    last = today + timedelta(days=2)
    given = {"first_on": today.isoformat(), "last_on": last.isoformat(), "reason": "年假"}
    assert client.post(address, data=given).status_code == 302
    [absence] = stored(WorkerAbsence, worker)
    assert (absence.starts, absence.ends) == (today, last + timedelta(days=1))
    page = client.get(f"/repairs/workers/{worker.id}").text
    assert f"{last:%m-%d}" in page
    assert client.post(address, data=given).status_code == 422, "sent twice it stands once"
    assert len(stored(WorkerAbsence, worker)) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"first_on": ""}, "first_on"), ({"last_on": "someday"}, "last_on"), ({"reason": " "}, "reason")],
)
def test_an_absence_needs_its_days_and_a_reason(
    sign_in: SignIn, worker: User, wrong: dict[str, str], field: str
) -> None:
    given = {"first_on": "2026-12-01", "last_on": "2026-12-03", "reason": "年假"}
    answer = sign_in("sunhao").post(f"/repairs/workers/{worker.id}/absences/new", data=given | wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


def test_an_absence_does_not_end_before_it_begins(sign_in: SignIn, worker: User) -> None:
    given = {"first_on": "2026-12-03", "last_on": "2026-12-01", "reason": "年假"}
    assert sign_in("sunhao").post(f"/repairs/workers/{worker.id}/absences/new", data=given).status_code == 422
    assert stored(WorkerAbsence, worker) == []


def test_back_early(sign_in: SignIn, worker: User) -> None:
    client = sign_in("sunhao")
    absence = make_absence(worker.id, starts=date(2026, 12, 1), ends=date(2026, 12, 11))
    address = f"/repairs/workers/absences/{absence.id}/end"
    assert client.get(address).status_code == 200
    assert client.post(address, data={"back_on": "2026-12-11"}).status_code == 422, "that is no sooner"
    assert client.post(address, data={"back_on": "2026-12-05"}).status_code == 302
    [kept] = stored(WorkerAbsence, worker)
    assert kept.ends == date(2026, 12, 5)
    assert log()[-1] == (
        "WorkerBackEarly",
        {"user_id": worker.id, "starts": "2026-12-01", "old": "2026-12-10", "new": "2026-12-04"},
    )
    assert client.post(address, data={"back_on": "2026-11-30"}).status_code == 302
    assert stored(WorkerAbsence, worker) == [], "not away at all"
    assert client.get(address).status_code == 404


def test_a_worker_of_another_estate_is_not_there(work: Work, other_estate: Estate, estate: Estate) -> None:
    far = make.make_user(RoleName.repair_worker, estates=[other_estate])
    absence = make_absence(far.id)
    near = replace(as_("sunhao"), estate_ids=frozenset({estate.id}))
    with work(near):
        with pytest.raises(NotFound):
            queries.get_worker(far.id)
        with pytest.raises(NotFound):
            queries.get_absence(absence.id)
        assert far.id not in queries.workers_of([estate.id])
        assert far.id in queries.workers_of([other_estate.id])


def test_who_does_no_repairs_has_no_page(sign_in: SignIn, estate: Estate) -> None:
    clerk = make.make_user(RoleName.service_desk, estates=[estate])
    client = sign_in("sunhao")
    for address in ("", "/trades", "/shifts", "/absences/new"):
        assert client.get(f"/repairs/workers/{clerk.id}{address}").status_code == 404


def test_the_rota_of_all_is_read_by_three_queries(
    work: Work, worker: User, estate: Estate, queries: Callable[..., Any]
) -> None:
    others = [make.make_user(RoleName.repair_worker, estates=[estate]) for _ in range(5)]
    make_absence(worker.id)
    with work():
        with queries() as seen:
            found = rota([worker.id, *(each.id for each in others)], date(2026, 11, 25))
        assert len(seen) == 3
        assert set(found) == {worker.id, *(each.id for each in others)}
        assert found[worker.id].away
        assert not found[others[0].id].away
        assert rota([worker.id], date(2026, 11, 26))[worker.id].absences == [], "it is over"


def test_the_service_desk_sees_no_workers(sign_in: SignIn, worker: User) -> None:
    client = sign_in("limin")
    assert client.get("/repairs/workers/").status_code == 403
    assert client.get(f"/repairs/workers/{worker.id}").status_code == 403
