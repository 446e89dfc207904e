"""What happened to a text to begin with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingAdded:
    wording_id: int
    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingChanged:
    """Also when it was taken out of use or brought back."""

    wording_id: int
    name: str
    changes: dict[str, list[Any]]  # field -> [old, new]
