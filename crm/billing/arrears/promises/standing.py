"""Whether promises and plans are kept, from nothing but what was paid: set-based, for any day.

A promise stands by itself: every payment of the customer on one of its days counts for it, whatever other promises
there are. A payment taken back or refunded counts no more, money taken from a deposit never did.

A plan is broken on the day after an instalment's day by which less was settled than the instalments came to; what is
paid later does not mend that. What came off its bills counts, and so does all other money of the customer that the
payer did not expressly give for something else: credit, and what went to the oldest bill. Which bill a payment meets
open hangs on what was entered before it; what was paid by when does not. So the order in which things were entered
changes nothing (decision 029).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, Select, case, cast, func, literal, select, type_coerce
from sqlalchemy.orm import aliased

from crm.billing.arrears.promises.models import (
    Instalment,
    InstalmentPlan,
    PlanBill,
    PlanStanding,
    PlanState,
    Promise,
    PromiseState,
)
from crm.billing.ledger.invariants import whole
from crm.billing.ledger.models import Adjustment, Allocation, Bill, Method, Payment, Rule
from crm.money import Fen
from crm.sql import earlier
from crm.tenants.models import Customer
from crm.tenants.queries import in_same_file


def _sum(column: Any) -> Any:
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def paid_for(day: date) -> Any:
    """Of the promise asked about: what was paid for it up to `day`, in fen."""
    back = select(_sum(whole(Adjustment.amount))).where(Adjustment.payment_id == Payment.id)
    net = whole(Payment.amount) - back.correlate(Payment).scalar_subquery()
    until = case((Promise.due_on < literal(day, Date), Promise.due_on), else_=literal(day, Date))
    found = select(_sum(net)).where(
        in_same_file(Payment.customer_id, Promise.customer_id),
        Payment.method != Method.deposit,
        Payment.paid_on.between(Promise.made_on, until),
    )
    return found.correlate(Promise).scalar_subquery()


def promise_state(day: date) -> Any:
    """The `PromiseState` on `day` of the promise asked about, as a column."""
    return case(
        (Promise.withdrawn_at.is_not(None), PromiseState.withdrawn.value),
        (paid_for(day) >= whole(Promise.amount), PromiseState.kept.value),
        (Promise.due_on < day, PromiseState.broken.value),
        else_=PromiseState.pending.value,
    )


def promise_states(day: date) -> Select[*tuple[Any, ...]]:
    """id, customer_id, estate_id, amount, made_on, due_on, paid (yuan) and state of every promise as on `day`."""
    return select(
        Promise.id,
        Promise.customer_id,
        Promise.estate_id,
        Promise.amount,
        Promise.made_on,
        Promise.due_on,
        type_coerce(paid_for(day), Fen).label("paid"),
        promise_state(day).label("state"),
    )


def pending_promises(estate_id: int, day: date) -> Select[*tuple[Any, ...]]:
    """customer_id (the kept file), promise_id and due_on of the promise each account is waiting for: the last made."""
    unkept = Promise.withdrawn_at.is_(None), paid_for(day) < whole(Promise.amount)
    last = (
        select(Customer.kept_id.label("customer_id"), func.max(Promise.id).label("promise_id"))
        .join(Customer, Customer.id == Promise.customer_id)
        .where(Promise.estate_id == estate_id, Promise.made_on <= day, Promise.due_on >= day, *unkept)
        .group_by(Customer.kept_id)
        .subquery("last_promise")
    )
    other = aliased(Promise)
    return select(last.c.customer_id, last.c.promise_id, other.due_on).join(other, other.id == last.c.promise_id)


def _settled_of_its_bills(day: Any) -> Any:
    """Of the plan asked about: what payments and adjustments took off its bills since it was asked for."""
    paid = select(_sum(whole(Allocation.amount))).join(Payment, Payment.id == Allocation.payment_id)
    off = select(_sum(whole(Adjustment.amount)))
    by_payments = paid.where(Allocation.bill_id == PlanBill.bill_id, Payment.paid_on <= day)
    otherwise = off.where(Adjustment.bill_id == PlanBill.bill_id, Adjustment.booked_on <= day)
    before = whole(Bill.amount) - whole(PlanBill.amount)
    since = (
        by_payments.correlate_except(Allocation, Payment).scalar_subquery()
        + otherwise.correlate_except(Adjustment).scalar_subquery()
        - before
    )
    found = select(_sum(since)).select_from(PlanBill).join(Bill, Bill.id == PlanBill.bill_id)
    return found.where(PlanBill.plan_id == InstalmentPlan.id).correlate_except(PlanBill, Bill).scalar_subquery()


def _paid(day: Any) -> tuple[Any, ...]:
    """The payments that the customer of the plan asked about made up to `day`."""
    return in_same_file(Payment.customer_id, InstalmentPlan.customer_id), Payment.paid_on <= day


def _credit(day: Any) -> Any:
    return select(_sum(whole(Payment.open))).where(*_paid(day)).correlate_except(Payment).scalar_subquery()


def _gone_elsewhere(day: Any) -> Any:
    """What settled other bills since the plan was asked for without the payer's having chosen them."""
    taken_back, covered = aliased(Allocation), select(PlanBill.bill_id).where(PlanBill.plan_id == InstalmentPlan.id)
    found = (
        select(_sum(whole(Allocation.amount)))
        .join(Payment, Payment.id == Allocation.payment_id)
        .outerjoin(taken_back, taken_back.id == Allocation.reverses_id)
        .where(*_paid(day), Allocation.rule != Rule.chosen)
        .where(func.coalesce(taken_back.allocated_at, Allocation.allocated_at) >= InstalmentPlan.requested_at)
        .where(Allocation.bill_id.not_in(covered.correlate_except(PlanBill)))
    )
    return found.correlate_except(Allocation, Payment, taken_back).scalar_subquery()


def settled_by(day: Any) -> Any:
    """Of the plan asked about: what was settled up to and including `day`, in fen; never more than it is about."""
    settled = _settled_of_its_bills(day) + _credit(day) + _gone_elsewhere(day)
    return earlier(settled, whole(InstalmentPlan.total), type_=BigInteger)


def instalment_figures() -> Select[*tuple[Any, ...]]:
    """plan_id, position, due_on, amount, and in yuan what was to be paid and what was settled by then."""
    former = aliased(Instalment)
    by_then = select(_sum(whole(former.amount))).where(
        former.plan_id == Instalment.plan_id, former.position <= Instalment.position
    )
    return select(
        Instalment.plan_id,
        Instalment.position,
        Instalment.due_on,
        Instalment.amount,
        type_coerce(by_then.correlate(Instalment).scalar_subquery(), Fen).label("to_be_paid"),
        type_coerce(settled_by(Instalment.due_on), Fen).label("settled"),
    ).join(InstalmentPlan, InstalmentPlan.id == Instalment.plan_id)


def broken_plans(day: date) -> Select[*tuple[Any, ...]]:
    """plan_id and missed_on: the day of the first instalment missed before `day`. It is broken from the day after."""
    figures = instalment_figures().subquery("instalments")
    return (
        select(figures.c.plan_id, func.min(figures.c.due_on).label("missed_on"))
        .where(figures.c.due_on < day, figures.c.settled < figures.c.to_be_paid)
        .group_by(figures.c.plan_id)
    )


def plan_standings(day: date) -> Select[*tuple[Any, ...]]:
    """id, customer_id, estate_id, agreed_on, ended_on, missed_on, settled (yuan) and standing of each plan that was
    agreed, as on `day`."""
    broken = broken_plans(day).subquery("broken")
    settled = settled_by(literal(day, Date))
    standing = case(
        (broken.c.missed_on.is_not(None), PlanStanding.broken.value),
        (settled >= whole(InstalmentPlan.total), PlanStanding.paid_off.value),
        else_=PlanStanding.kept.value,
    )
    return (
        select(
            InstalmentPlan.id,
            InstalmentPlan.customer_id,
            InstalmentPlan.estate_id,
            InstalmentPlan.agreed_on,
            InstalmentPlan.ended_on,
            broken.c.missed_on,
            type_coerce(settled, Fen).label("settled"),
            standing.label("standing"),
        )
        .outerjoin(broken, broken.c.plan_id == InstalmentPlan.id)
        .where(InstalmentPlan.state.in_((PlanState.agreed, PlanState.ended)))
    )


def kept_plans(estate_id: int, day: date) -> Select[*tuple[Any, ...]]:
    """customer_id (the kept file), plan_id and next_due_on where a plan is being kept on `day`.

    Of merged files with one each: the newer plan, and whichever instalment is due first.
    """
    plans = plan_standings(day).subquery("plan")
    upcoming = select(func.min(Instalment.due_on)).where(Instalment.plan_id == plans.c.id, Instalment.due_on >= day)
    each = (
        select(
            Customer.kept_id.label("customer_id"),
            plans.c.id.label("plan_id"),
            upcoming.correlate(plans).scalar_subquery().label("next_due_on"),
        )
        .join(Customer, Customer.id == plans.c.customer_id)
        .where(plans.c.estate_id == estate_id, plans.c.standing == PlanStanding.kept.value, plans.c.agreed_on <= day)
        .where(plans.c.ended_on.is_(None) | (plans.c.ended_on > day))
        .subquery("each_plan")
    )
    figures = func.max(each.c.plan_id).label("plan_id"), func.min(each.c.next_due_on).label("next_due_on")
    return select(each.c.customer_id, *figures).group_by(each.c.customer_id)
