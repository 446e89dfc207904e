"""Noting: from a card, a unit, a public area, or what it came from; what the type and the past propose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry, LogSubject
from crm.complaints.cases.models import About, ComplaintLink, ComplaintState, LinkKind
from crm.dates import business_day, utc_now
from crm.properties.models import Estate
from crm.tenants.models import OccupancyRole
from crm.violations.cases.models import Violation, ViolationPhoto, ViolationState
from crm.violations.intake.forms import moment_of
from tests import factories as make
from tests.complaints.making import make_caller, make_case
from tests.violations.making import make_violation, type_called

SignIn = Callable[[str], FlaskClient]
S = ViolationState


def picture(colour: str = "red") -> BytesIO:
    content = BytesIO()
    Image.new("RGB", (60, 40), colour).save(content, "JPEG")
    content.seek(0)
    return content


def said(estate: Estate, **given: Any) -> dict[str, Any]:
    facts = {
        "key": "k1",
        "type_id": str(type_called("楼道堆物").id),
        "found": "楼道堆放纸箱",
        "estate_id": str(estate.id),
    }
    return facts | {"found_on": "今天", "found_time": "00:00", "found_by": "李敏"} | given


def noted(db: Session, key: str = "k1") -> Violation:
    return db.scalars(select(Violation).filter_by(key=key)).one()


def count_of(db: Session, table: Any) -> int:
    return db.scalar(select(func.count()).select_from(table)) or 0


def test_noted_from_a_unit_it_is_the_tenants_and_has_the_types_words(
    sign_in: SignIn, estate: Estate, db: Session
) -> None:
    unit = make.make_unit(estate)
    make.make_customer(estate, "业主甲", unit)
    tenant = make.make_customer(estate, "租客乙")
    make.make_occupancy(tenant, unit, OccupancyRole.tenant)
    client, address = sign_in("limin"), f"/violations/new?unit_id={unit.id}"
    page = client.get(address).text
    assert page.index("租客乙") < page.index("业主甲")
    photos = [(picture(), "一.jpg"), (picture("blue"), "二.jpg")]
    answer = client.post(address, data=said(estate, unit=unit.label, photos=photos))
    made = noted(db)
    assert answer.location == f"/violations/{made.id}"
    kind = type_called("楼道堆物")
    assert (made.state, made.customer_id, made.unit_id) == (S.noted, tenant.id, unit.id)
    assert (made.wording, made.clause, made.building_id) == (kind.words, kind.clause, unit.building_id)
    assert made.number.startswith("G2")
    assert count_of(db, ViolationPhoto) == 2
    subjects = select(LogSubject.kind, LogSubject.object_id).join(LogEntry, LogEntry.id == LogSubject.entry_id)
    told = {tuple(row) for row in db.execute(subjects.where(LogEntry.kind == "ViolationNoted"))}
    assert told >= {("violation", made.id), ("customer", tenant.id), ("unit", unit.id)}
    shown = client.get(f"/violations/{made.id}").text
    assert all(words in shown for words in (made.number, unit.label, "租客乙", "楼道堆放纸箱", kind.words))


def test_sent_twice_it_is_noted_once(sign_in: SignIn, estate: Estate, db: Session) -> None:
    client = sign_in("limin")
    places = [
        client.post("/violations/new", data=said(estate, spot="小区东门", photos=[(picture(), "一.jpg")])).location
        for _each in range(2)
    ]
    assert places[0] == places[1]
    assert (count_of(db, Violation), count_of(db, ViolationPhoto)) == (1, 1)


def test_a_key_of_another_estate_is_refused(sign_in: SignIn, estate: Estate, other_estate: Estate, db: Session) -> None:
    boss = sign_in("zhouhui")
    assert boss.post("/violations/new", data=said(estate, spot="东门")).status_code == 302
    first = noted(db).id
    answer = boss.post("/violations/new", data=said(other_estate, spot="东门"))
    assert answer.location in (None, f"/violations/{first}")
    assert count_of(db, Violation) == 1


def test_in_a_public_area_by_somebody_unknown(sign_in: SignIn, estate: Estate, db: Session) -> None:
    area = make.make_public_area(estate)
    client, address = sign_in("limin"), f"/violations/new?public_area_id={area.id}"
    sent = said(estate, area=str(area.id), customer="none", person="湘A12345 车主")
    assert client.post(address, data=sent).status_code == 302
    made = noted(db)
    assert (made.public_area_id, made.customer_id, made.person) == (area.id, None, "湘A12345 车主")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"type_id": ""}, "type_id"),
        ({"type_id": "999999999999"}, "type_id"),
        ({"found": " "}, "found"),
        ({"spot": ""}, "unit"),
        ({"found_time": "25:00"}, "found_time"),
        ({"found_on": "明天"}, "found_on"),
        ({"found_on": "0001-01-01"}, "found_on"),
        ({"found_on": "0206-11-23"}, "found_on"),
        ({"found_on": "今天", "found_time": "23:59"}, "found_time"),
        ({"area": "77777"}, "area"),
        ({"customer": "x"}, "customer"),
        ({"customer": "99999999999999999999"}, "customer"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_noted(
    app: Flask, sign_in: SignIn, estate: Estate, db: Session, wrong: dict[str, str], field: str
) -> None:
    with app.app_context():
        late = utc_now().astimezone(app.config["SETTINGS"].timezone)
    if wrong.get("found_time") == "23:59" and (late.hour, late.minute) == (23, 59):
        pytest.skip("a minute later it is another day")
    answer = sign_in("limin").post("/violations/new", data=said(estate, spot="东门") | wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert count_of(db, Violation) == 0


def test_a_unit_that_does_not_exist_keeps_what_was_typed(sign_in: SignIn, estate: Estate, db: Session) -> None:
    answer = sign_in("limin").post("/violations/new", data=said(estate, unit="99-9-999", found="高空抛物一次"))
    assert answer.status_code == 422
    assert "高空抛物一次" in answer.text
    assert count_of(db, Violation) == 0


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 no", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused_and_nothing_is_noted(
    sign_in: SignIn, estate: Estate, db: Session, content: bytes
) -> None:
    sent = said(estate, spot="东门", photos=[(BytesIO(content), "a.png")])
    assert sign_in("limin").post("/violations/new", data=sent).status_code == 422
    assert count_of(db, Violation) == 0


def test_what_went_before_is_shown_while_it_is_typed(sign_in: SignIn, estate: Estate) -> None:
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    here = [make_violation(estate, unit=unit, customer_id=customer.id) for _each in range(4)]
    alike = make_violation(estate, spot="北门", type_id=type_called("飞线充电").id)
    client = sign_in("limin")
    part = client.post(
        "/violations/new/known",
        data={"unit": unit.label, "estate_id": str(estate.id), "type_id": str(type_called("飞线充电").id)},
    ).text
    assert [each.number in part for each in here] == [False, True, True, True]
    assert alike.number in part
    assert type_called("飞线充电").words in part
    assert customer.name in part


def test_only_three_queries_more_for_many_than_for_few(
    sign_in: SignIn, estate: Estate, queries: Callable[..., Any]
) -> None:
    unit = make.make_unit(estate)
    client, address = sign_in("limin"), f"/violations/new?unit_id={unit.id}"

    def cost() -> int:
        client.get(address)
        with queries() as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    make_violation(estate, unit=unit)
    one = cost()
    for _each in range(5):
        make_violation(estate, unit=unit)
    assert cost() == one


def test_from_a_complaint_it_knows_where_it_came_from(
    sign_in: SignIn, estate: Estate, other_estate: Estate, db: Session
) -> None:
    unit = make.make_unit(estate)
    customer, caller = make.make_customer(estate, unit=unit), make.make_customer(estate, "投诉人甲")
    told = {"about": About.neighbour, "about_customer_id": customer.id, "words": "夜里太吵"}
    case = make_case(estate, ComplaintState.investigating, unit, **told)
    make_caller(case, caller)
    foreign = make_case(other_estate, ComplaintState.investigating)
    client, address = sign_in("limin"), f"/violations/new?about=complaint-{case.id}"
    assert f'href="{address}"' in client.get(f"/complaints/{case.id}").text
    page = client.get(address).text
    assert all(words in page for words in (case.number, unit.label, "夜里太吵", customer.name))
    assert caller.name not in page
    assert "夜里太吵" not in page[page.index('name="found"') :].partition("</textarea>")[0]
    for _each in range(2):
        assert client.post(address, data=said(estate, unit=unit.label)).status_code == 302
    made = noted(db)
    assert (made.about_kind, made.about_id, made.customer_id) == ("complaint", case.id, customer.id)
    entry = db.scalars(select(LogEntry).filter_by(kind="ViolationNoted")).one()
    subject = select(LogSubject.object_id).where(LogSubject.kind == "complaint", LogSubject.entry_id == entry.id)
    assert list(db.scalars(subject)) == [case.id]
    [link] = db.scalars(select(ComplaintLink).filter_by(complaint_id=case.id))
    assert (link.kind, link.thing_id) == (LinkKind.violation, made.id)
    assert f'href="/violations/{made.id}"' in client.get(f"/complaints/{case.id}").text
    page = client.get(f"/violations/{made.id}").text
    assert page.count(f'href="/complaints/{case.id}"') == 2, "where it comes from, and the complaints about it"
    for wrong in (f"complaint-{foreign.id}", "complaint-x", "poem-1"):
        assert client.get(f"/violations/new?about={wrong}").status_code == 404


def test_a_complaint_that_is_over_is_linked_to_nothing_more(sign_in: SignIn, estate: Estate, db: Session) -> None:
    case = make_case(estate, ComplaintState.withdrawn)
    client, address = sign_in("limin"), f"/violations/new?about=complaint-{case.id}"
    assert address not in client.get(f"/complaints/{case.id}").text
    assert client.post(address, data=said(estate, spot="东门")).status_code == 302
    assert noted(db).about_id == case.id
    assert db.scalars(select(ComplaintLink)).all() == []


def test_of_another_estate_there_is_nothing(sign_in: SignIn, other_estate: Estate) -> None:
    unit = make.make_unit(other_estate)
    area = make.make_public_area(other_estate)
    client = sign_in("limin")
    for address in (f"unit_id={unit.id}", f"public_area_id={area.id}"):
        assert client.get(f"/violations/new?{address}").status_code == 404
    assert client.post("/violations/new", data=said(other_estate, spot="东门")).status_code == 422


def test_changed_before_the_notice_both_files_say_so(sign_in: SignIn, estate: Estate, db: Session) -> None:
    unit = make.make_unit(estate)
    wrong, right = make.make_customer(estate, "甲"), make.make_customer(estate, "乙", unit)
    violation = make_violation(estate, unit=unit, customer_id=wrong.id, person="")
    sent = {"version": str(violation.version), "key": "c", "type_id": str(type_called("飞线充电").id)}
    sent |= {"found": violation.found, "wording": violation.wording, "clause": "", "customer_id": str(right.id)}
    client, address = sign_in("limin"), f"/violations/{violation.id}/change"
    assert client.post(address, data=sent).status_code == 302
    assert client.post(address, data=sent).status_code == 302, "sent twice"
    db.expire_all()
    after = db.get_one(Violation, violation.id)
    assert (after.customer_id, after.type_id, after.clause) == (right.id, type_called("飞线充电").id, "")
    subjects = select(LogSubject.object_id).join(LogEntry, LogEntry.id == LogSubject.entry_id)
    told = db.scalars(subjects.where(LogEntry.kind == "ViolationChanged", LogSubject.kind == "customer")).all()
    assert sorted(told) == sorted([wrong.id, right.id])
    late = client.post(address, data=sent | {"key": "d", "found": "别的"})
    assert late.status_code == 409
    same = sent | {"key": "e", "version": str(after.version)}
    assert client.post(address, data=same).status_code == 422


def test_days_are_the_companys(app: Flask) -> None:
    with app.app_context():
        day = business_day()
        at = moment_of(day, "14:30")
        assert (at - moment_of(day, ""), at.date()) == (timedelta(hours=14, minutes=30), day)
        assert moment_of(day, "930") == moment_of(day, "9:30")


def test_with_a_photo_that_is_refused_nothing_of_it_is_shown(sign_in: SignIn, estate: Estate, db: Session) -> None:
    unit = make.make_unit(estate)
    photos = [(picture(), "一.jpg"), (BytesIO(b"a;b"), "二.csv")]
    address = f"/violations/new?unit_id={unit.id}"
    answer = sign_in("limin").post(address, data=said(estate, unit=unit.label, found="看不见的纸箱", photos=photos))
    assert (answer.status_code, "二.csv" in answer.text) == (422, True)
    assert answer.text.count("看不见的纸箱") == 1, "in the form, among what went before nowhere"
    assert count_of(db, Violation) == 0
