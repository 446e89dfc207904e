"""One row of a register: its cells by field, read in every spelling, refused by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm import identity
from crm.workbooks import readers
from crm.workbooks.cells import Cell, as_text
from crm.workbooks.discretion import discreet, shown
from crm.workbooks.readers import Wrong
from crm.workbooks.registers import Block

NUMBERS = ("credit_code", "id_number")  # kept as they stand
SUMS = ("合计", "总计", "小计", "本页合计", "total")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not taken, named as in the file; numbers of persons masked."""

    sheet: str
    row: int
    column: str
    value: str
    reason: str


class RowRefused(Exception):
    """Nothing of the row is taken; the refusal says why."""


class Row:
    def __init__(self, block: Block, number: int, cells: list[Cell]) -> None:
        self.block, self.number, self._cells = block, number, cells

    def cell(self, field: str) -> Cell:
        column = self.block.columns.get(field)
        return self._cells[column] if column is not None and column < len(self._cells) else None

    def refusal(self, field: str, reason: str) -> Refusal:
        text = as_text(self.cell(field))
        masked = identity.mask_id_number(text) if field == "id_number" and text else shown(text)
        return Refusal(self.block.sheet.name, self.number, self.block.heading(field), masked, reason)

    def read(self, field: str, reader: Callable[[Cell], Any]) -> Any:
        """The meaning of the cell, None when it says nothing; raises `RowRefused` with the refusal."""
        try:
            return readers.meaning(self.cell(field), reader)
        except Wrong as wrong:
            raise self.out(field, str(wrong)) from wrong

    def out(self, field: str, reason: str) -> RowRefused:
        """`raise row.out(…)`."""
        return RowRefused(self.refusal(field, reason))

    def text(self, field: str) -> str:
        """Without the ID numbers that people write anywhere, except where one belongs."""
        text = self.read(field, readers.known_text) or ""
        return text if field in NUMBERS else discreet(text)

    def day(self, field: str) -> date | None:
        found: date | None = self.read(field, readers.day)
        return found

    def is_sum(self, *fields: str) -> bool:
        """Whether one of these, or the row's first cell, says 合计: the foot of a page is no row."""
        cells = [next((cell for cell in self._cells if cell is not None), None), *map(self.cell, fields)]
        return any(isinstance(cell, str) and "".join(cell.split()).casefold() in SUMS for cell in cells)
