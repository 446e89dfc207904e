"""What publishing would put into the books, and what it would leave out: read, never stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from crm.billing.charges.models import Basis, MeterKind, SharedBy, Terms
from crm.billing.ledger.models import Bill
from crm.billing.ledger.models.bill import CHARGED_ONCE
from crm.billing.meters.queries import metered_units
from crm.billing.runs.figures import Counted
from crm.billing.runs.lines import REMEMBERED, lines
from crm.billing.runs.models import BillingRun
from crm.billing.runs.month import Month, day, free_uses
from crm.billing.runs.reasons import Reason
from crm.billing.runs.sharing import takers
from crm.billing.runs.spanning import charged_days, has_of_no_run
from crm.billing.runs.steady import charged_throughout, fen_to_bill, split, split_by, steady_fen
from crm.billing.runs.stretches import general_tariffs, has_own_tariffs, own_terms, terms_of
from crm.billing.runs.unbilled import has_billed, is_charged, is_open
from crm.db import session
from crm.money import Fen
from crm.properties.models import Unit, UnitUse
from crm.sql import days_between, later


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """`counted`: the bills that publishing would make. `skipped`: reason -> units. `unpaid`: units and their days."""

    counted: Counted
    skipped: dict[Reason, int]
    unpaid_units: int
    unpaid_days: int


NOTHING = Totals(counted=Counted(), skipped={}, unpaid_units=0, unpaid_days=0)


def totals(month: Month) -> Totals:
    found = split_by(month, _fen(month))
    told = _totals(found.rest) if found.rest else NOTHING
    return replace(told, counted=found.steady + told.counted)


def _fen(month: Month) -> Any:
    """What publishing would add for a steady unit; of a month that is published nought, if its run has billed it."""
    if not has_billed(month):
        return fen_to_bill(month)
    fen, own = steady_fen(month), Bill.run_id == _own_run(month)
    return None if fen is None else case((and_(fen.is_not(None), charged_throughout(month, own).exists()), 0))


def _totals(month: Month) -> Totals:
    found = of_units(month).subquery("of_units")
    sums = select(
        found.c.reason,
        func.count().label("units"),
        func.sum(found.c.bills).label("bills"),
        type_coerce(func.sum(found.c.amount), Fen).label("amount"),
        func.sum(case((found.c.unpaid > 0, 1), else_=0)).label("unpaid_units"),
        func.sum(found.c.unpaid).label("unpaid_days"),
    ).group_by(found.c.reason)
    rows = session().execute(sums).all()
    billed = [row for row in rows if not row.reason]
    return Totals(
        counted=Counted(sum(int(row.bills) for row in rows), sum((row.amount for row in rows), Decimal(0))),
        skipped={reason: row.units for reason in Reason for row in rows if row.reason == reason},
        unpaid_units=sum(int(row.unpaid_units) for row in billed),
        unpaid_days=sum(int(row.unpaid_days) for row in billed),
    )


def of_units(month: Month) -> Select[*tuple[Any, ...]]:
    """unit_id, bills, amount, unpaid, reason of every unit of the estate; "" is the reason of one that is billed.

    `unpaid`: days that are charged and that nobody pays for.
    """
    of_lines, due = _of_lines(month).cte("of_lines"), _due(month).cte("due")
    billed = func.coalesce(of_lines.c.bills, 0)
    unpaid: Any = case((of_lines.c.days.is_not(None), func.coalesce(due.c.days, 0) - of_lines.c.days), else_=0)
    has_share = _is_billed_for(month, Bill.run_id == (_own_run(month) or 0))
    charged = charged_days(month).cte("charged_days") if has_of_no_run(month) else None
    if charged is not None:
        unpaid = unpaid - func.coalesce(charged.c.days, 0)
    found = (
        select(
            Unit.id.label("unit_id"),
            billed.label("bills"),
            func.coalesce(of_lines.c.amount, 0).label("amount"),
            later(unpaid, 0, type_=Integer).label("unpaid"),
            case((or_(billed > 0, of_lines.c.own > 0, has_share), ""), else_=_reason(month, of_lines, due)).label(
                "reason"
            ),
        )
        .outerjoin(of_lines, of_lines.c.unit_id == Unit.id)
        .outerjoin(due, due.c.unit_id == Unit.id)
        .where(Unit.estate_id == month.item.estate_id, month.among(Unit.id))
    )
    return found if charged is None else found.outerjoin(charged, charged.c.unit_id == Unit.id)


def _of_lines(month: Month) -> Select[*tuple[Any, ...]]:
    """Of each unit with a line: what of it is billed, and what keeps the rest from being billed."""
    line = lines(month).cte("line").prefix_with(REMEMBERED)
    run = _own_run(month)
    made = Bill.run_id + 0 == run  # not by the index of runs: whose bills are new a planner takes for few
    own = literal(False) if run is None else is_charged(month, line, made)
    charged = is_charged(month, line)
    told = select(line, charged.label("charged"), own.label("own")).cte("told").prefix_with(REMEMBERED)
    unbilled = and_(told.c.amount > 0, ~told.c.charged)
    return select(
        told.c.unit_id,
        _count(unbilled).label("bills"),
        cast(func.sum(case((unbilled, told.c.amount), else_=0)), BigInteger).label("amount"),
        _count(told.c.own).label("own"),
        _count(told.c.charged).label("charged"),
        _count(told.c.quantity.is_(None)).label("no_quantity"),
        _count(and_(told.c.quantity.is_not(None), told.c.amount.is_(None), ~told.c.charged)).label("too_large"),
        func.sum(told.c.days).label("days"),
    ).group_by(told.c.unit_id)


def _own_run(month: Month) -> int | None:
    of_month = BillingRun.item_id == month.item.id, BillingRun.period == month.days.begins
    return session().scalar(select(BillingRun.id).where(*of_month))


def _is_billed_for(month: Month, *conditions: Any) -> Any:
    """Whether a bill charges the unit its share: what is billed of a cost is no line any more."""
    if month.item.basis is not Basis.shared:
        return false()
    bills = select(Bill.id).where(Bill.item_id == month.item.id, Bill.unit_id == Unit.id, CHARGED_ONCE, *conditions)
    return bills.where(Bill.begins >= day(month.days.begins), Bill.begins < day(month.days.ends)).exists()


def _count(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _due(month: Month) -> Select[*tuple[Any, ...]]:
    """unit_id, days: how many of the month are charged, whoever pays; weight is missing where nothing is known."""
    last = day(month.days.ends)
    if month.item.basis is Basis.shared:
        taking = takers(month).subquery("taking")
        days = later(days_between(taking.c.since, last), 0, type_=Integer)
        return select(taking.c.unit_id, days.label("days"), taking.c.weight, taking.c.cost_id)
    terms = terms_of(month)
    begins = later(terms.c.begins, func.coalesce(terms.c.handover_on, terms.c.begins))
    all_days = func.sum(later(days_between(begins, terms.c.ends), 0, type_=Integer))
    return select(terms.c.unit_id, all_days.label("days")).group_by(terms.c.unit_id)


def _reason(month: Month, of_lines: Any, due: Any) -> Any:
    """The first that applies."""
    found: list[tuple[Any, Reason]] = [
        (of_lines.c.charged > 0, Reason.billed),
        (of_lines.c.too_large > 0, Reason.too_large),
        (of_lines.c.no_quantity > 0, Reason.no_area),
        (of_lines.c.unit_id.is_not(None), Reason.nought),
        *_before_there_is_a_line(month, due),
        (due.c.days == 0, Reason.not_handed_over),
    ]
    last = Reason.not_read if month.item.basis is Basis.meter else Reason.nobody
    return case(*((condition, _word(reason)) for condition, reason in found), else_=_word(last))


def _word(reason: Reason) -> Any:
    return literal(reason.value, String)


def _before_there_is_a_line(month: Month, due: Any) -> list[tuple[Any, Reason]]:
    if month.item.basis is Basis.shared:
        by_meter = month.item.shared_by is SharedBy.consumption
        return [
            (_is_billed_for(month), Reason.billed),
            (_takes_no_part(month), Reason.no_part),
            (due.c.cost_id.is_(None), Reason.not_entered),
            (due.c.weight.is_(None), Reason.not_read if by_meter else Reason.no_area),
            (due.c.weight == 0, Reason.unused if by_meter else Reason.nought),
        ]
    return [(and_(due.c.unit_id.is_(None), _free(month)), Reason.free), (due.c.unit_id.is_(None), Reason.no_price)]


def _takes_no_part(month: Month) -> Any:
    parking = Unit.use == UnitUse.parking
    if month.item.shared_by is not SharedBy.consumption:
        return parking
    kind = MeterKind(month.item.meter_kind or "")
    return or_(parking, Unit.id.not_in(metered_units(month.item.estate_id, kind)))


def _free(month: Month) -> Any:
    """Whether it is said of the unit, of its use or of all that it is not charged."""
    by_use = Unit.use.in_(free_uses(general_tariffs(month), month.days))
    if not has_own_tariffs(month):
        return by_use
    own = own_terms(month).subquery("own_free")
    return or_(by_use, Unit.id.in_(select(own.c.unit_id).where(own.c.terms == Terms.free)))


def skipped(month: Month) -> Select[*tuple[Any, ...]]:
    """Every unit that gets no bill, with the reason; for lists."""
    found = of_units(month).subquery("of_units")
    return select(Unit.id, Unit.label, Unit.use, Unit.built_area, Unit.handover_on, found.c.reason).join(
        found, and_(found.c.unit_id == Unit.id, found.c.reason != "")
    )


def part_paid(month: Month) -> Select[*tuple[Any, ...]]:
    """Every unit that is billed for some of its days only, since nobody pays for the others."""
    found = of_units(month).subquery("of_units")
    return select(Unit.id, Unit.label, found.c.unpaid).join(
        found, and_(found.c.unit_id == Unit.id, found.c.reason == "", found.c.unpaid > 0)
    )


def counted(month: Month) -> Counted:
    """What publishing or supplementing would put into the books, and nothing else."""
    found = split(month)
    return found.steady + _counted_by_line(found.rest) if found.rest else found.steady


def _counted_by_line(month: Month) -> Counted:
    line = lines(month).subquery("line")
    unbilled = is_open(month, line)
    found = select(func.count(), type_coerce(func.coalesce(func.sum(line.c.amount), 0), Fen)).where(unbilled)
    return Counted(*session().execute(found).one())


def in_the_books(estate_id: int, period: date) -> dict[int, Counted]:
    """Item -> its bills of that month that are not void, whoever made them."""
    sums = (
        select(Bill.item_id, func.count().label("bills"), func.sum(Bill.amount).label("total"))
        .where(Bill.estate_id == estate_id, Bill.period == period, CHARGED_ONCE)
        .group_by(Bill.item_id)
    )
    return {row.item_id: Counted(row.bills, row.total) for row in session().execute(sums)}


def runs_of(estate_id: int, period: date) -> Sequence[BillingRun]:
    found = select(BillingRun).where(BillingRun.estate_id == estate_id, BillingRun.period == period)
    return session().scalars(found).all()
