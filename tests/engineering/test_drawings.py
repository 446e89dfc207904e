"""Drawings: entered with a file, versions that follow one another, wrong ones withdrawn, filed and lent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.archive.dossiers.models import Dossier, Item, TemplateSlot
from crm.archive.lending.models import LendingSlip, SlipLine
from crm.audit.models import LogEntry
from crm.dates import business_day, utc_now
from crm.db import open_session, session
from crm.engineering.checks import CHECKS
from crm.engineering.drawings.models import Drawing, DrawingKind, DrawingVersion, DrawingWithdrawal
from crm.engineering.drawings.queries import get_drawing, get_version
from crm.engineering.drawings.service import Brought, Described, Place, describe, enter, file, withdraw
from crm.engineering.points.models import PointSheet
from crm.engineering.points.service import file_sheet
from crm.engineering.unit_files.present import unfiled
from crm.errors import DomainError, Stale
from crm.jobs import runner
from crm.properties.models import Estate, Unit
from crm.tenants.models import OccupancyRole
from tests import factories as make
from tests.acting import as_
from tests.engineering.making import (
    DAY,
    make_drawing,
    make_point,
    make_version,
    make_withdrawal,
    pdf_file,
    picture_file,
)
from tests.lists.test_bulk import hidden
from tests.meeting import REFUSED, OwnCompany, both

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., Any]


def said(estate: Estate, **given: Any) -> dict[str, Any]:
    facts = {"estate_id": str(estate.id), "building_id": "", "unit": "", "kind": "as_built", "number": "竣-01"}
    facts |= {"title": "平面图", "rev": "A", "dated_on": "2026-11-01", "maker": "省建院", "changes": "", "key": "once"}
    return facts | {"file": (pdf_file(3), "竣工图.pdf")} | given


def drawing(db: Session, number: str = "竣-01") -> Drawing:
    db.expire_all()
    return db.scalars(select(Drawing).filter_by(number=number)).one()


def versions(db: Session) -> list[str]:
    return list(db.scalars(select(DrawingVersion.rev).order_by(DrawingVersion.id)))


def test_a_drawing_comes_with_its_first_version(sign_in: SignIn, estate: Estate, db: Session) -> None:
    unit, client = make.make_unit(estate, "7-1-502"), sign_in("sunhao")
    assert 'value="7-1-502"' in client.get(f"/engineering/drawings/new?unit_id={unit.id}").text
    for _each in range(2):
        data = said(estate, unit="7栋1单元502", number=" 竣－01 ", file=(pdf_file(3), "竣工图.pdf"))
        answer = client.post("/engineering/drawings/new", data=data)
        assert answer.status_code == 302, answer.text
    made = drawing(db)
    assert (made.unit_id, made.building_id, made.kind) == (unit.id, unit.building_id, DrawingKind.as_built)
    assert versions(db) == ["A"], "sent twice, it is one"
    page = client.get(f"/engineering/drawings/{made.id}").text
    [version] = db.scalars(select(DrawingVersion))
    assert f"/engineering/drawings/versions/{version.id}/withdraw" in page
    fetched = client.get(f"/engineering/drawings/versions/{version.id}")
    assert (fetched.mimetype, len(PdfReader(BytesIO(fetched.data)).pages)) == ("application/pdf", 3)
    kinds = set(db.scalars(select(LogEntry.kind)))
    assert {"DrawingEntered", "DrawingVersionAdded"} <= kinds


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"number": ""}, 422),
        ({"unit": "99-9-999"}, 422),
        ({"dated_on": "2099-01-01"}, 422),
        ({"maker": ""}, 422),
        ({"kind": "nonsense"}, 422),
        ({"estate_id": "0"}, 422),
        ({"file": (BytesIO(b"a,b\n1,2\n"), "表.csv")}, 422),
        ({"file": (BytesIO(b"%PDF-1.4 nonsense"), "坏.pdf")}, 422),
        ({"file": (BytesIO(b""), "空.pdf")}, 422),
        ({"rev": ""}, 422),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    sign_in: SignIn, estate: Estate, db: Session, wrong: dict[str, Any], status: int
) -> None:
    answer = sign_in("sunhao").post("/engineering/drawings/new", data=said(estate, title="水电改造图", **wrong))
    assert answer.status_code == status
    assert 'value="水电改造图"' in answer.text
    assert db.scalar(select(func.count()).select_from(Drawing)) == 0
    assert db.scalar(select(func.count()).select_from(DrawingVersion)) == 0


def test_a_number_is_once_in_an_estate(sign_in: SignIn, estate: Estate, other_estate: Estate, db: Session) -> None:
    client = sign_in("sunhao")
    assert client.post("/engineering/drawings/new", data=said(estate)).status_code == 302
    assert client.post("/engineering/drawings/new", data=said(estate, key="again")).status_code == 422
    elsewhere = said(other_estate, key="else", file=(pdf_file(), "a.pdf"))
    assert client.post("/engineering/drawings/new", data=elsewhere).status_code == 302
    assert db.scalar(select(func.count()).select_from(Drawing)) == 2


def test_the_newest_version_counts_until_it_is_withdrawn(sign_in: SignIn, estate: Estate, db: Session) -> None:
    made, client = make_drawing(estate, make.make_unit(estate)), sign_in("sunhao")
    address = f"/engineering/drawings/{made.id}"
    data = {"rev": "B", "dated_on": "2026-11-02", "maker": "省建院", "key": "b", "file": (picture_file(), "改.jpg")}
    assert client.post(f"{address}/versions/new", data=data).status_code == 302
    again = data | {"key": "c", "file": (pdf_file(), "c.pdf")}
    assert client.post(f"{address}/versions/new", data=again).status_code == 422, "B is there"
    assert versions(db) == ["A", "B"]
    second = db.scalars(select(DrawingVersion).filter_by(rev="B")).one()
    withdraw_it = f"/engineering/drawings/versions/{second.id}/withdraw"
    assert client.post(withdraw_it, data={"reason": ""}).status_code == 422
    assert client.post(withdraw_it, data={"reason": "传错了"}).status_code == 302
    assert client.post(withdraw_it, data={"reason": "传错了"}).status_code == 422
    assert db.scalar(select(func.count()).select_from(DrawingWithdrawal)) == 1
    again = data | {"key": "d", "file": (pdf_file(), "d.pdf")}
    assert client.post(f"{address}/versions/new", data=again).status_code == 302, "its label is free again"
    page = client.get(address).text
    assert "传错了" in page
    assert page.index("改.jpg") < page.index("证明.txt"), "the newest stands first, the wrong one is readable"
    rows = client.get("/engineering/drawings/?state=counts").text
    assert made.number in rows
    assert made.number not in client.get("/engineering/drawings/?state=withdrawn").text


def test_a_drawing_is_described_anew(sign_in: SignIn, estate: Estate, db: Session) -> None:
    unit = make.make_unit(estate, "8-1-301")
    made, client = make_drawing(estate), sign_in("sunhao")
    taken = make_drawing(estate)
    address = f"/engineering/drawings/{made.id}/edit"
    facts = {"estate_id": str(estate.id), "building_id": "", "kind": "services", "title": "电气图"}
    data = facts | {"number": made.number, "unit": "8-1-301", "version": str(made.version)}
    assert client.post(address, data=data | {"number": taken.number}).status_code == 422
    assert client.post(address, data=data).status_code == 302
    db.expire_all()
    after = db.get_one(Drawing, made.id)
    assert (after.unit_id, after.kind, after.title) == (unit.id, DrawingKind.services, "电气图")
    assert client.post(address, data=data | {"title": "别的"}).status_code == 409, "opened before it was saved"
    entry = db.scalars(select(LogEntry).filter_by(kind="DrawingChanged")).one()
    assert entry.data["unit_ids"] == [unit.id]


def test_building_and_unit_belong_together(work: Work, estate: Estate, other_estate: Estate) -> None:
    unit, elsewhere = make.make_unit(estate), make.make_unit(other_estate)
    beside = make.make_building(estate, "77")
    with work(as_("sunhao")) as db:
        mine = db.get_one(Estate, estate.id)
        for place in (
            Place(estate=mine, building=beside, unit=db.get_one(Unit, unit.id)),
            Place(estate=mine, unit=db.get_one(Unit, elsewhere.id)),
        ):
            with pytest.raises(DomainError):
                assert place.ids


def test_who_reads_changes_nothing(sign_in: SignIn, estate: Estate) -> None:
    made = make_drawing(estate, make.make_unit(estate))
    client = sign_in("limin")
    page = client.get(f"/engineering/drawings/{made.id}").text
    assert "/versions/new" not in page
    assert client.get("/engineering/drawings/new").status_code == 403
    assert client.post(f"/engineering/drawings/{made.id}/versions/new").status_code == 403


# The archive: filed, shown with its number, lent


def owned(estate: Estate) -> tuple[Unit, Any]:
    """With the customer's dossier."""
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    make.make_dossier(estate, subject_id=customer.id)
    return unit, customer


def brought(content: bytes, rev: str = "A") -> Brought:
    return Brought(content=content, name="竣工图.pdf", rev=rev, dated_on=DAY, maker="省建院")


def entered(work: Work, estate: Estate, unit: Unit, content: bytes, number: str = "竣-9") -> Drawing:
    with work(as_("sunhao")) as db:
        place = Place(estate=db.get_one(Estate, estate.id), unit=db.get_one(Unit, unit.id))
        described = Described(kind=DrawingKind.as_built, number=number, title="平面图", place=place)
        return enter(described, brought(content))


@pytest.mark.parametrize("content", [pdf_file(2).getvalue(), picture_file().getvalue()], ids=["pdf", "picture"])
def test_a_filed_drawing_is_a_document_of_section_12_and_can_be_borrowed(
    app: Flask, sign_in: SignIn, work: Work, estate: Estate, db: Session, content: bytes
) -> None:
    unit, customer = owned(estate)
    tenant = make.make_customer(estate, "新租客")
    make.make_occupancy(tenant, unit, OccupancyRole.tenant)
    make.make_dossier(estate, subject_id=tenant.id)
    made = entered(work, estate, unit, content)
    [version] = db.scalars(select(DrawingVersion))
    client = sign_in("sunhao")
    for _each in range(2):
        assert client.post(f"/engineering/drawings/versions/{version.id}/file").status_code == 302
        runner.run_all(app)
    items = db.scalars(select(Item).filter_by(source_kind="drawing_version", source_id=version.id)).all()
    whose = {db.get_one(Dossier, item.dossier_id).subject_id for item in items}
    assert whose == {customer.id, tenant.id}, "once in each"
    item = items[0]
    assert db.get_one(TemplateSlot, item.slot_id).code == "as_built"
    page = client.get(f"/engineering/units/{unit.id}").text
    address = f"/archive/lending/new?item={item.id}"
    assert item.code in page
    assert address in page
    assert address in client.get(f"/engineering/drawings/{made.id}").text
    facts = {"form": "paper", "purpose": "works", "reason": "查管线", "due_on": "明天", "key": "slip"}
    answer = client.post(address, data=facts)
    assert answer.status_code == 302, answer.text
    slip = db.scalars(select(LendingSlip)).one()
    line = db.scalars(select(SlipLine).filter_by(slip_id=slip.id)).one()
    assert line.item_id == item.id, "it stands on the slip"
    assert answer.location == f"/archive/lending/{slip.id}"
    with open_session() as other:
        lent_line = other.get_one(SlipLine, line.id)
        lent_line.out, lent_line.issued_pages = True, item.pages
        other.commit()
    lent = client.get(f"/engineering/drawings/{made.id}").text
    assert slip.number in lent
    assert slip.due_on.isoformat() in lent
    assert address not in lent, "what is out cannot be asked for"
    assert made.number in client.get("/engineering/drawings/?state=lent").text
    paper = PdfReader(BytesIO(client.get(f"/engineering/units/{unit.id}/file.pdf").data))
    text = "".join("".join(page.extract_text().split()) for page in paper.pages)
    assert "YH-GC-02" in text
    assert made.number in text
    assert item.code in text


def test_what_has_no_dossier_is_not_filed(sign_in: SignIn, estate: Estate, db: Session) -> None:
    client = sign_in("sunhao")
    of_estate, empty = make_drawing(estate), make_drawing(estate, make.make_unit(estate))
    unit, _customer = owned(estate)
    gone = make_drawing(estate, unit, versions=0)
    make_withdrawal(make_version(gone, estate))
    for made in (of_estate, empty, gone):
        version = db.scalars(select(DrawingVersion).filter_by(drawing_id=made.id)).one()
        assert client.post(f"/engineering/drawings/versions/{version.id}/file").status_code == 409


def test_many_are_filed_at_once(app: Flask, sign_in: SignIn, work: Work, estate: Estate, db: Session) -> None:
    unit, _customer = owned(estate)
    wanted = entered(work, estate, unit, pdf_file().getvalue())
    other = make_drawing(estate)
    client = sign_in("sunhao")
    rows = client.get("/engineering/drawings/?state=unfiled").text
    assert wanted.number in rows
    assert other.number not in rows
    chosen = client.post("/engineering/drawings/", data={"action": "file", "id": [wanted.id, other.id]})
    assert wanted.number in chosen.text
    done = client.post("/engineering/drawings/", data=hidden(chosen))
    assert done.status_code == 302, done.text[:2000]
    runner.run_all(app)
    [item] = db.scalars(select(Item).filter_by(source_kind="drawing_version"))
    assert wanted.number in item.doc_no
    assert wanted.number not in client.get("/engineering/drawings/?state=unfiled").text


def test_the_review_asks_for_what_was_built_and_for_what_is_not_filed(work: Work, estate: Estate, db: Session) -> None:
    homes = [make.make_unit(estate, label, handover_on=DAY) for label in ("71-1-101", "71-1-102", "72-1-101")]
    for unit in homes:
        make.make_dossier(estate, subject_id=make.make_customer(estate, unit=unit).id)
    made = make_drawing(estate, homes[0])
    version = db.scalars(select(DrawingVersion.id).filter_by(drawing_id=made.id)).one()
    unbuilt, not_filed = CHECKS
    with work(as_("sunhao")) as own:
        day = business_day() + timedelta(days=30)
        assert keys(own, unbuilt.find(day)) == {str(homes[1].id)}, "nobody keeps drawings of building 72"
        assert keys(own, not_filed.find(day)) == {str(version)}
        many = own.execute(unfiled().by_estate(utc_now() + timedelta(days=30))).all()
        assert [tuple(row) for row in many] == [(estate.id, 1)]


def keys(db: Session, found: Any) -> set[str]:
    return {row.key for row in db.execute(found)}


# Two at once


@pytest.fixture
def committing(own_company: OwnCompany) -> tuple[Work, Estate]:
    """Units of work of 孙浩."""
    return lambda actor=None: own_company.work(actor or as_("sunhao")), own_company.estate


@pytest.mark.timeout(300)
def test_two_with_one_number_at_once(committing: tuple[Work, Estate]) -> None:
    work, estate = committing

    def act(key: str) -> Callable[[], str]:
        def enter_it() -> str:
            place = Place(estate=session().get_one(Estate, estate.id))
            described = Described(kind=DrawingKind.other, number="总-01", title="总图", place=place)
            enter(described, brought(pdf_file().getvalue()), key)
            return "entered"

        return enter_it

    assert both(work, act("a"), act("b")) == ["entered", REFUSED]
    with work() as db:
        assert db.scalar(select(func.count()).select_from(Drawing)) == 1
        assert db.scalar(select(func.count()).select_from(DrawingVersion)) == 1


@pytest.mark.timeout(300)
def test_withdrawn_by_two_at_once(committing: tuple[Work, Estate]) -> None:
    work, estate = committing
    version = make_version(make_drawing(estate, versions=0), estate)

    def act() -> str:
        withdraw(get_version(version.id), "传错了")
        return "withdrawn"

    assert both(work, act, act) == [REFUSED, "withdrawn"]


@pytest.mark.timeout(300)
def test_described_by_two_at_once(committing: tuple[Work, Estate]) -> None:
    work, estate = committing
    first, second = make_drawing(estate), make_drawing(estate)

    def act(made: Drawing) -> Callable[[], str]:
        def rename() -> str:
            found = get_drawing(made.id)
            place = Place(estate=found.estate)
            describe(found, Described(kind=found.kind, number="新-01", title=found.title, place=place))
            return "renamed"

        return rename

    assert both(work, act(first), act(second)) == [REFUSED, "renamed"]


def test_what_somebody_saved_meanwhile_is_not_written_over(work: Work, estate: Estate) -> None:
    made = make_drawing(estate)
    with work(as_("sunhao")) as db:
        found = get_drawing(made.id)
        db.execute(Drawing.__table__.update().where(Drawing.id == made.id).values(version=7))
        place = Place(estate=found.estate)
        with pytest.raises(Stale):
            describe(found, Described(kind=found.kind, number=found.number, title="别的", place=place))


def test_a_point_sheet_is_frozen_and_filed(
    app: Flask, sign_in: SignIn, work: Work, estate: Estate, db: Session
) -> None:
    unit, _customer = owned(estate)
    make_point(unit, what="五孔插座")
    client = sign_in("sunhao")
    for _each in range(2):
        assert client.post(f"/engineering/points/units/{unit.id}/sheet", data={"key": "s"}).status_code == 302
    runner.run_all(app)
    [sheet] = db.scalars(select(PointSheet))
    item = db.scalars(select(Item).filter_by(source_kind="point_sheet", source_id=sheet.id)).one()
    assert db.get_one(TemplateSlot, item.slot_id).code == "service_points"
    make_point(unit, what="后来的")
    paper = PdfReader(BytesIO(client.get(f"/engineering/points/sheets/{sheet.id}.pdf").data))
    text = "".join(page.extract_text() for page in paper.pages)
    assert "五孔插座" in text
    assert "后来的" not in text
    assert item.code in client.get(f"/engineering/units/{unit.id}").text
    with work(as_("sunhao")) as own, pytest.raises(DomainError):
        file_sheet(own.get_one(Unit, make.make_unit(estate).id))
    with work(as_("sunhao")), pytest.raises(DomainError):
        file(get_version(make_version(make_drawing(estate, versions=0), estate).id))
