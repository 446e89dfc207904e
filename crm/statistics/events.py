"""What left the house."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthEndPackMade:
    """`month`: 2026-11. `estate_id`: of a single one. `upload_id`: the PDF. `contents`: slugs of the sheets."""

    upload_id: int
    estate_id: int | None
    month: str
    estates: int
    contents: list[str]
