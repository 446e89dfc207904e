"""What a sheet holds after reading: rows of cells, counted as Excel counts them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell without a usable value: an Excel error such as #N/A, or a formula that was never calculated."""

    code: str

    def __str__(self) -> str:
        return self.code


# A moment is a `datetime` without a zone, and so a `date`, too.
Cell = str | Decimal | date | bool | CellFault | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows[0]` is Excel's row 1, a row's first cell is column A."""

    name: str
    rows: list[list[Cell]]

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)


def letter(column: int) -> str:
    """0 -> A, 26 -> AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_of(name: str) -> int:
    """A -> 0, AA -> 26; raises ValueError for anything but capital letters."""
    if not name.isascii() or not name.isalpha() or not name.isupper() or len(name) > 3:
        raise ValueError(name)
    number = 0
    for character in name:
        number = number * 26 + ord(character) - 64
    return number - 1


def as_text(cell: Cell) -> str:
    """The cell as somebody would write it: 1.0 is 1, a phone number never has an exponent."""
    match cell:
        case None:
            return ""
        case bool():
            return "是" if cell else "否"
        case Decimal():
            return plain_number(cell)
        case _:
            return str(cell).strip()


def plain_number(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
