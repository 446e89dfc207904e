"""One row of a history: its unit as people write it, its sums to the fen, its number as it stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from crm.identity import id_number_fault
from crm.imports.understanding.addresses import address
from crm.money import round_to_fen
from crm.properties.models import label_as_typed, unit_label
from crm.workbooks import readers, rows
from crm.workbooks.cells import Cell
from crm.workbooks.discretion import discreet
from crm.workbooks.readers import Wrong

NOISE = Decimal("0.000001")  # what a workbook's arithmetic leaves of a sum of whole fen
LARGEST = Decimal(100_000_000)  # yuan of one row


def plain(text: str) -> str:
    """A name without blanks, in one width."""
    return "".join(unicodedata.normalize("NFKC", text).split())


class HistoryRow(rows.Row):
    def labels(self) -> list[str]:
        """What the unit may be called here, as we write labels."""
        told, building, entrance = self.text("unit"), self.text("building"), self.text("entrance")
        if not told:
            raise self.out("unit", _("The unit is missing. Fill it in."))
        found = unit_label(*address(building, entrance, readers.text_code(told)))
        return [found.upper()] if building else [label_as_typed(told), found.upper()]

    def expect_estate(self, name: str) -> None:
        """Raises `RowRefused` where the row names another estate than the import goes into."""
        if (estate := self.text("estate")) and plain(estate) != plain(name):
            raise self.out("estate", _("This import goes into %(estate)s. Send the others by themselves.", estate=name))

    def serial(self, field: str) -> str:
        """As it stands, however many digits it has; unless it is a person's number."""
        text: str = self.read(field, readers.known_text) or ""
        return text if id_number_fault(text, date.max) else discreet(text)


def number(cell: Cell) -> Decimal | None:
    return readers.number_in(cell.lstrip("¥￥ ") if isinstance(cell, str) else cell)


def to_the_fen(below_nought: Callable[[], str]) -> Callable[[Cell], Decimal | None]:
    """A reader for sums in yuan; `below_nought` says what to do about one that is negative."""

    def read(cell: Cell) -> Decimal | None:
        told = number(cell)
        if told is None:
            return None
        if told < 0:
            raise Wrong(below_nought())
        if told > LARGEST:
            raise Wrong(_("The sum is too large. Look at the number of zeros."))
        fen = round_to_fen(told)
        if abs(told - fen) > NOISE:
            raise Wrong(_("The sum has parts of a fen. Write it with two decimals."))
        return fen

    return read
