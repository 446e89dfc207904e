"""What happened to the tree of categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairCategoryAdded:
    """`group`: the category a problem belongs to, "" for a category."""

    repair_category_id: int
    place: str
    group: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairCategoryChanged:
    """Also when it was taken out of use, brought back, or moved."""

    repair_category_id: int
    name: str
    changes: dict[str, list[Any]]  # field -> [old, new]
