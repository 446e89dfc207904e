"""Rows with their sums, to be compared to the fen."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """`due`: what was charged, `paid`: what was paid, yuan; `unread`: rows with a sum that nobody can read."""

    rows: int = 0
    due: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    unread: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            rows=self.rows + other.rows,
            due=self.due + other.due,
            paid=self.paid + other.paid,
            unread=self.unread + other.unread,
        )

    def told(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {"rows": self.rows, "due": str(self.due), "paid": str(self.paid), "unread": self.unread}

    @classmethod
    def kept(cls, told: dict[str, Any]) -> Tally:
        return cls(rows=told["rows"], due=Decimal(told["due"]), paid=Decimal(told["paid"]), unread=told["unread"])
