"""`crm demo`: the same rows from the same seed, all of them or none, and the search index as if made one by one."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import g
from sqlalchemy import and_, create_engine, func, select
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
from crm.demo.place import Ground, Place
from crm.desk import index
from crm.desk.models import SearchObject, SearchToken
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer, Fact, Occupancy, Phone, Supplement

TODAY = date(2026, 11, 24)
WHOLE = Period(date(2000, 1, 1), TODAY)
TOLD = [part for part in company(units=300, today=TODAY).parts() if part.estate.code == "YG"]
Crm = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def ground(db: Session, estate: Estate) -> Ground:
    """The cast of all tests, and one estate."""
    return Ground({"YG": estate.id}, {user.username: user.id for user in db.query(User)})


def store(app: Any, ground: Ground, period: Period = WHOLE, parts: Iterable[Part] = TOLD) -> None:
    with app.app_context():
        g.actor = system_actor("tests")
        with unit_of_work():
            storing.store_parts(parts, ground, 1, period, company=())  # these tests are of buildings


@pytest.fixture
def stored(app: Any, ground: Ground) -> int:
    """The estate's id."""
    store(app, ground)
    return ground.estates["YG"]


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


def test_no_history_means_no_changes_and_no_calls(app: Any, db: Session, ground: Ground) -> None:
    store(app, ground, Period(TODAY, TODAY))
    assert db.scalar(select(func.count(Supplement.id))) == 0
    assert db.scalar(select(func.count(Call.id))) == 0


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


def test_another_package_changes_nobodys_dice(app: Any, ground: Ground, monkeypatch: Any) -> None:
    """Every package rolls dice of its own, the same for the same building however many packages there are."""
    rolled: list[tuple[str, float]] = []

    def repairs(place: Place, dice: Random, period: Period) -> None:
        rolled.append((place.key, dice.random()))

    for packages in ((repairs,), (lambda *_: Random(1).random(), repairs)):
        monkeypatch.setattr(storing, "PARTS", packages)
        store(app, ground, parts=TOLD[:2])
    assert rolled[:2] == rolled[2:]
    assert len({number for _, number in rolled}) == 2


def test_a_killed_demo_has_stored_nothing(crm: Crm, fresh_database: dict[str, str]) -> None:
    crm("init")
    command = shutil.which("crm") or str(Path(sys.executable).parent / "crm")
    with subprocess.Popen(
        [command, "demo", "--units", "100000"], env=fresh_database, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as demo:
        time.sleep(5)
        assert demo.poll() is None
        demo.kill()
    url = fresh_database.get("CRM_DATABASE_URL") or f"sqlite:///{fresh_database['CRM_DATA_DIR']}/yihu.sqlite"
    engine = create_engine(url)
    with engine.connect() as connection:
        counts = [
            connection.scalar(select(func.count()).select_from(model)) for model in (Estate, Unit, User, LogEntry)
        ]
    engine.dispose()
    assert counts == [0, 0, 0, 0]
