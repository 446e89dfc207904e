"""What left the house."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthEndPackMade:
    """`month`: 2026-11. `estate_id`: if a single one. `statistics_pack_id`: its PDF. `contents`: slugs."""

    statistics_pack_id: int
    estate_id: int | None
    month: str
    estates: int
    contents: list[str]
