"""What happened to the tree of works and to the list of papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationWorkAdded:
    """`group`: what a kind of work belongs to, "" for a group."""

    renovation_work_id: int
    group: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationWorkChanged:
    """Also when it was taken out of use, brought back, or moved. `papers`: their titles, before and after."""

    renovation_work_id: int
    name: str
    changes: dict[str, list[Any]]  # field -> [old, new]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationPaperKindAdded:
    renovation_paper_kind_id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationPaperKindChanged:
    renovation_paper_kind_id: int
    title: str
    changes: dict[str, list[Any]]
