"""What an import of repairs would do, before anything is stored. No database here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from crm.imports.histories import draft as histories
from crm.imports.histories.words import Answer
from crm.repairs.categories.models import Priority
from crm.repairs.importing.row import Cost, Row


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
class Draft(histories.Draft[Line, Row]):
    file: int = 0
    taken: int = 0
    unfinished: int = 0
    cost: Decimal = Decimal(0)
    by_category: Counter[str] = field(default_factory=Counter)

    def see(self, row: Row) -> None:
        self.file += 1

    def count(self, line: Line) -> None:
        self.taken += 1
        self.unfinished += line.finished_at is None
        self.cost += line.cost.total
        self.by_category[line.category] += 1
        self.reach(line.day, line.day)

    def result(self) -> dict[str, Any]:
        return {
            **{name: getattr(self, name) for name in ("file", "taken", "unfinished")},
            "cost": str(self.cost),
            "categories": dict(self.by_category.most_common()),
            **super().result(),
        }
