"""What happened to letters to many. `customer_ids`: in whose files it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersToManyMade:
    letter_batch_id: int
    estate_id: int
    customer_ids: list[int]
    title: str
    letters: int
    first: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersToManyPrinted:
    letter_batch_id: int
    title: str
    letters: int
