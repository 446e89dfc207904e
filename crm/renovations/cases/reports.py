"""Renovations in figures, by estate and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from crm.billing.deposits.kinds import RENOVATION
from crm.billing.deposits.models import Deposit, DepositMovement
from crm.dates import beginning_of, business_day_of, months_later
from crm.db import session
from crm.renovations.cases.models import Renovation, RenovationStep
from crm.sql import by_month, code_of

ENDS = ("close", "refuse", "withdraw")
SOON = 7  # days
NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfRenovations:
    """`days`: from the applications to the permits of the month, together; `soon`: permits that took a week at most;
    `open`, `held`: at the month's end."""

    applied: int
    permitted: int
    days: int
    soon: int
    open: int
    held: Decimal


def renovations_of_months(
    estate_ids: Collection[int], months: Sequence[date]
) -> dict[tuple[int, date], MonthOfRenovations]:
    """`months` follow one another."""
    here = Renovation.estate_id.in_(estate_ids)
    applied = _counts(by_month(Renovation.estate_id, Renovation.applied_at, months, here, begun=True))
    ended = _ended(estate_ids, months)
    permits = _permits(estate_ids, months)
    held = _held(estate_ids, months)
    found = {}
    for estate_id in estate_ids:
        still = applied[estate_id, None] - ended[estate_id, None]
        for month in months:
            place = estate_id, code_of(month)
            still += applied[place] - ended[place]
            found[estate_id, month] = MonthOfRenovations(
                applied=applied[place],
                permitted=len(permits[estate_id, month]),
                days=sum(permits[estate_id, month]),
                soon=sum(days <= SOON for days in permits[estate_id, month]),
                open=still,
                held=held[estate_id, month],
            )
    return found


def _counts(found: Any) -> defaultdict[Any, int]:
    return defaultdict(int, {(estate_id, code): count for estate_id, code, count in session().execute(found)})


def _ended(estate_ids: Collection[int], months: Sequence[date]) -> defaultdict[Any, int]:
    last = (
        select(func.max(RenovationStep.taken_at))
        .where(RenovationStep.renovation_id == Renovation.id, RenovationStep.action.in_(ENDS))
        .correlate(Renovation)
        .scalar_subquery()
    )
    here = Renovation.estate_id.in_(estate_ids), last.is_not(None)
    return _counts(by_month(Renovation.estate_id, last, months, *here, begun=True))


def _permits(estate_ids: Collection[int], months: Sequence[date]) -> defaultdict[Any, list[int]]:
    """(estate, month) -> the days that each permit took."""
    days: defaultdict[Any, list[int]] = defaultdict(list)
    since, until = beginning_of(months[0]), beginning_of(months_later(months[-1], 1))
    columns: tuple[Any, ...] = Renovation.estate_id, Renovation.applied_at, Renovation.permitted_at
    found = select(*columns).where(
        Renovation.estate_id.in_(estate_ids), Renovation.permitted_at >= since, Renovation.permitted_at < until
    )
    for estate_id, applied_at, permitted_at in session().execute(found):
        day = business_day_of(permitted_at)
        days[estate_id, day.replace(day=1)].append((day - business_day_of(applied_at)).days)
    return days


def _held(estate_ids: Collection[int], months: Sequence[date]) -> dict[Any, Decimal]:
    """Yuan of renovation deposits that were held at each month's end."""
    changes: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for estate_id, day, amount in _money(estate_ids, months_later(months[-1], 1)):
        changes[estate_id].append((day, amount))
    return {
        (estate_id, month): sum((amount for day, amount in changes[estate_id] if day < months_later(month, 1)), NOUGHT)
        for estate_id in estate_ids
        for month in months
    }


def _money(estate_ids: Collection[int], before: date) -> Iterator[tuple[int, date, Decimal]]:
    """(estate, day, what came less what went), by the days on which anything did."""
    of_kind = Deposit.kind == RENOVATION, Deposit.estate_id.in_(estate_ids)
    taken = select(Deposit.estate_id, Deposit.taken_on, func.sum(Deposit.amount)).where(
        *of_kind, Deposit.taken_on < before
    )
    for row in session().execute(taken.group_by(Deposit.estate_id, Deposit.taken_on)):
        yield row[0], row[1], row[2]
    moved = (
        select(Deposit.estate_id, DepositMovement.booked_on, func.sum(DepositMovement.amount))
        .join(Deposit, Deposit.id == DepositMovement.deposit_id)
        .where(*of_kind, DepositMovement.booked_on < before)
    )
    for row in session().execute(moved.group_by(Deposit.estate_id, DepositMovement.booked_on)):
        yield row[0], row[1], -row[2]
