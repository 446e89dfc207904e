"""The pages of customers and units, as a clerk uses them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.dossiers.models import Item, Rendition
from crm.audit.models import LogEntry
from crm.properties.models import Estate
from crm.secrecy import blind_index
from crm.tenants.models import Customer, Member, Occupancy, Phone, Supplement, Vehicle
from tests.factories import (
    make_customer,
    make_dossier,
    make_emergency_contact,
    make_member,
    make_occupancy,
    make_phone,
    make_unit,
    make_vehicle,
)

SignIn = Callable[[str], FlaskClient]
ID_NUMBER = "430102199001011238"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
TABS = ("overview", "people", "facts", "contacts", "vehicles")


@pytest.fixture
def clerk(sign_in: SignIn) -> FlaskClient:
    return sign_in("service_desk")


def person(estate: Estate, **given: Any) -> dict[str, Any]:
    typed = {"estate_id": estate.id, "name": "吴学文", "sex": "", "role": "owner", "source": "counter"}
    return typed | given


def newest(db: Session, table: Any) -> Any:
    db.expire_all()
    return db.scalars(select(table).order_by(table.id.desc())).first()


def test_registering_a_person(clerk: FlaskClient, db: Session, estate: Estate) -> None:
    unit = make_unit(estate, "3-1-502")
    typed = person(estate, id_number=ID_NUMBER, phone="139 0731 1443", unit="3栋1单元502", starts="2024-03-01")
    answer = clerk.post("/tenants/customers/new", data=typed)
    made = newest(db, Customer)
    assert answer.status_code == 302, answer.text
    assert answer.location.startswith(f"/tenants/customers/{made.id}")
    assert (made.name, made.sex, made.born) == ("吴学文", "male", date(1990, 1, 1))
    assert newest(db, Phone).digits == "13907311443"
    assert (newest(db, Occupancy).unit_id, newest(db, Occupancy).starts) == (unit.id, date(2024, 3, 1))
    page = clerk.get(answer.location).text
    assert "430102********1238" in page
    assert ID_NUMBER not in page


def test_registering_a_person_with_another_paper(clerk: FlaskClient, db: Session, estate: Estate) -> None:
    typed = person(estate, paper="passport", id_number="e 1234567", born="1990-01-01")
    assert clerk.post("/tenants/customers/new", data=typed).status_code == 302
    made = newest(db, Customer)
    assert (made.id_masked, made.sex, made.born) == ("E1****67", None, date(1990, 1, 1))
    answer = clerk.post("/tenants/customers/new", data=typed | {"paper": "taiwan"})
    assert answer.status_code == 422
    assert "护照" in answer.text or "Passport" in answer.text
    assert newest(db, Customer).id == made.id


def test_registering_a_company(clerk: FlaskClient, db: Session, estate: Estate) -> None:
    typed = {"estate_id": estate.id, "name": "鑫源商贸有限公司", "credit_code": "91350100M000100Y43", "headcount": "12"}
    answer = clerk.post("/tenants/customers/new?kind=company", data=typed | {"role": "tenant", "source": "counter"})
    assert answer.status_code == 302, answer.text
    assert (newest(db, Customer).credit_code, newest(db, Customer).headcount) == ("91350100M000100Y43", 12)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("id_number", "111111111111111111"),
        ("id_number", "430102199001011234"),
        ("id_number", "E12345679"),  # nobody said that it is a passport's
        ("phone", "18999999999"),
        ("phone", "not a number"),
        ("unit", "99-9-999"),
        ("name", ""),
        ("starts", "some day"),
    ],
)
def test_what_is_wrong_stays_typed(clerk: FlaskClient, db: Session, estate: Estate, field: str, text: str) -> None:
    before = newest(db, Customer)
    answer = clerk.post("/tenants/customers/new", data=person(estate) | {field: text})
    assert answer.status_code == 422
    assert f'value="{text}"' in answer.text
    assert newest(db, Customer) == before


def test_a_second_file_for_the_same_id_number_wants_a_word(
    app: Any, clerk: FlaskClient, db: Session, estate: Estate
) -> None:
    with app.app_context():
        known = make_customer(estate, "吴文", id_index=blind_index(ID_NUMBER), id_masked="430102********1238")
    answer = clerk.post("/tenants/customers/new", data=person(estate, id_number=ID_NUMBER))
    assert answer.status_code == 422
    assert f"/tenants/customers/{known.id}" in answer.text
    answer = clerk.post("/tenants/customers/new", data=person(estate, id_number=ID_NUMBER, anyway="y"))
    assert answer.status_code == 302


def test_same_name_and_phone_warn(clerk: FlaskClient, estate: Estate) -> None:
    known = make_customer(estate, "吴学文")
    make_phone(known, "13907311443")
    answer = clerk.post("/tenants/customers/new", data=person(estate, phone="13907311443"))
    assert answer.status_code == 422
    assert f"/tenants/customers/{known.id}" in answer.text


def test_an_estate_of_others_is_refused(clerk: FlaskClient, other_estate: Estate) -> None:
    assert clerk.post("/tenants/customers/new", data=person(other_estate)).status_code == 422


def test_the_list_masks_and_filters(clerk: FlaskClient, estate: Estate) -> None:
    make_phone(make_customer(estate, "上官婉儿", make_unit(estate, "77-2-801")), "13907311443")
    make_customer(estate, "鑫源商贸", kind="company")
    page = clerk.get("/tenants/customers?q=官婉").text
    assert "上官婉儿" in page
    assert "77-2-801" in page
    assert "139****1443" in page
    assert "13907311443" not in page
    assert "鑫源商贸" not in page
    assert "上官婉儿" not in clerk.get("/tenants/customers?kind=company").text


def test_the_workbook_masks_and_wants_its_permission(sign_in: SignIn, estate: Estate) -> None:
    make_phone(make_customer(estate), "13907311443")
    assert sign_in("service_desk").get("/tenants/customers?as=xlsx").status_code == 403
    answer = sign_in("desk_supervisor").get("/tenants/customers?as=xlsx")
    cells = [cell.value for row in openpyxl.load_workbook(BytesIO(answer.data)).active.rows for cell in row]
    assert "139****1443" in cells
    assert "13907311443" not in cells


@pytest.mark.parametrize("tab", TABS)
def test_the_whole_file(clerk: FlaskClient, estate: Estate, tab: str) -> None:
    customer = make_customer(estate, unit=make_unit(estate), remark="门铃坏，请电话联系", email="oy@example.cn")
    make_phone(customer), make_member(customer), make_emergency_contact(customer), make_vehicle(customer)
    shown = {
        "overview": "oy@example.cn",
        "people": "欧阳志远",
        "facts": "oy@example.cn",
        "contacts": "父亲",
        "vehicles": "湘A12345",
    }
    page = clerk.get(f"/tenants/customers/{customer.id}?tab={tab}")
    assert page.status_code == 200
    assert "门铃坏，请电话联系" in page.text
    assert shown[tab] in page.text
    assert "13907315678" not in page.text


@pytest.mark.parametrize("tab", TABS)
def test_the_number_of_queries_does_not_grow(clerk: FlaskClient, estate: Estate, queries: Any, tab: str) -> None:
    def count(many: int) -> int:
        customer = make_customer(estate)
        for _ in range(many):
            make_occupancy(customer, make_unit(estate))
            make_phone(customer), make_member(customer), make_emergency_contact(customer), make_vehicle(customer)
        with queries() as seen:
            assert clerk.get(f"/tenants/customers/{customer.id}?tab={tab}").status_code == 200
        return len(seen)

    assert count(1) == count(10)


def supplement(customer: Customer, **given: Any) -> dict[str, Any]:
    typed = {"version": customer.version, "kind": "change", "effective_on": "今天", "source": "call"}
    return typed | {"name": customer.name, "confirmed_by": "本人", "sex": ""} | given


def test_a_supplement_with_its_proof(clerk: FlaskClient, db: Session, estate: Estate) -> None:
    customer = make_customer(estate, email="old@example.cn")
    dossier = make_dossier(estate, subject_id=customer.id)
    address = f"/tenants/customers/{customer.id}/supplement"
    assert "old@example.cn" in clerk.get(address).text
    proof = (BytesIO("证明".encode()), "证明.txt")
    answer = clerk.post(address, data=supplement(customer, email="new@example.cn", evidence=proof))
    assert answer.status_code == 302, answer.text
    made = newest(db, Supplement)
    page = clerk.get(answer.location).text
    assert "old@example.cn" in page
    assert "new@example.cn" in page
    assert f"/files/{made.upload_id}" in page
    assert clerk.get(f"/files/{made.upload_id}").status_code == 200
    filed = newest(db, Item)
    assert (filed.dossier_id, filed.title, filed.code) == (dossier.id, "资料补充：电子邮箱", "5-01")
    assert (filed.source_kind, filed.source_id) == ("supplement", made.id)
    assert newest(db, Rendition).upload_id == made.upload_id


def test_a_supplement_from_tomorrow_is_refused(clerk: FlaskClient, estate: Estate) -> None:
    customer = make_customer(estate)
    address = f"/tenants/customers/{customer.id}/supplement"
    answer = clerk.post(address, data=supplement(customer, name="欧阳娜", effective_on="明天"))
    assert answer.status_code == 422
    assert 'value="明天"' in answer.text


def test_a_supplement_on_an_older_state_is_refused(clerk: FlaskClient, estate: Estate) -> None:
    customer = make_customer(estate)
    address = f"/tenants/customers/{customer.id}/supplement"
    assert clerk.post(address, data=supplement(customer, name="欧阳娜")).status_code == 302
    assert clerk.post(address, data=supplement(customer, name="欧阳")).status_code == 409


def test_phones_are_added_verified_and_ended(clerk: FlaskClient, db: Session, estate: Estate) -> None:
    customer = make_customer(estate)
    address = f"/tenants/customers/{customer.id}/phones/new"
    typed = {"digits": "139-0731-1443", "source": "call", "note": "妻子"}
    assert clerk.post(address, data=typed).status_code == 302
    phone = newest(db, Phone)
    assert (phone.digits, phone.verified_on) == ("13907311443", None)
    assert clerk.post(address, data=typed).status_code == 422
    assert clerk.post(f"/tenants/phones/{phone.id}/verify").status_code == 302
    assert newest(db, Phone).verified_by
    assert clerk.post(f"/tenants/phones/{phone.id}/end").status_code == 302
    assert newest(db, Phone).ends


def test_people_contacts_and_vehicles(clerk: FlaskClient, db: Session, estate: Estate) -> None:
    customer = make_customer(estate)
    file = f"/tenants/customers/{customer.id}"
    assert clerk.post(f"{file}/members/new", data={"name": "欧阳志远", "role": "parent", "sex": ""}).status_code == 302
    contact = {"name": "欧阳志远", "relation": "父亲", "phone": "13907315678", "position": "1", "holds_spare_key": "y"}
    assert clerk.post(f"{file}/emergency-contacts/new", data=contact).status_code == 302
    assert clerk.post(f"{file}/vehicles/new", data={"plate": "湘A·12345"}).status_code == 302
    assert newest(db, Vehicle).plate == "湘A12345"
    assert clerk.post(f"{file}/vehicles/new", data={"plate": "12"}).status_code == 422
    assert clerk.post(f"/tenants/members/{newest(db, Member).id}/end").status_code == 302
    assert clerk.post(f"/tenants/vehicles/{newest(db, Vehicle).id}/end").status_code == 302


def test_a_unit_is_taken_and_left(clerk: FlaskClient, db: Session, estate: Estate) -> None:
    customer, unit = make_customer(estate), make_unit(estate)
    typed = {"unit": unit.label, "role": "tenant", "starts": "2025-01-01", "source": "counter", "share": ""}
    assert clerk.post(f"/tenants/customers/{customer.id}/occupancies/new", data=typed).status_code == 302
    occupancy = newest(db, Occupancy)
    address = f"/tenants/occupancies/{occupancy.id}/end"
    assert clerk.get(address).status_code == 200
    assert clerk.post(address, data={"ends": "2024-12-31"}).status_code == 422
    assert clerk.post(address, data={"ends": "2025-12-31"}).status_code == 302
    page = clerk.get(f"/tenants/units/{unit.id}").text
    assert "2025-12-31" in page


def test_get_never_shows_a_number_and_a_reveal_is_logged(clerk: FlaskClient, db: Session, estate: Estate) -> None:
    customer = make_customer(estate)
    phone = make_phone(customer)
    address = f"/tenants/customers/{customer.id}/reveal"
    assert phone.digits not in clerk.get(f"{address}?what=phone-{phone.id}").text
    what = {"what": f"phone-{phone.id}"}
    assert clerk.post(address, data=what).status_code == 422
    assert clerk.post(address, data=what | {"reason": "other"}).status_code == 422
    answer = clerk.post(address, data=what | {"reason": "call_back"})
    assert phone.digits in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert newest(db, LogEntry).data["reason"] == "call_back"
    part = clerk.post(address, data=what | {"reason": "call_back"}, headers={"HX-Request": "true"}).text
    assert phone.digits in part
    assert "<html" not in part


def test_somebody_elses_phone_is_not_revealed(clerk: FlaskClient, estate: Estate) -> None:
    phone = make_phone(make_customer(estate, "别人"))
    typed = {"what": f"phone-{phone.id}", "reason": "call_back"}
    assert clerk.post(f"/tenants/customers/{make_customer(estate).id}/reveal", data=typed).status_code == 404


def test_who_may_not_read_customers_sees_the_unit_without_people(sign_in: SignIn, estate: Estate) -> None:
    unit = make_unit(estate)
    make_customer(estate, "诸葛孔明", unit)
    assert "诸葛孔明" in sign_in("service_desk").get(f"/tenants/units/{unit.id}").text
    assert "诸葛孔明" not in sign_in("administrator").get(f"/tenants/units/{unit.id}").text


def test_another_estates_file_is_not_there(clerk: FlaskClient, other_estate: Estate) -> None:
    unit = make_unit(other_estate)
    customer = make_customer(other_estate, unit=unit)
    phone = make_phone(customer)
    for address in (f"customers/{customer.id}", f"customers/{customer.id}/reveal", f"units/{unit.id}"):
        assert clerk.get(f"/tenants/{address}").status_code == 404
    assert clerk.post(f"/tenants/phones/{phone.id}/end").status_code == 404


def test_estate_and_building_are_drawn(clerk: FlaskClient, estate: Estate) -> None:
    unit = make_unit(estate, "66-2-1203", floor=12, status="occupied")
    make_unit(estate, "66-1-101", floor=None)
    assert f"/properties/buildings/{unit.building_id}" in clerk.get(f"/properties/estates/{estate.id}").text
    page = clerk.get(f"/properties/buildings/{unit.building_id}").text
    assert f"/tenants/units/{unit.id}" in page
    assert "1203" in page
