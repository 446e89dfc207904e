"""The clocks of many bills in one statement, as `clock` reckons them one by one; read inside one's estates.

Of a bill's happenings in their order, one comes too late when more than the years have passed since the one before it
and it is a demand; those after it come too late as well until the debtor's own act revives the claim.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, case, func, literal, select, union_all
from sqlalchemy.orm import aliased

from crm.billing.arrears.limitation.clock import Cause, Clock, Happened, clock
from crm.billing.arrears.limitation.figures import LIMITATION_YEARS
from crm.billing.arrears.limitation.happenings import happened_to, happenings
from crm.billing.charges.models import ChargeItem
from crm.billing.ledger.models import Bill
from crm.billing.ledger.queries import NOUGHT
from crm.dates import months_later
from crm.db import session
from crm.properties.models import Estate, Unit
from crm.properties.queries import in_chosen_estate
from crm.sql import days_between, years_later
from crm.tenants.models import Customer

KEPT = aliased(Customer)  # the file that stands for the customer today


def clocks_of(bills: Sequence[Bill], day: date) -> dict[int, Clock]:
    """By the bill's id, with all that happened; years as they hold on `day`."""
    events: dict[int, list[Happened]] = {bill.id: [] for bill in bills}
    for row in session().execute(happened_to(list(events))):
        events[row.bill_id].append(Happened(on=row.on, cause=Cause(row.cause), id=row.id))
    years = LIMITATION_YEARS.on(day)
    return {bill.id: clock(bill.due_on, events[bill.id], years) for bill in bills}


def ran_out(bill_ids: Collection[int], day: date) -> set[int]:
    """Those of the bills that cannot be claimed any more on `day`."""
    limits = expiries(Bill.id.in_(bill_ids), LIMITATION_YEARS.on(day)).subquery()
    return set(session().scalars(select(limits.c.bill_id).where(limits.c.expires_on < day)))


def expiries(scope: ColumnElement[bool], years: int) -> Select[*tuple[Any, ...]]:
    """bill_id, expires_on, last_on, last_cause: of the bills for which `scope`, a condition on `Bill`, holds.

    `last_cause` is None where nothing has interrupted it.
    """
    judged = _judged(scope, years).subquery("judged")
    order = judged.c.lapsed, judged.c.place.desc()
    rank = func.row_number().over(partition_by=judged.c.bill_id, order_by=order).label("rank")
    ranked = select(judged.c.bill_id, judged.c.on, judged.c.cause, rank).subquery("ranked")
    interrupted = ranked.c.cause != ""
    return select(
        ranked.c.bill_id,
        years_later(ranked.c.on, literal(years, Integer)).label("expires_on"),
        case((interrupted, ranked.c.on)).label("last_on"),
        case((interrupted, ranked.c.cause)).label("last_cause"),
    ).where(ranked.c.rank == 1)


def _judged(scope: ColumnElement[bool], years: int) -> Select[*tuple[Any, ...]]:
    """Each happening and the due day before them, with whether it lies in a time that had run out (1) or not (0)."""
    gaps = _gaps(scope, years).subquery("gaps")
    so_far: dict[str, Any] = {"partition_by": gaps.c.bill_id, "order_by": gaps.c.place}
    lost_at = func.max(case((gaps.c.too_late == 1, gaps.c.place), else_=0)).over(**so_far)
    held_at = func.max(case((gaps.c.revives == 1, gaps.c.place), else_=0)).over(**so_far)
    lapsed = case((lost_at > held_at, 1), else_=0).label("lapsed")
    return select(gaps.c.bill_id, gaps.c.on, gaps.c.cause, gaps.c.place, lapsed)


def _gaps(scope: ColumnElement[bool], years: int) -> Select[*tuple[Any, ...]]:
    """With the place in the bill's order, and whether it is a demand more than the years after the one before it."""
    found = _in_order(scope).subquery("found")
    order: dict[str, Any] = {
        "partition_by": found.c.bill_id,
        "order_by": (found.c.on, found.c.revives.desc(), found.c.cause, found.c.id),
    }
    before = func.lag(found.c.on).over(**order)
    late = (found.c.revives == 0) & (found.c.on > years_later(before, literal(years, Integer)))
    return select(
        found.c.bill_id,
        found.c.on,
        found.c.cause,
        found.c.revives,
        func.row_number().over(**order).label("place"),
        case((late, 1), else_=0).label("too_late"),
    )


def _in_order(scope: ColumnElement[bool]) -> Any:
    """The due day of each bill, and what happened after it."""
    happened = happenings(scope).subquery("happened")
    revives = case((happened.c.cause == Cause.demand.value, 0), else_=1).label("revives")
    begins = select(
        Bill.id.label("bill_id"),
        Bill.due_on.label("on"),
        literal("").label("cause"),
        literal(0).label("id"),
        literal(1).label("revives"),
    ).where(scope)
    after = (
        select(happened.c.bill_id, happened.c.on, happened.c.cause, happened.c.id, revives)
        .join(Bill, Bill.id == happened.c.bill_id)
        .where(happened.c.on > Bill.due_on)
    )
    return union_all(begins, after)


def _old(horizon: date, years: int) -> ColumnElement[bool]:
    """Open bills old enough to run out by `horizon`: no interruption makes it earlier."""
    return (Bill.open > NOUGHT) & (Bill.due_on <= months_later(horizon, -12 * years) + timedelta(days=1))


def limits(day: date, within_days: int, scope: ColumnElement[bool] | None = None) -> Any:
    """`expiries` of the open bills that run out by so many days after `day`, or have done so, as a subquery."""
    horizon, years = day + timedelta(days=within_days), LIMITATION_YEARS.on(day)
    where = in_chosen_estate(Bill.estate_id) if scope is None else scope
    found = expiries(where & _old(horizon, years), years).subquery("expiries")
    return select(found).where(found.c.expires_on <= horizon).subquery("limits")


def running_out(day: date, within_days: int) -> tuple[Select[*tuple[Any, ...]], Any]:
    """Each such bill with customer and unit, and the subquery to filter and sort by."""
    limit, file = limits(day, within_days), aliased(Customer)
    found = (
        select(
            Bill.id,
            Bill.begins,
            Bill.ends,
            Bill.due_on,
            Bill.open,
            limit.c.expires_on,
            limit.c.last_on,
            limit.c.last_cause,
            days_between(literal(day, Date), limit.c.expires_on).label("days"),
            ChargeItem.name.label("item"),
            Unit.label.label("unit"),
            KEPT.id.label("customer_id"),
            KEPT.name.label("customer"),
        )
        .select_from(limit)
        .join(Bill, Bill.id == limit.c.bill_id)
        .join(ChargeItem, ChargeItem.id == Bill.item_id)
        .join(file, file.id == Bill.customer_id)
        .join(KEPT, KEPT.id == file.kept_id)
        .outerjoin(Unit, Unit.id == Bill.unit_id)
    )
    return found, limit


def by_customer(day: date, within_days: int, second: int) -> tuple[Select[*tuple[Any, ...]], Any]:
    """Each customer with such bills: how many, their sum, and what of it has run out or does within `second` days."""
    limit, file = limits(day, within_days), aliased(Customer)
    gone = limit.c.expires_on < day
    soon = (limit.c.expires_on >= day) & (limit.c.expires_on <= day + timedelta(days=second))

    def sum_of(condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition, Bill.open))), 0)

    grouped = (
        select(
            file.kept_id.label("customer_id"),
            Bill.estate_id.label("estate_id"),
            func.count().label("bills"),
            func.sum(Bill.open).label("open"),
            sum_of(gone).label("gone"),
            sum_of(soon).label("soon"),
            func.min(limit.c.expires_on).label("first_on"),
        )
        .select_from(limit)
        .join(Bill, Bill.id == limit.c.bill_id)
        .join(file, file.id == Bill.customer_id)
        .group_by(file.kept_id, Bill.estate_id)
        .subquery("grouped")
    )
    columns = (grouped.c[name] for name in ("customer_id", "bills", "open", "gone", "soon", "first_on"))
    found = (
        select(KEPT.id, KEPT.name.label("customer"), Estate.name.label("estate"), *columns)
        .join(KEPT, KEPT.id == grouped.c.customer_id)
        .join(Estate, Estate.id == grouped.c.estate_id)
    )
    return found, grouped
