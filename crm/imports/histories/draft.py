"""What an import of a history would do, before anything is stored. No database here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from crm.imports.histories.row import HistoryRow, Standing
from crm.workbooks.registers import Block
from crm.workbooks.rows import Refusal, RowRefused

PART = 1_000  # rows stored at once: a second of the write lock, more or less
Line = TypeVar("Line")
Row = TypeVar("Row", bound=HistoryRow)


@dataclass(kw_only=True)
class Draft(Generic[Line, Row]):
    """`lines` are what is still to be stored: what an earlier try of this import has stored counts as taken. `days`:
    the first and the last of what is taken."""

    lines: list[Line] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    standing_rows: list[Refusal] = field(default_factory=list)
    days: tuple[date, date] | None = None

    # What a feature counts of its own

    def see(self, row: Row) -> None:
        """Any row, whether it is taken or not."""

    def count(self, line: Line) -> None:
        """A row that is taken."""

    def stand(self, row: Row) -> None:
        """A row that stands already."""

    def refuse(self, row: Row) -> None:
        """A row that is refused."""

    # What all have in common

    def fill(
        self,
        rows: Iterator[Row],
        read: Callable[[Row], Line],
        expect_new: Callable[[Row, Line], None],
        stored: Collection[tuple[str, int]],
    ) -> None:
        """`read` raises `RowRefused`, `expect_new` that or `Standing`; `stored`: rows of an earlier try."""
        for row in rows:
            self.see(row)
            is_stored = (row.block.sheet.name, row.number) in stored
            try:
                line = read(row)
                if not is_stored:
                    expect_new(row, line)
            except Standing as standing:
                self.stand(row)
                self.standing_rows.append(standing.args[0])
            except RowRefused as refused:
                self.refuse(row)
                self.refused.append(refused.args[0])
            else:
                self.count(line)
                if not is_stored:
                    self.lines.append(line)

    def reach(self, begins: date, ends: date) -> None:
        """Both inclusive."""
        first, last = self.days or (begins, ends)
        self.days = min(first, begins), max(last, ends)

    def parts(self) -> Iterator[list[Line]]:
        """That can each be stored alone."""
        return (self.lines[start : start + PART] for start in range(0, len(self.lines), PART))

    def result(self) -> dict[str, Any]:
        """As plain data, kept with the import and shown on its page."""
        return {
            "days": [day.isoformat() for day in self.days or ()],
            "refused": [asdict(refusal) for refusal in self.refused],
            "standing_rows": [asdict(refusal) for refusal in self.standing_rows],
        }


def rows_of(kind: type[Row], blocks: Sequence[Block]) -> Iterator[Row]:
    """Without the feet of pages."""
    for block in blocks:
        for number, cells in block.data():
            row = kind(block, number, cells)
            if not row.is_foot:
                yield row
