"""What some days of a month cost, and why: pure arithmetic on quantities, prices and days. Clauses P-01, P-06.

A month is charged by the day: quantity × price × days ÷ days of that month. Where a price changes, or a customer comes
or goes, the month falls into stretches and each is a bill line of its own, rounded once by the rule of its charge item:
the lines a customer reads add up to the sum below them (decision 026). `crm.billing.runs` says the same in SQL.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from crm.dates import months_later
from crm.money import from_fen


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


def first_of(day: date) -> date:
    """The first day of its month: how a month is written everywhere."""
    return day.replace(day=1)


def month_of(day: date) -> Days:
    first = first_of(day)
    return Days(first, first + timedelta(days=monthrange(day.year, day.month)[1]))


def next_month(month: date, count: int = 1) -> date:
    return months_later(first_of(month), count)


def cost(
    quantity: Decimal, price: Decimal, days: int = 1, days_of: int = 1, rounding: Rounding = Rounding.fen
) -> Decimal:
    """Yuan of one line: the exact product, rounded once."""
    return rounded(Fraction(quantity) * Fraction(price) * Fraction(days, days_of), rounding)


def rounded(yuan: Fraction, rounding: Rounding = Rounding.fen) -> Decimal:
    """Half up; yuan are at least nought."""
    step = STEPS[rounding]
    steps = yuan * 100 / step
    whole = (steps.numerator * 2 + steps.denominator) // (steps.denominator * 2)
    return from_fen(whole * step)


def cut(amount: Decimal, days: int, first: int) -> tuple[Decimal, Decimal]:
    """A line of so many days cut after the first of them: both parts add up to it, the second takes what is left."""
    part = rounded(Fraction(amount) * Fraction(first, days))
    return part, amount - part
