"""The child process: a file on standard input becomes JSON on standard output. Imports nothing of ours.

A cell is a text whose first letter is its kind: s text, n number, d day or moment, b truth, e error; null is empty.
"""

from __future__ import annotations

import csv
import json
import re
import resource
import sys
from datetime import date, datetime, time, timedelta
from html import unescape
from io import BytesIO, StringIO
from itertools import islice
from typing import Any
from zipfile import ZipFile

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

MEMORY = 1024 * 1024 * 1024
SECONDS = 60
ROW_LIMIT = 200_000
CELL_LIMIT = 12_000_000
UNCALCULATED = "formula"
CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
VALUE = re.compile(rb"<v[^>]*>(.+?)</v>", re.DOTALL)
FORMULA = re.compile(rb"<f\b")
SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")


class Refused(Exception):
    """The word the parent turns into a sentence."""


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(form: str, content: bytes) -> dict[str, Any]:
    try:
        return {"sheets": table(content) if form == "csv" else workbook(content)}
    except Refused as refused:
        return {"refused": str(refused)}
    except MemoryError:
        return {"refused": "size"}


def table(content: bytes) -> list[dict[str, Any]]:
    text = decoded(content)
    csv.field_size_limit(1_000_000)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter(text))
    try:
        rows = [["s" + cell if cell.strip() else None for cell in row] for row in islice(reader, ROW_LIMIT + 1)]
    except csv.Error as error:
        raise Refused("damaged") from error
    return [{"name": "", "rows": checked(rows)}]


def decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("encoding")


def delimiter(text: str) -> str:
    """The one of comma, tab and semicolon that most of the first lines share; what stands in quotes does not count."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text.splitlines()[:20]]
    return max(",\t;", key=lambda mark: (sum(mark in line for line in lines), sum(line.count(mark) for line in lines)))


def checked(rows: list[list[str | None]]) -> list[list[str | None]]:
    if len(rows) > ROW_LIMIT:
        raise Refused("rows")
    return rows


def workbook(content: bytes) -> list[dict[str, Any]]:
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets: list[dict[str, Any]] = [
            {"name": name, "rows": cells(book.get_sheet_by_name(name))} for name in worksheets(book)
        ]
    except PasswordError as error:
        raise Refused("password") from error
    except (CalamineError, OSError, ValueError) as error:
        raise Refused("damaged") from error
    if content.startswith(b"PK"):
        mark_faults(content, {sheet["name"]: sheet["rows"] for sheet in sheets})
    return sheets


def worksheets(book: Any) -> list[str]:
    return [sheet.name for sheet in book.sheets_metadata if str(sheet.typ).endswith("WorkSheet")]


def cells(sheet: Any) -> list[list[str | None]]:
    if sheet.total_height > ROW_LIMIT:
        raise Refused("rows")
    if sheet.total_height * sheet.total_width > CELL_LIMIT:
        raise Refused("size")
    return [[cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]


def cell(value: Any) -> str | None:
    kind = type(value)
    if kind is str:
        return "s" + value if value.strip() else None
    if kind is float or kind is int:
        return f"n{value!r}"
    if kind is bool:
        return f"b{int(value)}"
    if kind is date or kind is datetime:
        return moment(value) if value.year >= 1000 else f"s{value}"
    return f"s{value}" if isinstance(value, (time, timedelta)) else None


def moment(value: Any) -> str:
    """A day; with its time of day, to the second, where it has one: Excel's fractions of days miss it by a little."""
    if isinstance(value, datetime):
        value = (value + timedelta(milliseconds=500)).replace(microsecond=0)
        if value.time() != time.min:
            return f"d{value:%Y-%m-%dT%H:%M:%S}"
    return f"d{value:%Y-%m-%d}"


def mark_faults(content: bytes, sheets: dict[str, list[list[str | None]]]) -> None:
    """Calamine reads an error and a formula never calculated as empty; they must not pass as nothing."""
    archive = ZipFile(BytesIO(content))
    for name, part in parts(archive).items():
        if name in sheets and part in archive.NameToInfo:
            mark_sheet(archive.read(part), sheets[name])


def parts(archive: ZipFile) -> dict[str, str]:
    """Sheet name -> its part in the archive."""
    if "xl/workbook.xml" not in archive.NameToInfo or "xl/_rels/workbook.xml.rels" not in archive.NameToInfo:
        return {}
    relations = RELATION.findall(archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace"))
    targets = {attribute(tag, "Id"): attribute(tag, "Target") for tag in relations}
    tags = SHEET.findall(archive.read("xl/workbook.xml").decode("utf-8", "replace"))
    return {attribute(tag, "name"): part_of(targets.get(attribute(tag, r"\w+:id"), "")) for tag in tags}


def part_of(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


def mark_sheet(xml: bytes, rows: list[list[str | None]]) -> None:
    if b't="e"' not in xml and b"<f" not in xml:
        return
    for found in CELL.finditer(xml):
        fault = fault_of(found[1], found[2] or b"")
        place = PLACE.search(found[1]) if fault else None
        if place:
            put(rows, int(place[2]) - 1, column_of(place[1].decode()), fault)


def fault_of(attributes: bytes, inside: bytes) -> str:
    value = VALUE.search(inside)
    if b't="e"' in attributes:
        return value[1].decode("utf-8", "replace") if value else "#N/A"
    return UNCALCULATED if FORMULA.search(inside) and not value else ""


def put(rows: list[list[str | None]], row: int, column: int, fault: str) -> None:
    """Calamine leaves trailing faults out of the sheet's size; the row may have to grow."""
    if row >= ROW_LIMIT or column >= 1000:
        return
    rows.extend([] for _ in range(row + 1 - len(rows)))
    rows[row].extend([None] * (column + 1 - len(rows[row])))
    rows[row][column] = "e" + fault


def column_of(name: str) -> int:
    number = 0
    for character in name:
        number = number * 26 + ord(character) - 64
    return number - 1


if __name__ == "__main__":
    limit()
    json.dump(main(sys.argv[1], sys.stdin.buffer.read()), sys.stdout, ensure_ascii=True)
