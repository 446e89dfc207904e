"""What becomes bills: days on which neither payer nor price changes, of all units of an estate, in one statement.

`crm.billing.arithmetic` says the same of one line. Days are half-open; quantities, prices and sums are the whole
numbers that the database keeps.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Date,
    Integer,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    select,
    union_all,
)

from crm.billing.arithmetic import STEPS
from crm.billing.charges.models import Basis, Tariff, Terms
from crm.billing.ledger.invariants import fen_of_product, whole
from crm.billing.runs.month import LAST_DAY, Month, Span, day, spans
from crm.billing.runs.parts import together
from crm.billing.runs.payers import merged_files, payers
from crm.billing.runs.spanning import has_of_no_run, left_by_them
from crm.db import session
from crm.properties.models import Unit
from crm.sql import days_between, earlier, later

ONE = 1000  # of a quantity, in thousandths
LARGEST = 2**62 - 10**11  # of quantity × price × days: twice as much and half a step still are 64 bits
TERMS: dict[str, Any] = {
    "unit_id": Integer,
    "handover_on": Date,
    "begins": Date,
    "ends": Date,
    "quantity": BigInteger,
    "price": BigInteger,
    "tariff_id": Integer,
}
AREAS = {Basis.built_area: Unit.built_area, Basis.inner_area: Unit.inner_area}


def stretches(month: Month) -> Select[*tuple[Any, ...]]:
    """unit_id, customer_id, begins, ends, days, quantity, price, tariff_id, amount of each line.

    Without a quantity there is no amount, nor where the product leaves what the database can count.
    """
    terms, paying, merged = terms_of(month), payers(month), merged_files(month)
    begins = later(terms.c.begins, paying.c.begins, func.coalesce(terms.c.handover_on, terms.c.begins))
    ends = earlier(terms.c.ends, paying.c.ends)
    cut = (
        select(
            terms.c.unit_id,
            func.coalesce(merged.c.kept, paying.c.customer_id).label("customer_id"),
            begins.label("begins"),
            ends.label("ends"),
            terms.c.quantity,
            terms.c.price,
            terms.c.tariff_id,
        )
        .select_from(terms)
        .join(paying, paying.c.unit_id == terms.c.unit_id)
        .outerjoin(merged, merged.c.id == paying.c.customer_id)
        .where(begins < ends)
    )
    return _reckoned(month, left_by_them(month, cut.cte()) if has_of_no_run(month) else cut)


def _reckoned(month: Month, lines: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The lines with their days and sums."""
    cut = lines.subquery("cut")
    days = _days(month, cut)
    amount = fen_of_product(cut.c.quantity, cut.c.price, days, len(month.days), STEPS[month.item.rounding])
    return select(cut, days.label("days"), amount.label("amount"))


def _days(month: Month, cut: Any) -> Any:
    """How many; the whole month, which most lines are, without reckoning with days."""
    whole_month = and_(cut.c.begins == day(month.days.begins), cut.c.ends == day(month.days.ends))
    some = cast(days_between(cut.c.begins, cut.c.ends), BigInteger)
    return case((whole_month, literal(len(month.days), BigInteger)), else_=some)


def _quantity(month: Month) -> Any:
    """Of a unit that no tariff says otherwise about."""
    area = AREAS.get(month.item.basis)
    return literal(ONE, BigInteger) if area is None else whole(area) * 10  # hundredths of m²


def terms_of(month: Month) -> CTE:
    """What holds for which unit on which days of the month: see `TERMS`."""
    general = spans(general_tariffs(month), month.days)
    own = own_terms(month).cte() if has_own_tariffs(month) else None
    parts = [_of_all(month, span, own) for span in general]
    if own is not None:
        parts += [_priced(month, own), *(_as_others(own, span, month) for span in general)]
    return (union_all(*parts) if parts else _nothing()).cte()


def _nothing() -> Select[*tuple[Any, ...]]:
    return select(*(cast(null(), kind).label(name) for name, kind in TERMS.items())).where(false())


def general_tariffs(month: Month) -> list[Tariff]:
    found = select(Tariff).where(
        Tariff.item_id == month.item.id, Tariff.unit_id.is_(None), Tariff.since < month.days.ends
    )
    return list(session().scalars(found))


def has_own_tariffs(month: Month) -> bool:
    found = select(Tariff.id).where(Tariff.item_id == month.item.id, Tariff.unit_id.is_not(None))
    return session().scalar(found.where(Tariff.since < month.days.ends).limit(1)) is not None


def own_terms(month: Month) -> Select[*tuple[Any, ...]]:
    """What is said of single units, from when to when within the month; the later entered of one day counts."""
    following = func.lead(Tariff.since).over(partition_by=Tariff.unit_id, order_by=(Tariff.since, Tariff.id))
    said = (
        select(
            Tariff.unit_id,
            Tariff.terms,
            Tariff.since,
            func.coalesce(following, day(LAST_DAY)).label("until"),
            whole(Tariff.quantity).label("quantity"),
            whole(Tariff.price).label("price"),
            Tariff.id.label("tariff_id"),
        )
        .where(Tariff.item_id == month.item.id, Tariff.unit_id.is_not(None), Tariff.since < day(month.days.ends))
        .where(month.among(Tariff.unit_id))
        .subquery("said")
    )
    begins, ends = later(said.c.since, day(month.days.begins)), earlier(said.c.until, day(month.days.ends))
    kept = (said.c.unit_id, said.c.terms, said.c.quantity, said.c.price, said.c.tariff_id)
    return select(*kept, begins.label("begins"), ends.label("ends")).where(begins < ends)


def _priced(month: Month, own: CTE) -> Select[*tuple[Any, ...]]:
    quantity = func.coalesce(own.c.quantity, _quantity(month)).label("quantity")
    columns = (own.c.unit_id, Unit.handover_on, own.c.begins, own.c.ends, quantity, own.c.price, own.c.tariff_id)
    return select(*columns).join(Unit, Unit.id == own.c.unit_id).where(own.c.terms == Terms.priced)


def _of_all(month: Month, span: Span, own: CTE | None) -> Select[*tuple[Any, ...]]:
    """The units of the span's uses, those without a tariff of their own."""
    begins, ends = day(span.days.begins).label("begins"), day(span.days.ends).label("ends")
    found = select(Unit.id.label("unit_id"), Unit.handover_on, begins, ends, *_figures(month, span)).where(
        Unit.estate_id == month.item.estate_id, month.among(Unit.id), span.has(Unit.use)
    )
    return found if own is None else found.where(Unit.id.not_in(select(own.c.unit_id)))


def _figures(month: Month, span: Span) -> tuple[Any, ...]:
    return (
        span_quantity(month, span).label("quantity"),
        literal(price_of(span), BigInteger).label("price"),
        literal(span.tariff.id, Integer).label("tariff_id"),
    )


def span_quantity(month: Month, span: Span) -> Any:
    said = span.tariff.quantity
    return _quantity(month) if said is None else literal(int(said * ONE), BigInteger)


def price_of(span: Span) -> int:
    """Millionths of a yuan."""
    return int((span.tariff.price or 0) * 1_000_000)


def _as_others(own: CTE, span: Span, month: Month) -> Select[*tuple[Any, ...]]:
    """Days on which a unit that has a tariff of its own is charged as all others: said so, or before its first."""
    first = (
        select(own.c.unit_id, day(month.days.begins).label("begins"), func.min(own.c.begins).label("ends"))
        .group_by(own.c.unit_id)
        .having(func.min(own.c.begins) > day(month.days.begins))
    )
    said = select(own.c.unit_id, own.c.begins, own.c.ends).where(own.c.terms == Terms.general)
    free = together(union_all(first, said).cte()).subquery()
    begins, ends = later(free.c.begins, day(span.days.begins)), earlier(free.c.ends, day(span.days.ends))
    days = begins.label("begins"), ends.label("ends")
    found = select(free.c.unit_id, Unit.handover_on, *days, *_figures(month, span))
    return found.join(Unit, and_(Unit.id == free.c.unit_id, span.has(Unit.use))).where(begins < ends)
