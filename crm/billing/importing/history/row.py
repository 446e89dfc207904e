"""One row of a payment history: its unit as people write it, its days, its sums to the fen."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from decimal import Decimal

from flask_babel import gettext as _

from crm.billing.importing.tally import Tally
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
FIRST_DAY, LONGEST = date(1990, 1, 1), 3_660  # days that one row may cover
ONE = timedelta(days=1)
SUM_FIELDS = ("unit", "item", "building", "begins")  # where the foot of a page says 合计


def plain(text: str) -> str:
    """A name without blanks, in one width."""
    return "".join(unicodedata.normalize("NFKC", text).split())


class Row(rows.Row):
    def labels(self) -> list[str]:
        """What the unit may be called here, as we write labels."""
        told, building, entrance = self.text("unit"), self.text("building"), self.text("entrance")
        if not told:
            raise self.out("unit", _("The unit is missing. Fill it in."))
        found = unit_label(*address(building, entrance, readers.text_code(told)))
        return [found.upper()] if building else [label_as_typed(told), found.upper()]

    def yuan(self, field: str) -> Decimal:
        """Raises `RowRefused` for an empty cell, too."""
        found: Decimal | None = self.read(field, _sum)
        if found is None:
            raise self.out(field, _("The sum is missing. Write 0 where nothing was paid."))
        return found

    def days(self, *, last_counts: bool) -> tuple[date, date]:
        """Half-open, whichever way the file ends its periods."""
        begins, ends = self._day("begins"), self._day("ends") + (ONE if last_counts else timedelta(0))
        if ends <= begins:
            raise self.out("ends", _("The end lies before the beginning. Correct one of them."))
        if begins < FIRST_DAY or (ends - begins).days > LONGEST:
            raise self.out("begins", _("More than ten years, or before 1990. Look at the years."))
        return begins, ends

    def _day(self, field: str) -> date:
        day = self.day(field)
        if day is None:
            raise self.out(field, _("The day is missing. Fill it in."))
        return day

    def receipt(self) -> str:
        """As it stands, however many digits it has; unless it is a person's number."""
        text: str = self.read("receipt", readers.known_text) or ""
        return text if id_number_fault(text, date.max) else discreet(text)

    def tally(self) -> Tally:
        """What the row says of sums, whether it is taken or not."""
        due, paid = (_said(self.cell(field)) for field in ("due", "paid"))
        unread = due is None or paid is None
        return Tally(rows=1, due=due or Decimal(0), paid=paid or Decimal(0), unread=int(unread))


def _number(cell: Cell) -> Decimal | None:
    return readers.number_in(cell.lstrip("¥￥ ") if isinstance(cell, str) else cell)


def _said(cell: Cell) -> Decimal | None:
    try:
        return round_to_fen(_number(cell) or Decimal(0))
    except (Wrong, ArithmeticError):
        return None


def _sum(cell: Cell) -> Decimal | None:
    number = _number(cell)
    if number is None:
        return None
    if number < 0:
        raise Wrong(_("A sum is at least 0. Enter what was given back on the bill itself, once it stands."))
    if number > LARGEST:
        raise Wrong(_("The sum is too large. Look at the number of zeros."))
    fen = round_to_fen(number)
    if abs(number - fen) > NOISE:
        raise Wrong(_("The sum has parts of a fen. Write it with two decimals."))
    return fen
