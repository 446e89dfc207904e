"""What a project is about in figures, and the days that follow from it. Pure functions."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`rate`: per cent a year."""

    amount: Decimal
    term_months: int
    rate: Decimal


def months_later(day: date, months: int) -> date:
    """The same day of the month, or the month's last: 31 January and one month is 28 or 29 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def in_ten_thousands(yuan: Decimal) -> str:
    """5000000 -> 500万; what is not whole ten-thousands keeps its decimals: 12.5万."""
    text = f"{yuan / 10_000:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}万"
