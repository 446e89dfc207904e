"""公摊: what a month cost is split among the units of its place so that the shares add up to it, to the fen.

Each unit weighs what it has (m², one, what its meters counted in the month), by the days since it was handed over;
where its payer changes its days are cut, days that nobody pays for keep their share, which is billed to nobody.
Rounded down first; the fen that are left go where most was cut off, and of equals to whoever stands first by
unit, then by day.

What is billed already stays: the rest of the cost is split among those that are left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from crm.billing.charges.models import MeterKind, SharedBy, SharedCost
from crm.billing.ledger.invariants import whole
from crm.billing.ledger.models import Bill
from crm.billing.meters.queries import consumption_by_unit
from crm.billing.runs.month import Month, day
from crm.billing.runs.payers import merged_files, payers
from crm.billing.runs.stretches import LARGEST, ONE
from crm.billing.runs.unbilled import is_charged
from crm.db import session
from crm.money import from_fen, to_fen
from crm.properties.models import Unit, UnitUse
from crm.sql import days_between, later

Weights = Select[*tuple[Any, ...]]  # unit_id, weight in thousandths


@dataclass(frozen=True, slots=True)
class Cost:
    """A shared cost of the month; `left` fen of it are not billed yet."""

    id: int
    building_id: int | None
    left: int


def by_area(area: Any) -> Callable[[Month], Weights]:
    return lambda _month: select(Unit.id.label("unit_id"), (whole(area) * 10).label("weight"))


def each_one(_month: Month) -> Weights:
    return select(Unit.id.label("unit_id"), literal(ONE, BigInteger).label("weight"))


def by_consumption(month: Month) -> Weights:
    kind = MeterKind(month.item.meter_kind or "")
    used = consumption_by_unit(month.item.estate_id, month.days, kind).subquery("used")
    return select(used.c.unit_id, cast(used.c.quantity, BigInteger).label("weight"))


weighing: dict[SharedBy, Callable[[Month], Weights]] = {
    SharedBy.built_area: by_area(Unit.built_area),
    SharedBy.inner_area: by_area(Unit.inner_area),
    SharedBy.unit: each_one,
    SharedBy.consumption: by_consumption,
}


def shares(month: Month) -> Select[*tuple[Any, ...]]:
    """A line for each part of a cost that somebody pays: as `stretches`, with `whole` and `shared_cost_id`."""
    split, merged = _split(month), merged_files(month)
    return (
        select(
            split.c.unit_id,
            func.coalesce(merged.c.kept, split.c.customer_id).label("customer_id"),
            split.c.begins,
            split.c.ends,
            split.c.weight.label("quantity"),
            cast(null(), BigInteger).label("price"),
            cast(null(), Integer).label("tariff_id"),
            split.c.days,
            split.c.amount,
            split.c.whole,
            split.c.cost_id.label("shared_cost_id"),
        )
        .outerjoin(merged, merged.c.id == split.c.customer_id)
        .where(split.c.customer_id.is_not(None), month.among(split.c.unit_id))
    )


def costs(month: Month) -> list[Cost]:
    """Those that count: what bills stand on, else the last entered of each place."""
    billed = select(func.sum(Bill.amount)).where(Bill.shared_cost_id == SharedCost.id, ~Bill.voided)
    entered = select(SharedCost, billed.scalar_subquery().label("billed")).where(
        SharedCost.item_id == month.item.id, SharedCost.period == month.days.begins
    )
    of_place: dict[int | None, Cost] = {}
    for cost, billed_of_it in session().execute(entered.order_by(billed.exists(), SharedCost.id)):
        left = max(0, to_fen(cost.total - (billed_of_it or 0)))
        of_place[cost.building_id] = Cost(cost.id, cost.building_id, left)
    return list(of_place.values())


def takers(month: Month) -> Select[*tuple[Any, ...]]:
    """unit_id, sort_key, cost_id, left, weight, since: who takes part, from which day of the month on.

    What is entered for a building goes before what is for all; parking spaces take no part. Where nothing is entered
    there is no cost_id, a unit without an area or a reading has no weight.
    """
    found = {cost.building_id: cost for cost in costs(month)}
    weights = weighing[month.item.shared_by or SharedBy.unit](month).subquery("weights")
    since = later(func.coalesce(Unit.handover_on, day(month.days.begins)), day(month.days.begins))
    return (
        select(
            Unit.id.label("unit_id"),
            Unit.sort_key,
            _of_place({key: cost.id for key, cost in found.items()}, Integer).label("cost_id"),
            _of_place({key: cost.left for key, cost in found.items()}, BigInteger).label("left"),
            weights.c.weight,
            since.label("since"),
        )
        .outerjoin(weights, weights.c.unit_id == Unit.id)
        .where(Unit.estate_id == month.item.estate_id, Unit.use != UnitUse.parking)
    )


def _of_place(said: dict[int | None, int], kind: Any) -> Any:
    """What is said of the unit's building, else of the whole estate, as a column."""
    general = literal(said.get(None), kind())
    own = {building_id: literal(value, kind()) for building_id, value in said.items() if building_id is not None}
    return case(own, value=Unit.building_id, else_=general) if own else general


def left_to_nobody(month: Month) -> Decimal:
    """Yuan of the month's costs in which no unit has a part, since none has used anything by its meters."""
    if month.item.shared_by is not SharedBy.consumption:
        return Decimal(0)
    taking = takers(month).subquery("taking")
    of_cost = select(func.max(taking.c.left).label("left")).where(taking.c.cost_id.is_not(None), taking.c.left > 0)
    unused = of_cost.group_by(taking.c.cost_id).having(func.coalesce(func.max(taking.c.weight), 0) == 0)
    return sum(map(from_fen, session().scalars(unused)), Decimal(0))


def _split(month: Month) -> Subquery:
    """Every part with its share in fen, or none where the product leaves what the database can count."""
    everybody = replace(month, units=())
    taking = takers(everybody).cte()
    weighed = _weighed(everybody, taking).cte()
    of_cost: dict[str, Any] = {"partition_by": weighed.c.cost_id}
    rest = func.sum(case((weighed.c.charged, 0), else_=weighed.c.weight * weighed.c.days)).over(**of_cost)
    most = func.max(weighed.c.weight * weighed.c.days).over(**of_cost)
    fits = most <= LARGEST // later(weighed.c.left, 1, type_=BigInteger)
    product = case((and_(fits, ~weighed.c.charged), weighed.c.left * weighed.c.weight * weighed.c.days))
    all_of_it = cast(func.sum(weighed.c.weight * weighed.c.days).over(**of_cost), BigInteger)
    whole = (all_of_it + len(month.days) // 2) // len(month.days)
    figures = product.label("product"), cast(rest, BigInteger).label("rest"), whole.label("whole")
    reckoned = select(weighed, *figures).cte()
    down = select(reckoned, (reckoned.c.product // reckoned.c.rest).label("down")).where(~reckoned.c.charged).cte()
    by_what_was_cut = ((down.c.product % down.c.rest).desc(), down.c.sort_key, down.c.begins, down.c.unit_id)
    place = func.row_number().over(partition_by=down.c.cost_id, order_by=by_what_was_cut)
    odd = down.c.left - cast(func.sum(down.c.down).over(partition_by=down.c.cost_id), BigInteger)
    return select(down, (down.c.down + case((place <= odd, 1), else_=0)).label("amount")).subquery("split")


def _weighed(month: Month, taking: CTE) -> Select[*tuple[Any, ...]]:
    """Every part, its days, what it weighs, and whether a bill charges it already."""
    parts = _parts(month, taking).cte()
    days = cast(days_between(parts.c.begins, parts.c.ends), BigInteger)
    told = (taking.c.sort_key, taking.c.cost_id, taking.c.left, taking.c.weight)
    found = select(parts, *told, days.label("days"), is_charged(month, parts).label("charged"))
    return found.join(taking, taking.c.unit_id == parts.c.unit_id)


def _parts(month: Month, taking: CTE) -> Select[*tuple[Any, ...]]:
    """The days of each unit that takes part, cut where its payer changes; customer_id is none where nobody pays."""
    last, sharing = day(month.days.ends), and_(taking.c.cost_id.is_not(None), taking.c.weight > 0)
    paying = payers(month)
    begins = later(paying.c.begins, taking.c.since)
    paid = (
        select(taking.c.unit_id, paying.c.customer_id, begins.label("begins"), paying.c.ends)
        .join(paying, paying.c.unit_id == taking.c.unit_id)
        .where(sharing, begins < paying.c.ends)
        .cte()
    )
    ends = select(
        taking.c.unit_id, cast(null(), Integer).label("customer_id"), last.label("begins"), last.label("ends")
    )
    bounds = union_all(select(paid), ends.where(sharing)).cte()
    before = func.lag(bounds.c.ends).over(partition_by=bounds.c.unit_id, order_by=bounds.c.begins)
    between = select(bounds.c.unit_id, before.label("begins"), bounds.c.begins.label("ends")).cte()
    since = func.coalesce(between.c.begins, taking.c.since)
    unpaid = (
        select(between.c.unit_id, cast(null(), Integer).label("customer_id"), since.label("begins"), between.c.ends)
        .join(taking, taking.c.unit_id == between.c.unit_id)
        .where(since < between.c.ends)
    )
    return select(union_all(select(paid), unpaid).subquery())
