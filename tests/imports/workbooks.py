"""Small workbooks as companies send them, and the two real ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from crm.imports.drafting.draft import Draft
from crm.imports.drafting.drafter import draft, estate_names
from crm.imports.drafting.people import Tools
from crm.imports.drafting.present import Present
from crm.imports.understanding.mapping import Block, blocks, guess
from crm.workbooks.cells import Cell, Sheet
from crm.workbooks.process import read
from tests.imports.replicas import told_again

DATA = Path(__file__).parents[2].parent / "shared" / "data"


def outside(name: str) -> Path:
    """A workbook as an outside company fills it in: the real file where it lies beside the checkout."""
    real = DATA / name
    return real if real.exists() else told_again(name)


ESTATE, ROOMS = outside("microcommunity-estate.xlsx"), outside("microcommunity-rooms.xlsx")
TODAY = date(2026, 11, 24)
VALID_IDS = ("110101199003071233", "11010119900307395X")
HEADINGS = ["楼号", "单元", "房间", "建筑面积", "房屋状态", "业主名称", "性别", "手机号", "身份证号", "业主类型"]


def workbook(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()


def rooms(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS) -> bytes:
    return workbook({"资产信息": [headings, *rows]})


def sheet(*rows: list[Cell], name: str = "Sheet1") -> Sheet:
    return Sheet(name, list(rows))


def understood(content: bytes) -> list[Block]:
    sheets = read(content, "某小区")
    return blocks(sheets, guess(sheets))


def drafted(content: bytes, present: Present | None = None, estate: str = "") -> Draft:
    found = understood(content)
    names, touched = estate_names(found, estate, "某小区")
    presents = {name: present or Present() for name in touched}
    return draft(found, names, presents, Tools(lambda number: f"#{number}", TODAY))


def refusals(result: Draft) -> list[tuple[int, str, str]]:
    return [(entry.row, entry.column, entry.value) for entry in result.refused]
