"""What an import of a payment history would do, before anything is stored. No database here."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from crm.billing.importing.history.row import Row
from crm.billing.importing.tally import Tally
from crm.imports.histories import draft as histories


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row that becomes a bill, and a payment where something was paid. Days are half-open, sums yuan; `item` is what
    the file calls the charge item."""

    sheet: str
    row: int
    unit_id: int
    customer_id: int
    item: str
    begins: date
    ends: date
    due: Decimal
    paid: Decimal
    paid_on: date | None
    receipt: str
    note: str

    @property
    def last(self) -> date:
        return self.ends - timedelta(days=1)

    @property
    def tally(self) -> Tally:
        return Tally(rows=1, due=self.due, paid=self.paid)


@dataclass(kw_only=True)
class Draft(histories.Draft[Line, Row]):
    """`file` is summed up while the rows are read, `taken`, `standing` and `refused_sums` as each is decided."""

    file: Tally = field(default_factory=Tally)
    taken: Tally = field(default_factory=Tally)
    standing: Tally = field(default_factory=Tally)
    refused_sums: Tally = field(default_factory=Tally)
    by_item: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    payments: int = 0
    credit: Decimal = Decimal(0)
    still_open: Decimal = Decimal(0)

    def see(self, row: Row) -> None:
        self.file += row.tally()

    def stand(self, row: Row) -> None:
        self.standing += row.tally()

    def refuse(self, row: Row) -> None:
        self.refused_sums += row.tally()

    def count(self, line: Line) -> None:
        self.taken += line.tally
        self.by_item[line.item] += line.tally
        self.payments += line.paid > 0
        self.credit += max(line.paid - line.due, Decimal(0))
        self.still_open += max(line.due - line.paid, Decimal(0))
        self.reach(line.begins, line.last)

    def result(self) -> dict[str, Any]:
        tallies = ("file", "taken", "standing", "refused_sums")
        return {
            **{name: getattr(self, name).told() for name in tallies},
            "payments": self.payments,
            "credit": str(self.credit),
            "open": str(self.still_open),
            "items": {name: tally.told() for name, tally in self.by_item.items()},
            **super().result(),
        }
