"""What happened to a drawing. Days are as they were said; `unit_id` None: it is the building's or the estate's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingEntered:
    """`kind`: a code; `place`: in words."""

    drawing_id: int
    unit_id: int | None
    estate_id: int
    number: str
    kind: str
    title: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingChanged:
    """`unit_ids`: whose it was and whose it is."""

    drawing_id: int
    unit_ids: list[int]
    number: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingVersionAdded:
    drawing_id: int
    drawing_version_id: int
    unit_id: int | None
    number: str
    rev: str
    dated_on: date
    maker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingVersionWithdrawn:
    drawing_id: int
    drawing_version_id: int
    unit_id: int | None
    number: str
    rev: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingToFile:
    """Somebody had the version filed into the dossiers of whoever has the unit."""

    drawing_id: int
    drawing_version_id: int
    unit_id: int | None
    number: str
    rev: str
