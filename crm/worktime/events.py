"""What happened to the working calendar."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayNoticeEntered:
    """From now on the year is reckoned by this notice; whoever keeps provisional days reckons them anew."""

    notice_id: int
    year: int
