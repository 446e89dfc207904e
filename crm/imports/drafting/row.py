"""One row of a sheet: its cells by field, and the list of what is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from flask_babel import gettext as _

from crm.identity import mask_id_number
from crm.imports.drafting.draft import Refusal
from crm.imports.understanding.mapping import Block
from crm.workbooks import readers
from crm.workbooks.cells import Cell, as_text
from crm.workbooks.discretion import shown
from crm.workbooks.readers import Wrong


class RowRefused(Exception):
    """Nothing of the row is taken; the refusal stands in the report."""


class Row:
    def __init__(self, block: Block, number: int, cells: list[Cell], report: list[Refusal]) -> None:
        self.block, self.number, self._cells, self._report = block, number, cells, report

    @cached_property
    def where(self) -> str:
        return str(_("sheet “%(sheet)s”, row %(row)s", sheet=self.block.sheet.name, row=self.number))

    def has(self, field: str) -> bool:
        """Whether the sheet has such a column."""
        return field in self.block.places

    def columns(self, field: str) -> list[int]:
        return self.block.places.get(field, [])

    def at(self, column: int) -> Cell:
        return self._cells[column] if column < len(self._cells) else None

    def cell(self, field: str) -> Cell:
        """The field's first cell that holds anything."""
        for column in self.columns(field):
            if (cell := self.at(column)) is not None:
                return cell
        return None

    def read(self, field: str, reader: Callable[[Cell], Any]) -> Any:
        """The meaning of the cell; None when it is empty, says "not known", or is refused."""
        try:
            return readers.meaning(self.cell(field), reader)
        except Wrong as wrong:
            self.refuse(field, str(wrong))
            return None

    def text(self, field: str) -> str:
        return self.read(field, readers.known_text) or ""

    def said(self, readers: Mapping[str, Callable[[Cell], Any]]) -> dict[str, Any]:
        """Field -> meaning of every cell that says something."""
        found = {field: self.read(field, reader) for field, reader in readers.items() if field in self.block.places}
        return {field: value for field, value in found.items() if value is not None and value != ""}

    def refuse(self, field: str, reason: str, value: str | None = None, *, whole: bool = False) -> None:
        text = as_text(self.cell(field)) if value is None else value
        said = mask_id_number(text) if field == "id_number" and text else shown(text)
        heading = self.block.heading(field)
        self._report.append(Refusal(self.block.sheet.name, self.number, heading, said, reason, whole))

    def refused(self, field: str, reason: str, value: str | None = None) -> RowRefused:
        """`raise row.refused(…)`: the row is out, the report says why."""
        self.refuse(field, reason, value, whole=True)
        return RowRefused()

    @property
    def empty(self) -> bool:
        """Whether nothing that we read stands in it."""
        return all(self.at(column) is None for column in self.block.columns)
