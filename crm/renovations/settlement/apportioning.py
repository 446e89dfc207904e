"""What the deposit covers of each line, and what is left of it: pure arithmetic, to the fen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True)
class Shares:
    """`covered`: of each line in its order; `back`: what is left of what is held. Nothing else becomes of it."""

    covered: Sequence[Decimal]
    back: Decimal

    @property
    def deducted(self) -> Decimal:
        return sum(self.covered, NOUGHT)


def shares(held: Decimal, amounts: Sequence[Decimal]) -> Shares:
    """The first lines first, each as far as the deposit goes. `held` and every amount are nought or more."""
    covered, left = [], held
    for amount in amounts:
        covered.append(min(amount, left))
        left -= covered[-1]
    return Shares(covered, left)
