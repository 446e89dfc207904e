"""Excel out: what a list shows, as a workbook people can go on working with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

# Text stays text: a name that begins with "=" must not run as a formula at the reader's desk.
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = {"text": 18, "long": 40, "number": 10, "money": 14, "area": 11, "date": 12}


def workbook(title: str, headings: Sequence[str], kinds: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet with a frozen heading row and a filter; `kinds` name the columns' formats (keys of WIDTHS)."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, OPTIONS)
    sheet = book.add_worksheet(title[:31].translate(str.maketrans("[]:*?/\\", "       ")))
    formats = {
        kind: book.add_format({"num_format": pattern, "valign": "top"})
        for kind, pattern in {"money": "#,##0.00", "area": "0.00", "date": "yyyy-mm-dd", "number": "0"}.items()
    }
    plain = book.add_format({"valign": "top"})
    for column, kind in enumerate(kinds):
        sheet.set_column(column, column, WIDTHS[kind])
    sheet.write_row(0, 0, headings, book.add_format({"bold": True, "bottom": 1, "bg_color": "#eef3f2"}))
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write(sheet, last, column, value, formats.get(kinds[column], plain))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(last, 1), len(headings) - 1)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    match value:
        case None | "":
            return
        case bool():
            sheet.write_string(row, column, "✓" if value else "", style)
        case int() | Decimal() | float():
            sheet.write_number(row, column, value, style)
        case datetime() | date():
            sheet.write_datetime(row, column, value, style)
        case _:
            sheet.write_string(row, column, str(value), style)
