"""What packages above this one say about a bill on its page; `crm.wiring` hands it over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crm.billing.ledger.models import Bill
from crm.properties.parts import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A sentence; `tone` as of a notice in the templates, `address` where it leads, if anywhere."""

    text: str
    tone: str = "info"
    address: str = ""


parts: list[Part] = []  # sections of its page
sources: list[Callable[[Bill], Note | None]] = []


def notes_of(bill: Bill) -> list[Note]:
    return [note for source in sources if (note := source(bill)) is not None]
