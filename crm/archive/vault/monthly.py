"""The vault in figures, by kind of title document and month; for whoever oversees the loans and guarantees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select

from crm.archive.vault.custody import TAKEN_OUT
from crm.archive.vault.documents.queries import placed
from crm.archive.vault.documents.timing import terms
from crm.archive.vault.models import (
    Delay,
    Direction,
    IncidentKind,
    TitleCustody,
    TitleDocument,
    TitleIncident,
    TitleKind,
    TitleVoucher,
    VoucherLine,
    VoucherState,
)
from crm.archive.vault.vouchers.book import COMES
from crm.dates import beginning_of, business_day_of, months_later
from crm.db import session
from crm.sql import by_month, code_of
from crm.web.figures import TENTH
from crm.worktime.queries import calendar

Place = tuple[TitleKind, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfVault:
    """`balance` and `outside` at its end; `laid`: for the first time into a safe, `in_time` of them."""

    came: int = 0
    went: int = 0
    balance: int = 0
    outside: int = 0
    laid: int = 0
    in_time: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A document's first way into the vault: in calendar days, and how late by working days."""

    kind: TitleKind
    placed_on: date
    days: int
    delay: Delay | None


def vault_of_months(months: Sequence[date], ways: Sequence[Way]) -> dict[Place, MonthOfVault]:
    """`months` follow one another; `ways` as `ways_of` has them."""
    found: dict[Place, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for name, rows in (("came", _came(months)), ("went", _went(months))):
        for kind, code, count in rows:
            for month in months:
                if code is None or code <= code_of(month):
                    found[kind, month]["balance"] += count if name == "came" else -count
                if code == code_of(month):
                    found[kind, month][name] = count
    for row in _outside(months):
        for month in months:
            ends = beginning_of(months_later(month, 1))
            found[row.kind, month]["outside"] += row.starts_at < ends and (row.ends_at is None or row.ends_at >= ends)
    for way in ways:
        counts = found[way.kind, way.placed_on.replace(day=1)]
        counts["laid"] += 1
        counts["in_time"] += way.delay is None
    return {place: MonthOfVault(**counts) for place, counts in found.items()}


def _came(months: Sequence[date]) -> Sequence[Any]:
    return _moved(months, TitleVoucher.purpose.in_(COMES))


def _went(months: Sequence[date]) -> Sequence[Any]:
    return _moved(months, TitleVoucher.direction == Direction.out)


def _moved(months: Sequence[date], *which: Any) -> Sequence[Any]:
    """(kind, month, documents) through the vault's door, as the book has it; of before the months the month is None."""
    joined = VoucherLine.voucher_id == TitleVoucher.id, VoucherLine.document_id == TitleDocument.id
    carried = TitleVoucher.state == VoucherState.done, VoucherLine.location_id.is_not(None)
    found = by_month(TitleDocument.kind, TitleVoucher.done_at, months, *joined, *carried, *which, begun=True)
    return session().execute(found).all()


def _outside(months: Sequence[date]) -> Sequence[Any]:
    """Taken out for a time, and out within the months."""
    out = select(TitleDocument.kind, TitleCustody.starts_at, TitleCustody.ends_at).join(
        TitleCustody, TitleCustody.document_id == TitleDocument.id
    )
    still = or_(TitleCustody.ends_at.is_(None), TitleCustody.ends_at >= beginning_of(months[0]))
    return session().execute(out.where(TitleCustody.cause == TAKEN_OUT, still)).all()


def ways_of(months: Sequence[date]) -> list[Way]:
    """Of whatever was laid into a safe for the first time within the months."""
    first = select(TitleDocument.kind, TitleDocument.obtained_at, placed().label("placed_at")).subquery()
    within = first.c.placed_at >= beginning_of(months[0]), first.c.placed_at < beginning_of(months_later(months[-1], 1))
    works = calendar()
    found = []
    for row in session().execute(select(first).where(*within, first.c.obtained_at.is_not(None))):
        obtained_on, placed_on = business_day_of(row.obtained_at), business_day_of(row.placed_at)
        delay = terms(obtained_on, works).delay_on(placed_on)
        found.append(Way(kind=row.kind, placed_on=placed_on, days=(placed_on - obtained_on).days, delay=delay))
    return found


def average(ways: Sequence[Way]) -> Decimal:
    return (Decimal(sum(way.days for way in ways)) / len(ways)).quantize(TENTH) if ways else Decimal(0)


def incidents_of_months(months: Sequence[date]) -> dict[tuple[date, IncidentKind], int]:
    firsts = {code_of(month): month for month in months}
    rows = session().execute(by_month(TitleIncident.kind, TitleIncident.reported_at, months))
    return {(firsts[code], kind): count for kind, code, count in rows}
