"""Numbers of what comes and goes: gapless by month, such as RZ2611-0001."""

from __future__ import annotations

from typing import Any

from crm.dates import business_day
from crm.numbering import take_all


def numbered(series: str, letters: str) -> dict[str, Any]:
    """The next number, as columns of what bears it; it stands at once."""
    day = business_day()
    pattern = letters + "{year}-{serial:04d}"
    [taken] = take_all(series, pattern, year=day.year % 100 * 100 + day.month, count=1)
    return {"number_id": taken.id, "number": taken.text}
