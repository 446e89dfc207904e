"""What a violation can have come from, such as a complaint; `crm.wiring` fills `sources` by the kind's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What the violation's form is filled with: where it is. `words`: what was said, to read only; they may tell who
    said them, and what was found goes onto the notice."""

    estate_id: int
    text: str  # such as the number of the complaint
    address: str
    unit_id: int | None = None
    public_area_id: int | None = None
    spot: str = ""
    customer_id: int | None = None  # about whom
    words: str = ""


sources: dict[str, Callable[[int], Origin | None]] = {}  # None: there is none in the acting person's estates


def origin_of(kind: str, thing_id: int | None) -> Origin | None:
    """For whoever may see it."""
    return sources[kind](thing_id) if kind in sources and thing_id is not None else None
