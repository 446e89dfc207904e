"""Bytes of a stranger: everything that is no table is refused with one clear sentence."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter

from crm.errors import Unreadable
from crm.workbooks import parser, process
from crm.workbooks.cells import CellFault, as_text, column_of, letter
from crm.workbooks.process import read
from tests.imports.workbooks import workbook

OLE = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600


def packed(**entries: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def stream(name: str) -> bytes:
    return OLE + name.encode("utf-16-le") + b"\0\0"


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "empty"),
        (b"   \r\n", "empty"),
        (b"\0\1\2 binary", "no table"),
        (b"%PDF-1.7 ...", "no table"),
        (b"<html><table><tr><td>1</td></tr></table>", "web page"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "web page"),
        (b"\xff\xfe1\x00,\x002\x00", "UTF-8"),
        (workbook({"a": [["房号"]]})[:300], "damaged"),
        (packed(**{"word__document.xml": b"<w/>"}), "Word"),
        (packed(**{"a.txt": b"x"}), "no Excel workbook"),
        (packed(**{"content.xml": b"x"}), "xlsx"),
        (packed(**{"xl__workbook.xml": b"<not xml"}), "damaged"),
        (packed(**{"xl__workbook.xml": b"0" * 40_000_000}), "too large"),
        (packed(**{f"xl__{number}": b"" for number in range(201)}), "parts"),
        (stream("EncryptedPackage"), "password"),
        (stream("WordDocument"), "Word"),
        (stream("Workbook"), "damaged"),
        (OLE, "no table"),
        (workbook({"空": []}), "no data"),
        ("房号\n101\n".encode() + b"\xff", "neither UTF-8 nor GB18030"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, part: str) -> None:
    with pytest.raises(Unreadable, match=part):
        read(content, "x")


def test_a_bomb_is_refused_by_its_directory() -> None:
    bomb = packed(**{"xl__workbook.xml": b"<x/>", "xl__worksheets__sheet1.xml": b"\0" * 70_000_000})
    assert len(bomb) < 100_000
    with pytest.raises(Unreadable, match="too large"):
        read(bomb, "x")


def test_a_sheet_with_one_cell_in_the_far_corner_ends_the_child_only() -> None:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer)
    book.add_worksheet("a").write(1_048_575, 16_383, "x")
    book.close()
    with pytest.raises(Unreadable):
        read(buffer.getvalue(), "x")


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unreadable, match="more than"):
        read(b"a,b\n" * (parser.ROW_LIMIT + 1), "x")


def test_a_child_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "SECONDS", 0.001)
    with pytest.raises(Unreadable, match="too long"):
        read(workbook({"a": [["房号"]]}), "x")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_in_every_encoding_and_with_every_delimiter(encoding: str, mark: str) -> None:
    text = mark.join(["房号", "姓名"]) + "\r\n" + mark.join(["0101", f'"张{mark}三"']) + "\r\n"
    (found,) = read(text.encode(encoding), "某小区")
    assert (found.name, found.rows) == ("某小区", [["房号", "姓名"], ["0101", f"张{mark}三"]])


def test_numbers_stand_for_text_without_point_or_exponent() -> None:
    (found,) = read(workbook({"a": [["x", 1.0, 18999999999.0, 94.56, 1e22, "007", True, ""]]}), "x")
    assert [as_text(cell) for cell in found.rows[0]] == [
        "x", "1", "18999999999", "94.56", "10000000000000000000000", "007", "是",
    ]  # fmt: skip
    assert found.rows[0][3] == Decimal("94.56")


def test_errors_and_uncalculated_formulas_are_faults_not_blanks() -> None:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("a & b")
    sheet.write_formula(0, 0, '="a"&"b"', None, "ab")
    sheet.write_formula(0, 1, "=1/0", None, "#DIV/0!")
    sheet.write_formula(1, 3, "=1+1", None, "")
    book.close()
    (found,) = read(buffer.getvalue(), "x")
    assert found.rows[0][:2] == ["ab", CellFault("#DIV/0!")]
    assert found.rows[1][3] == CellFault("formula")


def test_letters() -> None:
    assert [letter(number) for number in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert all(column_of(letter(number)) == number for number in range(2000))
    with pytest.raises(ValueError, match="a1"):
        column_of("a1")
