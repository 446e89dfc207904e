"""Promises and plans, read inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import abort
from sqlalchemy import Select, Subquery, and_, extract, func, select, type_coerce
from sqlalchemy.orm import aliased, joinedload, selectinload

from crm.auth.actor import within
from crm.auth.models import User
from crm.billing.arrears.promises.models import (
    Instalment,
    InstalmentPlan,
    PlanBill,
    PlanState,
    Promise,
    PromiseState,
)
from crm.billing.arrears.promises.standing import instalment_figures, plan_standings, promise_states
from crm.billing.ledger.invariants import whole
from crm.billing.ledger.models import Adjustment, Bill, Method, Payment
from crm.billing.ledger.queries import disputed_on, open_bills
from crm.dates import business_day
from crm.db import session
from crm.files.models import Upload
from crm.money import Fen
from crm.properties.models import Estate
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer
from crm.tenants.queries import in_file, in_same_file

UNDER_WAY = (PlanState.requested, PlanState.agreed)
File, Kept = aliased(Customer), aliased(Customer)


def get_promise(promise_id: int) -> Promise:
    """With its customer; 404 outside the person's estates, as every `get_` here does."""
    found = select(Promise).where(Promise.id == promise_id, within(Promise.estate_id))
    whole_ = found.options(joinedload(Promise.customer), joinedload(Promise.upload))
    return session().scalars(whole_).one_or_none() or abort(404)


def get_plan(plan_id: int) -> InstalmentPlan:
    """With its customer, people, bills and instalments."""
    found = select(InstalmentPlan).where(InstalmentPlan.id == plan_id, within(InstalmentPlan.estate_id))
    bills = selectinload(InstalmentPlan.bills).joinedload(PlanBill.bill)
    parts = (InstalmentPlan.requested_by, InstalmentPlan.decided_by, InstalmentPlan.upload)
    loaded = found.options(
        *map(joinedload, parts),
        joinedload(InstalmentPlan.customer).joinedload(Customer.estate),
        selectinload(InstalmentPlan.instalments),
        bills.joinedload(Bill.item),
        bills.joinedload(Bill.unit),
    )
    return session().scalars(loaded).one_or_none() or abort(404)


def get_proof(upload_id: int | None) -> Upload:
    """What proves a promise or the signed agreement, with its stored file."""
    found = select(Upload).where(Upload.id == upload_id).options(joinedload(Upload.stored))
    return session().scalars(found).one_or_none() or abort(404)


def coverable_bills(customer_id: int) -> Select[Bill]:
    """What is open of the customer's file and not disputed: a plan may cover it. The oldest due first."""
    return open_bills(customer_id).where(~disputed_on(business_day()))


def whole_bills(customer_id: int) -> Select[Bill]:
    """The same with charge item and unit, to choose from."""
    return coverable_bills(customer_id).options(joinedload(Bill.item), joinedload(Bill.unit))


def live_plan(customer_id: int) -> InstalmentPlan | None:
    """The plan of the customer's file that waits for a decision or was agreed."""
    found = select(InstalmentPlan).where(
        in_file(InstalmentPlan.customer_id, customer_id), InstalmentPlan.state.in_(UNDER_WAY)
    )
    return session().scalars(found.order_by(InstalmentPlan.id.desc()).limit(1)).one_or_none()


def last_ended_on(customer_id: int) -> date | None:
    found = select(func.max(InstalmentPlan.ended_on)).where(in_file(InstalmentPlan.customer_id, customer_id))
    return session().scalar(found)


def first_due_on(plan_id: int) -> date:
    found = select(func.min(Instalment.due_on)).where(Instalment.plan_id == plan_id)
    return session().scalars(found).one()


def promises(day: date) -> Select[*tuple[Any, ...]]:
    """Every promise of the estate one works in with what was paid for it and its state on `day`."""
    return _promises(day).where(in_chosen_estate(Promise.estate_id))


def _promises(day: date) -> Select[*tuple[Any, ...]]:
    stand = promise_states(day).subquery("stand")
    return (
        select(
            Promise.id,
            Promise.amount,
            Promise.made_on,
            Promise.due_on,
            Promise.channel,
            Promise.given_by,
            Promise.recorded_by,
            stand.c.paid,
            stand.c.state,
            Kept.id.label("customer_id"),
            Kept.name.label("customer"),
            Estate.name.label("estate"),
        )
        .join(stand, stand.c.id == Promise.id)
        .join(File, File.id == Promise.customer_id)
        .join(Kept, Kept.id == File.kept_id)
        .join(Estate, Estate.id == Promise.estate_id)
    )


def state_of(promise_id: int, day: date) -> Any:
    """(paid in yuan, `PromiseState`) of one promise."""
    stand = promise_states(day).where(Promise.id == promise_id).subquery()
    row = session().execute(select(stand.c.paid, stand.c.state)).one()
    return row.paid, PromiseState(row.state)


def is_promised(contact_id: int, amount: Decimal, due_on: date) -> bool:
    """Whether that was promised in that contact."""
    same = Promise.contact_id == contact_id, Promise.amount == amount, Promise.due_on == due_on
    return session().scalar(select(Promise.id).where(*same).limit(1)) is not None


def payments_for(made: Promise, day: date) -> Sequence[Any]:
    """(payment, what of it stands in yuan) of those that count for the promise, as `standing.paid_for` sums them."""
    back = select(func.coalesce(func.sum(whole(Adjustment.amount)), 0)).where(Adjustment.payment_id == Payment.id)
    net = type_coerce(whole(Payment.amount) - back.correlate(Payment).scalar_subquery(), Fen)
    found = select(Payment, net.label("stands")).where(
        in_same_file(Payment.customer_id, made.customer_id),
        Payment.method != Method.deposit,
        Payment.paid_on.between(made.made_on, min(made.due_on, day)),
    )
    return session().execute(found.order_by(Payment.paid_on, Payment.id)).all()


def promises_of(customer_id: int, day: date, most: int) -> Sequence[Any]:
    """Of the customer's whole file, withdrawn ones left out, the latest due first."""
    mine = in_file(Promise.customer_id, customer_id), within(Promise.estate_id), Promise.withdrawn_at.is_(None)
    newest = _promises(day).where(*mine).order_by(Promise.due_on.desc(), Promise.id.desc())
    return session().execute(newest.limit(most)).all()


def kept_rates(by: str, day: date) -> Select[*tuple[Any, ...]]:
    """Promises whose day is past and that nobody withdrew, by month, estate or collector: `kept` of `due`.

    `label` is the collector or the estate; of a month it is made of `year` and `month`.
    """
    stand = promise_states(day).where(Promise.due_on < day, Promise.withdrawn_at.is_(None)).subquery("stand")
    counted = func.count(stand.c.id)
    figures = (
        counted.filter(stand.c.state == PromiseState.kept.value).label("kept"),
        counted.label("due"),
        type_coerce(func.sum(whole(Promise.amount)), Fen).label("promised"),
    )
    keys: dict[str, tuple[Any, ...]] = {
        "month": (extract("year", Promise.due_on).label("year"), extract("month", Promise.due_on).label("month")),
        "estate": (Estate.name.label("label"),),
        "collector": (Promise.recorded_by.label("label"),),
    }
    found = select(*keys[by], *figures).join(stand, stand.c.id == Promise.id)
    joined = found.join(Estate, Estate.id == Promise.estate_id).where(in_chosen_estate(Promise.estate_id))
    return joined.group_by(*keys[by])


def kept_in_all(day: date) -> tuple[int, int]:
    """How many were kept of how many that fell due, in the estates one works in."""
    found = kept_rates("estate", day).subquery()
    sums = select(func.coalesce(func.sum(found.c.kept), 0), func.coalesce(func.sum(found.c.due), 0))
    row = session().execute(sums).one()
    return int(row[0]), int(row[1])


def plans(day: date) -> Select[*tuple[Any, ...]]:
    """Every plan of the estate one works in, with its standing on `day` and the next instalment."""
    return _plans(day).where(in_chosen_estate(InstalmentPlan.estate_id))


def _plans(day: date) -> Select[*tuple[Any, ...]]:
    stand = plan_standings(day).subquery("stand")
    coming = _next_instalments(day)
    return (
        select(
            InstalmentPlan.id,
            InstalmentPlan.state,
            InstalmentPlan.total,
            InstalmentPlan.agreed_on,
            InstalmentPlan.ended_on,
            stand.c.standing,
            stand.c.settled,
            stand.c.missed_on,
            coming.c.next_on,
            coming.c.next_amount,
            User.full_name.label("requested_by"),
            Kept.id.label("customer_id"),
            Kept.name.label("customer"),
            Estate.name.label("estate"),
        )
        .select_from(InstalmentPlan)
        .join(File, File.id == InstalmentPlan.customer_id)
        .join(Kept, Kept.id == File.kept_id)
        .join(Estate, Estate.id == InstalmentPlan.estate_id)
        .join(User, User.id == InstalmentPlan.requested_by_id)
        .outerjoin(stand, stand.c.id == InstalmentPlan.id)
        .outerjoin(coming, coming.c.plan_id == InstalmentPlan.id)
    )


def _next_instalments(day: date) -> Subquery:
    """plan_id, next_on and next_amount of each agreed plan: what is missing of all that is due by then, in yuan."""
    nexts = (
        select(Instalment.plan_id, func.min(Instalment.due_on).label("due_on"))
        .join(InstalmentPlan, InstalmentPlan.id == Instalment.plan_id)
        .where(Instalment.due_on >= day, InstalmentPlan.state == PlanState.agreed)
        .group_by(Instalment.plan_id)
        .subquery("nexts")
    )
    figures = instalment_figures().subquery("figures")
    missing = type_coerce(figures.c.to_be_paid - figures.c.settled, Fen)
    found = select(figures.c.plan_id, figures.c.due_on.label("next_on"), missing.label("next_amount"))
    same = and_(nexts.c.plan_id == figures.c.plan_id, nexts.c.due_on == figures.c.due_on)
    return found.join(nexts, same).subquery("coming")


def plan_under_way(customer_id: int, day: date) -> Any:
    """The row of `plans` of the customer's plan that waits or was agreed; None where there is none."""
    mine = in_file(InstalmentPlan.customer_id, customer_id), within(InstalmentPlan.estate_id)
    newest = select(func.max(InstalmentPlan.id)).where(*mine, InstalmentPlan.state.in_(UNDER_WAY))
    plan_id = session().scalar(newest)  # few have one: how it stands takes longer to ask than all else of a card
    if plan_id is None:
        return None
    return session().execute(_plans(day).where(InstalmentPlan.id == plan_id)).one_or_none()


def standing_of(plan_id: int, day: date) -> Any:
    """settled, missed_on and standing of one plan; None of one that was never agreed."""
    stand = plan_standings(day).where(InstalmentPlan.id == plan_id).subquery()
    return session().execute(select(stand)).one_or_none()


def figures_of(plan_id: int) -> Sequence[Any]:
    """position, due_on, amount, to_be_paid and settled of each instalment."""
    found = instalment_figures().where(Instalment.plan_id == plan_id)
    return session().execute(found.order_by(Instalment.position)).all()


def collectors() -> Sequence[str]:
    """Whoever noted a promise in the estates one works in."""
    found = select(Promise.recorded_by).where(in_chosen_estate(Promise.estate_id)).distinct()
    return session().scalars(found.order_by(Promise.recorded_by)).all()


def waiting_count() -> int:
    """Plans of the person's estates that wait for a decision."""
    found = select(func.count()).select_from(InstalmentPlan)
    waiting = found.where(InstalmentPlan.state == PlanState.requested, within(InstalmentPlan.estate_id))
    return session().scalar(waiting) or 0


def overdue_undisputed(customer_id: int, day: date) -> Decimal:
    """What a promise is asked about first: yuan overdue that nobody disputes."""
    found = coverable_bills(customer_id).where(Bill.due_on < day).subquery()
    return session().scalar(select(type_coerce(func.coalesce(func.sum(found.c.open), 0), Fen))) or Decimal(0)
