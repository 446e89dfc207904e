"""One row of a payment history: its unit as people write it, its days, its sums to the fen."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from flask_babel import gettext as _

from crm.billing.importing.tally import Tally
from crm.imports.histories.row import HistoryRow, number, to_the_fen
from crm.money import round_to_fen
from crm.workbooks.cells import Cell
from crm.workbooks.readers import Wrong

FIRST_DAY, LONGEST = date(1990, 1, 1), 3_660  # days that one row may cover
ONE = timedelta(days=1)


class Row(HistoryRow):
    sum_fields = ("unit", "item", "building", "begins")

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

    def tally(self) -> Tally:
        """What the row says of sums, whether it is taken or not."""
        due, paid = (_said(self.cell(field)) for field in ("due", "paid"))
        unread = due is None or paid is None
        return Tally(rows=1, due=due or Decimal(0), paid=paid or Decimal(0), unread=int(unread))


def _said(cell: Cell) -> Decimal | None:
    try:
        return round_to_fen(number(cell) or Decimal(0))
    except (Wrong, ArithmeticError):
        return None


def _given_back() -> str:
    return _("A sum is at least 0. Enter what was given back on the bill itself, once it stands.")


_sum = to_the_fen(_given_back)
