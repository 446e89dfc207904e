"""What a unit owes for a month, and why: pure arithmetic on days, quantities and prices. Clauses P-01, P-06.

A month is charged by the day: quantity × price × days ÷ days of that month. A price or a quantity that changes, and a
customer who comes or goes, only cut the month into stretches. What is exact stays exact until the line's sum is
rounded, once, by the rule of its charge item.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any, Generic, TypeVar

from crm.money import from_fen, to_fen

T = TypeVar("T")
Key = TypeVar("Key")


class Rounding(StrEnum):
    """To what a line's sum is rounded, half up."""

    fen = "fen"
    jiao = "jiao"
    yuan = "yuan"


STEPS = {Rounding.fen: 1, Rounding.jiao: 10, Rounding.yuan: 100}  # fen


@dataclass(frozen=True, slots=True)
class Days:
    """From the first day up to, without, the second."""

    begins: date
    ends: date

    def __post_init__(self) -> None:
        if self.ends < self.begins:
            raise ValueError(f"{self.ends} is before {self.begins}")

    def __len__(self) -> int:
        return (self.ends - self.begins).days

    @property
    def last(self) -> date:
        return self.ends - timedelta(days=1)

    def within(self, other: Days) -> Days | None:
        """What both have in common."""
        begins, ends = max(self.begins, other.begins), min(self.ends, other.ends)
        return Days(begins, ends) if begins < ends else None


def month_of(day: date) -> Days:
    first = day.replace(day=1)
    return Days(first, first + timedelta(days=monthrange(day.year, day.month)[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid(Generic[T]):
    """A figure that counts from a day on; `source` is the row that says so."""

    since: date
    figure: T
    source: int


def in_force(figures: Iterable[Valid[T]], days: Days) -> list[tuple[Days, Valid[T]]]:
    """Which figure counts on which of these days, in order; days before the first one are left out.

    Of two that begin on one day the later entered counts: that is how one is put right.
    """
    newest: dict[date, Valid[T]] = {}
    for each in sorted(figures, key=lambda each: (each.since, each.source)):
        newest[each.since] = each
    turns = pairwise([*sorted(newest), date.max])
    cut = ((Days(begins, ends).within(days), newest[begins]) for begins, ends in turns)
    return [(shared, figure) for shared, figure in cut if shared is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Days of one month with one quantity and one price: yuan for one of the quantity and a whole month."""

    days: Days
    quantity: Decimal
    price: Decimal
    tariff_id: int

    def __post_init__(self) -> None:
        if self.days.within(month_of(self.days.begins)) != self.days:
            raise ValueError("a stretch lies within one month")

    @property
    def of(self) -> int:
        """Days of the whole month."""
        return len(month_of(self.days.begins))

    @property
    def exact(self) -> Fraction:
        """Yuan, not rounded."""
        return Fraction(self.quantity) * Fraction(self.price) * Fraction(len(self.days), self.of)

    def told(self) -> dict[str, Any]:
        """As a bill keeps it."""
        return {
            "from": self.days.begins.isoformat(),
            "to": self.days.last.isoformat(),
            "days": len(self.days),
            "of": self.of,
            "quantity": str(self.quantity),
            "price": str(self.price),
            "tariff": self.tariff_id,
        }


def stretches(
    charged: Iterable[Days], quantities: Sequence[Valid[Decimal]], prices: Sequence[Valid[Decimal]]
) -> list[Stretch]:
    """The days to be charged, cut where a month ends and where quantity or price changes.

    Days without a price or a quantity are not charged: whoever runs the bills is told of them beforehand.
    """
    return [
        Stretch(days=days, quantity=quantity.figure, price=price.figure, tariff_id=price.source)
        for span in charged
        for month in months(span)
        for part, quantity in in_force(quantities, month)
        for days, price in in_force(prices, part)
    ]


def months(span: Days) -> list[Days]:
    """The parts of a span that lie in one month each."""
    found, day = [], span.begins
    while day < span.ends:
        found.append(Days(day, min(month_of(day).ends, span.ends)))
        day = found[-1].ends
    return found


def amount(parts: Iterable[Stretch], rounding: Rounding = Rounding.fen) -> Decimal:
    """Yuan of a whole line: the exact sum, rounded once."""
    return rounded(sum((part.exact for part in parts), Fraction()), rounding)


def rounded(yuan: Fraction, rounding: Rounding = Rounding.fen) -> Decimal:
    """Half up, away from zero for what is given back, so that a reversal is the very opposite of its bill."""
    step = STEPS[rounding]
    steps = abs(yuan) * 100 / step
    whole = int((steps.numerator * 2 + steps.denominator) // (steps.denominator * 2))
    fen = whole * step
    return from_fen(-fen if yuan < 0 else fen)


def shared_out(total: Decimal, weights: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
    """A sum in yuan split by weight into whole fen that add up to it, by the largest remainder.

    Among equal remainders whoever stands first in `weights` gets the fen. Raises ValueError where nothing has a weight,
    or something has a negative one.
    """
    whole = sum(weights.values(), Decimal())
    if not whole or any(weight < 0 for weight in weights.values()):
        raise ValueError("to be shared out, a sum needs weights of at least nought and one above it")
    fen = to_fen(abs(total))
    exact = {key: Fraction(fen) * Fraction(weight) / Fraction(whole) for key, weight in weights.items()}
    parts = {key: int(share) for key, share in exact.items()}
    left = fen - sum(parts.values())
    for key in sorted(exact, key=lambda key: parts[key] - exact[key])[:left]:
        parts[key] += 1
    return {key: from_fen(-part if total < 0 else part) for key, part in parts.items()}


def used(
    previous: Decimal, reading: Decimal, *, multiplier: Decimal = Decimal(1), rolls_at: Decimal | None = None
) -> Decimal:
    """What went through a meter between two readings, times its multiplier.

    `rolls_at` is the figure at which it begins again at nought, 100000 where it shows five digits, given when it did.
    Without it a lower reading gives a negative figure: somebody must look at it.
    """
    if rolls_at is not None and reading < previous:
        reading += rolls_at
    return (reading - previous) * multiplier
