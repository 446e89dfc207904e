"""A customer's deposits for the 360° page and for a move-out: rows and their sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm.billing.deposits import queries
from crm.billing.deposits.kinds import KINDS
from crm.billing.deposits.models import Deposit


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDeposit:
    """`is_due`: the day agreed on has come."""

    id: int
    code: str
    kind: str
    unit: str
    amount: Decimal
    balance: Decimal
    taken_on: date
    due_back_on: date | None
    is_due: bool
    payer: str


@dataclass(frozen=True, slots=True)
class Held:
    rows: Sequence[HeldDeposit]

    @property
    def total(self) -> Decimal:
        """Yuan we hold and owe back."""
        return sum((row.balance for row in self.rows), Decimal(0))


def held_deposits(customer_id: int, day: date, unit_id: int | None = None) -> Held:
    """Of a customer's whole file, or of one unit of it; the oldest first."""
    return Held([_row(deposit, day) for deposit in queries.held_of(customer_id, unit_id)])


def _row(deposit: Deposit, day: date) -> HeldDeposit:
    return HeldDeposit(
        id=deposit.id,
        code=deposit.code,
        kind=KINDS.title_of(deposit.kind),
        unit=deposit.unit.label if deposit.unit else "",
        amount=deposit.amount,
        balance=deposit.balance,
        taken_on=deposit.taken_on,
        due_back_on=deposit.due_back_on,
        is_due=deposit.due_back_on is not None and deposit.due_back_on <= day,
        payer=deposit.payer,
    )
