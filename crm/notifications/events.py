"""What was settled about the bell; what it says is a hint and no fact."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHoursSet:
    """One's own, as `21:00`; both "": the company's hold again."""

    user_id: int
    quiet_from: str
    quiet_until: str
