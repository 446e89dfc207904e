# ruff: noqa: T201
"""How fast a page of the operation log is among N entries, for every filter, and for whoever sees one estate of twenty.

    python -m tests.bench.log [N]          CRM_DATABASE_URL names another engine than SQLite in a new folder

Prints the median and the worst of the queries behind one page.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import g
from sqlalchemy import insert

from crm import models
from crm.admin import log
from crm.app import create_app
from crm.audit.models import LogEntry, LogSubject
from crm.auth.actor import Actor, system_actor
from crm.db import open_session, session, unit_of_work
from crm.properties.models import Estate
from crm.settings import read_settings
from crm.tenants.models import Customer, CustomerKind

KINDS = ("SignedIn", "PhoneAdded", "NumberRevealed", "CustomerSupplemented", "UnitChanged")
USERS, ESTATES, CUSTOMERS, BATCH, ROUNDS = 200, 20, 50_000, 5_000, 15
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
EVERY = timedelta(seconds=30)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("CRM_DATABASE_URL", f"sqlite:///{folder}/bench.sqlite")
        os.environ.setdefault("CRM_DATA_DIR", folder)
        app = create_app(read_settings())
        models.Base.metadata.create_all(open_session.kw["bind"])
        with app.app_context():
            g.actor = system_actor("bench")
            with unit_of_work():
                _fill(count)
            _settle()
            print(f"{count:,} entries on {open_session.kw['bind'].dialect.name}; ms of a page, median and worst")
            for name, wanted in _questions(count).items():
                for scope in (None, frozenset({7})):
                    g.actor = Actor(name="曹宁", permissions=frozenset(), estate_ids=scope)
                    _measure(f"{name}{' (one estate)' if scope else ''}", wanted)


def _fill(count: int) -> None:
    db = session()
    db.execute(insert(Estate), [{"id": key, "name": f"小区{key}"} for key in range(1, ESTATES + 1)])
    facts = {"kind": CustomerKind.person, "name": "王伟", "registered_on": date(2026, 1, 1)}
    customers = [{"id": key, "estate_id": 1 + key % ESTATES} | facts for key in range(1, CUSTOMERS + 1)]
    db.execute(insert(Customer), customers)
    for start in range(1, count + 1, BATCH):
        numbers = range(start, min(start + BATCH, count + 1))
        db.execute(insert(LogEntry), [_entry(number) for number in numbers])
        db.execute(insert(LogSubject), [row for number in numbers for row in _subjects(number)])


def _entry(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "at": BEGAN + number * EVERY,
        "actor": "李敏",
        "user_id": 1 + number % USERS,
        "address": "10.0.0.8",
        "request_id": f"{number // 3:012x}",
        "kind": "DepartmentAdded" if number <= 20 else KINDS[number % len(KINDS)],  # the rare ones lie far back
        "data": {"customer_id": number % CUSTOMERS + 1, "changes": {"email": ["", "wangwei@example.cn"]}},
        "previous_hash": f"{number - 1:064x}",
        "hash": f"{number:064x}",
    }


def _subjects(number: int) -> Iterator[dict[str, Any]]:
    customer = number % CUSTOMERS + 1
    yield {"entry_id": number, "kind": "customer", "object_id": customer}
    if number % 2:
        yield {"entry_id": number, "kind": "estate", "object_id": 1 + customer % ESTATES}


def _settle() -> None:
    """What autovacuum and the nightly job do in an installation that runs."""
    engine = open_session.kw["bind"]
    session().commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE")


def _questions(count: int) -> dict[str, tuple[log.Wanted, int | None]]:
    middle = BEGAN + count // 2 * EVERY
    day = {"since": middle, "until": middle + timedelta(days=1)}
    return {
        "newest": (log.Wanted(), None),
        "far back": (log.Wanted(), count // 2),
        "a day long ago": (log.Wanted(**day), None),
        "frequent kind": (log.Wanted(kind="PhoneAdded"), None),
        "rare kind, far back": (log.Wanted(kind="DepartmentAdded"), None),
        "a user": (log.Wanted(who="17"), None),
        "a user and a rare kind": (log.Wanted(who="17", kind="DepartmentAdded"), None),
        "a user, a kind, a day": (log.Wanted(who="17", kind=KINDS[2], **day), None),
        "no account": (log.Wanted(who=log.SYSTEM), None),
        "a customer": (log.Wanted(subject="customer", number=4711), None),
        "an estate": (log.Wanted(subject="estate", number=7), None),
        "a request": (log.Wanted(request_id=f"{count // 6:012x}"), None),
    }


def _measure(name: str, question: tuple[log.Wanted, int | None]) -> None:
    wanted, before = question
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        with unit_of_work(writes=False):
            shown = log.page(wanted, before, None)
            log.lines_of(shown.entries)
            session().expunge_all()
        times.append(1000 * (time.perf_counter() - started))
    print(f"{name:<36}{statistics.median(times):>9.1f}{max(times):>9.1f}   {len(shown.entries)} rows")


if __name__ == "__main__":
    main()
