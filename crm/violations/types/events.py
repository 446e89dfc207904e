"""What happened to the tree of types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationTypeAdded:
    """`group`: the category a type belongs to, "" for a category."""

    violation_type_id: int
    group: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationTypeChanged:
    """Also when it was taken out of use, brought back, or moved."""

    violation_type_id: int
    name: str
    changes: dict[str, list[Any]]  # field -> [old, new]
