"""What an import of complaints would do, before anything is stored. No database here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from crm.complaints.cases.models import Channel, Outcome
from crm.complaints.importing.row import Row
from crm.imports.histories import draft as histories
from crm.imports.histories.words import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row that becomes a case. `category`: what the file calls it; `day`: of the receipt, at the company;
    `withheld`: somebody wants no name on it, while an anonymous one may only be unknown; `closed_at`: None of an open
    one; `unknown`: field -> words that nothing here is called by."""

    sheet: str
    row: int
    number: str
    unit_id: int | None
    building_id: int | None
    spot: str
    customer_id: int | None
    caller: str
    digits: str
    anonymous: bool
    withheld: bool
    channel: Channel | None
    category: str
    words: str
    department_id: int | None
    contractor: str
    registered_by: str
    handler_id: int | None
    handler: str
    day: date
    received_at: datetime
    acknowledged_at: datetime | None
    replied_at: datetime | None
    closed_at: datetime | None
    reply: str
    answer: Answer
    answer_words: str
    cause: str
    cause_words: str
    outcome: Outcome | None
    unknown: dict[str, str]


@dataclass(kw_only=True)
class Draft(histories.Draft[Line, Row]):
    file: int = 0
    taken: int = 0
    unfinished: int = 0
    anonymous: int = 0
    by_category: Counter[str] = field(default_factory=Counter)

    def see(self, row: Row) -> None:
        self.file += 1

    def count(self, line: Line) -> None:
        self.taken += 1
        self.unfinished += line.closed_at is None
        self.anonymous += line.anonymous
        self.by_category[line.category] += 1
        self.reach(line.day, line.day)

    def result(self) -> dict[str, Any]:
        return {
            **{name: getattr(self, name) for name in ("file", "taken", "unfinished", "anonymous")},
            "categories": dict(self.by_category.most_common()),
            **super().result(),
        }
