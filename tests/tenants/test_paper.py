"""The printed forms, read back as text."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.properties.models import Estate
from crm.tenants.models import CustomerKind
from tests.factories import make_customer, make_emergency_contact, make_member, make_phone, make_unit, make_vehicle

SignIn = Callable[[str], FlaskClient]


def text_of(paper: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages).split())


@pytest.fixture
def clerk(sign_in: SignIn) -> FlaskClient:
    return sign_in("service_desk")


def test_a_persons_registration_form(clerk: FlaskClient, estate: Estate) -> None:
    customer = make_customer(estate, "吴学文", make_unit(estate, "55-1-1001"), id_masked="430102********1238")
    make_phone(customer), make_member(customer), make_emergency_contact(customer), make_vehicle(customer)
    answer = clerk.get(f"/tenants/customers/{customer.id}/customer_form.pdf")
    assert answer.mimetype == "application/pdf"
    text = text_of(answer.data)
    for part in ("客户登记表", "YH-KF-01", customer.code, "吴学文", "55-1-1001", "430102********1238", "139****5678"):
        assert part in text
    for part in ("和安物业服务有限公司", "欧阳志远", "父亲", "湘A12345"):
        assert part in text
    assert len(PdfReader(BytesIO(answer.data)).pages) == 1


def test_a_companys_registration_form(clerk: FlaskClient, estate: Estate) -> None:
    customer = make_customer(
        estate, "鑫源商贸有限公司", kind=CustomerKind.company, legal_representative="陈建国", headcount=12
    )
    text = text_of(clerk.get(f"/tenants/customers/{customer.id}/customer_form.pdf").data)
    assert "陈建国" in text
    assert "鑫源商贸有限公司" in text


def test_full_numbers_are_logged(clerk: FlaskClient, db: Session, estate: Estate) -> None:
    customer = make_customer(estate)
    make_phone(customer, "13907311443")
    member, contact = make_member(customer), make_emergency_contact(customer)
    answer = clerk.post(f"/tenants/customers/{customer.id}/customer_form.pdf")
    assert "13907311443" in text_of(answer.data)
    noted = [entry.data for entry in db.scalars(select(LogEntry).filter_by(kind="NumberRevealed"))]
    assert {data["reason"] for data in noted} == {"registration form"}
    shown = [data["what"] for data in noted]
    with_number = [person for person in (member, contact) if person.phone]
    assert len(shown) == 2 + len(with_number)
    assert all(any(person.name in what for what in shown) for person in with_number)


def test_a_unit_card(clerk: FlaskClient, estate: Estate) -> None:
    unit = make_unit(estate, "54-1-1001")
    make_customer(estate, "吴学文", unit)
    text = text_of(clerk.get(f"/tenants/units/{unit.id}/unit_card.pdf").data)
    assert "54-1-1001" in text
    assert "吴学文" in text


def test_the_emergency_sheet_is_masked_unless_logged(clerk: FlaskClient, db: Session, estate: Estate) -> None:
    unit = make_unit(estate, "53-1-1001")
    make_emergency_contact(make_customer(estate, "吴学文", unit))
    make_customer(estate, "没有联系人", make_unit(estate, "53-1-1002"))
    address = f"/tenants/buildings/{unit.building_id}/emergency_contacts.pdf"
    masked = text_of(clerk.get(address).data)
    assert "139****5678" in masked
    assert "没有联系人" in masked
    assert "13907315678" in text_of(clerk.post(address).data)
    assert db.scalars(select(LogEntry).filter_by(kind="EmergencyContactsPrinted")).one().data["contacts"] == 1
