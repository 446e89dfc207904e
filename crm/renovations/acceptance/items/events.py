"""What happened to the list of what is checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationCheckItemAdded:
    """`group`: the one an item belongs to, "" for a group."""

    renovation_check_item_id: int
    group: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationCheckItemChanged:
    """Also when it was taken out of use, brought back, or moved."""

    renovation_check_item_id: int
    name: str
    changes: dict[str, list[Any]]  # field -> [old, new]
