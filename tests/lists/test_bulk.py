"""Many rows at once: what was shown is what is done, or nothing is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from crm.audit.models import LogEntry
from crm.db import open_session
from crm.desk.models import SearchToken
from crm.lists import bulk
from crm.properties.models import Estate, Unit, UnitStatus
from tests import factories as make

SignIn = Callable[[str], FlaskClient]
UNITS = "/properties/units"


def hidden(answer: TestResponse) -> dict[str, str]:
    """The fields the page would send on."""
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text))
    return {name: value for name, value in fields.items() if name not in ("csrf_token", "estate_id", "next")}


def preview(
    client: FlaskClient, ids: list[int], status: str = "vacant", address: str = UNITS, **scope: str
) -> TestResponse:
    chosen = client.post(address, data={"action": "set_status", "id": ids, **scope})
    assert chosen.status_code == 200, chosen.text
    return client.post(address, data=hidden(chosen) | {"status": status})


def confirm(client: FlaskClient, shown: TestResponse, address: str = UNITS) -> TestResponse:
    return client.post(address, data=hidden(shown))


def statuses(db: Session) -> dict[str, str]:
    db.expire_all()
    return {unit.label: unit.status.value for unit in db.scalars(select(Unit))}


def change(unit: Unit, **given: object) -> None:
    with open_session() as other:
        row = other.get_one(Unit, unit.id)
        for name, value in given.items():
            setattr(row, name, value)
        other.commit()


def test_ticked_units_change_after_the_preview(sign_in: SignIn, db: Session, estate: Estate) -> None:
    units = [make.make_unit(estate, f"3-1-50{number}") for number in (1, 2, 3)]
    client = sign_in("zhouhui")
    shown = preview(client, [units[0].id, units[1].id])
    assert shown.status_code == 200
    assert set(statuses(db).values()) == {"unknown"}
    assert "3-1-501" in shown.text
    assert "3-1-503" not in shown.text
    assert confirm(client, shown).location == UNITS
    assert statuses(db) == {"3-1-501": "vacant", "3-1-502": "vacant", "3-1-503": "unknown"}
    entries = db.scalars(select(LogEntry).filter_by(kind="UnitChanged").order_by(LogEntry.id)).all()
    assert [entry.data["changes"] for entry in entries] == [{"status": ["unknown", "vacant"]}] * 2
    assert db.get_one(Unit, units[0].id).version == 2
    assert db.scalars(select(SearchToken.object_id).filter_by(kind="unit")).first() is not None


def test_everything_the_filters_leave(sign_in: SignIn, db: Session, estate: Estate, other_estate: Estate) -> None:
    for label in ("3-1-501", "3-1-502", "4-1-501"):
        make.make_unit(estate, label)
    make.make_unit(other_estate, "3-1-509")
    client, address = sign_in("zhouhui"), f"{UNITS}?q=3-1-5"
    client.post("/preferences", data={"estate_id": str(estate.id)})
    shown = preview(client, [], address=address, scope="all")
    confirm(client, shown, address)
    assert statuses(db) == {"3-1-501": "vacant", "3-1-502": "vacant", "4-1-501": "unknown", "3-1-509": "unknown"}


def test_all_rows_of_the_page(sign_in: SignIn, db: Session, estate: Estate) -> None:
    units = [make.make_unit(estate, f"3-1-50{number}") for number in (1, 2, 3)]
    client = sign_in("zhouhui")
    shown = preview(client, [], scope="page", seen=f"{units[0].id},{units[2].id}")
    confirm(client, shown)
    assert statuses(db) == {"3-1-501": "vacant", "3-1-502": "unknown", "3-1-503": "vacant"}


def test_the_preview_says_which_cannot_and_why(sign_in: SignIn, db: Session, estate: Estate) -> None:
    make.make_unit(estate, "3-1-501", status=UnitStatus.unsold)
    make.make_unit(estate, "3-1-502", handover_on=date(2024, 5, 1), status=UnitStatus.vacant)
    make.make_unit(estate, "3-1-503", status=UnitStatus.vacant)
    client = sign_in("zhouhui")
    shown = preview(client, [], "unsold", scope="all")
    assert "已经是这个状态" in shown.text
    assert "已交房：请先在房屋资料中清空交房日期" in shown.text
    assert re.findall(r'figure-value">([\d,]+)<', shown.text) == ["3", "1", "2"]
    confirm(client, shown)
    assert statuses(db) == {"3-1-501": "unsold", "3-1-502": "vacant", "3-1-503": "unsold"}


def test_where_nothing_can_change_there_is_no_button(sign_in: SignIn, estate: Estate) -> None:
    unit = make.make_unit(estate, status=UnitStatus.vacant)
    shown = preview(sign_in("zhouhui"), [unit.id])
    assert 'type="submit"' not in shown.text.split('class="bulk-confirm"')[1].split("</form>")[0]


def test_a_row_that_came_since_is_told_and_nothing_done(sign_in: SignIn, db: Session, estate: Estate) -> None:
    make.make_unit(estate, "3-1-501")
    client = sign_in("zhouhui")
    shown = preview(client, [], scope="all")
    make.make_unit(estate, "3-1-502")
    again = confirm(client, shown)
    assert again.status_code == 409
    assert "新进入列表的有 1 行" in again.text
    assert set(statuses(db).values()) == {"unknown"}
    assert confirm(client, again).status_code == 302
    assert set(statuses(db).values()) == {"vacant"}


def test_a_row_that_left_since_is_told(sign_in: SignIn, db: Session, estate: Estate) -> None:
    units = [make.make_unit(estate, f"3-1-50{number}", status=UnitStatus.let) for number in (1, 2)]
    client, address = sign_in("zhouhui"), f"{UNITS}?status=let"
    shown = preview(client, [], address=address, scope="all")
    change(units[0], status=UnitStatus.sold)
    again = confirm(client, shown, address)
    assert again.status_code == 409
    assert "已离开列表的有 1 行" in again.text
    assert statuses(db) == {"3-1-501": "sold", "3-1-502": "let"}


def test_a_row_changed_since_is_told(sign_in: SignIn, db: Session, estate: Estate) -> None:
    unit = make.make_unit(estate, "3-1-501")
    client = sign_in("zhouhui")
    shown = preview(client, [unit.id])
    change(unit, status=UnitStatus.let)
    again = confirm(client, shown)
    assert again.status_code == 409
    assert "有人改动了其中一些行" in again.text
    assert statuses(db) == {"3-1-501": "let"}


def test_another_value_than_previewed_is_shown_again(sign_in: SignIn, db: Session, estate: Estate) -> None:
    unit = make.make_unit(estate, "3-1-501")
    client = sign_in("zhouhui")
    shown = preview(client, [unit.id])
    assert client.post(UNITS, data=hidden(shown) | {"status": "unsold"}).status_code == 409
    assert statuses(db) == {"3-1-501": "unknown"}


def test_confirming_twice_does_it_once(sign_in: SignIn, db: Session, estate: Estate) -> None:
    unit = make.make_unit(estate, "3-1-501")
    client = sign_in("zhouhui")
    shown = preview(client, [unit.id])
    assert [confirm(client, shown).status_code for _ in range(2)] == [302, 409]
    assert db.get_one(Unit, unit.id, populate_existing=True).version == 2


def test_a_selection_nobody_signed_is_refused(sign_in: SignIn, db: Session, estate: Estate) -> None:
    units = [make.make_unit(estate) for _ in range(2)]
    client = sign_in("zhouhui")
    sent = hidden(preview(client, [units[0].id]))
    for forged in ("x", sent["selection"][:-2], sent["selection"] + "A"):
        assert client.post(UNITS, data=sent | {"selection": forged}).status_code == 400
    assert client.post(f"{UNITS}?q=9", data=sent).status_code == 400
    assert client.post("/properties/parking", data=sent).status_code == 400
    assert set(statuses(db).values()) == {"unknown"}


def test_units_of_other_estates_fall_out(sign_in: SignIn, db: Session, estate: Estate, other_estate: Estate) -> None:
    own, foreign = make.make_unit(estate, "3-1-501"), make.make_unit(other_estate, "9-1-901")
    client = sign_in("zhouhui")
    client.post("/preferences", data={"estate_id": str(estate.id)})
    shown = preview(client, [own.id, foreign.id])
    assert "9-1-901" not in shown.text
    confirm(client, shown)
    assert statuses(db) == {"3-1-501": "vacant", "9-1-901": "unknown"}


def test_who_may_not_edit_sees_no_boxes_and_is_refused(sign_in: SignIn, estate: Estate) -> None:
    unit = make.make_unit(estate)
    client = sign_in("limin")
    assert 'name="id"' not in client.get(UNITS).text
    assert client.post(UNITS, data={"action": "set_status", "id": [unit.id]}).status_code == 403
    assert sign_in("zhouhui").post(UNITS, data={"action": "burn", "id": [unit.id]}).status_code == 400


@pytest.mark.parametrize("ids", [[], ["abc"], ["-1"], ["9" * 40]])
def test_no_row_is_told(sign_in: SignIn, estate: Estate, ids: list[str]) -> None:
    make.make_unit(estate)
    client = sign_in("zhouhui")
    assert client.post(UNITS, data={"action": "set_status", "id": ids}).location == UNITS
    assert "没有选中任何一行" in client.get(UNITS).text


def test_more_than_can_be_looked_over_is_refused(
    sign_in: SignIn, estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        make.make_unit(estate)
    monkeypatch.setattr(bulk, "MOST", 1)
    answer = sign_in("zhouhui").post(UNITS, data={"action": "set_status", "scope": "all"})
    assert answer.status_code == 409
    assert "一次最多修改 1 行" in answer.text


def test_the_day_of_handing_over(sign_in: SignIn, db: Session, estate: Estate) -> None:
    sold = make.make_unit(estate, "3-1-501", status=UnitStatus.sold)
    lived_in = make.make_unit(estate, "3-1-502", status=UnitStatus.occupied)
    client = sign_in("zhouhui")
    chosen = client.post(UNITS, data={"action": "set_handover", "id": [sold.id, lived_in.id]})
    wrong = client.post(UNITS, data=hidden(chosen) | {"handover_on": "soon"})
    assert wrong.status_code == 422
    assert 'value="soon"' in wrong.text
    shown = client.post(UNITS, data=hidden(wrong) | {"handover_on": "2024-5-1"})
    assert "请先改成其他状态" in shown.text
    confirm(client, shown)
    db.expire_all()
    assert db.get_one(Unit, lived_in.id).handover_on == date(2024, 5, 1)
    assert db.get_one(Unit, sold.id).handover_on is None


def test_twenty_units_cost_as_many_queries_as_two(
    sign_in: SignIn, db: Session, estate: Estate, queries: Callable[..., object]
) -> None:
    client, counts = sign_in("zhouhui"), []
    for more in (2, 18):
        for _ in range(more):
            make.make_unit(estate)
        shown = preview(client, [], ["vacant", "let"][len(counts)], scope="all")
        with queries() as seen:  # type: ignore[attr-defined]
            assert confirm(client, shown).status_code == 302
        counts.append(len(seen))
    assert counts[0] == counts[1]
