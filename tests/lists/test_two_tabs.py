"""An edit on an older state: nothing is lost, what differs stands beside what was typed, and saving goes on."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from crm.auth.models import User
from crm.properties.models import Equipment, Estate, PublicArea, Unit
from crm.tenants.models import Customer
from tests import factories as make

SignIn = Callable[[str], FlaskClient]


def stored(answer: TestResponse) -> dict[str, str]:
    """Field -> the stored value shown beside it."""
    blocks = re.findall(r'<div class="stored">.*?<b>(.*?)</b>.*?name="take" value="(\w+)"', answer.text, re.S)
    return {name: value for value, name in blocks}


def version(answer: TestResponse) -> str:
    [found] = re.findall(r'name="version" type="hidden" value="(\d+)"', answer.text)
    return str(found)


def unit_form(unit: Unit, **given: str) -> dict[str, str]:
    facts = {"building_id": str(unit.building_id), "entrance_number": "1", "number": "502", "use": "home"}
    return facts | {"status": "unknown", "floor": "5", "layout": "", "remark": "", "version": "1"} | given


def test_a_unit_shows_each_differing_field_and_who_saved_it(sign_in: SignIn, db: Session, estate: Estate) -> None:
    unit = make.make_unit(estate, "3-1-502")
    address = f"/properties/units/{unit.id}/edit"
    first, second = sign_in("zhouhui"), sign_in("zhouhui")
    early = unit_form(unit, status="let", floor="6", layout="三室", remark="甲")
    assert first.post(address, data=early).status_code == 302
    late = second.post(address, data=unit_form(unit, status="vacant", floor="6", remark="乙", built_area="88.5"))
    assert late.status_code == 409
    assert stored(late) == {"status": "已出租", "layout": "三室", "built_area": "–", "remark": "甲"}
    assert "周慧" in late.text
    assert "乙</textarea>" in late.text
    assert version(late) == "2"
    assert db.get_one(Unit, unit.id, populate_existing=True).remark == "甲"


def test_taking_over_and_keeping_then_saving(sign_in: SignIn, db: Session, estate: Estate) -> None:
    unit = make.make_unit(estate, "3-1-502")
    address, client = f"/properties/units/{unit.id}/edit", sign_in("zhouhui")
    client.post(address, data=unit_form(unit, status="let", layout="三室", remark="甲", handover_on="2024-5-1"))
    typed = unit_form(unit, status="vacant", layout="", remark="乙", handover_on="2020-1-1")
    late = client.post(address, data=typed)
    assert set(stored(late)) == {"status", "layout", "remark", "handover_on"}
    again = typed | {"version": version(late), "take": ["status", "layout", "handover_on"]}
    assert client.post(address, data=again).status_code == 302
    kept = db.get_one(Unit, unit.id, populate_existing=True)
    assert (kept.status, kept.layout, kept.remark, str(kept.handover_on)) == ("let", "三室", "乙", "2024-05-01")


def test_a_third_writer_is_shown_again(sign_in: SignIn, db: Session, estate: Estate) -> None:
    unit = make.make_unit(estate, "3-1-502")
    address, client = f"/properties/units/{unit.id}/edit", sign_in("zhouhui")
    client.post(address, data=unit_form(unit, remark="甲"))
    late = client.post(address, data=unit_form(unit, remark="乙"))
    client.post(address, data=unit_form(unit, remark="丙", version="2"))
    again = client.post(address, data=unit_form(unit, remark="乙", version=version(late)))
    assert again.status_code == 409
    assert stored(again) == {"remark": "丙"}


def test_equal_values_differ_in_nothing(sign_in: SignIn, estate: Estate) -> None:
    unit = make.make_unit(estate, "3-1-502")
    address, client = f"/properties/units/{unit.id}/edit", sign_in("zhouhui")
    client.post(address, data=unit_form(unit, remark="甲"))
    late = client.post(address, data=unit_form(unit, remark="甲"))
    assert late.status_code == 409
    assert stored(late) == {}
    assert "一致" in late.text
    assert client.post(address, data=unit_form(unit, remark="甲", version=version(late))).status_code == 302


def test_an_estate_and_equipment_and_an_area(sign_in: SignIn, db: Session, estate: Estate) -> None:
    client = sign_in("zhouhui")
    equipment, area = make.make_equipment(estate), make.make_public_area(estate)
    place = f"/properties/estates/{estate.id}/edit"
    client.post(place, data={"name": estate.name, "phone": "0971-1", "version": "1"})
    late = client.post(place, data={"name": estate.name, "phone": "0971-2", "version": "1"})
    assert (late.status_code, stored(late)["phone"]) == (409, "0971-1")
    facts = {"estate_id": str(estate.id), "kind": "pump", "code": equipment.code, "name": "水泵", "version": "1"}
    place = f"/properties/equipment/{equipment.id}/edit"
    client.post(place, data=facts)
    late = client.post(place, data=facts | {"kind": "fire", "name": "消防泵"})
    assert (late.status_code, stored(late)) == (409, {"kind": "水泵", "name": "水泵"})
    assert client.post(place, data=facts | {"version": version(late), "name": "消防泵"}).status_code == 302
    assert db.get_one(Equipment, equipment.id, populate_existing=True).name == "消防泵"
    place = f"/properties/areas/{area.id}/edit"
    client.post(place, data={"estate_id": str(estate.id), "name": "东花园", "version": "1"})
    late = client.post(place, data={"estate_id": str(estate.id), "name": "西花园", "version": "1"})
    assert (late.status_code, stored(late)) == (409, {"name": "东花园"})
    assert db.get_one(PublicArea, area.id, populate_existing=True).name == "东花园"


def test_a_supplement_compares_facts_and_not_its_own_words(sign_in: SignIn, db: Session, estate: Estate) -> None:
    customer = make.make_customer(estate, email="a@example.com")
    client, address = sign_in("limin"), f"/tenants/customers/{customer.id}/supplement"
    facts = {"kind": "change", "effective_on": "2026-11-01", "source": "counter", "confirmed_by": "本人"}
    typed = facts | {"name": customer.name, "email": "b@example.com", "sex": "", "version": "1"}
    assert client.post(address, data=typed).status_code == 302
    late = client.post(address, data=typed | {"email": "c@example.com", "name": "欧阳娜"})
    assert late.status_code == 409
    assert stored(late) == {"name": customer.name, "email": "b@example.com"}
    assert "李敏" in late.text
    again = typed | {
        "email": "c@example.com",
        "name": "欧阳娜",
        "effective_on": "2026-11-02",
        "take": "name",
        "version": version(late),
    }
    assert client.post(address, data=again).status_code == 302
    kept = db.get_one(Customer, customer.id, populate_existing=True)
    assert (kept.name, kept.email) == (customer.name, "c@example.com")


def test_a_remark(sign_in: SignIn, estate: Estate) -> None:
    customer = make.make_customer(estate)
    client, address = sign_in("limin"), f"/tenants/customers/{customer.id}/remark"
    client.post(address, data={"remark": "门铃坏", "version": "1"})
    late = client.post(address, data={"remark": "先打电话", "version": "1"})
    assert (late.status_code, stored(late)) == (409, {"remark": "门铃坏"})
    assert "先打电话</textarea>" in late.text


def test_an_invalid_value_comes_first(sign_in: SignIn, estate: Estate) -> None:
    unit = make.make_unit(estate, "3-1-502")
    address, client = f"/properties/units/{unit.id}/edit", sign_in("zhouhui")
    client.post(address, data=unit_form(unit, remark="甲"))
    assert client.post(address, data=unit_form(unit, floor="abc")).status_code == 422


def test_an_account_that_two_administrators_have_open(sign_in: SignIn, db: Session) -> None:
    user = make.make_user(full_name="甲某")
    address, client = f"/admin/users/{user.id}/edit", sign_in("administrator")
    form = {"full_name": "甲某某", "email": "", "department_id": "", "all_estates": "1", "version": user.version}
    assert client.post(address, data=form).status_code == 302
    late = client.post(address, data=form | {"full_name": "甲某人", "email": "jia@example.com"})
    assert late.status_code == 409
    assert stored(late)["full_name"] == "甲某某"
    again = form | {"full_name": "甲某人", "version": version(late), "take": "full_name"}
    assert client.post(address, data=again).status_code == 302
    assert db.get_one(User, user.id, populate_existing=True).full_name == "甲某某"
