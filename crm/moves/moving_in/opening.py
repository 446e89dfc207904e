"""The first bills, as the month's run would make them: read from the charges, stored nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from crm.billing.arithmetic import first_of, next_month
from crm.billing.charges.models import BASIS_TITLES, BY_DAY, BY_RUN, ChargeItem
from crm.billing.runs.lines import lines
from crm.billing.runs.month import Month
from crm.billing.runs.unbilled import is_open
from crm.dates import business_day_of
from crm.db import session
from crm.money import from_fen
from crm.moves.moving_in.models import MoveIn
from crm.tenants.queries import in_file


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningLine:
    """`ends`: the first day that is not charged; `price` of one of the quantity and a whole month, in yuan."""

    item: str
    begins: date
    ends: date
    days: int
    quantity: Decimal
    price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """`month`: its first day; `later`: what is charged by meters or shared, when that is known."""

    month: date
    lines: Sequence[OpeningLine]
    next_lines: Sequence[OpeningLine]
    later: Sequence[str]

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def next_total(self) -> Decimal:
        return sum((line.amount for line in self.next_lines), Decimal(0))


def opening_of(move_in: MoveIn) -> Opening:
    """For the month of the first day, and for the whole month after it."""
    found = select(ChargeItem).where(ChargeItem.estate_id == move_in.estate_id, ChargeItem.active)
    items = (
        session().scalars(found.where(ChargeItem.basis.in_(BY_RUN)).order_by(ChargeItem.position, ChargeItem.id)).all()
    )
    month = first_of(max(move_in.starts_on, business_day_of(move_in.started_at)))  # a tie may be older than the move-in
    by_day = [item for item in items if item.basis in BY_DAY]
    return Opening(
        month=month,
        lines=[line for item in by_day for line in _lines(move_in, item, month)],
        next_lines=[line for item in by_day for line in _lines(move_in, item, next_month(month))],
        later=[f"{item.name} · {BASIS_TITLES[item.basis]}" for item in items if item.basis not in BY_DAY],
    )


def _lines(move_in: MoveIn, item: ChargeItem, period: date) -> list[OpeningLine]:
    month = Month.of(item, period)
    month = Month(item, month.days, (move_in.unit_id,))
    line = lines(month).subquery("line")
    mine = select(line).where(in_file(line.c.customer_id, move_in.customer.kept_id), is_open(month, line))
    return [_line(item, row) for row in session().execute(mine.order_by(line.c.begins))]


def _line(item: ChargeItem, row: Any) -> OpeningLine:
    return OpeningLine(
        item=item.name,
        begins=row.begins,
        ends=row.ends,
        days=int(row.days),
        quantity=Decimal(row.quantity or 0).scaleb(-3),
        price=Decimal(row.price or 0).scaleb(-6),
        amount=from_fen(int(row.amount)),
    )
