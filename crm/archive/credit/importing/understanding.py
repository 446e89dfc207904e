"""How a register's file was understood, as plain data a person can correct: sheet -> heading row, unit, columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypedDict

from flask_babel import gettext as _

from crm.archive.credit.importing.fields import FIELDS, KEYS, WAN, field_for
from crm.errors import DomainError
from crm.workbooks.cells import Cell, Sheet, as_text, letter
from crm.workbooks.columns import ColumnPicture, column_at, expect_heading_row, only_one, samples

HEADING_ROWS = 20  # titles and remarks above the headings are shorter than this
YUAN, TEN_THOUSAND = "yuan", "wan"


class SheetMapping(TypedDict):
    """Heading row 0: the sheet is not read."""

    heading_row: int
    unit: str
    columns: dict[str, str]  # column letter -> field


Mapping = dict[str, SheetMapping]


@dataclass(frozen=True)
class Block:
    """A sheet with its mapping applied. Column indices count from 0."""

    sheet: Sheet
    heading_row: int
    unit: str
    headings: dict[int, str]
    columns: dict[str, int]  # field -> column

    def data(self) -> Iterator[tuple[int, list[Cell]]]:
        """(Excel row number, cells) of every row below the headings that says anything we read."""
        for number, row in enumerate(self.sheet.rows[self.heading_row :], start=self.heading_row + 1):
            if any(column < len(row) and row[column] is not None for column in self.columns.values()):
                yield number, row

    def heading(self, field: str) -> str:
        column = self.columns.get(field)
        return str(FIELDS[field].title) if column is None else self.headings[column]


@dataclass(frozen=True, slots=True)
class SheetPicture:
    """What was understood of a sheet, for the person who checks it."""

    name: str
    heading_row: int
    unit: str
    rows: int
    columns: list[ColumnPicture]


def guess(sheets: list[Sheet]) -> Mapping:
    return {sheet.name: _guessed(sheet, _heading_row(sheet)) for sheet in sheets}


def guess_at(sheet: Sheet, heading_row: int) -> SheetMapping:
    """The mapping of a sheet whose heading row a person has chosen."""
    return _guessed(sheet, heading_row if heading_row <= len(sheet.rows) else 0)


def _guessed(sheet: Sheet, heading_row: int) -> SheetMapping:
    columns: dict[str, str] = {}
    headings = _headings(sheet, heading_row)
    for column, heading in headings.items():
        field = field_for(heading)
        if field and field not in columns.values():
            columns[letter(column)] = field
    unit = next((TEN_THOUSAND for text in headings.values() if field_for(text) == "amount" and WAN in text), YUAN)
    return {"heading_row": heading_row, "unit": unit, "columns": columns}


def _heading_row(sheet: Sheet) -> int:
    """The row that explains most columns; 0 where none has what a register needs."""
    best, score = 0, 0
    for row in range(1, min(HEADING_ROWS, len(sheet.rows)) + 1):
        found = {field_for(text) for text in _headings(sheet, row).values()} - {""}
        if set(KEYS[:2]) <= found and len(found) > score:
            best, score = row, len(found)
    return best


def _headings(sheet: Sheet, heading_row: int) -> dict[int, str]:
    row = sheet.rows[heading_row - 1] if heading_row else []
    return {column: as_text(cell) for column, cell in enumerate(row) if as_text(cell)}


def blocks(sheets: list[Sheet], mapping: Mapping) -> list[Block]:
    """The sheets that are read; raises `DomainError` naming the sheet and what is wrong."""
    wanted = [(sheet, mapping[sheet.name]) for sheet in sheets if sheet.name in mapping]
    read = [_block(sheet, entry) for sheet, entry in wanted if entry["heading_row"]]
    if not read:
        raise DomainError(_("No sheet is read. Say in which row the headings stand, and what the columns are."))
    return read


def _block(sheet: Sheet, wanted: SheetMapping) -> Block:
    row = wanted["heading_row"]
    expect_heading_row(sheet, row)
    places = {column_at(sheet, name): field for name, field in wanted["columns"].items() if field}
    headings = _headings(sheet, row)
    headings |= {column: letter(column) for column in places if column not in headings}
    _check(sheet.name, list(places.values()))
    columns = {field: column for column, field in places.items()}
    unit = TEN_THOUSAND if wanted["unit"] == TEN_THOUSAND else YUAN
    return Block(sheet, row, unit, dict(sorted(headings.items())), columns)


def _check(sheet: str, fields: list[str]) -> None:
    for field, count in Counter(fields).items():
        if field not in FIELDS:
            raise DomainError(_("Sheet “%(sheet)s”: choose what the columns are from the list.", sheet=sheet))
        if count > 1:
            raise only_one(sheet, FIELDS[field].title)
    for key in KEYS:
        if key not in fields:
            raise DomainError(
                _("Sheet “%(sheet)s” needs a column for: %(field)s.", sheet=sheet, field=FIELDS[key].title)
            )


def pictures(sheets: list[Sheet], mapping: Mapping) -> list[SheetPicture]:
    """Also of sheets that are not read, and before the mapping is complete."""
    return [_picture(sheet, mapping[sheet.name]) for sheet in sheets if sheet.name in mapping]


def _picture(sheet: Sheet, wanted: SheetMapping) -> SheetPicture:
    row = wanted["heading_row"]
    data = sheet.rows[row:] if row else []
    columns = [
        ColumnPicture(letter(column), text, wanted["columns"].get(letter(column), ""), samples(data, column))
        for column, text in _headings(sheet, row).items()
    ]
    return SheetPicture(sheet.name, row, wanted["unit"], len(data), columns)


def plain_mapping(value: Any) -> Mapping:
    """A mapping from outside (the database, a form) in the shape this module expects."""
    return {
        str(sheet): {
            "heading_row": int(entry.get("heading_row") or 0),
            "unit": str(entry.get("unit", YUAN)),
            "columns": {str(key): str(field) for key, field in entry.get("columns", {}).items()},
        }
        for sheet, entry in dict(value).items()
    }
