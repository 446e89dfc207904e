"""What is in a drawer, and what a close says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import LazyString

from crm.billing.cashier import queries
from crm.billing.cashier.flows import flows
from crm.billing.cashier.models import DayClose
from crm.billing.cashier.service.closing import total
from crm.billing.ledger.models import AT_THE_COUNTER, METHOD_TITLES

NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Of one method: how many documents, and their sum."""

    title: LazyString
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawer:
    held: Sequence[Held]
    estate_ids: frozenset[int]  # those with something to close

    @property
    def count(self) -> int:
        return sum(each.count for each in self.held)

    @property
    def sum(self) -> Decimal:
        return sum((each.amount for each in self.held), NOUGHT)


def drawer() -> Drawer:
    """The acting person's, in the chosen estates, since the last close."""
    chosen = g.actor.estate_ids if g.actor.estate_id is None else [g.actor.estate_id]
    rows = queries.drawer_sums(g.actor.user_id, chosen)
    held = [
        Held(
            title=METHOD_TITLES[method],
            count=sum(row.count for row in rows if row.method == method),
            amount=sum((row.amount for row in rows if row.method == method), NOUGHT),
        )
        for method in AT_THE_COUNTER
    ]
    return Drawer(
        held=[each for each in held if each.count],
        estate_ids=frozenset(row.estate_id for row in rows),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One method of a close."""

    title: LazyString
    counted: Decimal
    expected: Decimal

    @property
    def variance(self) -> Decimal:
        return self.counted - self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A document of a close; `title` says what it is."""

    row: Any
    title: LazyString
    method: LazyString


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    close: DayClose
    compared: Sequence[Compared]
    pieces: Sequence[tuple[Decimal, int, Decimal]]  # face value, how many, yuan
    documents: Sequence[Moved]

    @property
    def counted(self) -> Decimal:
        return total(self.close.counted)

    @property
    def expected(self) -> Decimal:
        return total(self.close.expected)

    @property
    def numbers(self) -> tuple[str, str]:
        """The first and the last receipt of the day; "" where there is none."""
        issued = sorted(moved.row.number for moved in self.documents if moved.row.flow == "payment")
        return (issued[0], issued[-1]) if issued else ("", "")


def closing(close: DayClose) -> Closing:
    rows = queries.close_documents(close.id)
    return Closing(
        close=close,
        compared=[_compared(close, method) for method in AT_THE_COUNTER],
        pieces=[_piece(int(face), many) for face, many in close.pieces.items()],
        documents=[Moved(row=row, title=flows[row.flow].title, method=METHOD_TITLES[row.method]) for row in rows],
    )


def _compared(close: DayClose, method: Any) -> Compared:
    return Compared(
        title=METHOD_TITLES[method],
        counted=Decimal(close.counted.get(method, "0")),
        expected=Decimal(close.expected.get(method, "0")),
    )


def _piece(face: int, many: int) -> tuple[Decimal, int, Decimal]:
    return Decimal(face) / 100, many, Decimal(face * many) / 100
