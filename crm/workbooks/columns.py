"""The columns of a sheet as a person sees and corrects them, whatever they are read as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from crm.errors import DomainError
from crm.workbooks.cells import Cell, Sheet, as_text, column_of
from crm.workbooks.discretion import shown

SAMPLES = 3  # of a column's values
SAMPLED = 200  # rows they are taken from


@dataclass(frozen=True, slots=True)
class ColumnPicture:
    """What was understood of a column: the field it is read as, "" for none."""

    letter: str
    heading: str
    field: str
    samples: list[str]


def samples(rows: Sequence[list[Cell]], column: int) -> list[str]:
    """The first values, each once, without anybody's number."""
    cells = (row[column] for row in rows[:SAMPLED] if column < len(row))
    found = dict.fromkeys(text for cell in cells if (text := shown(as_text(cell))))
    return list(found)[:SAMPLES]


def column_at(sheet: Sheet, name: str) -> int:
    """A -> 0; raises `DomainError` for a column that the sheet does not have."""
    try:
        column = column_of(name)
    except ValueError:
        column = sheet.width
    if column >= sheet.width:
        raise DomainError(_("Sheet “%(sheet)s” has no column %(column)s.", sheet=sheet.name, column=name))
    return column


def expect_heading_row(sheet: Sheet, row: int) -> None:
    """Raises `DomainError` for a row that the sheet does not have."""
    last = len(sheet.rows)
    if not 1 <= row <= last:
        raise DomainError(
            _("Sheet “%(sheet)s”: the heading row must lie between 1 and %(last)s.", sheet=sheet.name, last=last)
        )


def only_one(sheet: str, field: object) -> DomainError:
    """`raise only_one(…)` for a field that was chosen twice."""
    return DomainError(
        _("Sheet “%(sheet)s”: “%(field)s” is chosen for two columns; only one can hold it.", sheet=sheet, field=field)
    )
