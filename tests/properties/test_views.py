"""Estates, buildings, units, parking spaces and equipment: added, changed, refused, drawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.properties.models import (
    Building,
    Entrance,
    Equipment,
    Estate,
    PublicArea,
    Unit,
    parking_label,
    sort_key,
    unit_label,
)
from tests import factories as make

SignIn = Callable[[str], FlaskClient]
NEW = {"version": ""}  # as the browser sends the field of a form for something new


def test_an_estate_from_nothing_to_a_unit(sign_in: SignIn, db: Session) -> None:
    client = sign_in("desk_supervisor")
    made = client.post("/properties/estates/new", data=NEW | {"name": "新城家园", "built_on": "2019-5-1"})
    estate = db.scalars(select(Estate).filter_by(name="新城家园")).one()
    assert made.location == f"/properties/estates/{estate.id}"
    data = {"number": "1", "floors": "18", "entrances": "2", "has_lift": "y"}
    client.post(f"/properties/estates/{estate.id}/buildings/new", data=data)
    building = db.scalars(select(Building).filter_by(estate_id=estate.id)).one()
    entrances = db.scalars(select(Entrance).filter_by(building_id=building.id).order_by(Entrance.number)).all()
    assert [(entrance.number, entrance.has_lift) for entrance in entrances] == [("1", True), ("2", True)]
    unit = {"building_id": str(building.id), "entrance_number": "2", "number": "502", "use": "home", "status": "vacant"}
    client.post(f"/properties/estates/{estate.id}/units/new", data=NEW | unit | {"built_area": "88.5", "floor": "5"})
    kept = db.scalars(select(Unit).filter_by(estate_id=estate.id)).one()
    assert (kept.label, str(kept.built_area), kept.floor) == ("1-2-502", "88.50", 5)
    page = client.get(f"/properties/buildings/{building.id}").text
    assert "502" in page
    assert "空置" in page


def test_a_name_that_is_taken_is_refused_and_kept(sign_in: SignIn, estate: Estate) -> None:
    answer = sign_in("desk_supervisor").post("/properties/estates/new", data={"name": estate.name, "phone": "0971-1"})
    assert answer.status_code == 422
    assert "已存在" in answer.text
    assert 'value="0971-1"' in answer.text


@pytest.mark.parametrize(
    ("field", "value"),
    [("number", ""), ("built_area", "abc"), ("built_area", "-1"), ("built_area", "999999"), ("floor", "900")],
)
def test_bad_input_names_the_field(sign_in: SignIn, estate: Estate, field: str, value: str) -> None:
    building = make.make_building(estate)
    data = {"building_id": str(building.id), "number": "502", "use": "home", "status": "vacant"} | {field: value}
    answer = sign_in("desk_supervisor").post(f"/properties/estates/{estate.id}/units/new", data=data)
    assert answer.status_code == 422
    assert "field-error" in answer.text


def test_a_unit_is_changed_with_old_and_new_in_the_log(sign_in: SignIn, db: Session, estate: Estate) -> None:
    unit = make.make_unit(estate, "3-1-502")
    data = {"building_id": str(unit.building_id), "entrance_number": "1", "number": "503", "use": "shop"}
    more = {"status": "let", "version": "1", "floor": "5"}
    answer = sign_in("desk_supervisor").post(f"/properties/units/{unit.id}/edit", data=data | more)
    assert answer.status_code == 302
    assert db.get_one(Unit, unit.id, populate_existing=True).label == "3-1-503"
    changes = db.scalars(select(LogEntry).filter_by(kind="UnitChanged")).one().data["changes"]
    assert changes["label"] == ["3-1-502", "3-1-503"]
    assert changes["use"] == ["home", "shop"]


def test_an_edit_of_an_older_state_is_refused(sign_in: SignIn, db: Session, estate: Estate) -> None:
    unit = make.make_unit(estate, "3-1-502")
    data = {"building_id": str(unit.building_id), "entrance_number": "1", "number": "777", "use": "home"}
    answer = sign_in("desk_supervisor").post(
        f"/properties/units/{unit.id}/edit", data=data | {"status": "let", "version": "0"}
    )
    assert answer.status_code == 409
    assert db.get_one(Unit, unit.id, populate_existing=True).number == "502"


def test_an_edit_onto_a_taken_number_keeps_what_was_typed(sign_in: SignIn, db: Session, estate: Estate) -> None:
    unit, other = make.make_unit(estate, "3-1-502"), make.make_unit(estate, "3-1-503")
    data = {"building_id": str(other.building_id), "entrance_number": "1", "number": "503", "use": "home"}
    more = {"status": "let", "version": "1", "remark": "门铃坏"}
    answer = sign_in("desk_supervisor").post(f"/properties/units/{unit.id}/edit", data=data | more)
    assert answer.status_code == 422
    assert "已存在" in answer.text
    assert "门铃坏" in answer.text
    assert db.get_one(Unit, unit.id, populate_existing=True).number == "502"


def test_a_parking_space(sign_in: SignIn, db: Session, estate: Estate) -> None:
    client = sign_in("desk_supervisor")
    data = {"estate_id": str(estate.id), "zone": "B1", "number": "023", "parking_kind": "underground", "status": "sold"}
    client.post("/properties/parking/new", data=NEW | data)
    space = db.scalars(select(Unit).filter_by(label="B1-023")).one()
    changed = client.post(f"/properties/parking/{space.id}/edit", data=data | {"number": "024", "version": "1"})
    assert changed.status_code == 302
    assert db.get_one(Unit, space.id, populate_existing=True).label == "B1-024"
    assert client.post("/properties/parking/new", data=data | {"number": "024"}).status_code == 422


def test_equipment_and_public_areas(sign_in: SignIn, db: Session, estate: Estate) -> None:
    client = sign_in("desk_supervisor")
    data = {"estate_id": str(estate.id), "kind": "pump", "code": "SB-001", "name": "生活水泵"}
    client.post("/properties/equipment/new", data=NEW | data)
    pump = db.scalars(select(Equipment).filter_by(code="SB-001")).one()
    assert "生活水泵" in client.get(f"/properties/equipment/{pump.id}").text
    changed = data | {"name": "生活水泵 1 号", "version": "1"}
    assert client.post(f"/properties/equipment/{pump.id}/edit", data=changed).status_code == 302
    assert "生活水泵 1 号" in client.get("/properties/equipment").text
    client.post("/properties/areas/new", data=NEW | {"estate_id": str(estate.id), "name": "中心花园"})
    area = db.scalars(select(PublicArea).filter_by(name="中心花园")).one()
    client.post(
        f"/properties/areas/{area.id}/edit", data={"estate_id": str(estate.id), "name": "东花园", "version": "1"}
    )
    assert "东花园" in client.get(f"/properties/areas/{area.id}").text


def test_labels_and_their_order() -> None:
    assert unit_label("3", "1", "502") == "3-1-502"
    assert unit_label("3", "0", "12") == unit_label("3", "", "12") == "3-12"
    assert (parking_label("B1", "023"), parking_label("B1", "B1-023"), parking_label("", "7")) == (
        "B1-023",
        "B1-023",
        "7",
    )
    assert sorted(["10-1-101", "2-1-1001", "2-1-101"], key=sort_key) == ["2-1-101", "2-1-1001", "10-1-101"]


@pytest.mark.parametrize("blank", ["", " ", "\u3000", " \t "])
def test_a_blank_name_is_none(sign_in: SignIn, blank: str) -> None:
    answer = sign_in("administrator").post("/properties/estates/new", data={"name": blank})
    assert answer.status_code == 422
    assert "field-error" in answer.text
