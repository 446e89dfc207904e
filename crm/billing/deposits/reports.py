"""The book of an estate's deposits in figures, reckoned in two ways that must agree. Sums are yuan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, union

from crm.billing.deposits.models import MOVEMENT_TITLES, Deposit, DepositMovement, DepositTieOut, MovementKind
from crm.billing.ledger.models import METHOD_TITLES, Method
from crm.db import session
from crm.sql import code_of, month_of_day

NOUGHT = Decimal(0)
LOOKED_BACK = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """At the end of a day. `register`: the balances, with what came later taken away; `ledger`: takings less movements.

    `came` and `went` are of that day alone, as (what, how many, yuan).
    """

    register: Decimal
    ledger: Decimal
    came: Sequence[tuple[str, int, Decimal]]
    went: Sequence[tuple[str, int, Decimal]]


def figures_on(estate_id: int, day: date) -> DayFigures:
    taken, moved = _sum_of_takings(estate_id), _sum_of_movements(estate_id)
    balances = _yuan(select(func.sum(Deposit.balance)).where(Deposit.estate_id == estate_id))
    later = _yuan(taken.where(Deposit.taken_on > day)) - _yuan(moved.where(DepositMovement.booked_on > day))
    return DayFigures(
        register=balances - later,
        ledger=_yuan(taken.where(Deposit.taken_on <= day)) - _yuan(moved.where(DepositMovement.booked_on <= day)),
        came=_came(estate_id, day),
        went=_went(estate_id, day),
    )


def _sum_of_takings(estate_id: int) -> Any:
    return select(func.sum(Deposit.amount)).where(Deposit.estate_id == estate_id)


def _sum_of_movements(estate_id: int) -> Any:
    return select(func.sum(DepositMovement.amount)).where(DepositMovement.estate_id == estate_id)


def _yuan(found: Any) -> Decimal:
    return session().scalar(found) or NOUGHT


def _came(estate_id: int, day: date) -> list[tuple[str, int, Decimal]]:
    """Takings of the day by method."""
    found = select(Deposit.method, func.count(), func.sum(Deposit.amount))
    rows = found.where(Deposit.estate_id == estate_id, Deposit.taken_on == day)
    return [
        (str(METHOD_TITLES[method]), count, total)
        for method, count, total in session().execute(rows.group_by(Deposit.method).order_by(Deposit.method))
    ]


def _went(estate_id: int, day: date) -> list[tuple[str, int, Decimal]]:
    """Movements of the day by kind, and by method where money left."""
    by = DepositMovement.kind, DepositMovement.method
    found = select(*by, func.count(), func.sum(DepositMovement.amount))
    rows = found.where(DepositMovement.estate_id == estate_id, DepositMovement.booked_on == day)
    return [
        (_how(kind, method), count, total)
        for kind, method, count, total in session().execute(rows.group_by(*by).order_by(*by))
    ]


def _how(kind: MovementKind, method: Method | None) -> str:
    return f"{MOVEMENT_TITLES[kind]} · {METHOD_TITLES[method]}" if method else str(MOVEMENT_TITLES[kind])


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfDeposits:
    """Of one month, in yuan; `held` at its end. What was taken back within the month is not counted."""

    taken: Decimal
    given_back: Decimal
    kept: Decimal  # deducted or forfeited
    held: Decimal


def by_month(estate_ids: Collection[int], months: Sequence[date]) -> dict[tuple[int, date], MonthOfDeposits]:
    """By estate and month; `months` follow one another."""
    taken, moved = _taken_by_month(estate_ids, months), _moved_by_month(estate_ids, months)
    found = {}
    for estate_id in estate_ids:
        held = NOUGHT
        for code, month in [(0, None), *((code_of(month), month) for month in months)]:
            came = taken[estate_id, code]
            went = {kind: moved[estate_id, code, kind] for kind in MovementKind}
            held += came - sum(went.values(), NOUGHT)
            if month:
                found[estate_id, month] = MonthOfDeposits(
                    taken=came - went[MovementKind.cancellation],
                    given_back=went[MovementKind.refund],
                    kept=went[MovementKind.deduction] + went[MovementKind.forfeiture],
                    held=held,
                )
    return found


def _taken_by_month(estate_ids: Collection[int], months: Sequence[date]) -> dict[Any, Decimal]:
    each = select(Deposit.estate_id, month_of_day(Deposit.taken_on, months).label("in_month"), Deposit.amount)
    of = each.where(Deposit.estate_id.in_(estate_ids)).subquery()
    found = select(of.c.estate_id, of.c.in_month, func.sum(of.c.amount))
    rows = session().execute(found.group_by(of.c.estate_id, of.c.in_month))
    return defaultdict(lambda: NOUGHT, {(row[0], row[1]): row[2] for row in rows})


def _moved_by_month(estate_ids: Collection[int], months: Sequence[date]) -> dict[Any, Decimal]:
    row = DepositMovement
    each = select(row.estate_id, month_of_day(row.booked_on, months).label("in_month"), row.kind, row.amount)
    of = each.where(row.estate_id.in_(estate_ids)).subquery()
    by = of.c.estate_id, of.c.in_month, of.c.kind
    rows = session().execute(select(*by, func.sum(of.c.amount)).group_by(*by))
    return defaultdict(lambda: NOUGHT, {(each[0], each[1], each[2]): each[3] for each in rows})


def days_not_tied_out(estate_id: int, today: date) -> list[date]:
    """Days of the last month, before today, on which something came or went and nobody entered the bank's figure."""
    since = today - LOOKED_BACK
    takings = select(Deposit.taken_on.label("day")).where(Deposit.estate_id == estate_id, Deposit.taken_on >= since)
    movements = select(DepositMovement.booked_on).where(
        DepositMovement.estate_id == estate_id, DepositMovement.booked_on >= since
    )
    busy = union(takings, movements).subquery()
    tied = select(DepositTieOut.day).where(DepositTieOut.estate_id == estate_id)
    found = select(busy.c.day).where(busy.c.day < today, busy.c.day.not_in(tied))
    return list(session().scalars(found.order_by(busy.c.day)))
