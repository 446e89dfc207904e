"""What a project is about in figures, and the days that follow from it. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`rate`: per cent a year."""

    amount: Decimal
    term_months: int
    rate: Decimal


def in_ten_thousands(yuan: Decimal) -> str:
    """5000000 -> 500万; what is not whole ten-thousands keeps its decimals: 12.5万."""
    text = f"{yuan / 10_000:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}万"
