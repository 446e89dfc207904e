"""What may interrupt the limitation of bills, read from the books and the dunning; `clock` says whether it does.

A demand that names the bill counts once it is served: handed over, or refused before a witness, and not taken back;
an e-mail only where somebody or something proves that it came. A promise covers what was overdue and open on its day,
with its proof or the name of whoever gave it. A plan names its bills. A payment counts for the bills it settles now,
as the customer's own act: neither what we took from a deposit or set off from credit nor an adjustment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from crm.billing.arrears.dunning.models import Demand, DemandDelivery, DemandLine
from crm.billing.arrears.limitation.clock import Cause
from crm.billing.arrears.promises.models import InstalmentPlan, PlanBill, PlanState, Promise
from crm.billing.ledger.models import Adjustment, Allocation, Bill, Method, Payment, Rule
from crm.correspondence.serving.models import Arrival, Channel
from crm.tenants.models import Customer

AGREED = (PlanState.agreed, PlanState.ended)


def happenings(scope: ColumnElement[bool]) -> Any:
    """bill_id, on, cause, id: of the bills for which `scope`, a condition on `Bill`, holds."""
    return union_all(_demands(scope), _promises(scope), _plans(scope), _payments(scope))


def happened_to(bill_ids: Sequence[int]) -> Any:
    """Of these bills, with the day."""
    found = happenings(Bill.id.in_(bill_ids)).subquery()
    return select(found.c.bill_id, found.c.on, found.c.cause, found.c.id).order_by(found.c.bill_id, found.c.on)


def _row(day: Any, cause: Cause, key: Any) -> Select[*tuple[Any, ...]]:
    return select(Bill.id.label("bill_id"), day.label("on"), literal(cause.value).label("cause"), key.label("id"))


def _demands(scope: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        _row(DemandDelivery.delivered_on, Cause.demand, DemandDelivery.id)
        .join(DemandLine, DemandLine.bill_id == Bill.id)
        .join(Demand, Demand.id == DemandLine.demand_id)
        .join(DemandDelivery, DemandDelivery.demand_id == Demand.id)
        .where(scope, ~Demand.voided, served())
    )


def served() -> ColumnElement[bool]:
    """Whether a `DemandDelivery` proves that the letter came."""
    undoing = DemandDelivery.__table__.alias("undoing")
    taken_back = exists().where(undoing.c.reverses_id == DemandDelivery.id)
    refused = and_(DemandDelivery.arrival == Arrival.refused, DemandDelivery.witness != "")
    proved = or_(
        DemandDelivery.channel != Channel.email, DemandDelivery.person != "", DemandDelivery.upload_id.is_not(None)
    )
    delivered = and_(DemandDelivery.arrival == Arrival.delivered, proved)
    return and_(DemandDelivery.reverses_id.is_(None), ~taken_back, or_(delivered, refused))


def _promises(scope: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    owner, giver = aliased(Customer), aliased(Customer)
    proved = or_(Promise.upload_id.is_not(None), Promise.given_by != "")
    return (
        _row(Promise.made_on, Cause.promise, Promise.id)
        .join(owner, owner.id == Bill.customer_id)
        .join(giver, giver.kept_id == owner.kept_id)
        .join(Promise, and_(Promise.customer_id == giver.id, Promise.estate_id == Bill.estate_id))
        .where(scope, Promise.withdrawn_at.is_(None), proved)
        .where(Bill.due_on < Promise.made_on, Bill.issued_on <= Promise.made_on, _open_on(Promise.made_on))
    )


def _open_on(day: Any) -> ColumnElement[bool]:
    """Whether something of the bill was open at the end of the day, as the books had it then."""
    paid = select(func.coalesce(func.sum(Allocation.amount), 0)).where(
        Allocation.bill_id == Bill.id, Allocation.allocated_on <= day
    )
    adjusted = select(func.coalesce(func.sum(Adjustment.amount), 0)).where(
        Adjustment.bill_id == Bill.id, Adjustment.booked_on <= day
    )
    parts = [part.correlate(Bill, Promise).scalar_subquery() for part in (paid, adjusted)]
    still_open: ColumnElement[bool] = Bill.amount > parts[0] + parts[1]
    return still_open


def _plans(scope: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        _row(InstalmentPlan.agreed_on, Cause.plan, InstalmentPlan.id)
        .join(PlanBill, PlanBill.bill_id == Bill.id)
        .join(InstalmentPlan, InstalmentPlan.id == PlanBill.plan_id)
        .where(scope, InstalmentPlan.state.in_(AGREED))
    )


def _payments(scope: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    undoing = Allocation.__table__.alias("undoing")
    taken_back = exists().where(undoing.c.reverses_id == Allocation.id)
    return (
        _row(Payment.paid_on, Cause.payment, Allocation.id)
        .join(Allocation, Allocation.bill_id == Bill.id)
        .join(Payment, Payment.id == Allocation.payment_id)
        .where(scope, Allocation.reverses_id.is_(None), ~taken_back)
        .where(Allocation.rule != Rule.credit, Payment.method != Method.deposit)
    )
