"""Points: pasted many at once, noted anew, gone; what was pasted wrong is named by its line."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.db import session
from crm.engineering.drawings.models import DrawingVersion
from crm.engineering.points.models import PointEnding, PointPhoto, ServicePoint
from crm.engineering.points.pasting import MOST, Line, read
from crm.engineering.points.queries import get_point, standing_of
from crm.engineering.points.service import Source, enter, replace
from crm.engineering.trades import LETTERS, SPOKEN, Trade
from crm.errors import UsedElsewhere
from crm.properties.models import Estate, Unit
from tests import factories as make
from tests.acting import as_
from tests.engineering.making import (
    DAY,
    make_drawing,
    make_ending,
    make_point,
    make_version,
    make_withdrawal,
    pdf_file,
    picture_file,
)
from tests.meeting import REFUSED, OwnCompany, both

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., Any]
PASTED = """专业\t名称\t房间\t位置\t离地
电\t五孔插座\t客厅\t电视墙，距东墙角\t300\t1.2m

水，给水角阀，厨房，水槽下，45cm
弱 | 网口 | 书房"""


# What is pasted


@pytest.mark.before_sql
def test_lines_are_read_as_people_write_them(app: Any) -> None:
    with app.test_request_context():
        found = read(PASTED)
    assert found.faults == []
    assert list(found.lines) == [
        Line(trade=Trade.power, what="五孔插座", room="客厅", spot="电视墙，距东墙角", height=300, distance=1200),
        Line(trade=Trade.water, what="给水角阀", room="厨房", spot="水槽下", height=450),
        Line(trade=Trade.data, what="网口", room="书房"),
    ]


@pytest.mark.before_sql
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("电", 1),
        ("\n砖\t插座", 2),
        ("电\t\t客厅", 1),
        ("电\t插座\t客厅\t北墙\t高", 1),
        ("电\t插座\t客厅\t北墙\t0.3mm", 1),
        ("电\t插座\t客厅\t北墙\t-3", 1),
        ("电\t插座\n水\t" + "长" * 61, 2),
        ("电\t1\t2\t3\t4\t5\t6\t7", 1),
        ("电\t插座\t客厅\t北墙\t999m", 1),
    ],
)
def test_every_fault_names_its_line(app: Any, text: str, number: int) -> None:
    with app.test_request_context():
        found = read(text)
    assert len(found.faults) == 1
    assert str(number) in found.faults[0]


@pytest.mark.before_sql
def test_nothing_and_too_much_are_faults(app: Any) -> None:
    with app.test_request_context():
        assert read("\n \n").faults
        assert read("\n".join(["电\t插座"] * (MOST + 1))).faults
        assert not read("\n".join(["电\t插座"] * MOST)).faults


@pytest.mark.before_sql
def test_every_letter_of_a_code_is_a_word_for_its_trade() -> None:
    assert {trade: SPOKEN[letter] for trade, letter in LETTERS.items()} == {trade: trade for trade in Trade}


WORDS = st.text(alphabet="电插座客厅北墙abc 12", min_size=1, max_size=20).filter(str.strip)
MEASURES = st.integers(0, 9999)
ROWS = st.tuples(st.sampled_from(sorted(SPOKEN)), WORDS, WORDS, MEASURES, MEASURES)


@pytest.mark.before_sql
@given(
    rows=st.lists(st.tuples(st.sampled_from(sorted(SPOKEN)), WORDS, WORDS, MEASURES, MEASURES), min_size=1, max_size=9)
)
def test_what_a_sheet_says_is_what_is_read(app: Any, rows: list[tuple[str, str, str, int, int]]) -> None:
    text = "\n".join("\t".join((trade, what, room, "", str(high), f"{far}mm")) for trade, what, room, high, far in rows)
    with app.test_request_context():
        found = read(text)
    assert found.faults == []
    expected = [(SPOKEN[trade], what.strip(), room.strip(), high, far) for trade, what, room, high, far in rows]
    assert [(line.trade, line.what, line.room, line.height, line.distance) for line in found.lines] == expected


@pytest.mark.before_sql
@given(text=st.text(max_size=300))
def test_no_text_breaks_the_reading(app: Any, text: str) -> None:
    with app.test_request_context():
        found = read(text)
    assert found.faults or found.lines


# Entered


def sent(**given: Any) -> dict[str, Any]:
    return {"key": "once", "pasted": PASTED, "valid_from": "2026-11-01", "drawing_version_id": ""} | given


def test_pasted_points_get_codes_of_their_trades(sign_in: SignIn, estate: Estate, db: Session) -> None:
    unit, client = make.make_unit(estate), sign_in("sunhao")
    make_point(unit, serial=4)
    address = f"/engineering/points/units/{unit.id}/new"
    for _each in range(2):
        assert client.post(address, data=sent()).status_code == 302
    points = db.scalars(select(ServicePoint).where(ServicePoint.key.is_not(None)).order_by(ServicePoint.id)).all()
    assert [point.code for point in points] == ["电-05", "水-01", "弱-01"]
    entry = db.scalars(select(LogEntry).filter_by(kind="PointsEntered")).one()
    assert entry.data["unit_id"] == unit.id
    page = client.get(f"/engineering/units/{unit.id}").text
    for point in points:
        assert f"/engineering/points/{point.id}" in page
    book = openpyxl.load_workbook(BytesIO(client.get(f"/engineering/points/units/{unit.id}?as=xlsx").data))
    assert [row[0].value for row in book.active.iter_rows(min_row=2)].count("电-05") == 1
    paper = PdfReader(BytesIO(client.get(f"/engineering/points/units/{unit.id}/sheet.pdf").data))
    text = "".join("".join(page.extract_text().split()) for page in paper.pages)
    for words in ("YH-GC-01", "电-05", "给水角阀", "450"):
        assert words in text


def test_all_lines_or_none_and_the_text_stays(sign_in: SignIn, estate: Estate, db: Session) -> None:
    unit, client = make.make_unit(estate), sign_in("sunhao")
    address = f"/engineering/points/units/{unit.id}/new"
    answer = client.post(address, data=sent(pasted="电\t插座\n砖\t别的"))
    assert answer.status_code == 422
    assert "砖\t别的" in answer.text
    for wrong in ({"valid_from": "2099-01-01"}, {"valid_from": "改天"}, {"pasted": ""}, {"drawing_version_id": "77"}):
        assert client.post(address, data=sent(**wrong)).status_code == 422, wrong
    assert db.scalar(select(func.count()).select_from(ServicePoint)) == 0


def test_a_point_is_read_off_a_version_that_counts(sign_in: SignIn, estate: Estate, db: Session) -> None:
    unit, client = make.make_unit(estate), sign_in("sunhao")
    made = make_drawing(estate, unit, versions=0)
    version, elsewhere = (
        make_version(made, estate),
        make_version(make_drawing(estate, make.make_unit(estate), 0), estate),
    )
    address = f"/engineering/points/units/{unit.id}/new"
    assert client.post(address, data=sent(drawing_version_id=str(elsewhere.id))).status_code == 422
    assert client.post(address, data=sent(drawing_version_id=str(version.id))).status_code == 302
    point = db.scalars(select(ServicePoint).limit(1)).one()
    assert made.number in client.get(f"/engineering/points/{point.id}").text
    make_withdrawal(version)
    again = sent(drawing_version_id=str(version.id), key="twice")
    assert client.post(address, data=again).status_code == 422


# Noted anew, gone


def anew(**given: Any) -> dict[str, Any]:
    facts = {
        "key": "anew",
        "what": "五孔插座",
        "room": "主卧",
        "spot": "北墙",
        "height": "400",
        "distance": "",
        "note": "",
    }
    return facts | {"valid_from": "2026-11-02", "drawing_version_id": "", "reason": "装修移位"} | given


def test_a_point_noted_anew_keeps_its_code_and_its_past(sign_in: SignIn, estate: Estate, db: Session) -> None:
    unit, client = make.make_unit(estate), sign_in("sunhao")
    old = make_point(unit)
    address = f"/engineering/points/{old.id}/replace"
    assert 'value="五孔插座"' in client.get(address).text
    for wrong in ({"reason": ""}, {"height": "高"}, {"height": "-1"}, {"valid_from": "2020-01-01"}, {"what": ""}):
        assert client.post(address, data=anew(**wrong)).status_code == 422, wrong
    for _each in range(2):
        assert client.post(address, data=anew()).status_code == 302
    new = db.scalars(select(ServicePoint).filter_by(replaces_id=old.id)).one()
    assert (new.code, new.room, new.height, new.distance) == (old.code, "主卧", 400, None)
    assert client.post(address, data=anew(key="late")).status_code == 422, "the old one was replaced meanwhile"
    page = client.get(f"/engineering/points/{new.id}").text
    assert "装修移位" in page
    assert "客厅" in page, "what it was stays readable"
    shown = client.get(f"/engineering/points/units/{unit.id}?state=standing").text
    assert "主卧" in shown
    assert "客厅" not in shown
    assert "客厅" in client.get(f"/engineering/points/units/{unit.id}?state=replaced").text


def test_a_point_is_gone(sign_in: SignIn, work: Work, estate: Estate, db: Session) -> None:
    unit, client = make.make_unit(estate), sign_in("sunhao")
    point = make_point(unit)
    address = f"/engineering/points/{point.id}/end"
    for wrong in ({"ended_on": "2026-10-01", "reason": "拆除"}, {"ended_on": "2099-01-01", "reason": "拆除"}, {}):
        assert client.post(address, data=wrong).status_code == 422
    assert client.post(address, data={"ended_on": "2026-11-02", "reason": "拆除"}).status_code == 302
    assert client.post(address, data={"ended_on": "2026-11-02", "reason": "拆除"}).status_code == 422
    assert db.scalar(select(func.count()).select_from(PointEnding)) == 1
    assert client.post(f"/engineering/points/{point.id}/replace", data=anew()).status_code == 422
    with work(as_("sunhao")):
        assert standing_of(unit.id) == []
    assert f"/engineering/points/{point.id}/replace" not in client.get(f"/engineering/points/{point.id}").text


def test_a_photo_shows_the_open_wall(sign_in: SignIn, estate: Estate, db: Session) -> None:
    point, client = make_point(make.make_unit(estate)), sign_in("sunhao")
    address = f"/engineering/points/{point.id}/photos"
    assert client.post(address, data={"key": "p"}).status_code == 422
    assert client.post(address, data={"key": "p", "photo": (pdf_file(), "图.pdf")}).status_code == 422
    for _each in range(2):
        assert client.post(address, data={"key": "p", "photo": (picture_file(), "墙.jpg")}).status_code == 302
    photo = db.scalars(select(PointPhoto)).one()
    assert client.get(f"/engineering/points/photos/{photo.id}").mimetype == "image/jpeg"
    assert f"/engineering/points/photos/{photo.id}" in client.get(f"/engineering/points/{point.id}").text


def test_a_form_of_another_unit_makes_nothing(work: Work, estate: Estate) -> None:
    first, second = make.make_unit(estate), make.make_unit(estate)
    line, source = Line(trade=Trade.gas, what="燃气表"), Source(valid_from=DAY)
    with work(as_("sunhao")) as db:
        enter(db.get_one(Unit, first.id), [line], source, "same")
        with pytest.raises(UsedElsewhere):
            enter(db.get_one(Unit, second.id), [line], source, "same")


def test_a_point_of_another_estate_is_not_there(sign_in: SignIn, other_estate: Estate) -> None:
    point = make_ending(make_point(make.make_unit(other_estate))).point_id
    assert sign_in("limin").get(f"/engineering/points/{point}").status_code == 404


@pytest.fixture
def committing(own_company: OwnCompany) -> tuple[Work, Estate]:
    """Units of work of 孙浩."""
    return lambda actor=None: own_company.work(actor or as_("sunhao")), own_company.estate


@pytest.mark.timeout(300)
def test_entered_by_two_at_once_no_code_is_given_twice(committing: tuple[Work, Estate]) -> None:
    work, estate = committing
    unit = make.make_unit(estate)

    def act(key: str) -> Callable[[], str]:
        def enter_two() -> str:
            lines = [Line(trade=Trade.power, what="插座")] * 2
            enter(session().get_one(Unit, unit.id), lines, Source(valid_from=DAY), key)
            return "entered"

        return enter_two

    assert both(work, act("a"), act("b")) == ["entered", "entered"]
    with work() as db:
        assert sorted(db.scalars(select(ServicePoint.serial))) == [1, 2, 3, 4]


@pytest.mark.timeout(300)
def test_replaced_by_two_at_once(committing: tuple[Work, Estate]) -> None:
    work, estate = committing
    point = make_point(make.make_unit(estate))

    def act(room: str) -> Callable[[], str]:
        def move() -> str:
            line = Line(trade=Trade.power, what="插座", room=room)
            replace(get_point(point.id), line, Source(valid_from=DAY), "移位", room)
            return "moved"

        return move

    assert both(work, act("主卧"), act("次卧")) == ["moved", REFUSED]
    with work() as db:
        assert db.scalar(select(func.count()).where(ServicePoint.replaces_id == point.id)) == 1
        assert db.scalar(select(func.count()).select_from(DrawingVersion)) == 0
