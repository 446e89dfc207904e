"""The demo company's books: months of bills and payments that agree, this month's over the counter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import g
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from crm.auth.actor import system_actor
from crm.auth.models import User
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
from crm.billing.ledger.models import AdjustmentKind, AdjustmentRequest, Bill, Dispute, Method, Payment
from crm.billing.meters import sequence
from crm.billing.meters.consumption import Anomaly
from crm.billing.meters.models import Meter
from crm.dates import Period, business_day
from crm.db import unit_of_work
from crm.demo import billing, meters, storing
from crm.demo.charges import months_of
from crm.demo.company import company
from crm.demo.place import Ground
from crm.properties.models import Estate
from tests.conftest import thrown_away

MONTHS = timedelta(days=100)


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
    assert books.scalar(select(func.count(Dispute.id))) == 1
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
