"""What a new tariff will change, said before it is saved: how many units, from when, until when, instead of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm.billing.arithmetic import first_of, month_of
from crm.billing.charges import queries, standing
from crm.billing.charges.models import ChargeItem, Tariff, Terms
from crm.billing.charges.service import Entry
from crm.properties.models import UnitUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What held of how many units; `terms` None: nothing was said."""

    terms: Terms | None
    price: Decimal | None
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """`days` of the first month's `days_of`; `until` is the day on which another price of the same scope begins.

    `published`: months that are charged already from `since` on. Their bills stay.
    """

    units: int
    month: date
    days: int
    days_of: int
    until: date | None
    before: list[Before]
    published: list[date]

    @property
    def whole(self) -> bool:
        return self.days == self.days_of


def effect_of(item: ChargeItem, entry: Entry) -> Effect:
    units = [line.unit.id for line in entry.lines if line.unit]
    stand = queries.own_tariffs(item.id, units) if units else queries.general_tariffs(item.id)
    same = [tariff for tariff in stand if tariff.use is entry.use]
    month = month_of(entry.since)
    count = len(units) or _count(item, entry, stand)
    return Effect(
        units=count,
        month=month.begins,
        days=(month.ends - entry.since).days,
        days_of=len(month),
        until=min((tariff.since for tariff in same if tariff.since > entry.since), default=None),
        before=_before(same, entry.since, units) if units else _before_all(same, entry.since, count),
        published=[each for each in standing.published_months(item.id) if each >= first_of(entry.since)],
    )


def _count(item: ChargeItem, entry: Entry, general: Sequence[Tariff]) -> int:
    """Units of which nothing nearer is said: neither of themselves nor, where the entry is of all, of their use."""
    counts = queries.units_by_use(item, entry.since)
    if entry.use is not None:
        return counts.get(entry.use, 0)
    said = {tariff.use for tariff in general if tariff.use and tariff.since <= entry.since}
    return sum(count for use, count in counts.items() if use not in said)


def _before(tariffs: Sequence[Tariff], since: date, unit_ids: Sequence[int]) -> list[Before]:
    """What was said of each of the units the day the new one begins, the most frequent first."""
    held = {tariff.unit_id: tariff for tariff in tariffs if tariff.since <= since}  # in the order they begin
    counts: dict[tuple[Terms | None, Decimal | None], int] = {}
    for unit_id in unit_ids:
        tariff = held.get(unit_id)
        said = (tariff.terms, tariff.price) if tariff else (None, None)
        counts[said] = counts.get(said, 0) + 1
    found = [Before(terms=terms, price=price, units=count) for (terms, price), count in counts.items()]
    return sorted(found, key=lambda each: -each.units)


def _before_all(tariffs: Sequence[Tariff], since: date, count: int) -> list[Before]:
    held = [tariff for tariff in tariffs if tariff.since <= since]
    terms, price = (held[-1].terms, held[-1].price) if held else (None, None)
    return [Before(terms=terms, price=price, units=count)]


def uses_said(tariffs: Sequence[Tariff]) -> list[UnitUse]:
    """Those with a price of their own, in the order in which uses are listed."""
    said = {tariff.use for tariff in tariffs if tariff.use}
    return [use for use in UnitUse if use in said]
