"""What happened to the tree of categories of complaints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintCategoryAdded:
    """`group`: the group it belongs to, "" for a group."""

    complaint_category_id: int
    group: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintCategoryChanged:
    """Also when it was taken out of use, brought back, or moved."""

    complaint_category_id: int
    name: str
    changes: dict[str, list[Any]]  # field -> [old, new]
