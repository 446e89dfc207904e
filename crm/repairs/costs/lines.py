"""A line of material or labour before it is written: entered for a job, or typed for a quote. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from crm.money import round_to_fen
from crm.repairs.orders.models import LineKind

NOUGHT = Decimal(0)
MOST = Decimal(1_000_000)  # of a quantity, and yuan of a price; more is a slip of the finger


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`item_id`: of the store's; labour is counted in hours, without a measure."""

    kind: LineKind
    name: str
    quantity: Decimal
    price: Decimal
    measure: str = ""
    item_id: int | None = None

    @property
    def amount(self) -> Decimal:
        """To the fen."""
        return round_to_fen(self.quantity * self.price)

    @property
    def what(self) -> tuple[Any, ...]:
        """Two lines of the same may be added together, whatever one costs."""
        return (self.item_id,) if self.item_id else (self.kind, self.name, self.measure)

    @property
    def frozen(self) -> dict[str, Any]:
        """As a quote keeps it."""
        figures = {"quantity": str(self.quantity), "price": str(self.price), "amount": str(self.amount)}
        return {"kind": self.kind.value, "name": self.name, "measure": self.measure, "item_id": self.item_id, **figures}

    @staticmethod
    def thawed(kept: Mapping[str, Any]) -> Line:
        return Line(
            kind=LineKind(kept["kind"]),
            name=kept["name"],
            quantity=Decimal(kept["quantity"]),
            price=Decimal(kept["price"]),
            measure=kept["measure"],
            item_id=kept["item_id"],
        )


def total_of(lines: Iterable[Line]) -> Decimal:
    return sum((line.amount for line in lines), NOUGHT)


def standing(entered: Iterable[Line]) -> list[Line]:
    """What is left when the lines below nought have taken back theirs; the same at one price together."""
    sums: dict[Any, Decimal] = {}
    first: dict[Any, Line] = {}
    for line in entered:
        sums[line.what, line.price] = sums.get((line.what, line.price), NOUGHT) + line.quantity
        first.setdefault((line.what, line.price), line)
    return [replace(line, quantity=sums[same]) for same, line in first.items() if sums[same] > 0]


def missing(agreed: Iterable[Line], entered: Iterable[Line]) -> list[Line]:
    """What of the agreed lines is not entered yet."""
    there: dict[Any, Decimal] = {}
    for line in entered:
        there[line.what] = there.get(line.what, NOUGHT) + line.quantity
    left = []
    for line in agreed:
        covered = min(line.quantity, there.get(line.what, NOUGHT))
        there[line.what] = there.get(line.what, NOUGHT) - covered
        left.append(replace(line, quantity=line.quantity - covered))
    return [line for line in left if line.quantity > 0]
