"""The books once more, in plain Python and whole fen: what each bill and payment must come to, whoever reckons it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby


@dataclass
class Line:
    id: int
    of: int  # the customer
    fen: int
    open: int
    due: date
    begins: date
    ends: date
    unit: int | None = None
    void: bool = False
    disputed: bool = False


@dataclass
class Paid:
    id: int
    of: int
    fen: int
    open: int
    on: date


@dataclass
class Reckoning:
    lines: dict[int, Line] = field(default_factory=dict)
    paid: dict[int, Paid] = field(default_factory=dict)
    settled: list[tuple[int, int, int]] = field(default_factory=list)  # bill, payment, fen: what holds now

    def owed(self, customer: int) -> int:
        """What is open of the bills less the credit."""
        bills = sum(line.open for line in self.lines.values() if line.of == customer)
        return bills - sum(paid.open for paid in self.paid.values() if paid.of == customer)

    def live(self) -> dict[int, Line]:
        return {key: line for key, line in self.lines.items() if not line.void}

    def payable(self, customer: int, chosen: Iterable[int] = ()) -> list[Line]:
        wanted = set(chosen)
        mine = (line for line in self.lines.values() if line.of == customer and line.open and not line.disputed)
        found = (line for line in mine if not wanted or line.id in wanted)
        return sorted(found, key=lambda line: (line.due, line.begins, line.id))

    def credit(self, customer: int) -> list[Paid]:
        mine = (paid for paid in self.paid.values() if paid.of == customer and paid.open)
        return sorted(mine, key=lambda paid: (paid.on, paid.id))

    def settle(self, payments: list[Paid], lines: list[Line]) -> int:
        """Fen by fen in effect: the first payment to the first line, until either is done. How much found a line."""
        before = sum(paid.open for paid in payments)
        for line in lines:
            for paid in payments:
                fen = min(line.open, paid.open)
                if fen:
                    line.open, paid.open = line.open - fen, paid.open - fen
                    self.settled.append((line.id, paid.id, fen))
        return before - sum(paid.open for paid in payments)

    def release(self, *, bill: int = 0, payment: int = 0) -> list[Paid]:
        """What settled the bill, or what the payment settled, is open again. The payments, the first first."""
        back = [each for each in self.settled if bill in each[:1] or payment in each[1:2]]
        self.settled = [each for each in self.settled if each not in back]
        for line_id, paid_id, fen in back:
            self.lines[line_id].open += fen
            self.paid[paid_id].open += fen
        return sorted({id(p): p for p in (self.paid[each[1]] for each in back)}.values(), key=lambda p: (p.on, p.id))

    def void(self, line: Line) -> list[Paid]:
        payments = self.release(bill=line.id)
        line.open, line.void = 0, True
        return payments

    def charged(self, unit: int, day: date) -> bool:
        live = (line for line in self.lines.values() if line.unit == unit and not line.void)
        return any(line.begins <= day < line.ends for line in live)


def half_up(fen: Fraction) -> int:
    return int((fen * 2 + 1) // 2)


def of_month(month: date, area: Fraction, prices: list[tuple[date, Fraction]]) -> Iterator[tuple[date, date, int]]:
    """First day, day after the last, fen: day by day at the price that was entered last of those in force."""
    days, day = [], month
    while day.month == month.month:
        days.append(day)
        day += timedelta(days=1)
    for place, run in groupby(days, key=lambda each: _in_force(each, prices)):
        span = list(run)
        if place is not None:
            fen = half_up(area * prices[place][1] * 100 * Fraction(len(span), len(days)))
            yield span[0], span[-1] + timedelta(days=1), fen


def _in_force(day: date, prices: list[tuple[date, Fraction]]) -> int | None:
    begun = [(since, place) for place, (since, _price) in enumerate(prices) if since <= day]
    return max(begun)[1] if begun else None
