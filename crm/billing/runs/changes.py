"""What is different from last month, unit by unit, and why: price, quantity, days or payer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import BigInteger, Integer, Select, and_, case, cast, func, literal, select, type_coerce, union_all

from crm.billing.charges.models import BY_DAY
from crm.billing.ledger.explaining import plain
from crm.billing.ledger.invariants import whole
from crm.billing.ledger.models import Bill
from crm.billing.ledger.models.bill import CHARGED_ONCE
from crm.billing.runs.figures import Counted
from crm.billing.runs.lines import lines
from crm.billing.runs.month import Month
from crm.billing.runs.steady import charged_throughout, fen_to_bill, split_by
from crm.billing.runs.unbilled import has_billed, is_open
from crm.db import session
from crm.money import Fen, Millionths, Thousandths
from crm.properties.models import Unit
from crm.tenants.models import Customer

MOST = 5


@dataclass(frozen=True, slots=True)
class Charged:
    """What a unit is charged for a month; `missing`: days of it that are not charged."""

    prices: tuple[Decimal, ...]
    quantities: tuple[Decimal, ...]
    days: int
    missing: int
    payers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    unit_id: int
    label: str
    before: Decimal
    now: Decimal
    why: list[str]

    @property
    def difference(self) -> Decimal:
        return self.now - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """`now` and `before`: all that is or would be charged. `new` were not charged last month, `gone` are not now."""

    now: Counted
    before: Counted
    new: int
    gone: int
    new_total: Decimal
    gone_total: Decimal
    jumps: Sequence[Jump]


NOTHING = Changes(now=Counted(), before=Counted(), new=0, gone=0, new_total=Decimal(0), gone_total=Decimal(0), jumps=[])


def changes(month: Month) -> Changes:
    """What most units are charged is what they were: of those nothing else is compared."""
    compared = _has_bills(month.before)
    found = split_by(month, _fen(month, compared=compared))
    same, added = (found.steady, Counted()) if compared else (Counted(), found.steady)
    told = _changes(found.rest) if found.rest else NOTHING
    return replace(
        told,
        now=told.now + found.steady,
        before=told.before + same,
        new=told.new + added.bills,
        new_total=told.new_total + added.total,
    )


def _has_bills(month: Month) -> bool:
    return session().scalar(select(Bill.id).where(*_billed(month)).limit(1)) is not None


def _fen(month: Month, *, compared: bool) -> Any:
    """What one bill charges a unit, or would; null if last month's is not the same, where there is one to compare."""
    if month.item.basis not in BY_DAY:
        return None
    now = charged_throughout(month).scalar_subquery() if has_billed(month) else fen_to_bill(month)
    if now is None or not compared:
        return now
    return case((now == charged_throughout(month.before).scalar_subquery(), now))


def _changes(month: Month) -> Changes:
    found = _sums(month).subquery("sums")
    new, gone = and_(found.c.before == 0, found.c.now > 0), and_(found.c.before > 0, found.c.now == 0)
    row = (
        session()
        .execute(
            select(
                *(
                    type_coerce(func.coalesce(func.sum(found.c[name]), 0), Fen).label(name)
                    for name in ("now", "before")
                ),
                *(_whole_sum(found.c[name]).label(name) for name in ("bills_now", "bills_before")),
                *(_whole_sum(case((which, 1), else_=0)).label(name) for name, which in (("new", new), ("gone", gone))),
                type_coerce(_whole_sum(case((new, found.c.now), else_=0)), Fen).label("new_total"),
                type_coerce(_whole_sum(case((gone, found.c.before), else_=0)), Fen).label("gone_total"),
            )
        )
        .one()
    )
    return Changes(
        now=Counted(row.bills_now, row.now),
        before=Counted(row.bills_before, row.before),
        new=row.new,
        gone=row.gone,
        new_total=row.new_total,
        gone_total=row.gone_total,
        jumps=_jumps(month) if row.before else [],
    )


def _whole_sum(of: Any) -> Any:
    return cast(func.coalesce(func.sum(of), 0), BigInteger)


def _sums(month: Month) -> Select[*tuple[Any, ...]]:
    """unit_id, now, before, bills_now, bills_before: fen of each unit, billed or to be billed."""
    line = lines(month).subquery("line")
    nought = literal(0, BigInteger)
    unbilled = select(line.c.unit_id, line.c.amount.label("now"), nought.label("before")).where(is_open(month, line))
    now = select(Bill.unit_id, whole(Bill.amount), nought).where(*_billed(month))
    before = select(Bill.unit_id, nought, whole(Bill.amount)).where(*_billed(month.before))
    both = union_all(unbilled, now, before).subquery("both")
    return select(
        both.c.unit_id,
        _whole_sum(both.c.now).label("now"),
        _whole_sum(both.c.before).label("before"),
        _whole_sum(case((both.c.now > 0, 1), else_=0)).label("bills_now"),
        _whole_sum(case((both.c.before > 0, 1), else_=0)).label("bills_before"),
    ).group_by(both.c.unit_id)


def _billed(month: Month) -> tuple[Any, ...]:
    of_item = Bill.item_id == month.item.id, Bill.estate_id == month.item.estate_id
    return *of_item, Bill.period == month.days.begins, CHARGED_ONCE, month.among(Bill.unit_id)


def _jumps(month: Month) -> list[Jump]:
    """The largest, of units that were charged in both months."""
    found = _sums(month).subquery("sums")
    now, before = type_coerce(found.c.now, Fen), type_coerce(found.c.before, Fen)
    largest = (
        select(Unit.id, Unit.label, now.label("now"), before.label("before"))
        .join(found, found.c.unit_id == Unit.id)
        .where(found.c.now > 0, found.c.before > 0, found.c.now != found.c.before)
        .order_by(func.abs(found.c.now - found.c.before).desc(), Unit.sort_key, Unit.id)
        .limit(MOST)
    )
    rows = session().execute(largest).all()
    if not rows:
        return []
    few = replace(month, units=tuple(row.id for row in rows))
    then, today = _charged(few.before, [_bills(few.before)]), _charged(few, [_bills(few), _unbilled(few)])
    return [
        Jump(unit_id=row.id, label=row.label, before=row.before, now=row.now, why=why(then[row.id], today[row.id]))
        for row in rows
    ]


def _bills(month: Month) -> Select[*tuple[Any, ...]]:
    told = (Bill.unit_id, Bill.customer_id, Bill.begins, Bill.days, Bill.quantity, Bill.price)
    return select(*told).where(*_billed(month))


def _unbilled(month: Month) -> Select[*tuple[Any, ...]]:
    line = lines(month).subquery("line")
    quantity = type_coerce(line.c.quantity, Thousandths).label("quantity")
    price = type_coerce(line.c.price, Millionths).label("price")
    days = cast(line.c.days, Integer).label("days")
    told = select(line.c.unit_id, line.c.customer_id, line.c.begins, days, quantity, price)
    return told.where(is_open(month, line), month.among(line.c.unit_id))


def _charged(month: Month, queries: Iterable[Select[*tuple[Any, ...]]]) -> Mapping[int, Charged]:
    rows = [row for query in queries for row in session().execute(query)]
    payers = _names({row.customer_id for row in rows})
    of_unit: dict[int, list[Any]] = {unit_id: [] for unit_id in month.units}
    for row in sorted(rows, key=lambda row: row.begins):
        of_unit[row.unit_id].append(row)
    return {unit_id: _together(some, payers, len(month.days)) for unit_id, some in of_unit.items()}


def _names(customer_ids: Iterable[int]) -> dict[int, str]:
    """Of those who pay now: of a merged file the one that was kept."""
    kept = func.coalesce(Customer.merged_into_id, Customer.id)
    ids = select(Customer.id, kept.label("kept")).where(Customer.id.in_(list(customer_ids))).subquery()
    return {
        row.id: row.name
        for row in session().execute(select(ids.c.id, Customer.name).join(Customer, Customer.id == ids.c.kept))
    }


def _together(rows: Sequence[Any], payers: Mapping[int, str], days_of: int) -> Charged:
    def once(values: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(value for value in values if value is not None))

    charged = sum(days_of if row.days is None else row.days for row in rows)
    return Charged(
        prices=once(row.price for row in rows),
        quantities=once(row.quantity for row in rows),
        days=min(charged, days_of),
        missing=max(days_of - charged, 0),
        payers=once(payers[row.customer_id] for row in rows),
    )


def why(before: Charged, now: Charged) -> list[str]:
    """What changed, in words; a month that is longer or shorter changes nothing by itself."""
    told = []
    if before.prices != now.prices:
        told.append(_("Price: %(before)s → %(now)s", before=_figures(before.prices), now=_figures(now.prices)))
    if before.quantities != now.quantities:
        old, new = _figures(before.quantities), _figures(now.quantities)
        told.append(_("Quantity: %(before)s → %(now)s", before=old, now=new))
    if before.missing != now.missing:
        told.append(_("Days: %(before)s → %(now)s", before=before.days, now=now.days))
    if before.payers != now.payers:
        told.append(_("Payer: %(before)s → %(now)s", before="、".join(before.payers), now="、".join(now.payers)))
    return told or [_("The shared cost, or how it was rounded")]


def _figures(figures: Sequence[Decimal]) -> str:
    return "、".join(plain(figure) for figure in figures) or "–"
