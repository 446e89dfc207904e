"""`crm demo`: the same rows from the same seed, all of them or none, and the search index as if made one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pytest
from flask import g
from sqlalchemy import Engine, and_, func, select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.audit.queries import verify
from crm.auth.actor import system_actor
from crm.auth.models import User
from crm.calls.models import CALL_OUTCOMES, CALL_REASONS, Call, CallState
from crm.dates import Period
from crm.db import unit_of_work
from crm.demo import storing
from crm.demo.company import company
from crm.demo.facts import Part
from crm.demo.place import Ground
from crm.desk import index
from crm.desk.models import SearchObject, SearchToken
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer, Fact, Occupancy, Phone
from tests.conftest import thrown_away

TODAY = date(2026, 11, 24)
WHOLE = Period(date(2000, 1, 1), TODAY)
TOLD = [part for part in company(units=300, today=TODAY).parts() if part.estate.code == "YG"]


@pytest.fixture(scope="module")
def db(engine: Engine) -> Iterator[Session]:
    """One for all tests of this module, which read what was told once."""
    with thrown_away(engine) as kept:
        yield kept


def store(app: Any, db: Session, period: Period = WHOLE, parts: Iterable[Part] = TOLD) -> int:
    """The id of the one estate into which it is told, by the cast of all tests."""
    estate = db.scalars(select(Estate).where(Estate.name == "阳光花园")).one()
    ground = Ground({"YG": estate.id}, {user.username: user.id for user in db.query(User)})
    with app.app_context():
        g.actor = system_actor("tests")
        with unit_of_work():
            storing.store_parts(parts, ground, 1, period, company=())  # these tests are of buildings
    return estate.id


@pytest.fixture(scope="module")
def stored(app: Any, db: Session) -> int:
    """The estate's id."""
    return store(app, db)


def test_everything_told_is_stored(stored: int, db: Session) -> None:
    here = Unit.estate_id == stored
    places = [place for part in TOLD for place in (*part.units, *part.parking_spaces)]
    assert db.scalar(select(func.count(Unit.id)).where(here)) == len(places)
    told = [(customer.name, customer.remark or "") for part in TOLD for customer in part.customers]
    customers = select(Customer.name, Customer.remark).where(Customer.estate_id == stored)
    assert sorted(map(tuple, db.execute(customers))) == sorted(told)
    owned = select(Unit.label, Customer.name, Occupancy.role, Occupancy.share, Occupancy.starts, Occupancy.ends)
    occupied = owned.join(Unit, Unit.id == Occupancy.unit_id).join(Customer, Customer.id == Occupancy.customer_id)
    assert len(db.execute(occupied.where(here)).all()) == sum(len(part.occupancies) for part in TOLD)


def test_the_known_daughter_has_her_past(stored: int, db: Session) -> None:
    daughter = db.query(Customer).filter_by(name="欧阳娜娜").one()
    phones = select(Phone.digits, Phone.ends.is_(None)).where(Phone.customer_id == daughter.id).order_by(Phone.position)
    [(_, now), (_, before)] = db.execute(phones).all()
    assert (now, before) == (True, False)
    assert db.scalar(select(func.count(Fact.id)).where(Fact.customer_id == daughter.id)) > 2


def test_calls_are_of_people_who_lived_there_then(stored: int, db: Session) -> None:
    lived = Occupancy.customer_id == Call.customer_id, Occupancy.unit_id == Call.unit_id
    rows = db.execute(select(Call, Occupancy.starts, Occupancy.ends).join(Occupancy, and_(*lived))).all()
    assert len(rows) > 200
    for call, starts, ends in rows:
        day = call.started_at.date()
        assert starts <= day < min(ends or TODAY, TODAY)
        assert call.reason in CALL_REASONS.defaults
        assert call.outcome in CALL_OUTCOMES.defaults
    assert {call.state for call, _, _ in rows} == set(CallState)
    assert {call.taken_by for call, _, _ in rows} == {"李敏", "周慧"}


def test_the_index_is_what_refreshing_would_make(app: Any, stored: int, db: Session) -> None:
    def rows() -> list[Any]:
        return [
            *db.execute(select(SearchToken).order_by(*SearchToken.__table__.primary_key)).scalars().all(),
            *db.execute(select(SearchObject).order_by(SearchObject.kind, SearchObject.object_id)).scalars().all(),
        ]

    def plain() -> set[tuple[Any, ...]]:
        return {tuple(getattr(row, column.name) for column in row.__table__.c) for row in rows()}

    built = plain()
    assert len(built) > 5000
    db.query(SearchToken).delete()
    db.query(SearchObject).delete()
    db.commit()
    db.expire_all()
    with app.app_context():
        g.actor = system_actor("tests")
        with unit_of_work() as session:
            for kind, key in index.IDS.items():
                index.refresh(kind, session.scalars(select(key)).all())
    db.expire_all()
    assert plain() == built


def test_the_log_holds(app: Any, stored: int, db: Session) -> None:
    verdict = verify(db)
    assert verdict.sound
    kinds = dict(db.execute(select(LogEntry.kind, func.count()).group_by(LogEntry.kind)).all())  # type: ignore[arg-type]
    assert kinds["CustomerRegistered"] == db.scalar(select(func.count(Customer.id)).where(Customer.estate_id == stored))
