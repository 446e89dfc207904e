"""What is charged at once: an item in a month; and what its tariffs say of each day of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import Date, literal, true

from crm.billing.arithmetic import Days, month_of, next_month
from crm.billing.charges.models import ChargeItem, Tariff, Terms
from crm.properties.models import UnitUse
from crm.sql import is_one_of

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Month:
    """`units`: those of the estate that are looked at, all of them unless some are named."""

    item: ChargeItem
    days: Days
    units: tuple[int, ...] = ()

    @classmethod
    def of(cls, item: ChargeItem, period: date) -> Month:
        return cls(item, month_of(period))

    @property
    def before(self) -> Month:
        return replace(self, days=month_of(next_month(self.days.begins, -1)))

    def among(self, unit_id: Any) -> Any:
        return is_one_of(self.units, unit_id) if self.units else true()


@dataclass(frozen=True, slots=True)
class Span:
    """A tariff of the units of some uses on some days of the month."""

    uses: tuple[UnitUse, ...]
    days: Days
    tariff: Tariff

    def has(self, use: Any) -> Any:
        return true() if len(self.uses) == len(UnitUse) else use.in_(self.uses)


def spans(tariffs: Sequence[Tariff], month: Days) -> list[Span]:
    """What holds for the units without a tariff of their own; days on which nothing is charged are missing.

    What is said of a use goes before what is said of all, from the first day it says something.
    """
    return [span for span in _all_spans(tariffs, month) if span.tariff.terms is Terms.priced]


def free_uses(tariffs: Sequence[Tariff], month: Days) -> set[UnitUse]:
    """Uses of which it is said that they are not charged on some of the days."""
    free = (span.uses for span in _all_spans(tariffs, month) if span.tariff.terms is Terms.free)
    return {use for uses in free for use in uses}


def _all_spans(tariffs: Sequence[Tariff], month: Days) -> Iterator[Span]:
    uses: dict[tuple[Days, int], list[UnitUse]] = defaultdict(list)
    for use in UnitUse:
        for days, tariff in _in_force(_of_use(tariffs, use), month):
            uses[days, tariff.id].append(use)
    known = {tariff.id: tariff for tariff in tariffs}
    return (Span(tuple(those), days, known[key]) for (days, key), those in uses.items())


def _of_use(tariffs: Sequence[Tariff], use: UnitUse) -> Iterator[Tariff]:
    first = min((tariff.since for tariff in tariffs if tariff.use is use), default=date.max)
    return (tariff for tariff in tariffs if tariff.use is use or (tariff.use is None and tariff.since < first))


def _in_force(tariffs: Iterable[Tariff], month: Days) -> Iterator[tuple[Days, Tariff]]:
    """Of two that begin on one day the later entered counts."""
    newest = {tariff.since: tariff for tariff in sorted(tariffs, key=lambda tariff: tariff.id)}
    for since, until in pairwise([*sorted(newest), date.max]):
        begins, ends = max(since, month.begins), min(until, month.ends)
        if begins < ends:
            yield Days(begins, ends), newest[since]


def day(value: date) -> Any:
    """A day in a statement."""
    return literal(value, Date)
