"""What an import of a payment history would do, before anything is stored. No database here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from crm.billing.importing.tally import Tally
from crm.workbooks.rows import Refusal

PART = 1_000  # rows stored at once: a second of the write lock, more or less


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
class Draft:
    """`file` is summed up while the rows are read, `taken`, `standing` and `refused_sums` as each is decided.

    `lines` are what is still to be stored: what an earlier try of this import has stored counts as taken.
    """

    file: Tally = field(default_factory=Tally)
    taken: Tally = field(default_factory=Tally)
    standing: Tally = field(default_factory=Tally)
    refused_sums: Tally = field(default_factory=Tally)
    lines: list[Line] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    standing_rows: list[Refusal] = field(default_factory=list)
    by_item: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    payments: int = 0
    credit: Decimal = Decimal(0)
    still_open: Decimal = Decimal(0)
    days: tuple[date, date] | None = None

    def take(self, line: Line, *, is_stored: bool) -> None:
        if not is_stored:
            self.lines.append(line)
        self.taken += line.tally
        self.by_item[line.item] += line.tally
        self.payments += line.paid > 0
        self.credit += max(line.paid - line.due, Decimal(0))
        self.still_open += max(line.due - line.paid, Decimal(0))
        first, last = self.days or (line.begins, line.last)
        self.days = min(first, line.begins), max(last, line.last)

    def parts(self) -> Iterator[list[Line]]:
        """That can each be stored alone."""
        return (self.lines[start : start + PART] for start in range(0, len(self.lines), PART))

    def result(self) -> dict[str, Any]:
        """As plain data, kept with the import and shown on its page."""
        tallies = ("file", "taken", "standing", "refused_sums")
        return {
            **{name: getattr(self, name).told() for name in tallies},
            "payments": self.payments,
            "credit": str(self.credit),
            "open": str(self.still_open),
            "items": {name: tally.told() for name, tally in self.by_item.items()},
            "days": [day.isoformat() for day in self.days or ()],
            "refused": [asdict(refusal) for refusal in self.refused],
            "standing_rows": [asdict(refusal) for refusal in self.standing_rows],
        }
