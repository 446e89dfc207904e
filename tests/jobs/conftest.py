"""Kinds of work that only tests know, and a runner in the test's own process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, g
from flask_babel import lazy_gettext
from sqlalchemy import update
from sqlalchemy.orm import Session

from crm.auth.actor import Actor, system_actor
from crm.auth.models import Department, User
from crm.auth.permissions import Permission
from crm.dates import utc_now
from crm.db import session, unit_of_work
from crm.jobs.kinds import Finished, Kind, Plain, Step, kinds
from crm.jobs.models import Job, JobChunk
from crm.jobs.service import enqueue

TITLE = lazy_gettext("Import")


def count_up(step: Step) -> Plain:
    """Every step is a department, named after chunk and number: done twice it would not fit into its table."""
    with step.unit():
        step.expect(step.payload["steps"])
    for number in range(step.place.get("next", 0), step.payload["steps"]):
        with step.unit(done=1) as db:
            db.add(Department(name=f"{step.job_payload['name']}-{step.payload['position']}-{number}"))
            step.place = {"next": number + 1}
    return {"counted": step.payload["steps"]}


def add_up(payload: Plain, results: Iterator[Plain]) -> Finished:
    """The department of the whole fits once as well: to finish twice is not possible unnoticed."""
    session().add(Department(name=f"{payload['name']}-finished"))
    return Finished(result={"counted": [result["counted"] for result in results]}, url="/jobs/")


COUNT = Kind(
    name="test.count",
    title=TITLE,
    plan=lambda payload: [{"position": p, "steps": steps} for p, steps in enumerate(payload["chunks"])],
    work=count_up,
    finish=add_up,
    facts={"counted": lazy_gettext("Total")},
)
RIGHT = Kind(name="test.right", title=TITLE, work=count_up, permission=Permission.audit_read)


@pytest.fixture(autouse=True)
def test_kinds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (COUNT, RIGHT):
        monkeypatch.setitem(kinds, kind.name, kind)


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`kind(work=…)`: test.count with something of it exchanged."""

    def change(**changed: Any) -> None:
        facts = {name: getattr(COUNT, name) for name in ("name", "title", "plan", "work", "finish", "facts")}
        monkeypatch.setitem(kinds, "test.count", Kind(**(facts | changed)))

    return change


@pytest.fixture
def ask(app: Flask, db: Session) -> Callable[..., Job]:
    """`ask([3, 2], user=…)`: a job of two chunks, as the test's session sees it."""

    def asked(chunks: list[int], user: User | None = None, kind_name: str = "test.count", **given: Any) -> Job:
        with app.app_context():
            g.actor = acting(user) if user else system_actor("tests")
            with unit_of_work():
                job_id = enqueue(kind_name, "数到头", {"chunks": chunks, "name": "计数"}, **given).id
        return db.get_one(Job, job_id)

    return asked


def acting(user: User) -> Actor:
    return Actor(name=user.full_name, permissions=frozenset({Permission.signed_in}), user_id=user.id)


def expire_leases(db: Session) -> None:
    """As if everybody who holds something had been dead for a while."""
    past = utc_now() - timedelta(seconds=1)
    db.execute(update(JobChunk).where(JobChunk.leased_until.is_not(None)).values(leased_until=past))
    db.execute(update(Job).where(Job.leased_until.is_not(None)).values(leased_until=past))
    db.commit()
