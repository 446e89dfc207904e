"""The workbook of refused rows: the reason first, then the row as it stands in the file, ready to be sent again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, NamedTuple, Protocol

import xlsxwriter
from flask import Response
from flask_babel import gettext as _

from crm.web.download import attachment
from crm.web.excel import MEDIA_TYPE, OPTIONS, WIDTHS, sheet_title
from crm.workbooks.cells import Cell, CellFault, Sheet
from crm.workbooks.headings import REASON_WORDS, plain_heading

Reasons = dict[int, list[str]]  # Excel row -> reasons


class Days(NamedTuple):
    """How they are written."""

    day: Any
    moment: Any


class Listed(Protocol):
    """A sheet with the headings of its data, by column."""

    @property
    def sheet(self) -> Sheet: ...

    @property
    def headings(self) -> dict[int, str]: ...


def sent_back(blocks: Sequence[Listed], refused: list[dict[str, Any]], name: str) -> Response:
    """The workbook as a download under the name of the file that was sent."""
    stem = name.rpartition(".")[0] or name
    return attachment(refused_workbook(blocks, refused), f"{stem}.xlsx", MEDIA_TYPE)


def refused_workbook(blocks: Sequence[Listed], refused: list[dict[str, Any]]) -> bytes:
    """One sheet for each sheet with refused rows, under its name as far as Excel allows it.

    ID numbers stand in clear, as in the file.
    """
    reasons = _by_sheet(refused)
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, OPTIONS)
    heading = book.add_format({"bold": True, "bottom": 1})
    days = Days(*(book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm")))
    concerned = [block for block in blocks if block.sheet.name in reasons]
    for title, block in zip(_titles(concerned), concerned, strict=True):
        _write_sheet(book.add_worksheet(title), block, reasons[block.sheet.name], heading, days)
    book.close()
    return buffer.getvalue()


def _titles(blocks: Sequence[Listed]) -> list[str]:
    """Two that differ in what Excel refuses, or in case alone, are numbered."""
    titles = dict[str, str]()  # as Excel compares them -> as they are written
    for block in blocks:
        title, number = sheet_title(block.sheet.name), 1
        while title.casefold() in titles:
            number += 1
            title = sheet_title(block.sheet.name, f" {number}")
        titles[title.casefold()] = title
    return list(titles.values())


def _by_sheet(refused: list[dict[str, Any]]) -> dict[str, Reasons]:
    found: dict[str, Reasons] = defaultdict(lambda: defaultdict(list))
    for entry in refused:
        found[entry["sheet"]][entry["row"]].append(f"{entry['column']}: {entry['reason']}")
    return found


def _write_sheet(sheet: Any, block: Listed, reasons: Reasons, heading: Any, days: Days) -> None:
    headings = {  # without ours of the last time; a file may have a column of its own that is called 原因
        column: text for column, text in block.headings.items() if column or plain_heading(text) not in REASON_WORDS
    }
    sheet.set_column(0, 0, WIDTHS["long"])
    sheet.write_row(0, 0, [_("Why refused"), *headings.values()], heading)
    for line, (number, why) in enumerate(sorted(reasons.items()), start=1):
        row = block.sheet.rows[number - 1]
        sheet.write_string(line, 0, "\n".join(why))
        for place, column in enumerate(headings, start=1):
            _write(sheet, line, place, row[column] if column < len(row) else None, days)
    sheet.freeze_panes(1, 0)


def _write(sheet: Any, line: int, place: int, cell: Cell, days: Days) -> None:
    match cell:
        case None | CellFault():
            return
        case bool():
            sheet.write_boolean(line, place, cell)
        case Decimal():
            sheet.write_number(line, place, cell)
        case datetime():
            sheet.write_datetime(line, place, cell, days.moment)
        case date():
            sheet.write_datetime(line, place, cell, days.day)
        case _:
            sheet.write_string(line, place, cell)
