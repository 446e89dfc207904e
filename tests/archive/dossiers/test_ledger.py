"""The ledger of a past day: what was numbered, put right, closed and reopened later is not there yet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import select

from crm.archive.dossiers import papers, reports, service
from crm.archive.dossiers.ledger import Sheet, sheet_of
from crm.archive.dossiers.models import Appointment, Dossier, IssuedPrint
from crm.archive.dossiers.models.custody import CustodianRole
from crm.archive.dossiers.models.template import CREDIT_KINDS, DossierKind
from crm.archive.dossiers.queries import first_location
from crm.archive.numbers import service as numbers
from crm.dates import telling
from crm.db import session
from tests import factories as make
from tests.archive.dossiers.acting import APPROVER, ARCHIVIST, DAY, MANAGER, A, acting, loan, said, user_called

JANUARY = date(2026, 1, 12)


def on(day):
    """What is done meanwhile was done at noon of that day."""
    return telling(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


@pytest.fixture
def story(work):
    """Opened on the 12th, numbered on the 20th, filed on 2 February, its title put right on the 10th."""
    with work(), acting(ARCHIVIST):
        with on(JANUARY), acting(A):
            dossier = loan()
            service.add_item(dossier, said(dossier))
        with on(date(2026, 1, 20)):
            number = numbers.reserve("鸿借", 2026, dossier.title)
            service.give_number(dossier, number)
        with on(date(2026, 2, 2)):
            service.file_sealed(dossier, number, DAY)
            service.put(dossier, first_location(), "placed", home=False)
        with on(date(2026, 2, 10)):
            asked = service.ask_correction(dossier, None, "title", "鑫远商贸借款", "写错")
            with acting(APPROVER):
                service.decide_correction(asked, approve=True, decision="")
    return dossier


def test_each_day_tells_what_was_known_then(sign_in, story):
    client = sign_in("auditor")
    told = {
        "2026-01-15": ("未编号", "鑫源商贸借款", "整理中"),
        "2026-01-25": ("2026鸿借字第001号（预留）", "鑫源商贸借款", "整理中"),
        "2026-02-05": ("2026鸿借字第001号", "鑫源商贸借款", "已归档"),
        "2026-02-15": ("2026鸿借字第001号", "鑫远商贸借款", "已归档"),
    }
    for day, words in told.items():
        page = client.get(f"/archive/ledger?day={day}").text
        assert [word in page for word in words] == [True] * 3, (day, words)
    assert "2026鸿借字第001号" not in client.get("/archive/ledger?day=2026-01-15").text
    assert "鑫远" not in client.get("/archive/ledger?day=2026-02-05").text


def test_a_dossier_that_was_opened_again_was_closed_between(sign_in, work, estate):
    with work(), on(JANUARY):
        dossier = service.open_dossier(
            DossierKind.property, "customer", 77, "欧阳娜娜", opened_on=JANUARY, estate_id=estate.id, code="3-1-502/01"
        )
    for day, act in ((date(2026, 6, 1), close), (date(2026, 6, 20), reopen)):
        with work(), on(day):
            act(session().get_one(Dossier, dossier.id))
    client = sign_in("archivist")
    told = {day: client.get(f"/archive/ledger?day=2026-{day}").text for day in ("05-30", "06-10", "06-25")}
    assert {day: "已关闭</td>" in page for day, page in told.items()} == {
        "05-30": False, "06-10": True, "06-25": False,
    }  # fmt: skip


def close(dossier):
    service.close_dossier(dossier, "迁出", day=date(2026, 6, 1))


def reopen(dossier):
    service.reopen_dossier(dossier, "迁回")


@pytest.fixture
def customers(work, estate):
    """In the room before anybody is appointed, under 冯雪, in 李敏's hands, back, under 许静 until she ends."""
    with work(), on(JANUARY):
        dossier = service.open_dossier(
            DossierKind.property, "customer", 77, "欧阳娜娜", opened_on=JANUARY, estate_id=estate.id, code="3-1-502/01"
        )
    for day, act in (
        (date(2026, 1, 20), lambda day, _dossier: appoint(ARCHIVIST, day)),
        (date(2026, 2, 3), lambda _day, dossier: hand_to(dossier, "limin")),
        (date(2026, 3, 2), lambda _day, dossier: service.put(dossier, first_location(), "returned", home=False)),
        (date(2026, 3, 11), lambda day, _dossier: appoint("xujing", day)),
        (date(2026, 4, 1), lambda day, _dossier: end(day)),
    ):
        with work(), on(day), acting(MANAGER):
            act(day, session().get_one(Dossier, dossier.id))
    return dossier


def appoint(username, day):
    service.appoint(CustodianRole.archivist, user_called(username), day, counted())


def hand_to(dossier, username):
    service.take_custody(dossier, holder_id=user_called(username).id, cause="handed_over")


def end(day):
    [live] = session().scalars(select(Appointment).filter_by(role=CustodianRole.archivist, ends=None))
    service.end_appointment(live, day, counted())


def counted():
    return service.Count(counted=service.appointing.dossiers_in_place())


RESPONSIBLE = {  # day -> where a customer's dossier is at its end, and who answers for it
    "2026-01-11": None,
    "2026-01-12": ("档案室", "未指定"),
    "2026-01-19": ("档案室", "未指定"),
    "2026-01-20": ("档案室", "冯雪"),
    "2026-02-02": ("档案室", "冯雪"),
    "2026-02-03": ("李敏", "李敏"),
    "2026-03-01": ("李敏", "李敏"),
    "2026-03-02": ("档案室", "冯雪"),
    "2026-03-10": ("档案室", "冯雪"),
    "2026-03-11": ("档案室", "许静"),
    "2026-03-31": ("档案室", "许静"),
    "2026-04-01": ("档案室", "未指定"),
}


@pytest.mark.parametrize("day", RESPONSIBLE)
@pytest.mark.parametrize("who", ["limin", "auditor"])
def test_ledger_and_custody_name_who_answered_for_a_customers_dossier_on_any_day(sign_in, customers, who, day):
    """L-05: for any date the system names the responsible person of every object."""
    client, expected = sign_in(who), RESPONSIBLE[day]
    book = openpyxl.load_workbook(BytesIO(client.get(f"/archive/ledger?day={day}&q=欧阳&as=xlsx").data)).active
    head, *rows = book.iter_rows(values_only=True)
    listed = [(row[head.index("位置或持有人")], row[head.index("责任人")]) for row in rows]
    page = client.get(f"/archive/dossiers/{customers.id}?tab=custody&day={day}").text
    if expected is None:
        assert listed == []
        assert "还没有这个案卷" in page
    else:
        assert listed == [expected]
        assert f"{expected[0]}，责任人：{expected[1]}。" in page


def test_a_foreign_estates_customers_are_not_in_the_ledger_of_a_past_day(sign_in, work, other_estate):
    with work(), on(JANUARY):
        dossier = service.open_dossier(
            DossierKind.property, "customer", 78, "外盘客户", opened_on=JANUARY, estate_id=other_estate.id, code="1/01"
        )
    assert "外盘客户" not in sign_in("limin").get("/archive/ledger?day=2026-02-01").text
    assert sign_in("limin").get(f"/archive/dossiers/{dossier.id}?tab=custody&day=2026-02-01").status_code == 404


def test_everybody_who_answered_during_an_interval_is_named(work):
    day = date(2026, 3, 2)
    with work():
        with on(day), acting(MANAGER):
            service.appoint(CustodianRole.archivist, user_called(ARCHIVIST), day)
        with on(day):
            dossier = loan()
            service.put(dossier, first_location(), "placed", home=False)
        with on(day + timedelta(days=9)), acting(MANAGER):
            count = service.Count(counted=service.appointing.dossiers_in_place())
            service.appoint(CustodianRole.archivist, user_called("xujing"), day + timedelta(days=9), count)
        assert reports.custody_of(dossier)[0].answers == "冯雪（至2026-03-11）、许静"


def test_a_note_sheet_does_not_change_with_who_is_appointed(work, estate):
    dossier_id = make.make_dossier(estate).id
    with work():
        dossier = session().get_one(Dossier, dossier_id)
        before = papers.note_sheet(dossier)
        with acting(MANAGER), on(date(2026, 3, 2)):
            service.appoint(CustodianRole.archivist, user_called(ARCHIVIST), date(2026, 3, 2))
        assert papers.note_sheet(dossier) == before


def test_the_ledger_of_a_day_prints_with_proof_and_stays_what_it_was(sign_in, db, story):
    client = sign_in("auditor")
    page = client.get("/archive/ledger?day=2026-02-05").text
    assert 'action="/archive/ledger.pdf"' in page
    data = {"day": "2026-02-05", "kind": "loan", "year": "2026"}
    answer = client.post("/archive/ledger.pdf", data=data)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    [kept] = db.query(IssuedPrint).all()
    for word in ("档案台帐", "2026鸿借字第001号", "鑫源商贸借款", kept.hash[:12]):
        assert word in text
    verified = client.get(f"/verify?h={kept.hash[:12]}").text
    assert "有效" in verified
    assert "有效" in sign_in("repair_worker").get(f"/verify?h={kept.hash[:12]}").text
    assert client.post("/archive/ledger.pdf", data=data | {"year": "x"}).status_code == 302
    assert sign_in("limin").post("/archive/ledger.pdf", data=data).status_code == 403


@given(st.sampled_from(CREDIT_KINDS), st.dates(date(1990, 1, 1), date(2190, 1, 1)), st.integers(1990, 2200))
def test_a_sheet_is_found_again_by_its_key(kind, day, year):
    sheet = Sheet(kind, day, year)
    assert sheet_of(sheet.key) == sheet
    assert sheet.key < 2**31
