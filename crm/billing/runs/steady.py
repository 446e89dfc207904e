"""The steady units of a month: one payer and one price all through it, so that no days are cut and nobody is ranked.

They are most of an estate. Their bills are counted and summed by one figure a unit; only the units that are left over
are reckoned line by line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, String, and_, case, cast, func, or_, select, type_coerce

from crm.billing.arithmetic import STEPS
from crm.billing.charges.models import BY_DAY
from crm.billing.ledger.invariants import fen_of_product, whole
from crm.billing.ledger.models import Bill
from crm.billing.ledger.models.bill import CHARGED_ONCE
from crm.billing.runs.figures import Counted
from crm.billing.runs.month import Month, Span, day, spans
from crm.billing.runs.payers import holders
from crm.billing.runs.spanning import charged_by_others
from crm.billing.runs.stretches import general_tariffs, has_own_tariffs, own_terms, price_of, span_quantity
from crm.billing.runs.unbilled import has_billed
from crm.db import session
from crm.money import Fen
from crm.properties.models import Unit
from crm.tenants.models import Occupancy

MOST = 10_000  # units left over that are looked at by themselves; where there are more, all units are


@dataclass(frozen=True, slots=True)
class Split:
    """`steady`: bills of the units that need no closer look. `rest`: the month of all others, where there are any."""

    steady: Counted
    rest: Month | None


def split(month: Month) -> Split:
    """By what publishing would add to the month; a unit that one bill charges for all of it is not looked at again."""
    if month.item.basis not in BY_DAY:
        return Split(Counted(), month)
    if not has_billed(month):
        return split_by(month, fen_to_bill(month))
    not_throughout = _of_estate(month).where(~charged_throughout(month).exists())
    return _left_over(month, Counted(), session().scalars(not_throughout))


def split_by(month: Month, fen: Any) -> Split:
    """`fen`: of a unit's one bill if its payer is steady; nought if it gets none, null if it is to be left over."""
    if fen is None:
        return Split(Counted(), month)
    of_unit = _held(month, fen).subquery("of_unit")
    sums = func.count(func.nullif(of_unit.c.fen, 0)), type_coerce(func.coalesce(func.sum(of_unit.c.fen), 0), Fen)
    names = func.aggregate_strings(case((of_unit.c.fen.is_(None), cast(of_unit.c.unit_id, String))), ",")
    held, bills, total, others = session().execute(select(func.count(), *sums, names)).one()
    left = [int(name) for name in others.split(",")] if others else []
    if held < (session().scalar(select(func.count()).select_from(_of_estate(month).subquery())) or 0):
        left += session().scalars(_of_estate(month).where(Unit.id.not_in(select(of_unit.c.unit_id))))
    return _left_over(month, Counted(bills, total), left)


def _held(month: Month, fen: Any) -> Select[int, int | None]:
    """unit_id, fen of each unit that somebody pays for; null if the payer changes or has to be chosen."""
    holding, throughout = holders(month)
    figure = case((func.count() == 1, func.max(case((throughout, fen)))))
    found = select(Occupancy.unit_id, figure.label("fen")).join(Unit, Unit.id == Occupancy.unit_id)
    return found.where(holding, Unit.estate_id == month.item.estate_id).group_by(Occupancy.unit_id)


def _left_over(month: Month, steady: Counted, unit_ids: Iterable[int]) -> Split:
    units = tuple(unit_ids)
    if len(units) > MOST:
        return Split(Counted(), month)
    return Split(steady, replace(month, units=units) if units else None)


def fen_to_bill(month: Month) -> Any:
    """`steady_fen` of a unit of which no bill charges a day yet, in a month that its run has not billed."""
    fen = steady_fen(month)
    if fen is None or session().scalar(charged_by_others(month).limit(1)) is None:
        return fen
    return case((Unit.id.not_in(charged_by_others(month)), fen))


def steady_fen(month: Month) -> Any:
    """What the bill of a unit comes to, if its payer is steady; null where price, area or the days are not.

    None where that can be said of no unit.
    """
    prices = [span for span in spans(general_tariffs(month), month.days) if span.days == month.days]
    if month.item.basis not in BY_DAY or not prices:
        return None
    conditions = [or_(Unit.handover_on.is_(None), Unit.handover_on <= day(month.days.begins))]
    if has_own_tariffs(month):
        conditions.append(Unit.id.not_in(select(own_terms(month).subquery("own").c.unit_id)))
    amount = case(*((span.has(Unit.use), _fen(month, span)) for span in prices))
    return case((and_(*conditions), func.nullif(amount, 0)))


def _fen(month: Month, span: Span) -> Any:
    """A whole month is one of one: the days need not be reckoned with."""
    return fen_of_product(span_quantity(month, span), price_of(span), 1, 1, STEPS[month.item.rounding])


def _of_estate(month: Month) -> Select[int]:
    return select(Unit.id).where(Unit.estate_id == month.item.estate_id)


def charged_throughout(month: Month, *conditions: Any) -> Select[int]:
    """Fen of the one bill that charges the unit for the month, no day more or less."""
    of_unit = Bill.item_id == month.item.id, Bill.unit_id == Unit.id, CHARGED_ONCE
    days = Bill.begins == day(month.days.begins), Bill.ends == day(month.days.ends)
    return select(whole(Bill.amount)).where(*of_unit, *days, *conditions)
