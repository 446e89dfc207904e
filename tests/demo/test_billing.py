"""The demo company's books: months of bills and payments that agree, this month's over the counter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import g
from sqlalchemy import Engine, func, select, type_coerce
from sqlalchemy.orm import Session

from crm.auth.actor import system_actor
from crm.auth.models import User
from crm.billing.arrears.cases.models import CaseState, LegalCase
from crm.billing.arrears.contacts.models import Contact, ContactOutcome
from crm.billing.arrears.dunning.models import Demand, DemandDelivery, DunningExclusion
from crm.billing.arrears.promises.models import PlanStanding, Promise, PromiseState
from crm.billing.arrears.promises.standing import plan_standings, promise_state
from crm.billing.arrears.reviews.models import ArrearsLine, Decision, Review, ReviewState
from crm.billing.charges.models import Basis, ChargeItem
from crm.billing.checks import examine
from crm.billing.deposits.models import (
    Deposit,
    DepositMovement,
    DepositRequest,
    DepositTieOut,
    MovementKind,
    RequestState,
)
from crm.billing.ledger.models import AdjustmentKind, AdjustmentRequest, Allocation, Bill, Dispute, Method, Payment
from crm.billing.meters import sequence
from crm.billing.meters.consumption import Anomaly
from crm.billing.meters.models import Meter
from crm.correspondence.serving.models import Arrival
from crm.dates import Period, business_day
from crm.db import unit_of_work
from crm.demo import billing, meters, storing
from crm.demo.charges import months_of
from crm.demo.company import company
from crm.demo.place import Ground
from crm.properties.models import Estate
from tests.conftest import thrown_away

MONTHS = timedelta(days=155)


@pytest.fixture(scope="module")
def books(app: Any, engine: Engine) -> Iterator[Session]:
    """Of two buildings, once for all tests of this module, which only read them."""
    with thrown_away(engine) as db:
        estate = db.scalars(select(Estate).where(Estate.name == "阳光花园")).one()
        people = {user.username: user.id for user in db.scalars(select(User))}
        with app.app_context():
            g.actor = system_actor("tests")
            with unit_of_work():
                day = business_day()
                period = Period(day - MONTHS, day + timedelta(days=1))
                parts = [part for part in company(units=300, today=day).parts() if part.estate.code == "YG"][:3]
                ground = Ground({"YG": estate.id}, people)
                storing.store_parts(parts, ground, 1, period, company=(meters.store, billing.store))
        yield db


def test_they_are_sound(app: Any, books: Session) -> None:
    with app.app_context():
        g.actor, g.session = system_actor("tests"), books
        assert [(found.name, found.rows) for found in examine() if found.rows] == []
        g.pop("session")


def test_each_month_is_billed_and_most_of_it_is_paid(app: Any, books: Session) -> None:
    months = books.execute(
        select(Bill.period, func.count(), func.sum(Bill.open)).group_by(Bill.period).order_by(Bill.period)
    ).all()
    with app.app_context():
        day = business_day()
        expected = list(months_of(Period(day - MONTHS, day)))
    assert [month for month, _count, _open in months] == expected
    assert all(count > 50 for _month, count, _open in months)
    charged, still = books.execute(select(func.sum(Bill.amount), func.sum(Bill.open))).one()
    assert 0 < still < charged / 2


def test_everything_a_desk_meets_is_there(books: Session) -> None:
    assert set(books.scalars(select(Payment.method).distinct())) > {Method.imported, Method.wechat}
    assert books.scalar(select(func.count(Payment.id)).where(Payment.day_close_id.is_not(None)))
    kinds = books.scalars(select(AdjustmentRequest.kind).distinct()).all()
    assert set(kinds) == {AdjustmentKind.waiver, AdjustmentKind.reversal}
    assert books.scalar(select(func.count(Dispute.id)).where(Dispute.about_kind == ""))
    assert books.scalar(select(func.count(Dispute.id)).where(Dispute.about_kind == "call")) == 1
    assert books.scalar(select(func.count(Bill.id)).where(Bill.open > 0, Bill.open < Bill.amount))


def test_meters_are_read_and_billed_but_for_a_few(app: Any, books: Session) -> None:
    with app.app_context():
        g.actor, g.session = system_actor("tests"), books
        rows = books.execute(select(sequence.counted())).all()
        g.pop("session")
    newest = max(row.ends for row in rows)
    assert [row.anomaly for row in rows if row.open] == [Anomaly.high]
    assert [row.ends for row in rows if row.open] == [newest]
    assert sum(row.rolled for row in rows) == 1
    assert books.scalar(select(func.count(Meter.id)).where(Meter.replaces_id.is_not(None))) == 1
    read = {row.meter_id for row in rows if row.ends == newest}
    assert 0 < books.scalar(select(func.count(Meter.id)).where(Meter.removed_on.is_(None))) - len(read) < 10
    billed = books.execute(
        select(ChargeItem.basis, func.count(Bill.id))
        .join(Bill, Bill.item_id == ChargeItem.id)
        .group_by(ChargeItem.basis)
    )
    counts = dict(billed.all())
    assert counts[Basis.meter] > 50
    assert counts[Basis.shared] > 100


def test_deposits_are_in_every_state(app: Any, books: Session) -> None:
    with app.app_context():
        today = business_day()
    assert set(books.scalars(select(DepositRequest.state))) == {
        RequestState.done,
        RequestState.approved,
        RequestState.requested,
    }
    assert set(books.scalars(select(DepositMovement.kind))) == {MovementKind.deduction, MovementKind.refund}
    due = select(func.count(Deposit.id)).where(Deposit.balance > 0, Deposit.due_back_on <= today)
    assert books.scalar(due)
    assert books.scalar(select(func.count(Deposit.id)).where(Deposit.method != Method.imported)) == 4
    if today.day > 8:
        assert books.scalar(select(func.count(DepositTieOut.id)))


def test_the_arrears_desk_shows_every_state(app: Any, books: Session) -> None:
    with app.app_context():
        today = business_day()
        promised = set(books.scalars(select(promise_state(today)).select_from(Promise)))
        plans = {row.standing for row in books.execute(plan_standings(today))}
    assert promised == {PromiseState.kept, PromiseState.broken, PromiseState.pending}
    assert PlanStanding.broken in plans
    assert len(plans) == 2
    assert books.scalars(select(LegalCase.state)).all() == [CaseState.handed_over]
    assert set(books.scalars(select(Contact.outcome))) == set(ContactOutcome)
    assert books.scalar(select(func.count(DunningExclusion.id))) == 1
    assert Arrival.delivered in set(books.scalars(select(DemandDelivery.arrival)))
    served = select(DemandDelivery.id).where(DemandDelivery.demand_id == Demand.id).exists()
    assert books.scalar(select(func.count(Demand.id)).where(~served))


def test_last_months_review_is_signed_and_true_to_its_day(app: Any, books: Session) -> None:
    last, now = books.scalars(select(Review).order_by(Review.month)).all()
    assert (last.state, now.state) == (ReviewState.signed, ReviewState.open)
    decided = books.scalars(select(ArrearsLine.decision.is_not(None)).where(ArrearsLine.review_id == now.id)).all()
    assert set(decided) == {True, False}
    kinds = set(books.scalars(select(ArrearsLine.decision).where(ArrearsLine.review_id == last.id)))
    assert kinds >= {Decision.step, Decision.lawyer, Decision.contact, Decision.hold, Decision.write_off}
    paid = select(func.sum(Allocation.amount)).where(Allocation.bill_id == Bill.id, Allocation.allocated_on < last.day)
    before = func.coalesce(paid.scalar_subquery(), 0)
    owed = select(type_coerce(func.sum(Bill.amount - before), Bill.open.type))
    assert books.scalar(owed.where(Bill.due_on < last.day)) == last.overdue
