"""The printed forms, read back as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from io import BytesIO
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.auth.models import User
from crm.db import open_session
from crm.jobs.models import Job
from crm.jobs.runner import run_all
from crm.properties.models import Estate
from crm.tenants import paper
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


def asked_for(client: FlaskClient, ids: list[int]) -> str:
    """The address of the job, after the preview."""
    shown = client.post("/tenants/customers", data={"action": "print_forms", "id": ids})
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shown.text))
    answer = client.post("/tenants/customers", data=fields | {"step": "confirm"})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def test_forms_of_several_customers_are_one_file(app: Flask, sign_in: SignIn, db: Session, estate: Estate) -> None:
    customers = [make_customer(estate, name) for name in ("吴学文", "周海", "郑华")]
    for customer in customers:
        make_phone(customer)
    client = sign_in("zhouhui")
    address = asked_for(client, [customer.id for customer in customers])
    assert run_all(app) > 0
    [job] = db.scalars(select(Job))
    assert (job.state, job.done, job.result) == ("done", 3, {"forms": 3})
    pages = PdfReader(BytesIO(client.get(f"{address}/file").data)).pages
    texts = ["".join(page.extract_text().split()) for page in pages]
    for customer, text in zip(customers, texts, strict=True):
        assert customer.name in text
        assert "139****5678" in text
        assert "第1/1页" in text
    assert db.scalars(select(LogEntry).filter_by(kind="FormsPrinted")).one().data["forms"] == 3
    with open_session() as other:
        other.execute(update(User).where(User.id == job.user_id).values(all_estates=False))
        other.commit()
    assert client.get(f"{address}/file").status_code == 404


def test_whoever_goes_on_with_the_forms_counts_them_once(
    app: Flask, sign_in: SignIn, db: Session, estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for(sign_in("zhouhui"), [make_customer(estate).id for _ in range(3)])
    monkeypatch.setattr(paper, "AT_ONCE", 2)
    filled, seen = paper._filled, count(1)

    def fill(ids: Sequence[int]) -> list[str]:
        if next(seen) == 2:
            raise KeyboardInterrupt
        return filled(ids)

    monkeypatch.setattr(paper, "_filled", fill)
    with pytest.raises(KeyboardInterrupt):
        run_all(app)
    [job] = db.scalars(select(Job))
    assert job.done == 2
    run_all(app)
    db.refresh(job)
    assert (job.state, job.done, job.total) == ("done", 3, 3)


def test_too_many_forms_are_refused(
    sign_in: SignIn, estate: Estate, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "MOST", 1)
    client, ids = sign_in("zhouhui"), [make_customer(estate).id for _ in range(2)]
    shown = client.post("/tenants/customers", data={"action": "print_forms", "id": ids})
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shown.text))
    refused = client.post("/tenants/customers", data=fields | {"step": "confirm"})
    assert refused.status_code == 409
    assert db.query(Job).count() == 0
