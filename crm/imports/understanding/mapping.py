"""How a file was understood, as plain data a person can correct: sheet -> kind, heading row, columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypedDict

from flask_babel import gettext as _

from crm.errors import DomainError
from crm.imports.understanding.fields import FIELDS, KEYS, SHEET_TITLES, SheetKind, field_for
from crm.imports.understanding.layout import Layout, find_layout, layout_at
from crm.workbooks.cells import Cell, Sheet, as_text, letter
from crm.workbooks.columns import ColumnPicture, column_at, expect_heading_row, only_one, samples
from crm.workbooks.discretion import shown
from crm.workbooks.headings import ORDINAL_WORDS, REASON_WORDS, plain_heading

NOTES = 60  # how many a picture shows


class SheetMapping(TypedDict):
    kind: str
    heading_row: int
    columns: dict[str, str]  # column letter -> field


Mapping = dict[str, SheetMapping]


@dataclass(frozen=True)
class Block:
    """A sheet with its mapping applied: what drafting reads. Column indices count from 0."""

    sheet: Sheet
    kind: SheetKind
    heading_row: int
    headings: dict[int, str]
    columns: dict[int, str]

    def data(self) -> Iterator[tuple[int, list[Cell]]]:
        """(Excel row number, cells) of every row below the headings that holds anything inside the block."""
        inside = range(min(self.headings, default=0), max(self.headings, default=-1) + 1)
        for number, row in enumerate(self.sheet.rows[self.heading_row :], start=self.heading_row + 1):
            if any(row[column] is not None for column in inside if column < len(row)):
                yield number, row

    def heading(self, field: str) -> str:
        """The heading, as in the file, of the field's first column; the field's title when it has none."""
        found = self.places.get(field)
        return self.headings[found[0]] if found else str(FIELDS[field].title)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Field -> its columns."""
        found: dict[str, list[int]] = {}
        for column, field in sorted(self.columns.items()):
            found.setdefault(field, []).append(column)
        return found

    @cached_property
    def unmapped(self) -> dict[int, str]:
        """Columns of the block that nothing reads; ordinals and our own reason column are none of them."""
        ours = ORDINAL_WORDS | REASON_WORDS
        free = {column: text for column, text in self.headings.items() if column not in self.columns}
        return {column: text for column, text in free.items() if plain_heading(text) not in ours}


@dataclass(frozen=True, slots=True)
class SheetPicture:
    """What was understood of a sheet, for the person who checks it. `notes`: texts beside the data, not read."""

    name: str
    kind: SheetKind
    heading_row: int
    rows: int
    columns: list[ColumnPicture]
    notes: list[str]
    note_count: int


def guess(sheets: list[Sheet]) -> Mapping:
    return {sheet.name: _guess_one(sheet) for sheet in sheets}


def guess_as(sheet: Sheet, kind: SheetKind, heading_row: int) -> SheetMapping:
    """The mapping of a sheet whose kind and heading row a person has chosen."""
    return _mapped(layout_at(sheet, heading_row, kind) if kind is not SheetKind.unknown else Layout(kind, 0, {}))


def _guess_one(sheet: Sheet) -> SheetMapping:
    return _mapped(find_layout(sheet))


def _mapped(layout: Layout) -> SheetMapping:
    columns = {letter(column): field for column, field in _columns(layout).items()}
    return {"kind": layout.kind.value, "heading_row": layout.heading_row, "columns": columns}


def _columns(layout: Layout) -> dict[int, str]:
    """A field that only one column may hold belongs to the first that names it."""
    columns: dict[int, str] = {}
    for column, heading in layout.headings.items():
        field = field_for(heading, layout.kind)
        if field and (field not in columns.values() or FIELDS[field].several):
            columns[column] = field
    return columns


def blocks(sheets: list[Sheet], mapping: Mapping) -> list[Block]:
    """The sheets as `mapping` says; a sheet it does not name is not imported. Raises `DomainError` naming the fault."""
    by_name = {sheet.name: sheet for sheet in sheets}
    for name in mapping:
        if name not in by_name:
            raise DomainError(_("The file has no sheet “%(sheet)s”.", sheet=name))
    return [_block(sheet, mapping.get(sheet.name, _nothing())) for sheet in sheets]


def _nothing() -> SheetMapping:
    return {"kind": SheetKind.unknown.value, "heading_row": 0, "columns": {}}


def _block(sheet: Sheet, wanted: SheetMapping) -> Block:
    kind = _kind(sheet.name, wanted)
    row = wanted["heading_row"]
    if kind is SheetKind.unknown:
        return Block(sheet, kind, 0, {}, {})
    expect_heading_row(sheet, row)
    headings = layout_at(sheet, row, kind).headings
    columns = {column_at(sheet, name): field for name, field in wanted["columns"].items() if field}
    for column in sorted(set(columns) - set(headings)):
        headings[column] = _heading_of(sheet, row, column)
    _check_fields(sheet.name, kind, columns, headings)
    return Block(sheet, kind, row, dict(sorted(headings.items())), columns)


def _kind(sheet: str, wanted: SheetMapping) -> SheetKind:
    try:
        return SheetKind(wanted["kind"])
    except ValueError as error:
        raise DomainError(_("Sheet “%(sheet)s”: choose what it lists.", sheet=sheet)) from error


def _heading_of(sheet: Sheet, row: int, column: int) -> str:
    cells = sheet.rows[row - 1]
    return (as_text(cells[column]) if column < len(cells) else "") or letter(column)


def _check_fields(sheet: str, kind: SheetKind, columns: dict[int, str], headings: dict[int, str]) -> None:
    for column, field in columns.items():
        if field not in FIELDS or kind not in FIELDS[field].kinds:
            text = _(
                "Sheet “%(sheet)s”, column “%(column)s”: this list cannot hold that.",
                sheet=sheet,
                column=headings[column],
            )
            raise DomainError(text)
    for field, count in Counter(columns.values()).items():
        if count > 1 and not FIELDS[field].several:
            raise only_one(sheet, FIELDS[field].title)
    for group in KEYS[kind]:
        if not set(group) & set(columns.values()):
            names = " / ".join(str(FIELDS[field].title) for field in group)
            titles = {"sheet": sheet, "kind": SHEET_TITLES[kind], "fields": names}
            raise DomainError(_("Sheet “%(sheet)s” (%(kind)s) needs a column for: %(fields)s.", **titles))


def picture(block: Block) -> SheetPicture:
    data = [cells for _number, cells in block.data()]
    columns = [
        ColumnPicture(letter(column), text, block.columns.get(column, ""), samples(data, column))
        for column, text in block.headings.items()
    ]
    notes = _notes(block)
    return SheetPicture(block.sheet.name, block.kind, block.heading_row, len(data), columns, notes[:NOTES], len(notes))


def _notes(block: Block) -> list[str]:
    """Texts outside the block, with their place: T7 楼栋编号."""
    notes = []
    for number, row in enumerate(block.sheet.rows, start=1):
        for column, cell in enumerate(row):
            if cell is not None and (column not in block.headings or number < block.heading_row):
                notes.append(f"{letter(column)}{number} {shown(as_text(cell))}")
    return notes


def plain_mapping(value: Any) -> Mapping:
    """A mapping from outside (the database, a form) in the shape this module expects."""
    return {
        str(sheet): {
            "kind": str(entry.get("kind", "")),
            "heading_row": int(entry.get("heading_row") or 0),
            "columns": {str(key): str(field) for key, field in entry.get("columns", {}).items()},
        }
        for sheet, entry in dict(value).items()
    }
