"""The operation log and the log-ins: what is found, who sees what, that a page stays cheap."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.admin import log
from crm.admin.listings import OUTCOME_TITLES
from crm.admin.titles import EVENT_TITLES, FIELD_TITLES, SUBJECT_PAGES, SUBJECT_TITLES
from crm.audit.log import record
from crm.audit.models import LogEntry
from crm.auth.actor import Actor
from crm.auth.events import PasswordReset, UserChanged
from crm.auth.models import User, UserEstate
from crm.auth.permissions import ROLES, RoleName
from crm.lists.asking import entered
from crm.properties.events import UnitAdded
from crm.properties.models import Estate
from crm.tenants.events import CustomerSupplemented, PhoneAdded, VehicleAdded
from crm.tenants.models import Supplement
from tests import factories as make

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., Any]
SOURCES = Path(__file__).parents[2] / "crm"


def event_classes() -> dict[str, list[str]]:
    """Every event of the product -> its fields."""
    found = {}
    for path in SOURCES.rglob("events.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef):
                fields = [item.target.id for item in node.body if isinstance(item, ast.AnnAssign)]  # type: ignore[union-attr]
                found[node.name] = fields
    return found


def test_every_event_has_a_title() -> None:
    assert sorted(set(event_classes()) - set(EVENT_TITLES)) == []


def test_every_subject_has_a_title_and_every_page_exists(app: Any) -> None:
    subjects = {
        field.removesuffix("_id") for fields in event_classes().values() for field in fields if field.endswith("_id")
    }
    assert sorted(subjects - set(SUBJECT_TITLES)) == []
    assert {endpoint for endpoint, _name in SUBJECT_PAGES.values()} <= set(app.view_functions)


def test_every_field_of_an_event_has_a_title() -> None:
    fields = {field for fields in event_classes().values() for field in fields if not field.endswith("_id")}
    assert sorted(fields - {"changes"} - set(FIELD_TITLES)) == []


def test_every_outcome_of_a_log_in_has_a_title() -> None:
    written = (SOURCES / "auth" / "service.py").read_text()
    noted = set(re.findall(r'_note\(.*?, "(\w+)", now\)', written)) | set(re.findall(r'outcome="(\w+)"', written))
    assert noted == set(OUTCOME_TITLES)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        ("", "–"),
        (True, "是"),
        ([], "–"),
        (["service_desk", "cashier"], "客服台、收银员"),
        ({"role": "cashier"}, "身份 收银员"),
        ("2026-11-24T01:00:00+00:00", "2026-11-24 09:00"),
        ("2026-11-24", "2026-11-24"),
        (7, "7"),
    ],
)
def test_values_of_an_entry_are_shown_in_words(work: Work, value: Any, words: str) -> None:
    with work():
        assert log.shown(value) == words


def auditor(estate: Estate | None = None) -> Actor:
    ids = None if estate is None else frozenset({estate.id})
    return Actor(name="曹宁", permissions=ROLES[RoleName.auditor], user_id=1, estate_ids=ids)


def noted(work: Work, *events: object, actor: Actor | None = None, request_id: str = "") -> list[int]:
    """The numbers the events got."""
    with work(actor) as db:
        g.request_id = request_id
        before = log.last_number()
        for event in events:
            record(event)
    with work(actor) as db:
        return list(db.scalars(select(LogEntry.id).where(LogEntry.id > before).order_by(LogEntry.id)))


def found(work: Work, actor: Actor | None = None, **wanted: Any) -> list[int]:
    with work(actor or auditor()):
        return [entry.id for entry in log.page(log.Wanted(**wanted), None, None).entries]


def reset(number: int) -> PasswordReset:
    return PasswordReset(user_id=number, username=f"user{number}")


def test_whoever_sees_no_customers_reads_what_was_done_and_no_facts(
    sign_in: SignIn, work: Work, estate: Estate
) -> None:
    customer = make.make_customer(estate, "金丝雀")
    said = {"customer_id": customer.id, "vehicle_id": 1, "plate": "湘A77777"}
    [number] = noted(work, VehicleAdded(**said))
    changed, *_dossier = noted(work, customer_changed(make.make_supplement(customer)))
    for role, sees in (("auditor", True), ("administrator", False)):
        client = sign_in(role)
        pages = [client.get(f"/admin/log/{each}").text for each in (number, changed)]
        book = openpyxl.load_workbook(BytesIO(client.get("/admin/log/list?as=xlsx").data))
        pages.append(str(list(book.active.iter_rows(values_only=True))))
        for fact, place in (("湘A77777", 0), ("金丝雀", 1), ("湘A77777", 2), ("金丝雀", 2)):
            assert (fact in pages[place]) is sees, (role, fact, place)


def customer_changed(supplement: Supplement) -> object:
    return CustomerSupplemented(
        customer_id=supplement.customer_id,
        supplement_id=supplement.id,
        estate_id=supplement.estate_id,
        kind=supplement.kind,
        effective_on=supplement.effective_on,
        changes={"name": ["金丝鸟", "金丝雀"]},
        confirmed_by="李敏",
    )


def entry_like(number: int, at: datetime) -> LogEntry:
    """An entry that nobody recorded: its hash is wrong."""
    facts = {"actor": "", "user_id": None, "address": "", "request_id": "", "data": {}}
    return LogEntry(id=number, at=at, kind="PasswordReset", previous_hash="0", hash="0", **facts)


def test_each_filter_finds_its_entries_and_no_others(work: Work) -> None:
    someone = Actor(name="李敏", permissions=frozenset(), user_id=990)
    mine = noted(work, reset(901), UserChanged(user_id=902, changes={}), actor=someone, request_id="abc123")
    other = noted(work, reset(901), reset(903))
    assert found(work, who="990") == mine[::-1]
    assert found(work, subject="user", number=901) == [other[0], mine[0]]
    assert found(work, subject="user", number=902) == [mine[1]]
    assert found(work, request_id="abc123") == mine[::-1]
    assert found(work, who="990", kind="PasswordReset") == [mine[0]]
    assert set(other) <= set(found(work, who=log.SYSTEM))
    assert not set(mine) & set(found(work, who=log.SYSTEM))
    assert found(work, kind="PasswordReset")[:3] == [other[1], other[0], mine[0]]


def test_days_are_half_open_and_by_the_moment_not_the_number(work: Work) -> None:
    """An entry is numbered when its unit of work ends: an earlier moment may have a later number."""
    with work() as db:
        base = log.last_number()
        moments = [datetime(2090, 1, day, hour, tzinfo=UTC) for day, hour in ((5, 0), (6, 0), (5, 23), (7, 0))]
        for offset, moment in enumerate(moments, start=1):
            db.add(entry_like(base + offset, moment))
    day = timedelta(days=1)
    since = datetime(2090, 1, 5, tzinfo=UTC)
    assert found(work, since=since, until=since + day) == [base + 3, base + 1]
    assert found(work, since=since + day, until=since + 2 * day) == [base + 2]
    assert max(found(work, until=since)) == base
    assert set(found(work, since=since)) >= {base + 1, base + 2, base + 3, base + 4}


def test_pages_join_without_gap_or_overlap(work: Work) -> None:
    numbers = noted(work, *(reset(905) for _ in range(2 * log.PAGE + 7)))
    wanted = log.Wanted(subject="user", number=905)
    with work(auditor()):
        first = log.page(wanted, None, None)
        second = log.page(wanted, first.older, None)
        third = log.page(wanted, second.older, None)
        back = log.page(wanted, None, third.newer)
        seen = [entry.id for page in (first, second, third) for entry in page.entries]
        assert seen == numbers[::-1]
        assert (first.newer, third.older) == (None, None)
        assert [entry.id for entry in back.entries] == [entry.id for entry in second.entries]
        assert log.page(wanted, None, back.newer).entries == first.entries


def test_whoever_sees_some_estates_sees_no_entry_about_another(
    work: Work, estate: Estate, other_estate: Estate
) -> None:
    customers = {place: make.make_customer(place) for place in (estate, other_estate)}
    units = {place: make.make_unit(place) for place in (estate, other_estate)}
    noted_about = {}
    for place in (estate, other_estate):
        noted_about[place] = noted(
            work,
            UnitAdded(unit_id=units[place].id, estate_id=place.id, label="1-1-101"),
            VehicleAdded(customer_id=customers[place].id, vehicle_id=1, plate="湘A12345"),
            PhoneAdded(customer_id=customers[place].id, phone_id=1, masked="139****5678"),
        )
    [neutral] = noted(work, reset(906))
    own, foreign = set(noted_about[estate]), set(noted_about[other_estate])
    shown = set(found(work, auditor(estate)))
    assert own | {neutral} <= shown
    assert not foreign & shown
    assert foreign <= set(found(work, auditor()))


def test_the_scoped_reader_gets_no_foreign_entry_by_any_way(
    sign_in: SignIn, work: Work, db: Session, estate: Estate, other_estate: Estate
) -> None:
    customer = make.make_customer(other_estate)
    [foreign] = noted(work, VehicleAdded(customer_id=customer.id, vehicle_id=1, plate="湘B99999"))
    client = sign_in("auditor")
    assert client.get(f"/admin/log/{foreign}").status_code == 200
    user = db.scalars(select(User).filter_by(username="caoning")).one()
    user.all_estates = False
    db.add(UserEstate(user_id=user.id, estate_id=estate.id))
    db.commit()
    assert client.get(f"/admin/log/{foreign}").status_code == 404
    book = openpyxl.load_workbook(BytesIO(client.get("/admin/log/list?as=xlsx&kind=VehicleAdded").data))
    assert "湘B99999" not in str(list(book.active.iter_rows(values_only=True)))
    assert f"/admin/log/{foreign}" not in client.get("/admin/log").text


def test_a_scoped_page_goes_only_so_far_and_says_so(
    work: Work, monkeypatch: pytest.MonkeyPatch, estate: Estate
) -> None:
    monkeypatch.setattr(log, "REACH", 5)
    noted(work, *(reset(907) for _ in range(8)))
    wanted = log.Wanted(subject="user", number=907)
    with work(auditor(estate)):
        first = log.page(wanted, None, None)
        second = log.page(wanted, first.older, None)
    assert (len(first.entries), first.cut) == (5, True)
    assert (len(second.entries), second.older is not None) == (3, True)
    assert first.entries[-1].id == second.entries[0].id + 1


def test_the_page_filters_by_what_stands_in_the_address(sign_in: SignIn, work: Work) -> None:
    [number] = noted(work, reset(908))
    client = sign_in("auditor")
    page = client.get("/admin/log?kind=PasswordReset&subject=user&number=908&since=今天&until=今天").text
    assert f"/admin/log/{number}" in page
    assert re.findall(r'href="/admin/log/(\d+)"', page) == [str(number)]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=sometime", "sometime"),
        ("subject=user", "要一起填"),
        ("number=5", "要一起填"),
        ("subject=user&number=0", "1 以上"),
    ],
)
def test_a_wrong_filter_is_named_and_kept(sign_in: SignIn, query: str, said: str) -> None:
    answer = sign_in("auditor").get(f"/admin/log?{query}")
    assert answer.status_code == 422
    assert said in answer.text


def test_an_entry_shows_old_and_new_in_words(sign_in: SignIn, work: Work) -> None:
    changes = {"full_name": ["林青", "林清"], "estates": [["阳光花园"], None]}
    [number] = noted(work, UserChanged(user_id=909, changes=changes), request_id="abc777")
    page = sign_in("auditor").get(f"/admin/log/{number}").text
    for words in ("修改账号", "林青", "林清", "阳光花园", "改前", "改后", "未被改动", "abc777"):
        assert words in page
    with work() as db:
        entry = db.get_one(LogEntry, number)
        assert entry.hash in page
        assert entry.previous_hash in page


def test_an_entry_that_does_not_fit_is_shown_as_changed(work: Work) -> None:
    with work() as db:
        entry = entry_like(log.last_number() + 1, datetime(2026, 1, 1, tzinfo=UTC))
        db.add(entry)
        db.flush()
        assert not log.is_sound(entry)
        assert log.is_sound(db.get_one(LogEntry, 1))


def test_links_lead_only_where_the_reader_may_go(sign_in: SignIn, work: Work, estate: Estate) -> None:
    customer = make.make_customer(estate)
    [number] = noted(work, VehicleAdded(customer_id=customer.id, vehicle_id=1, plate="湘A12345"))
    address = f"/tenants/customers/{customer.id}"
    assert address in sign_in("auditor").get(f"/admin/log/{number}").text
    assert address not in sign_in("administrator").get(f"/admin/log/{number}").text


def test_a_page_of_the_log_costs_the_same_for_one_entry_and_for_many(
    sign_in: SignIn, work: Work, queries: Callable[..., Any]
) -> None:
    client = sign_in("auditor")
    noted(work, reset(910))
    noted(work, *(reset(911) for _ in range(10)))
    counts = []
    for number in (910, 911):
        client.get(f"/admin/log?subject=user&number={number}")
        with queries() as seen:
            assert client.get(f"/admin/log?subject=user&number={number}").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_log_is_exported_as_filtered(sign_in: SignIn, work: Work) -> None:
    noted(work, reset(912), reset(912), reset(913))
    client = sign_in("auditor")
    book = openpyxl.load_workbook(BytesIO(client.get("/admin/log/list?subject=user&number=912&as=xlsx").data))
    rows = list(book.active.iter_rows(values_only=True))
    assert len(rows) == 3
    assert rows[1][3] == "重置密码"
    assert client.get("/admin/log/list?subject=user&number=912&as=pdf").data.startswith(b"%PDF-")


def test_a_long_export_in_the_background_takes_the_same_entries(work: Work) -> None:
    """A job enters the list's address again."""
    numbers = noted(work, reset(914), reset(914))
    noted(work, reset(915))
    with work(auditor()) as db, entered("/admin/log/list?subject=user&number=914") as asked:
        assert [row.LogEntry.id for row in db.execute(asked.query)] == numbers[::-1]


def test_log_ins_are_filtered_and_exported_in_local_time(sign_in: SignIn) -> None:
    at = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)  # 00:30 on 2 March at the company
    make.make_attempt("zhaoqian", "refused", at=at, address="10.9.9.9")
    make.make_attempt("wanglei", "entered", at=at - timedelta(hours=1), address="10.8.8.8")
    client = sign_in("auditor")
    for query in ("outcome=refused", "q=Zhao", "address=10.9", "since=2026-03-02&until=2026-03-02"):
        page = client.get(f"/admin/logins?{query}").text
        assert "zhaoqian" in page, query
        assert "wanglei" not in page, query
    book = openpyxl.load_workbook(BytesIO(client.get("/admin/logins?q=zhaoqian&as=xlsx").data))
    assert book.active["A2"].value == datetime(2026, 3, 2, 0, 30)
    wrong = client.get("/admin/logins?since=sometime")
    assert wrong.status_code == 409
    assert "从哪天" in wrong.text
