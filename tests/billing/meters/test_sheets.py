"""Reading sheets: out with what was read before, in again row by row; what is refused comes back alone."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from crm.billing.meters.models import MeterReading, ReadingKind, ReadingSheet, SheetState
from tests import factories as make
from tests.billing.making import make_meter, make_reading


@pytest.fixture
def supervisor(sign_in):
    return sign_in("zhengkai")


@pytest.fixture
def meter(estate):
    return make_meter(estate, make.make_unit(estate, "3-1-502"), "100", number="00123")


def book(*rows):
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def send(client, estate, content, name="抄表.xlsx"):
    typed = {"estate_id": estate.id, "kind": "water", "read_on": "2026-01-20", "file": (BytesIO(content), name)}
    return client.post("/billing/meters/sheets/new", data=typed)


def cells(content):
    return [list(row) for row in openpyxl.load_workbook(BytesIO(content)).active.iter_rows(values_only=True)]


def test_out_filled_in_and_back(supervisor, estate, meter, db):
    make_reading(meter, "112.5", date(2026, 1, 5))
    out = supervisor.get(f"/billing/meters/rounds/{estate.id}/sheet.xlsx?kind=water&building={meter.building_id}")
    head, row = cells(out.data)
    assert row[:5] == ["00123", "3-1-502", 112.5, datetime(2026, 1, 5), None]
    row[4] = 120
    sent = send(supervisor, estate, book(head, row))
    assert sent.status_code == 302, sent.text
    assert "7.5" in supervisor.get(sent.location).text
    assert db.scalars(select(MeterReading).where(MeterReading.value == Decimal(120))).all() == []
    assert supervisor.post(f"{sent.location}/store", data={"version": 1}).status_code == 302
    reading = db.scalars(select(MeterReading).where(MeterReading.value == Decimal(120))).one()
    assert (reading.read_on, reading.kind) == (date(2026, 1, 20), ReadingKind.regular)
    assert supervisor.post(f"{sent.location}/store", data={"version": 2}).status_code == 422


def test_each_refused_row_says_why_and_comes_back_alone(supervisor, estate, meter, db):
    make_meter(estate, make.make_unit(estate), "5", number="B-2", removed_on=date(2026, 1, 1))
    rows = [
        ["表号", "本次读数", "抄表日期", "过零", "估读", "备注"],
        ["00123", 109, "2026-01-19", "", "是", "门外估读"],
        ["00123", 110, None, None, None, None],
        ["X-9", 5, None, None, None, None],
        ["B-2", 9, None, None, None, None],
        ["", 9, None, None, None, None],
        ["00123", "abc", None, None, None, None],
        ["00123", 5, "2026-02-31", None, None, None],
        ["00124", None, None, None, None, None],
    ]
    sent = send(supervisor, estate, book(*rows))
    sheet = db.scalars(select(ReadingSheet)).one()
    assert sheet.result["counts"] == {"good": 1, "odd": 0, "stands": 0, "refused": 6, "blank": 1}
    assert [row["row"] for row in sheet.result["refused"]] == [3, 4, 5, 6, 7, 8]
    assert supervisor.get(sent.location).status_code == 200
    refused = cells(supervisor.get(f"{sent.location}/refused.xlsx").data)
    assert [row[1] for row in refused[1:]] == ["00123", "X-9", "B-2", None, "00123", "00123"]
    supervisor.post(f"{sent.location}/store", data={"version": sheet.version})
    db.expire_all()
    reading = db.scalars(select(MeterReading).where(MeterReading.value == Decimal(109))).one()
    assert (reading.kind, reading.note, reading.read_on) == (ReadingKind.estimated, "门外估读", date(2026, 1, 19))
    assert sheet.state is SheetState.done


def test_odd_ones_are_stored_and_marked_and_sent_twice_is_nothing(supervisor, estate, meter, db):
    content = book(["表号", "读数"], ["00123", 90])
    sent = send(supervisor, estate, content)
    assert "tone-orange" in supervisor.get(sent.location).text
    supervisor.post(f"{sent.location}/store", data={"version": 1})
    send(supervisor, estate, content)
    again = db.scalars(select(ReadingSheet).order_by(ReadingSheet.id.desc())).first()
    assert (again.result["counts"]["good"], again.result["counts"]["stands"]) == (0, 1)
    assert db.scalars(select(MeterReading).where(MeterReading.value == Decimal(90))).one()


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.xlsx"), (b"PK-nothing", "a.xlsx"), ("名称,数量\nA,1\n".encode(), "a.csv")],
    ids=["empty", "damaged", "other headings"],
)
def test_what_is_no_sheet(supervisor, estate, db, content, name):
    page = send(supervisor, estate, content, name)
    assert page.status_code == 422
    assert "file-error" in page.text
    assert db.scalars(select(ReadingSheet)).all() == []


def test_a_whole_estate_costs_as_many_queries_as_one(supervisor, estate, meter, queries):
    address = f"/billing/meters/rounds/{estate.id}/sheet.xlsx?kind=water"
    supervisor.get(address)
    with queries() as one:
        supervisor.get(address)
    for _ in range(4):
        make_meter(estate, make.make_unit(estate))
    with queries() as five:
        supervisor.get(address)
    assert len(one) == len(five)
