"""What a drawing or a point came from, such as a renovation; `crm.wiring` fills `sources` by the kind's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """`text`: such as the renovation's number; `unit_id`: whose unit it is about, and of no other one."""

    text: str
    address: str
    unit_id: int | None = None


sources: dict[str, Callable[[int], Origin | None]] = {}  # None: there is none in the acting person's estates


def origin_of(kind: str, thing_id: int | None) -> Origin | None:
    """For whoever may see it."""
    return sources[kind](thing_id) if kind in sources and thing_id is not None else None
