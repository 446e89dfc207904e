"""Every role × every page, list, workbook and paper it may open: it opens, and no planted number comes out in clear.

Generated from the routes, as the truth table is: a new page is covered by itself. Where a number may stand in full is
listed in `IN_FULL`, and each of those says so in the log.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from crm.archive.credit import service as credit
from crm.archive.credit.models import ClientKind, Project, ProjectState, RegisterImport
from crm.audit.models import LogEntry
from crm.auth.permissions import ROLES, RoleName
from crm.billing.collection.service import Entered, enter_mandate
from crm.complaints.cases.models import ComplaintState
from crm.db import Base
from crm.desk import index
from crm.identity import mask_id_number
from crm.imports.models import ImportRun
from crm.phones import mask_phone
from crm.properties.models import Estate
from crm.repairs.importing.models import RepairImport
from crm.tenants import queries, service
from crm.tenants.models import Customer, CustomerKind, FactField, MemberRole, Source
from tests import factories as make
from tests.archive.credit.test_importing import form_of
from tests.auth.steps import let_pass
from tests.billing.collection import making as collecting
from tests.complaints import making as complaints
from tests.imports.test_pages import mapping_of
from tests.imports.workbooks import rooms, workbook
from tests.renovations.on_site import IDS as WORKERS_IDS
from tests.repairs.importing import making as repairs
from tests.repairs.importing.test_history import H as REPAIRS
from tests.repairs.incidents.making import OVER, make_caller
from tests.repairs.making import make_incident
from tests.roles import ROLES_THAT_DIFFER, walking
from tests.test_permissions import address, routes
from tests.unpressed import html_of, unpressed

SignIn = Callable[[str], FlaskClient]
PHONE, SECOND, MEMBERS, EMERGENCY = "13786420011", "15573190422", "18874835033", "19918467644"
OWN_ID, MEMBERS_ID = "430102199001011238", "11010519491231002X"
CLIENTS_PHONE, CLIENTS_ID = "15111020077", "110101199003071233"  # of a borrower
SURETYS_PHONE, SURETYS_ID = "17708430266", "110105198502144323"  # of a guarantor
ACCOUNT = "6222021001116245702"  # of a customer's bank
HIDDEN = "匿雀"  # complains, and did not want to be named
CUSTOMERS = (PHONE, SECOND, MEMBERS, EMERGENCY)
PHONES, IDS = (*CUSTOMERS, CLIENTS_PHONE, SURETYS_PHONE), (OWN_ID, MEMBERS_ID, CLIENTS_ID, SURETYS_ID)
# A role that asks for a number in full, says why, and is noted; nothing else may show one.
IN_FULL = {
    "tenants.reveal",
    "tenants.customer_form_in_full",
    "tenants.emergency_contacts_in_full",
    "calls.number",
    "repairs.number",
    "incidents.number",
    "visits.number",
    "complaints.number",
    "credit.reveal_client",
    "renovation_workers.numbers",
    "renovations.number",
    "collection.fetch",
}
WHO_SEES_NUMBERS = RoleName.desk_supervisor
ENDS_THE_SESSION = {"auth.logout"}
BROKEN = (401, 404, 405, 500)
ON_POSTGRESQL = os.environ.get("CRM_TEST_ENGINE") == "postgresql"
pressed: set[tuple[str, str, str]] = set()
walked: set[tuple[str, str]] = set()  # pages and their other faces, whoever saw them
met: set[str] = set()  # masked numbers, on PostgreSQL
PIECE = 8  # so many characters of a number in a row are too many: every mask hides more
MASKED = re.compile(r"\d{2,6}-?\*{2,8}\w{2,4}|\*{2,8}\w{2,4}", re.ASCII)
# Where a telephone must stand in clear to be called, and where it is cut up to be found.
KEEPS_PHONES = {
    "phone",
    "member",
    "emergency_contact",
    "call",
    "search_token",
    "search_object",
    "client",
    "incident_caller",
    "repair_order",
    "complaint_caller",
}


@pytest.fixture
def planted(work: Callable[..., Any], estate: Estate, role: RoleName) -> dict[str, object]:
    """Ids for every route, of a customer and a borrower whose every number is a canary; one file is merged into it."""
    ids = make.everything(estate, role)
    with work():
        facts = credit.ClientFacts(kind=ClientKind.person, name="雀贷", id_number=CLIENTS_ID, phone=CLIENTS_PHONE)
        borrower = credit.register_client(facts)
        credit.reveal(borrower, "id_number", "contract")
        facts = credit.ClientFacts(kind=ClientKind.person, name="雀保", id_number=SURETYS_ID, phone=SURETYS_PHONE)
        surety = credit.register_client(facts)
    project = make.make_project(ProjectState.ended, borrower)
    ids |= {"project_id": project.id, "client_id": borrower.id, "evidence_id": project.end_evidence_id}
    parts = (make.make_repayment, make.make_collateral, make.make_contract)
    names = ("repayment_id", "collateral_id", "contract_id")
    ids |= {name: part(project).id for name, part in zip(names, parts, strict=True)}
    ids["guarantor_id"] = make.make_guarantor(project, surety).id
    unit = make.make_unit(estate)
    with work():
        customer, merged = (_registered(estate, name) for name in ("金丝雀", "金丝鸟"))
        customer = queries.get_customer(customer.id, Customer.phones)
        phone = service.add_phone(customer, PHONE, source=Source.counter)
        member = service.add_member(customer, name="小雀", role=MemberRole.child, phone=MEMBERS, id_number=MEMBERS_ID)
        contact = service.add_emergency_contact(customer, name="老雀", relation="父亲", phone=EMERGENCY)
        service.reveal_phone(customer, phone, "call_back")
        service.reveal_id_number(customer, "identity_check")
        terms = {"agreement": "XY-001", "bank": "工商银行", "holder": "金丝雀", "since": date(2026, 1, 1)}
        mandate = enter_mandate(customer, Entered(account=ACCOUNT, **terms))
    collecting.make_line(batch := collecting.make_batch(estate), mandate)
    ids |= {"mandate_id": mandate.id, "batch_id": batch.id}
    occupancy = make.make_occupancy(customer, unit)
    make.make_phone(merged, SECOND), make.make_phone(merged, PHONE)
    merge = make.make_merge(customer, merged)
    twin = make.make_customer(estate, "金丝雀", unit)
    make.make_phone(twin, PHONE)
    call = make.make_call(estate, customer, PHONE)
    caller = make_caller(make_incident(estate, **OVER), unit, digits=PHONE, customer_id=customer.id)
    case = complaints.make_case(estate, ComplaintState.replied, unit)
    complaints.make_caller(case, customer, digits=PHONE)
    hidden = complaints.make_caller(case, name=HIDDEN, digits=SECOND, anonymous=True)
    with work():
        index.rebuild()
    objects = {"unit": unit, "customer": customer, "phone": phone, "member": member, "contact": contact}
    objects |= {"occupancy": occupancy, "merge": merge, "other": twin, "call": call}
    objects |= {"incident_caller": caller, "complaint": case, "complaint_caller": hidden}
    own = {f"{name}_id": thing.id for name, thing in objects.items()} | {"incident_id": caller.incident_id}
    return ids | own | {"building_id": unit.building_id, "object_id": customer.id}


def _registered(estate: Estate, name: str) -> Customer:
    values = {FactField.name: name, FactField.id_number: OWN_ID}
    return service.register(estate.id, CustomerKind.person, values, source=Source.counter, confirmed_by="李敏")


def leaks(text: str) -> set[str]:
    """The canaries of which more shows than any mask leaves, also where a line or a cell breaks them; and whoever did
    not want to be named."""
    found, text = set(), "".join(text.split())
    for number in (*PHONES, *IDS, ACCOUNT):
        pieces = {number[start : start + PIECE] for start in range(len(number) - PIECE + 1)}
        if any(piece in text for piece in pieces):
            found.add(number)
    return found | ({HIDDEN} if HIDDEN in text else set())


def kept_in(table: str) -> set[str]:
    """What may stand in clear in a table."""
    return {*(PHONES if table in KEEPS_PHONES else ()), *((HIDDEN,) if table == "complaint_caller" else ())}


def texts_of(answer: TestResponse) -> Iterator[str]:
    """What a reader sees of it, with where it leads."""
    yield str(answer.headers)
    match answer.mimetype:
        case "application/pdf":
            yield "\n".join(html_of(page) or page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
        case kind if kind.endswith("spreadsheetml.sheet"):
            for sheet in openpyxl.load_workbook(BytesIO(answer.data)).worksheets:
                yield "\n".join(str(cell.value) for row in sheet.rows for cell in row if cell.value is not None)
        case kind if kind.startswith(("text/", "application/json")):
            yield answer.text


def further(answer: TestResponse, path: str) -> Iterator[str]:
    """The other faces of a page: its tabs and sorts, its workbook and its print."""
    if answer.mimetype != "text/html":
        return
    for link in dict.fromkeys(re.findall(r'href="([^"]+)"', answer.text)):
        target = link.replace("&amp;", "&")
        if target.partition("?")[0] == path.partition("?")[0] and "?" in target and "sort=" not in target:
            yield target


def opened(
    app: Flask, client: FlaskClient, role: RoleName, ids: dict[str, object]
) -> Iterator[tuple[str, TestResponse]]:
    """Every answer the role gets from the routes it may use, GET before POST, documented places left out."""
    for rule, method in sorted(routes(app), key=lambda each: (each[1], each[0].rule)):
        permission = app.view_functions[rule.endpoint].permission  # type: ignore[attr-defined]
        if permission not in ROLES[role] or rule.endpoint in ENDS_THE_SESSION:
            continue
        if ON_POSTGRESQL and (rule.rule, method) in walked:  # its statements are, and are all that differs there
            continue
        walked.add((rule.rule, method))
        path = address(app, rule, ids)
        answer = first_pressed(client, path, method, rule.endpoint)
        assert answer.status_code not in BROKEN, (rule, method, answer.text[:500])
        if not (method == "POST" and rule.endpoint in IN_FULL):
            yield f"{method} {rule.endpoint}", answer
        for target in further(answer, path) if method == "GET" else ():
            face = (rule.endpoint, re.sub(r"\d+", "0", target.partition("?")[2]))
            # a workbook and a print hold the rows of the page
            if face in walked and (ON_POSTGRESQL or "as=" in target):
                continue
            walked.add(face)
            yield target, first_pressed(client, target, "GET", rule.endpoint)


def first_pressed(client: FlaskClient, path: str, method: str, endpoint: str) -> TestResponse:
    """A paper comes from the press for whoever gets it first, on SQLite; all others read what would be pressed."""
    paper = (method, endpoint, path.partition("?")[2])
    with unpressed() if ON_POSTGRESQL or paper in pressed else nullcontext():
        answer = client.open(path, method=method)
    if answer.mimetype == "application/pdf":
        pressed.add(paper)
    return answer


@pytest.mark.parametrize("role", walking(ROLES_THAT_DIFFER))
def test_each_role_gets_what_its_permissions_name_and_no_number_in_clear(
    app: Flask, db: Session, sign_in: SignIn, planted: dict[str, object], role: RoleName
) -> None:
    client = sign_in(role)
    masks = {mask_phone(number) for number in PHONES} | {mask_id_number(number) for number in IDS}
    masks |= {mask_phone("13907315678"), f"****{ACCOUNT[-4:]}"}  # the factories' own, and an account's
    masks |= {mask_id_number(number) for number in WORKERS_IDS}
    seen: set[str] = met if ON_POSTGRESQL else set()
    wrong, odd = {}, {}
    with capture_logs() as lines:
        for place, answer in opened(app, client, role, planted):
            for text in texts_of(answer):
                if found := leaks(text):
                    wrong[place] = found
                shown = set(MASKED.findall(text))
                seen |= shown
                if strange := shown - masks:
                    odd[place] = strange
    assert wrong == {}
    assert odd == {}
    assert leaks(json.dumps(lines, default=str)) == set()
    if "customer:read" in ROLES[role]:
        assert {mask_phone(number) for number in CUSTOMERS} <= seen, "the walk met no masked number: it proves nothing"
    if "credit:oversee" in ROLES[role]:
        assert {mask_phone(CLIENTS_PHONE), mask_id_number(CLIENTS_ID)} <= seen
    if role is WHO_SEES_NUMBERS:
        expect_numbers_only_where_they_belong(db, client, planted)


def expect_numbers_only_where_they_belong(db: Session, client: FlaskClient, planted: dict[str, object]) -> None:
    """In the log and every table, after a walk and each way to see a number in full."""
    file = f"/tenants/customers/{planted['customer_id']}"
    shown = client.post(f"{file}/reveal", data={"what": f"member-{planted['member_id']}", "reason": "call_back"})
    assert MEMBERS in shown.text
    assert OWN_ID in client.post(f"{file}/reveal", data={"what": "id_number", "reason": "call_back"}).text
    client.post(f"{file}/customer_form.pdf")
    client.post("/search", data={"q": OWN_ID})
    db.expire_all()
    assert {entry.kind for entry in db.scalars(select(LogEntry)) if leaks(json.dumps(entry.data))} == set()
    for table in Base.metadata.sorted_tables:
        rows = json.dumps([list(row) for row in db.execute(select(table))], default=_shown, ensure_ascii=False)
        found = leaks(rows)
        assert found <= kept_in(table.name), table.name


def test_an_imported_workbook_does_not_show_its_numbers(
    app: Flask, db: Session, sign_in: SignIn, estate: Estate
) -> None:
    """In what was understood, refused and kept for later; the file of the refused rows alone is as it was sent."""
    client = sign_in("administrator")
    rows = [
        ["1", "1", "101", 90, "已入住", "金丝雀", "男", PHONE, OWN_ID, "业主"],
        ["1", "1", "102", 90, "已入住", "金丝鸟", "男", f"{SECOND}9", f"{OWN_ID[:-1]}9", "业主"],
        ["1", "1", "101", 90, "已入住", "小雀", "女", f"{MEMBERS}、{EMERGENCY}", MEMBERS_ID, "家属"],
    ]
    sent = {"file": (BytesIO(rooms(*rows)), "台账.xlsx"), "estate_name": estate.name}
    page = client.post("/imports/new", data=sent).location
    run = db.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()
    assert run
    answers = [client.get(page)]
    assert client.post(f"{page}/check", data=mapping_of(run)).status_code == 302
    answers += [client.get(page), client.get("/imports/")]
    assert run.result or "refused" in answers[1].text or "金丝" in answers[1].text
    for answer in answers:
        assert answer.status_code == 200
        assert leaks(answer.text) == set()
    db.expire_all()
    assert leaks(json.dumps(run.result, ensure_ascii=False)) == set()


def test_an_imported_register_does_not_show_its_numbers(db: Session, sign_in: SignIn) -> None:
    """Wherever people write them; only the refused rows come back as they were sent, after the password."""
    client = sign_in("archivist")
    told = f"雀贷{CLIENTS_ID}"
    people = ["王磊", "赵倩", "借款", told, told, told, told, CLIENTS_PHONE]
    rows = [
        ["雀贷", OWN_ID, 50, 6, "2012-03-05", *people],
        [told, "", 40, 6, "2012-03-05", *people],
        ["雀贷", f"{OWN_ID[:-1]}9", 30, 6, "2012-03-05", *people],
        ["雀鸟贸易有限公司", OWN_ID, 20, 6, "2012-03-05", *people],
    ]
    headings = ["借款人", "身份证号", "金额(万元)", "期限", "放款日", "A角", "B角", "业务类型"]
    headings += ["保证人", "抵押物", "用途", "备注", "电话"]
    sent = {"file": (BytesIO(workbook({"台账": [headings, *rows]})), "台账.xlsx")}
    page = client.post("/credit/imports/new", data=sent).location
    texts = [client.get(page).text]
    run = db.get_one(RegisterImport, int(page.rpartition("/")[2]))
    assert client.post(f"{page}/check", data=form_of(run)).status_code == 302
    texts += [client.get(page).text]
    db.expire_all()
    assert client.post(f"{page}/run", data={"version": run.version}).status_code == 302
    db.expire_all()
    assert (run.result["created"], len(run.result["refused"])) == (2, 2)
    manager = sign_in("general_manager")
    projects = db.scalars(select(Project.id).where(Project.imported_as.is_not(None))).all()
    tabs = [f"/credit/projects/{key}?tab={tab}" for key in projects for tab in ("overview", "securities")]
    texts += [client.get(page).text, *(manager.get(path).text for path in (*tabs, "/credit/", "/credit/clients/"))]
    assert [leaks(text) for text in texts if leaks(text)] == []
    db.expire_all()
    for table in Base.metadata.sorted_tables:
        kept = json.dumps([list(row) for row in db.execute(select(table))], default=_shown, ensure_ascii=False)
        assert leaks(kept) <= kept_in(table.name), table.name


def test_an_imported_history_of_repairs_does_not_show_its_numbers(db: Session, sign_in: SignIn, estate: Estate) -> None:
    """In what was understood, refused and taken over, in the log and on the customer's page; a telephone stays with the
    order alone, to be called."""
    client = sign_in(WHO_SEES_NUMBERS)
    owner = make.make_customer(estate, "金丝雀", make.make_unit(estate, "3-1-502"))
    told = f"雀{OWN_ID} {PHONE}"
    everywhere = dict.fromkeys(("报修人", "报修内容", "位置", "维修人", "处理结果", "满意度"), told) | {"电话": PHONE}
    rows = [
        repairs.row(**everywhere),
        repairs.row(工单号=SECOND, **everywhere, 类别=told),
        repairs.row(工单号=OWN_ID, 房号=f"9-9-999 {MEMBERS}", **everywhere),
    ]
    sent = {"file": (BytesIO(repairs.history(*rows)), "报修.xlsx"), "estate_id": estate.id}
    page = client.post("/repairs/imports/new", data=sent).location
    texts = [client.get(page).text]
    run = db.get_one(RepairImport, int(page.rpartition("/")[2]))
    assert client.post(f"{page}/check", data=REPAIRS.form_of(run)).status_code == 302
    texts += [client.get(page).text]
    db.expire_all()
    assert client.post(f"{page}/run", data={"version": run.version}).status_code == 302
    db.expire_all()
    assert (run.result["taken"], len(run.result["refused"])) == (1, 2)
    texts += [client.get(path).text for path in (page, "/repairs/imports/", f"/tenants/customers/{owner.id}")]
    assert [leaks(text) for text in texts if leaks(text)] == []
    for table in Base.metadata.sorted_tables:
        kept = json.dumps([list(row) for row in db.execute(select(table))], default=_shown, ensure_ascii=False)
        assert leaks(kept) <= ({PHONE} if table.name == "repair_order" else set()), table.name


def test_the_refused_rows_of_repairs_want_the_password(db: Session, sign_in: SignIn, estate: Estate) -> None:
    run = repairs.make_repair_import(estate)
    client = sign_in("administrator")
    let_pass(db, minutes=31)
    question = client.get(f"/repairs/imports/{run.id}/refused.xlsx")
    assert 'action="/confirm"' in question.text


def test_the_refused_rows_of_a_register_want_the_password(db: Session, sign_in: SignIn) -> None:
    run = make.make_register_import()
    client = sign_in("archivist")
    let_pass(db, minutes=31)
    question = client.get(f"/credit/imports/{run.id}/refused.xlsx")
    assert 'action="/confirm"' in question.text


def _shown(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def test_a_leak_would_be_noticed() -> None:
    assert WHO_SEES_NUMBERS in walking(ROLES_THAT_DIFFER)
    assert leaks(f"<p>{PHONE}</p>") == {PHONE}
    assert leaks(f"<td>{HIDDEN}</td>") == {HIDDEN}
    assert leaks(f"tel:+86{PHONE[:3]}{PHONE[3:]}") == {PHONE}
    assert leaks(" ".join((mask_phone(PHONE), mask_id_number(OWN_ID)))) == set()
