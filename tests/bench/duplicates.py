# ruff: noqa: T201
"""How long the list of possible duplicates takes among N customers, and the hint on one customer's page.

    python -m tests.bench.duplicates [N] [customers in each estate]     CRM_DATABASE_URL names another engine

One in fifty customers has a second file; couples share telephones, and one switchboard is everybody's in a firm.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import g
from sqlalchemy import func, insert, select

from crm import models
from crm.app import create_app
from crm.auth.actor import system_actor
from crm.dates import utc_now
from crm.db import open_session, session, unit_of_work
from crm.properties.models import Building, Estate, Unit, UnitUse
from crm.settings import read_settings
from crm.tenants.merging import duplicates
from crm.tenants.models import Customer, CustomerKind, Occupancy, OccupancyRole, Phone, Source, Vehicle

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰红玉梅建国志华文学欣怡子涵雨轩梓浩然思远佳琪俊晓东海"
DAY = date(2024, 3, 1)
SWITCHBOARD = "4001234567"


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    per_estate = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("CRM_DATABASE_URL", f"sqlite:///{folder}/bench.sqlite")
        os.environ.setdefault("CRM_DATA_DIR", folder)
        app = create_app(read_settings())
        models.Base.metadata.create_all(open_session.kw["bind"])
        with app.app_context():
            g.actor = system_actor("bench")
            with unit_of_work():
                _fill(people, per_estate, random.Random(1))
            _settle()
            with unit_of_work(writes=False):
                _measure()


def _settle() -> None:
    """What autovacuum and the nightly job do in an installation that runs."""
    engine = open_session.kw["bind"]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE")


def _measure() -> None:
    rows = _timed("all pairs", duplicates.likely_pairs)
    _timed("count and first page", lambda: _page(rows))
    _timed("hint of one customer", lambda: duplicates.likely_pairs(777))
    _timed("hint of another", lambda: duplicates.likely_pairs(50_001))
    print(f"{len(rows)} pairs")


def _page(rows: Any) -> Any:
    query = duplicates.listed(rows)
    counted = session().scalar(select(func.count()).select_from(query.subquery()))
    return counted, session().execute(query.order_by(query.selected_columns.score.desc()).limit(50)).all()


def _timed(title: str, act: Callable[[], Any]) -> Any:
    act()
    started, worked = time.perf_counter(), time.process_time()
    result = act()
    passed, work = time.perf_counter() - started, time.process_time() - worked
    print(f"{title:<26}{1000 * passed:>9.1f} ms, own processor time {1000 * work:.1f} ms")
    return result


def _fill(people: int, per_estate: int, dice: random.Random) -> None:
    now, estates = utc_now(), range(1, (people - 1) // per_estate + 2)
    _insert(Estate, [{"id": key, "name": f"Estate {key}"} for key in estates])
    _insert(Building, [{"id": key, "estate_id": key, "number": "1", "sort_key": "1"} for key in estates])
    rows = [_customer(key, per_estate, dice) for key in range(1, people + 1)]
    for key in range(50, people, 50):  # a second file
        twin = {"name": rows[key - 2]["name"], "born": rows[key - 2]["born"]}
        rows[key - 1] |= twin | {"id_index": None if key % 100 else rows[key - 2]["id_index"]}
    _insert(Customer, rows)
    units = [_unit(row) for row in rows]
    _insert(Unit, units)
    told = {"source": Source.imported, "recorded_at": now}
    _insert(Phone, [{"customer_id": row["id"], "digits": _digits(row["id"])} | told for row in rows])
    _insert(Phone, [{"customer_id": key, "digits": SWITCHBOARD} | told for key in range(1, people, 40)])
    _insert(Vehicle, [{"customer_id": key, "plate": f"甘A{key // 2:06d}"} for key in range(3, people, 3)])
    role = {"role": OccupancyRole.owner} | told
    _insert(
        Occupancy,
        [
            {"estate_id": row["estate_id"], "unit_id": row["id"] - row["id"] % 3 % 2, "customer_id": row["id"]} | role
            for row in rows
            if row["id"] > 1
        ],
    )


def _customer(key: int, per_estate: int, dice: random.Random) -> dict[str, Any]:
    kind = CustomerKind.company if dice.random() < 0.03 else CustomerKind.person
    return {
        "id": key,
        "estate_id": (key - 1) // per_estate + 1,
        "kind": kind,
        "name": dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2, 2)))),
        "born": date(1950, 1, 1) + timedelta(days=dice.randrange(20_000)),
        "id_index": f"{dice.getrandbits(256):064x}" if dice.random() < 0.6 else None,
        "credit_code": f"{dice.getrandbits(60):018X}" if kind is CustomerKind.company else "",
        "registered_on": DAY,
    }


def _unit(row: dict[str, Any]) -> dict[str, Any]:
    label = f"1-1-{row['id']}"
    place = {"building_id": row["estate_id"], "number": str(row["id"]), "label": label, "sort_key": label}
    return {"id": row["id"], "estate_id": row["estate_id"], "use": UnitUse.home} | place


def _digits(key: int) -> str:
    """One telephone for every fourth couple, else one's own."""
    return f"139{(key - key % 2 if key % 8 < 2 else key):08d}"


def _insert(table: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), 5000):
        session().execute(insert(table.__table__), rows[start : start + 5000])


if __name__ == "__main__":
    main()
