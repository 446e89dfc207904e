"""Where a sheet's headings and data stand. Titles stand above, notes beside and below."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from crm.imports.understanding.fields import FEE_WORDS, KEYS, SheetKind, field_for
from crm.workbooks.cells import Cell, Sheet, as_text, letter
from crm.workbooks.headings import ORDINAL_WORDS, plain_heading

HEADING_ROWS = 20  # titles and remarks above the headings are shorter than this
_ORDER = (SheetKind.parking, SheetKind.rooms, SheetKind.units, SheetKind.buildings, SheetKind.customers)


@dataclass(frozen=True, slots=True)
class Layout:
    """`heading_row` counts from 1; `headings`: column index -> heading, the block of data."""

    kind: SheetKind
    heading_row: int
    headings: dict[int, str]


def find_layout(sheet: Sheet) -> Layout:
    """The row that explains most columns; an unknown sheet has heading row 0."""
    best, best_score = Layout(SheetKind.unknown, 0, {}), 0
    for row in range(min(HEADING_ROWS, len(sheet.rows))):
        kind, score = _judge(sheet, row)
        if score > best_score:
            best, best_score = layout_at(sheet, row + 1, kind), score
    return best


def layout_at(sheet: Sheet, heading_row: int, kind: SheetKind) -> Layout:
    return Layout(kind, heading_row, _block(_headings(sheet, heading_row - 1), kind))


def _judge(sheet: Sheet, row: int) -> tuple[SheetKind, int]:
    words = list(_headings(sheet, row).values())
    if fees := _fee_score(words):
        return SheetKind.fees, fees
    for kind in _ORDER:
        found = {field_for(word, kind) for word in words} - {""}
        if len(found) > 1 and all(found & set(group) for group in KEYS[kind]):
            return kind, len(found)
    return SheetKind.unknown, 0


def _fee_score(words: list[str]) -> int:
    fees = sum(plain_heading(word) in FEE_WORDS for word in words)
    return fees if fees >= 3 and not any(field_for(word, SheetKind.units) == "number" for word in words) else 0


def _headings(sheet: Sheet, row: int) -> dict[int, str]:
    """The row's texts; where it is blank under a merged heading, the one above, if that is a known word."""
    here = _texts(sheet.rows[row]) if 0 <= row < len(sheet.rows) else {}
    above = _texts(sheet.rows[row - 1]) if row > 0 else {}
    taken = {column: text for column, text in above.items() if column not in here and _known(text)}
    return here | taken if here else here


def _texts(row: list[Cell]) -> dict[int, str]:
    return {column: as_text(cell) for column, cell in enumerate(row) if isinstance(cell, str) and as_text(cell)}


@lru_cache(maxsize=4096)
def _known(text: str) -> bool:
    return any(field_for(text, kind) for kind in _ORDER) or plain_heading(text) in ORDINAL_WORDS


def _block(headings: dict[int, str], kind: SheetKind) -> dict[int, str]:
    """From the first heading to the first gap, and beyond it only if a heading we know follows."""
    if not headings:
        return {}
    first, last = min(headings), min(headings)
    while last + 1 in headings:
        last += 1
    beyond = [column for column, text in headings.items() if column > last and _beyond(text, kind)]
    last = max([last, *beyond])
    return {column: headings.get(column, letter(column)) for column in range(first, last + 1)}


def _beyond(text: str, kind: SheetKind) -> bool:
    """A note beside the data may begin with 说明 or 备注: those words alone do not stretch the block."""
    return field_for(text, kind) not in ("", "remark")
