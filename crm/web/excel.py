"""Excel out: what a list shows, as a workbook people can go on working with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from flask_babel import to_user_timezone

# Text stays text: a name that begins with "=" must not run as a formula at the reader's desk.
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_ROWS = 1_048_575  # below the heading; Excel opens no more
SHEET_TITLE = 31  # characters
WIDTHS = {"text": 18, "long": 40, "number": 10, "money": 14, "area": 11, "date": 16}
PATTERNS = {
    "money": "#,##0.00", "area": "0.00", "date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm", "number": "0",
}  # fmt: skip


def sheet_title(text: str, ending: str = "") -> str:
    """As Excel takes it: without the characters it refuses, 31 of them at most."""
    plain = text.translate(str.maketrans("[]:*?/\\", "       ")).strip(" '") or "-"
    return plain[: SHEET_TITLE - len(ending)] + ending


class Workbook:
    """Written row by row: what was added lies in a file and not in memory. A full sheet is followed by another."""

    def __init__(
        self,
        target: Path | BytesIO,
        title: str,
        headings: Sequence[str],
        kinds: Sequence[str],
        sheet_rows: int = SHEET_ROWS,
    ) -> None:
        """`kinds` name the columns' formats (keys of WIDTHS)."""
        self.book = xlsxwriter.Workbook(target, OPTIONS)
        self.title = title
        self.headings, self.kinds, self.sheet_rows = headings, kinds, sheet_rows
        self.formats = {
            kind: self.book.add_format({"num_format": pattern, "valign": "top"}) for kind, pattern in PATTERNS.items()
        }
        self.plain = self.book.add_format({"valign": "top"})
        self.bold = self.book.add_format({"bold": True, "bottom": 1, "bg_color": "#eef3f2"})
        self.sheets = 0
        self._next_sheet()

    def _next_sheet(self) -> None:
        """With a frozen heading row and a filter."""
        self.sheets += 1
        number = f" {self.sheets}" if self.sheets > 1 else ""
        self.sheet = self.book.add_worksheet(sheet_title(self.title, number))
        for column, kind in enumerate(self.kinds):
            self.sheet.set_column(column, column, WIDTHS[kind])
        self.sheet.write_row(0, 0, self.headings, self.bold)
        self.sheet.freeze_panes(1, 0)
        self.last = 0

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            if self.last == self.sheet_rows:
                self._end_sheet()
                self._next_sheet()
            self.last += 1
            for column, value in enumerate(row):
                kind = "moment" if isinstance(value, datetime) else self.kinds[column]
                _write(self.sheet, self.last, column, value, self.formats.get(kind, self.plain))

    def begin(self, title: str, headings: Sequence[str], kinds: Sequence[str]) -> None:
        """Another table, on a sheet of its own."""
        self._end_sheet()
        self.title, self.headings, self.kinds, self.sheets = title, headings, kinds, 0
        self._next_sheet()

    def _end_sheet(self) -> None:
        self.sheet.autofilter(0, 0, max(self.last, 1), len(self.headings) - 1)

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_fault: object) -> None:
        """Also after a fault: the rows lie in open files."""
        self._end_sheet()
        self.book.close()


def workbook(title: str, headings: Sequence[str], kinds: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A handful of rows in one go."""
    buffer = BytesIO()
    with Workbook(buffer, title, headings, kinds) as book:
        book.add(rows)
    return buffer.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    match value:
        case None | "":
            return
        case bool():
            sheet.write_string(row, column, "✓" if value else "", style)
        case int() | Decimal() | float():
            sheet.write_number(row, column, value, style)
        case datetime():  # in the company's time zone, as on the screen; Excel knows no zones
            sheet.write_datetime(row, column, to_user_timezone(value).replace(tzinfo=None), style)
        case date():
            sheet.write_datetime(row, column, value, style)
        case _:
            sheet.write_string(row, column, str(value), style)
