"""What happens to a count and at the end of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class CountOrdered:
    """`location_id` is left out of a count by surprise: the safe's own timeline does not tell of it."""

    vault_count_id: int
    location_id: int | None
    number: str
    kind: str
    safe: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CountBegun:
    vault_count_id: int
    number: str
    safe: str
    counters: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountHandedIn:
    vault_count_id: int
    number: str
    safe: str
    found: int
    expected: int
    variances: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedAgain:
    """The sheet that was handed in is superseded and kept; `sheet` is the new one's number."""

    vault_count_id: int
    number: str
    safe: str
    sheet: int
    counters: list[str]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceExplained:
    vault_count_id: int
    title_document_id: int | None
    title_incident_id: int | None
    number: str
    difference: str
    certificate_no: str
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSigned:
    vault_count_id: int
    number: str
    safe: str
    hash: str
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountCancelled:
    vault_count_id: int
    number: str
    safe: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCounted:
    """One of the two has counted; the other one's word seals the day."""

    day: date
    part: str
    counted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEnded:
    vault_day_end_id: int
    day: date
    opening: int
    came_in: int
    went_out: int
    closing: int
    counted: int
    remark: str
