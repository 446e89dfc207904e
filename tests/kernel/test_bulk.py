"""Rows and lines poured into a table are what the model would have stored, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm.bulk import Ids, look_anew, pour, pour_lines, pour_rows
from crm.dates import utc_now
from crm.desk.models import SearchObject, SearchToken
from crm.properties.models import Building, Estate, Unit, UnitStatus, UnitUse
from crm.tenants.models import Customer, CustomerKind, Occupancy, OccupancyRole, Source

Work = Callable[..., object]


def test_values_are_written_as_the_models_write_them(work: Work, db: Session, estate: Estate) -> None:
    now = utc_now()
    with work():  # type: ignore[attr-defined]
        pour(Building, [{"id": 901, "estate_id": estate.id, "number": "9", "sort_key": "9"}])
        unit = {"id": 901, "estate_id": estate.id, "building_id": 901, "use": UnitUse.home, "number": "101"}
        places = {"label": "9-1-101", "sort_key": "9", "built_area": Decimal("88.50"), "handover_on": date(2020, 2, 29)}
        pour(Unit, [unit | places])
        person = {"estate_id": estate.id, "kind": CustomerKind.person, "registered_on": date(2026, 1, 1)}
        sealed = {"id_number": b"\x00\xff\\\t"}
        pour(Customer, [person | sealed | {"id": key, "name": name} for key, name in ((901, "甲\t\\乙"), (902, "丙"))])
        held = {"estate_id": estate.id, "unit_id": 901, "customer_id": 901, "role": OccupancyRole.owner}
        pour(Occupancy, [held | {"share": Decimal("33.33"), "source": Source.letter, "recorded_at": now}])
    stored = db.get_one(Unit, 901)
    assert (stored.use, stored.built_area, stored.handover_on) == (UnitUse.home, Decimal("88.50"), date(2020, 2, 29))
    assert (stored.status, stored.zone, stored.version) == (UnitStatus.unknown, "", 1)
    customer = db.get_one(Customer, 901)
    assert (customer.name, customer.id_number, customer.sex) == ("甲\t\\乙", b"\x00\xff\\\t", None)
    occupancy = db.query(Occupancy).filter_by(customer_id=901).one()
    assert (occupancy.share, occupancy.source, occupancy.recorded_at) == (Decimal("33.33"), Source.letter, now)


def test_nothing_is_poured_without_a_statement(work: Work, queries: Callable[..., object]) -> None:
    with work(), queries() as seen:  # type: ignore[attr-defined]
        pour(Unit, [])
        pour_rows(SearchObject, ("kind", "object_id"), iter(()))
        pour_lines(SearchToken, ("token",), iter(()))
    assert seen == []


def test_numbers_in_lines_may_have_zeros_in_front(work: Work, db: Session) -> None:
    with work():  # type: ignore[attr-defined]
        names = ("token", "estate_id", "kind", "object_id")
        pour_lines(SearchToken, names, ["n:吴\t0000000007\tunit\t0000000042"])
    token = db.query(SearchToken).filter_by(token="n:吴", object_id=42).one()
    assert (token.estate_id, token.kind) == (7, "unit")


def test_the_database_goes_on_behind_our_own_keys(work: Work, db: Session, estate: Estate) -> None:
    ids = Ids()
    with work() as session:  # type: ignore[attr-defined]
        first = ids.take(Building, 2)
        rows = [{"estate_id": estate.id, "number": f"z{key}", "sort_key": "z", "id": key} for key in first]
        pour(Building, rows)
        assert ids.take(Building, 1) == range(first.stop, first.stop + 1)
        ids.settle()
        added = Building(estate_id=estate.id, number="z", sort_key="z")
        session.add(added)
        session.flush()
        assert added.id >= first.stop


def test_the_planner_is_told_of_a_table_that_nobody_asked_yet(work: Work, db: Session, estate: Estate) -> None:
    known = {
        "sqlite": "SELECT stat FROM sqlite_stat1 WHERE tbl = 'building' LIMIT 1",
        "postgresql": "SELECT CAST(reltuples AS integer) FROM pg_class WHERE relname = 'building'",
    }[db.get_bind().dialect.name]
    with work():  # type: ignore[attr-defined]
        before = db.query(Building).count()
        pour(Building, [{"id": 900 + n, "estate_id": estate.id, "number": f"{n}", "sort_key": "9"} for n in range(70)])
        look_anew()
    assert str(db.scalar(text(known))).split()[0] == str(before + 70)
