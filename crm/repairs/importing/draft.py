"""What an import of repairs would do, before anything is stored. No database here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from crm.repairs.categories.models import Priority
from crm.repairs.importing.row import Cost
from crm.repairs.importing.words import Answer
from crm.workbooks.rows import Refusal

PART = 1_000  # rows stored at once: a second of the write lock, more or less


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row that becomes an order. `category`: what the file calls it; `day`: of the report, at the company;
    `worker_words`: who did it, where that is nobody of ours."""

    sheet: str
    row: int
    number: str
    unit_id: int | None
    building_id: int | None
    spot: str
    customer_id: int | None
    caller: str
    digits: str
    category: str
    problem: str
    priority: Priority | None
    registered_by: str
    day: date
    reported_at: datetime
    accepted_at: datetime | None
    arrived_at: datetime | None
    finished_at: datetime | None
    worker_id: int | None
    worker: str
    worker_words: str
    result: str
    answer: Answer
    answer_words: str
    cost: Cost


@dataclass(kw_only=True)
class Draft:
    """`lines` are what is still to be stored: what an earlier try of this import has stored counts as taken."""

    file: int = 0
    taken: int = 0
    unfinished: int = 0
    cost: Decimal = Decimal(0)
    lines: list[Line] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    standing_rows: list[Refusal] = field(default_factory=list)
    by_category: Counter[str] = field(default_factory=Counter)
    days: tuple[date, date] | None = None

    def take(self, line: Line, *, is_stored: bool) -> None:
        if not is_stored:
            self.lines.append(line)
        self.taken += 1
        self.unfinished += line.finished_at is None
        self.cost += line.cost.total
        self.by_category[line.category] += 1
        first, last = self.days or (line.day, line.day)
        self.days = min(first, line.day), max(last, line.day)

    def parts(self) -> Iterator[list[Line]]:
        """That can each be stored alone."""
        return (self.lines[start : start + PART] for start in range(0, len(self.lines), PART))

    def result(self) -> dict[str, Any]:
        """As plain data, kept with the import and shown on its page."""
        return {
            **{name: getattr(self, name) for name in ("file", "taken", "unfinished")},
            "cost": str(self.cost),
            "categories": dict(self.by_category.most_common()),
            "days": [day.isoformat() for day in self.days or ()],
            "refused": [asdict(refusal) for refusal in self.refused],
            "standing_rows": [asdict(refusal) for refusal in self.standing_rows],
        }
