"""A whole move-in through its pages, up to the dossier; by hand of several people of the desk."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from crm.archive.dossiers.content import content_hash
from crm.archive.dossiers.models import Item
from crm.billing.deposits import service as deposits
from crm.billing.meters.models import Meter, MeterReading
from crm.jobs.runner import run_all
from crm.moves.keys.models import KeySlip, UnitKey
from crm.moves.moving_in.models import MoveIn, MoveInDefect, MoveInState
from crm.properties.models import Unit, UnitStatus
from crm.repairs.orders.models import Payer, RepairOrder, RepairPhoto
from crm.tenants.models import Customer, Occupancy, OccupancyRole
from tests import factories as make
from tests.billing.deposits.making import cashier, taking
from tests.billing.making import make_item, make_meter, make_tariff
from tests.moves.drawing import drawn, picture, scanned, told
from tests.moves.making import make_key, make_move_in

ID_NUMBER = "110101199003070038"


@pytest.fixture
def unit(estate):
    unit = make.make_unit(estate, built_area=Decimal("80.00"))
    make_meter(estate, unit)
    make_key(unit)
    make_tariff(make_item(estate))
    return unit


def started(desk, db, unit, role="owner", kind="person", name="欧阳娜娜", estate=None):
    customer = make.make_customer(estate, name, kind=kind)
    make.make_dossier(estate, name, subject_id=customer.id)
    said = {"key": "k0", "unit": unit.label, "role": role, "starts_on": "今天"}
    answer = desk.post(f"/move-ins/customers/{customer.id}/new", data=said)
    assert answer.status_code == 303, told(answer)
    return db.scalars(select(MoveIn).where(MoveIn.customer_id == customer.id)).one()


def send(client, move_in, screen, **data):
    answer = client.post(f"/move-ins/{move_in.id}/{screen}", data=data, content_type="multipart/form-data")
    assert answer.status_code in (302, 303), told(answer)
    return answer


def test_a_family_moves_in(app, sign_in, work, db, estate, unit):
    desk, supervisor = sign_in("limin"), sign_in("desk_supervisor")
    move_in = started(desk, db, unit, estate=estate)
    version = move_in.version
    send(desk, move_in, "identity", version=version, key="a", starts_on="今天", handover_on="今天", id_number=ID_NUMBER)
    for code in ("registration", "convention"):
        send(desk, move_in, f"documents/{code}", drawing=drawn())
    scan = (BytesIO(scanned()), "承诺书.pdf")
    send(supervisor, move_in, "documents/commitment", scan=scan)
    contact = {"name": "欧阳志远", "relation": "父亲", "contact_phone": "13800138111"}
    send(desk, move_in, "contacts", phone="13907315678", tried="y", **contact)
    keys = {"lines-0-unit_key_id": key_of(db, unit), "lines-0-count": "2", "holder_kind": "customer"}
    send(desk, move_in, "keys", key="b", holder="欧阳娜娜", given_on="今天", drawing=drawn(), **keys)
    meter = {"lines-0-meter_id": meter_of(db, unit), "lines-0-value": "0"}
    send(supervisor, move_in, "readings", read_on="今天", **meter)
    photo = (BytesIO(picture("JPEG")), "厨房.jpg")
    send(desk, move_in, "inspection", key="d1", spot="厨房", words="水管漏水", category_id="", photos=photo)
    send(desk, move_in, "inspection", key="d2", spot="客厅", words="插座没有电", category_id="")
    send(desk, move_in, "parts/inspection", standing="done")
    send(desk, move_in, "money", kind="key", amount="200")
    refused = desk.post(f"/move-ins/{move_in.id}/sign", data={"signer": "欧阳娜娜", "drawing": drawn()})
    assert refused.status_code == 422
    with work(cashier()):
        customer = db.get_one(Customer, move_in.customer_id)
        deposits.take(customer, taking("200.00", kind="key"), db.get_one(Unit, unit.id))
    send(desk, move_in, "parts/money", standing="done")
    db.expire_all()
    version = db.get_one(MoveIn, move_in.id).version
    send(desk, move_in, "sign", version=version, key="s", signer="欧阳娜娜", drawing=drawn(), clerk_drawing=drawn())
    _is_signed(db, move_in, unit)
    run_all(app)
    _is_filed(db, move_in)
    answer = desk.get(f"/move-ins/{move_in.id}/pack.pdf")
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    assert move_in.number in text
    assert len(PdfReader(BytesIO(answer.data)).pages) >= 5
    assert "欧阳志远" in text


def key_of(db, unit):
    return db.scalars(select(UnitKey.id).filter_by(unit_id=unit.id)).one()


def meter_of(db, unit):
    return db.scalars(select(Meter.id).filter_by(unit_id=unit.id)).one()


def _is_signed(db, move_in, unit):
    db.expire_all()
    made = db.get_one(MoveIn, move_in.id)
    assert made.state is MoveInState.signed
    assert made.content_hash == content_hash(made.content)
    assert [each["words"] for each in made.content["defects"]] == ["水管漏水", "插座没有电"]
    assert made.content["deposits"][0]["amount"] == "200.00"
    assert made.content["bills"][0]["quantity"] == "80"
    lived_in = db.get_one(Unit, unit.id)
    assert (lived_in.status, lived_in.handover_on) == (UnitStatus.occupied, made.starts_on)
    tie = db.get_one(Occupancy, made.occupancy_id)
    assert (tie.role, tie.starts, tie.ends) == (OccupancyRole.owner, made.starts_on, None)
    assert db.get_one(Customer, made.customer_id).id_masked
    orders = db.scalars(select(RepairOrder).where(RepairOrder.unit_id == unit.id)).all()
    assert {order.payer for order in orders} == {Payer.builder}
    assert db.scalar(select(func.count(RepairPhoto.id))) == 1
    assert db.scalar(select(func.count(MeterReading.id)).where(MeterReading.note == made.number)) == 1


def _is_filed(db, move_in):
    db.expire_all()
    assert db.get_one(MoveIn, move_in.id).state is MoveInState.filed
    items = db.execute(select(Item.source_kind, Item.source_id).where(Item.source_kind.is_not(None))).all()
    slips = db.scalars(select(KeySlip.id)).all()
    assert sorted(kind for kind, _key in items) == ["key_slip", "move_in", *["move_in_document"] * 3]
    assert ("key_slip", slips[0]) in [tuple(row) for row in items]


def test_a_company_rents_an_office(app, sign_in, db, estate, unit):
    desk = sign_in("limin")
    move_in = started(desk, db, unit, "tenant", "company", "鑫源商贸有限公司", estate)
    facts = {"credit_code": "91350100M000100Y43", "legal_representative": "王磊"}
    terms = {"lease_from": "2026-11-01", "lease_until": "2028-10-31", "licence_until": "2040-01-01"}
    send(desk, move_in, "identity", version=move_in.version, key="a", starts_on="今天", **terms, **facts)
    send(desk, move_in, "staff", lines="姓名\t电话\n李雷\t13912340678\t经理\n韩梅梅，财务")
    send(desk, move_in, "staff", lines="李雷\t13912340678\t经理\n王芳")
    page = desk.get(f"/move-ins/{move_in.id}/identity").text
    assert all(page.count(name) == 1 for name in ("李雷", "韩梅梅", "王芳"))
    documents = desk.get(f"/move-ins/{move_in.id}/documents").text
    db.expire_all()
    made = db.get_one(MoveIn, move_in.id)
    assert (made.lease_until, made.licence_until) == (date(2028, 10, 31), date(2040, 1, 1))
    for code in ("registration", "convention", "commitment", "fire", "lease", "licence"):
        assert f"/documents/{code}" in documents
        send(desk, move_in, f"documents/{code}", scan=(BytesIO(picture()), "扫描.png"))
    for part in ("contacts", "keys", "readings", "inspection", "money"):
        send(desk, move_in, f"parts/{part}", standing="waived", words="办公室，业主另行办理")
    version = db.get_one(MoveIn, move_in.id, populate_existing=True).version
    scan = (BytesIO(scanned(700)), "签字页.pdf")
    send(desk, move_in, "sign", version=version, key="s", signer="王磊", scan=scan)
    run_all(app)
    db.expire_all()
    assert db.get_one(MoveIn, move_in.id).state is MoveInState.filed
    assert db.get_one(Unit, unit.id).status is UnitStatus.let
    listed = desk.get("/move-ins/?state=expiring").text
    assert f'/move-ins/{move_in.id}"' not in listed


def test_a_workbook_of_staff(sign_in, db, estate, unit):
    desk, book, out = sign_in("limin"), openpyxl.Workbook(), BytesIO()
    for row in (("姓名", "电话"), ("李雷", 13912340678), ("韩梅梅", None)):
        book.active.append(row)
    book.save(out)
    out.seek(0)
    move_in = started(desk, db, unit, "tenant", "company", "鑫源商贸有限公司", estate)
    send(desk, move_in, "staff", workbook=(out, "员工.xlsx"))
    assert "韩梅梅" in desk.get(f"/move-ins/{move_in.id}/identity").text


def test_a_second_one_is_led_to_the_first(sign_in, db, estate, unit):
    desk = sign_in("limin")
    move_in = started(desk, db, unit, estate=estate)
    said = {"key": "k9", "unit": unit.label, "role": "owner", "starts_on": "今天"}
    again = desk.post(f"/move-ins/customers/{move_in.customer_id}/new", data=said)
    assert again.status_code == 422
    assert f'href="/move-ins/{move_in.id}"' in again.text
    same = desk.post(f"/move-ins/customers/{move_in.customer_id}/new", data=said | {"key": "k0"})
    assert same.status_code == 303
    assert db.scalar(select(func.count(MoveIn.id))) == 1


@pytest.mark.parametrize(
    ("screen", "data", "field"),
    [
        ("identity", {"starts_on": "哪天"}, "starts_on"),
        ("identity", {"starts_on": "今天", "id_number": "110101199003070039"}, "id_number"),
        ("documents/registration", {}, "reason"),
        ("documents/registration", {"drawing": "data:image/png;base64,AAA"}, "reason"),
        ("contacts", {"name": "张三"}, "contact_phone"),
        ("contacts", {"phone": "12"}, "phone"),
        ("readings", {"read_on": "后天", "lines-0-value": "3"}, "read_on"),
        ("readings", {"read_on": "今天", "lines-0-value": "很多"}, "lines-0-value"),
        ("inspection", {"words": ""}, "words"),
        ("money", {"kind": "key", "amount": "两百"}, "amount"),
        ("keys", {"lines-0-count": "7000", "holder": "甲"}, "lines-0-count"),
        ("keys", {"holder_kind": "agent", "holder": "甲", "given_on": "今天"}, "authority"),
        ("sign", {"signer": ""}, ""),
        ("cancel", {"reason": ""}, "reason"),
    ],
)
def test_bad_input_is_named_and_kept(sign_in, db, estate, unit, screen, data, field):
    desk = sign_in("limin")
    move_in = started(desk, db, unit, estate=estate)
    ids = {"lines-0-unit_key_id": key_of(db, unit), "lines-0-meter_id": meter_of(db, unit), "version": move_in.version}
    answer = desk.post(f"/move-ins/{move_in.id}/{screen}", data=ids | data)
    assert answer.status_code == 422, told(answer)
    assert field == "" or f'id="{field}-error"' in answer.text or "field-error" in answer.text
    for text in filter(None, data.values()):
        assert text.startswith("data:") or str(text) in answer.text


def test_two_people_change_the_terms(sign_in, db, estate, unit):
    desk = sign_in("limin")
    move_in = started(desk, db, unit, estate=estate)
    terms = {"version": str(move_in.version), "starts_on": "今天"}
    assert desk.post(f"/move-ins/{move_in.id}/identity", data=terms).status_code == 303
    stale = desk.post(f"/move-ins/{move_in.id}/identity", data=terms | {"handover_on": "今天"})
    assert stale.status_code == 409


def test_the_excel_of_those_under_way_says_what_is_missing(sign_in, estate):
    made = make_move_in(estate)
    answer = sign_in("limin").get("/move-ins/under-way?as=xlsx")
    rows = list(openpyxl.load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert any(made.number in row and any("、" in str(cell) for cell in row) for row in rows)


def test_defects_once(sign_in, db, estate, unit):
    desk = sign_in("limin")
    move_in = started(desk, db, unit, estate=estate)
    for _again in range(2):
        send(desk, move_in, "inspection", key="d1", words="水管漏水", category_id="")
    assert db.scalar(select(func.count(MoveInDefect.id))) == 1
