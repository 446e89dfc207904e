"""`crm demo` otherwise: without a past, with other packages, killed on the way."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from random import Random
from typing import Any

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.auth.models import User
from crm.calls.models import Call
from crm.complaints.cases.models import Complaint
from crm.correspondence.notices.models import Notice
from crm.dates import Period
from crm.demo import storing
from crm.demo.cases import storing as cases
from crm.demo.place import Ground, Place
from crm.properties.models import Estate, Unit
from crm.tenants.models import Supplement
from tests import forked
from tests.demo.test_storing import TODAY, TOLD, store

Crm = Callable[..., subprocess.CompletedProcess[str]]


def test_no_history_means_no_changes_and_no_calls(app: Any, db: Session) -> None:
    store(app, db, Period(TODAY, TODAY))
    assert db.scalar(select(func.count(Supplement.id))) == 0
    assert db.scalar(select(func.count(Call.id))) == 0


def test_no_history_means_no_cases(app: Any, db: Session) -> None:
    ground = Ground({}, {})
    with app.app_context():
        cases.store(ground, Random(1), Period(TODAY, TODAY))
    assert db.scalar(select(func.count(Complaint.id))) == db.scalar(select(func.count(Notice.id))) == 0


def test_a_small_company_and_a_short_past_have_cases(commands: forked.Server, installation: dict[str, str]) -> None:
    """Fewer homes than cases, and fewer months than are told."""
    done = commands.run(["demo", "--units", "50", "--months", "1", "--seed", "7"], installation)
    assert done.returncode == 0, done.stderr


def test_another_package_changes_nobodys_dice(app: Any, db: Session, monkeypatch: Any) -> None:
    """Every package rolls dice of its own, the same for the same building however many packages there are."""
    rolled: list[tuple[str, float]] = []

    def repairs(place: Place, dice: Random, period: Period) -> None:
        rolled.append((place.key, dice.random()))

    for packages in ((repairs,), (lambda *_: Random(1).random(), repairs)):
        monkeypatch.setattr(storing, "PARTS", packages)
        store(app, db, parts=TOLD[:2])
    assert rolled[:2] == rolled[2:]
    assert len({number for _, number in rolled}) == 2


def test_a_killed_demo_has_stored_nothing(commands: forked.Server, installation: dict[str, str]) -> None:
    demo = commands.start(["demo", "--units", "100000"], installation)
    time.sleep(4)
    assert demo.poll() is None
    demo.kill()
    demo.wait()
    url = installation.get("CRM_DATABASE_URL") or f"sqlite:///{installation['CRM_DATA_DIR']}/yihu.sqlite"
    engine = create_engine(url)
    with engine.connect() as connection:
        counts = [
            connection.scalar(select(func.count()).select_from(model)) for model in (Estate, Unit, User, LogEntry)
        ]
    engine.dispose()
    assert counts == [0, 0, 0, 0]
