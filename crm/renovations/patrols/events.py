"""What happened on patrols of a renovation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationPatrolled:
    """`found`: codes of the points not in order; `violations`: numbers of those noted on the way; `stops_work`: one of
    them is of a type that does."""

    renovation_id: int
    renovation_patrol_id: int
    customer_id: int
    unit_id: int
    number: str
    nobody: bool
    found: list[str]
    words: str
    violations: list[str]
    stops_work: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RenovationPatrolPlanned:
    """How often, when next, and by whom: `changes` of them."""

    renovation_id: int
    customer_id: int
    unit_id: int
    number: str
    changes: dict[str, list[Any]]
