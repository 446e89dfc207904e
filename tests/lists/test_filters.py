"""Filters under a name: saved, shared, renamed, opened with, deleted."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.lists.models import SavedFilter
from crm.properties.models import Estate, UnitStatus
from tests import factories as make

SignIn = Callable[[str], FlaskClient]
UNITS = "/properties/units"
VACANT = f"{UNITS}?status=vacant&sort=-label"


def save(client: FlaskClient, name: str = "空置", address: str = VACANT, **given: str) -> None:
    answer = client.post("/lists/filters/new", data={"address": address, "name": name} | given)
    assert answer.status_code == 302, answer.text


def stored(db: Session) -> SavedFilter:
    return db.scalars(select(SavedFilter).execution_options(populate_existing=True)).one()


def test_a_filter_is_saved_with_what_the_list_knows_and_applied(sign_in: SignIn, db: Session, estate: Estate) -> None:
    make.make_unit(estate, "3-1-501", status=UnitStatus.vacant)
    make.make_unit(estate, "3-1-502", status=UnitStatus.let)
    client = sign_in("limin")
    save(client, address=f"{VACANT}&page=7&as=xlsx&colour=red")
    assert stored(db).query == "status=vacant&sort=-label"
    page = client.get(UNITS).text
    assert 'href="/properties/units?status=vacant&amp;sort=-label"' in page
    applied = client.get(VACANT).text
    assert 'aria-current="true">空置' in applied
    assert "3-1-501" in applied
    assert "3-1-502" not in applied


def test_a_taken_name_is_refused_and_kept(sign_in: SignIn, db: Session) -> None:
    client = sign_in("limin")
    save(client)
    answer = client.post("/lists/filters/new", data={"address": f"{UNITS}?status=let", "name": "空置"})
    assert answer.status_code == 422
    assert "已经有一个叫“空置”的筛选" in answer.text
    assert 'value="空置"' in answer.text
    assert 'value="/properties/units?status=let"' in answer.text
    assert stored(db).query == "status=vacant&sort=-label"
    save(client, address="/properties/parking?status=vacant")
    save(sign_in("zhouhui"))


def test_a_private_filter_is_nobody_elses(sign_in: SignIn, db: Session) -> None:
    save(sign_in("limin"))
    other = sign_in("zhouhui")
    assert "设为默认" not in other.get(UNITS).text
    data = {"address": UNITS, "filter": str(stored(db).id), "name": "x", "version": "1"}
    for step in ("edit", "delete", "default"):
        assert other.post(f"/lists/filters/{step}", data=data).status_code == 404
    assert stored(db).name == "空置"


def test_sharing_wants_the_permission(sign_in: SignIn, db: Session) -> None:
    save(sign_in("limin"), shared="y")
    assert not stored(db).shared
    client = sign_in("zhouhui")
    save(client, "全部出租", f"{UNITS}?status=let", shared="y")
    page = sign_in("limin").get(UNITS).text
    assert "全部出租" in page
    assert "来自 周慧" in page
    assert "重命名或删除 全部出租" not in page
    assert "重命名或删除 全部出租" in client.get(UNITS).text


def test_a_shared_filter_is_changed_by_owner_and_sharers_only(sign_in: SignIn, db: Session) -> None:
    save(sign_in("zhouhui"), shared="y")
    row = stored(db)
    data = {"address": UNITS, "filter": str(row.id), "name": "空房", "shared": "y", "version": "1"}
    assert sign_in("limin").post("/lists/filters/edit", data=data).status_code == 403
    assert sign_in("fengxue").post("/lists/filters/edit", data=data).location == UNITS
    assert stored(db).name == "空房"
    changes = db.scalars(select(LogEntry).filter_by(kind="FilterChanged")).one().data["changes"]
    assert changes == {"name": ["空置", "空房"]}


def test_two_who_rename_at_once_are_shown_the_difference(sign_in: SignIn, db: Session) -> None:
    save(sign_in("zhouhui"), shared="y")
    data = {"address": UNITS, "filter": str(stored(db).id), "name": "空房", "shared": "y", "version": "1"}
    sign_in("fengxue").post("/lists/filters/edit", data=data)
    late = sign_in("zhouhui").post("/lists/filters/edit", data=data | {"name": "空置房"})
    assert late.status_code == 409
    assert "空房" in late.text
    assert "冯雪" in late.text
    assert 'value="空置房"' in late.text


def test_the_list_opens_with_the_default_and_can_be_cleared(sign_in: SignIn, db: Session, estate: Estate) -> None:
    make.make_unit(estate, "3-1-501", status=UnitStatus.vacant)
    make.make_unit(estate, "3-1-502", status=UnitStatus.let)
    client = sign_in("limin")
    save(client)
    client.post("/lists/filters/default", data={"address": UNITS, "filter": str(stored(db).id)})
    opened = client.get(UNITS)
    assert opened.location == "/properties/units?status=vacant&sort=-label"
    page = client.get(opened.location).text
    assert "全部清除" in page
    assert 'href="/properties/units?sort=-label&amp;saved=none"' in page
    assert "3-1-502" in client.get(f"{UNITS}?saved=none").text
    client.post("/lists/filters/default", data={"address": VACANT})
    assert client.get(UNITS).status_code == 200


def test_deleting_takes_it_from_everybodys_opening(sign_in: SignIn, db: Session, estate: Estate) -> None:
    make.make_unit(estate)
    owner, reader = sign_in("zhouhui"), sign_in("limin")
    save(owner, shared="y")
    data = {"address": UNITS, "filter": str(stored(db).id)}
    reader.post("/lists/filters/default", data=data)
    assert reader.get(UNITS).status_code == 302
    assert reader.post("/lists/filters/delete", data=data).status_code == 403
    assert owner.post("/lists/filters/delete", data=data).location == UNITS
    assert reader.get(UNITS).status_code == 200
    assert db.scalars(select(LogEntry).filter_by(kind="FilterDeleted")).one().data["name"] == "空置"


def test_another_lists_filter_does_not_exist_here(sign_in: SignIn, db: Session) -> None:
    client = sign_in("limin")
    save(client)
    data = {"address": "/properties/parking", "filter": str(stored(db).id)}
    assert client.post("/lists/filters/default", data=data).status_code == 404
    assert client.get("/lists/filters/edit", query_string=data).status_code == 404


def test_a_filter_without_a_name_is_asked_for_one(sign_in: SignIn) -> None:
    answer = sign_in("limin").post("/lists/filters/new", data={"address": VACANT, "name": "  "})
    assert answer.status_code == 422
    assert "请给筛选起个名称" in answer.text
