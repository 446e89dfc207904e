"""How a register's file was understood, as plain data a person can correct: sheet -> heading row, unit, columns.

A register is a list with its headings in one row; what its columns may hold, `Fields` say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, TypedDict

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from crm.errors import DomainError
from crm.workbooks.cells import Cell, Sheet, as_text, letter
from crm.workbooks.columns import ColumnPicture, column_at, expect_heading_row, only_one, samples
from crm.workbooks.fields import Fields

HEADING_ROWS = 20  # titles and remarks above the headings are shorter than this
YUAN, TEN_THOUSAND = "yuan", "wan"
WAN = "万"  # in the heading of the sums


class SheetMapping(TypedDict):
    """Heading row 0: the sheet is not read."""

    heading_row: int
    unit: str
    columns: dict[str, str]  # column letter -> field


Mapping = dict[str, SheetMapping]


@dataclass(frozen=True)
class Block:
    """A sheet with its mapping applied. Column indices count from 0."""

    fields: Fields
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
        return str(self.fields.fields[field].title) if column is None else self.headings[column]


@dataclass(frozen=True, slots=True)
class SheetPicture:
    """What was understood of a sheet, for the person who checks it."""

    name: str
    heading_row: int
    unit: str
    rows: int
    columns: list[ColumnPicture]


def guess(fields: Fields, sheets: list[Sheet]) -> Mapping:
    return {sheet.name: _guessed(fields, sheet, _heading_row(fields, sheet)) for sheet in sheets}


def _guessed_at(fields: Fields, sheet: Sheet, heading_row: int) -> SheetMapping:
    """The mapping of a sheet whose heading row a person has chosen."""
    return _guessed(fields, sheet, heading_row if heading_row <= len(sheet.rows) else 0)


def corrected(fields: Fields, sheets: list[Sheet], before: Mapping, wanted: Mapping) -> Mapping:
    """What a person sent back; a sheet whose heading row was changed has its columns found anew."""
    return {sheet.name: _corrected(fields, sheet, before[sheet.name], wanted.get(sheet.name)) for sheet in sheets}


def _corrected(fields: Fields, sheet: Sheet, before: SheetMapping, wanted: SheetMapping | None) -> SheetMapping:
    if wanted is None:
        return before
    same = wanted["heading_row"] == before["heading_row"]
    return wanted if same else _guessed_at(fields, sheet, wanted["heading_row"])


def _guessed(fields: Fields, sheet: Sheet, heading_row: int) -> SheetMapping:
    columns: dict[str, str] = {}
    headings = _headings(sheet, heading_row)
    for column, heading in headings.items():
        field = fields.field_for(heading)
        if field and field not in columns.values():
            columns[letter(column)] = field
    in_wan = any(WAN in text for text in headings.values() if fields.sums and fields.field_for(text) == fields.sums)
    return {"heading_row": heading_row, "unit": TEN_THOUSAND if in_wan else YUAN, "columns": columns}


def _heading_row(fields: Fields, sheet: Sheet) -> int:
    """The row that explains most columns; 0 where none has what a register needs."""
    best, score = 0, 0
    for row in range(1, min(HEADING_ROWS, len(sheet.rows)) + 1):
        found = {fields.field_for(text) for text in _headings(sheet, row).values()} - {""}
        if set(fields.marks) <= found and len(found) > score:
            best, score = row, len(found)
    return best


def _headings(sheet: Sheet, heading_row: int) -> dict[int, str]:
    row = sheet.rows[heading_row - 1] if heading_row else []
    return {column: as_text(cell) for column, cell in enumerate(row) if as_text(cell)}


def blocks(fields: Fields, sheets: list[Sheet], mapping: Mapping) -> list[Block]:
    """The sheets that are read; raises `DomainError` naming the sheet and what is wrong."""
    wanted = [(sheet, mapping[sheet.name]) for sheet in sheets if sheet.name in mapping]
    read = [_block(fields, sheet, entry) for sheet, entry in wanted if entry["heading_row"]]
    if not read:
        raise DomainError(_("No sheet is read. Say in which row the headings stand, and what the columns are."))
    return read


def _block(fields: Fields, sheet: Sheet, wanted: SheetMapping) -> Block:
    row = wanted["heading_row"]
    expect_heading_row(sheet, row)
    places = {column_at(sheet, name): field for name, field in wanted["columns"].items() if field}
    headings = _headings(sheet, row)
    headings |= {column: letter(column) for column in places if column not in headings}
    _check(fields, sheet.name, list(places.values()))
    columns = {field: column for column, field in places.items()}
    unit = TEN_THOUSAND if wanted["unit"] == TEN_THOUSAND else YUAN
    return Block(fields, sheet, row, unit, dict(sorted(headings.items())), columns)


def _check(fields: Fields, sheet: str, chosen: list[str]) -> None:
    for field, count in Counter(chosen).items():
        if field not in fields.fields:
            raise DomainError(_("Sheet “%(sheet)s”: choose what the columns are from the list.", sheet=sheet))
        if count > 1:
            raise only_one(sheet, fields.fields[field].title)
    for key in fields.keys:
        if key not in chosen:
            title = fields.fields[key].title
            raise DomainError(_("Sheet “%(sheet)s” needs a column for: %(field)s.", sheet=sheet, field=title))


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


def mapped(sheets: list[Sheet], mapping: Mapping) -> dict[str, Any]:
    """The mapping with the picture of each sheet, as it is kept and shown."""
    seen = {picture.name: asdict(picture) for picture in pictures(sheets, mapping)}
    return {name: {**entry, "seen": seen[name]} for name, entry in mapping.items()}


def understood(kept: dict[str, Any]) -> list[SheetPicture]:
    """What the person checks before anything is written."""
    return [_seen(entry["seen"]) for entry in kept.values()]


def _seen(seen: dict[str, Any]) -> SheetPicture:
    return SheetPicture(**(seen | {"columns": [ColumnPicture(**column) for column in seen["columns"]]}))


def sent_mapping(sent: MultiDict[str, str]) -> Mapping:
    """Fields `<sheet number>-name`, `-row`, `-unit` and `-column-<letter>`, as the page names them."""
    sheets = dict[str, Any]()
    for number in range(sent.get("sheets", 0, type=int)):
        start = f"{number}-column-"
        sheets[sent.get(f"{number}-name", "")] = {
            "heading_row": sent.get(f"{number}-row", 0, type=int),
            "unit": sent.get(f"{number}-unit", YUAN),
            "columns": {
                key.removeprefix(start): field for key, field in sent.items() if key.startswith(start) and field
            },
        }
    return plain_mapping(sheets)


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
