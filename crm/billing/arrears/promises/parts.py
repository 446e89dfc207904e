"""A sum in instalments: pure arithmetic, to the fen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from crm.dates import months_later
from crm.money import from_fen, to_fen


@dataclass(frozen=True, slots=True)
class Part:
    """So much, by that day at the latest."""

    due_on: date
    amount: Decimal


def monthly(total: Decimal, count: int, first: date) -> list[Part]:
    """`count` parts that add up to `total`, one a month on the day of the first; the first ones take the odd fen."""
    whole, odd = divmod(to_fen(total), count)
    amounts = [whole + (place < odd) for place in range(count)]
    return [Part(months_later(first, place), from_fen(fen)) for place, fen in enumerate(amounts) if fen]


def sum_of(parts: Sequence[Part]) -> Decimal:
    return sum((part.amount for part in parts), Decimal(0))


def ascend(parts: Sequence[Part]) -> bool:
    """Whether each is due after the one before."""
    return all(one.due_on < other.due_on for one, other in pairwise(parts))
