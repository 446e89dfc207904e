"""What was said to customers about what they owe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactNoted:
    """`step`: the name of the dunning step it was, "" for none."""

    contact_id: int
    customer_id: int
    channel: str
    outcome: str
    talked_to: str
    words: str
    contacted_on: date
    again_on: date | None
    step: str
