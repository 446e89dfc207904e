"""The demo company's loans and guarantees: in every state, the same from the same seed, believable to the fen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.archive.credit.listings import is_overdue
from crm.archive.credit.models import Client, Decision, Project, ProjectState, Verdict
from crm.archive.dossiers.models import Dossier
from crm.archive.numbers.models import ArchiveNumber
from crm.audit.models import LogEntry
from crm.audit.queries import verify
from crm.auth.models import User
from crm.dates import Period, business_day
from crm.demo import credit
from crm.demo.place import Ground
from crm.identity import credit_code_fault
from crm.numbering import Number

pytestmark = pytest.mark.told

NO_HISTORY = Period(date(2026, 1, 1), date(2026, 1, 1))


@pytest.fixture
def ground(db: Session) -> Ground:
    return Ground({}, {user.username: user.id for user in db.query(User)})


def told(db: Session) -> list[Any]:
    columns = Project.title, Project.state, Project.amount, Project.ends_on, Project.a_id
    return list(db.execute(select(*columns).order_by(Project.id)))


def test_thirty_projects_in_every_state(db: Session, work: Callable[..., Any], ground: Ground) -> None:
    with work():
        credit.store(ground, Random("1"), NO_HISTORY)
        day = business_day()
    db.expire_all()
    projects = db.scalars(select(Project)).all()
    assert len(projects) == 30
    assert {project.state for project in projects} == set(ProjectState)
    assert any(is_overdue(project, day) for project in projects)
    assert {project.a_id for project in projects} == {ground.users["wanglei"], ground.users["zhaoqian"]}
    assert all(project.dossier_id for project in projects)
    assert all(0 <= project.outstanding <= project.amount for project in projects)
    approvers = set(db.scalars(select(Decision.approver_id).where(Decision.verdict == Verdict.approved)))
    assert approvers == {ground.users[name] for name in ("shentao", "hanbing", "tangfeng")}
    assert all(not credit_code_fault(code) for code in db.scalars(select(Client.credit_code)) if code)
    actors = set(db.scalars(select(LogEntry.actor).where(LogEntry.kind == "ProjectEnded")))
    assert actors == {"王磊", "赵倩"}
    assert verify(db).sound


def test_numbers_follow_the_days(db: Session, work: Callable[..., Any], ground: Ground) -> None:
    with work():
        credit.store(ground, Random("1"), NO_HISTORY)
    numbered = (
        select(ArchiveNumber.word, ArchiveNumber.year, Number.serial, Project.ends_on)
        .join(Number, Number.id == ArchiveNumber.id)
        .join(Dossier, Dossier.number_id == ArchiveNumber.id)
        .join(Project, Project.dossier_id == Dossier.id)
        .order_by(ArchiveNumber.word, ArchiveNumber.year, Number.serial)
    )
    rows = db.execute(numbered).all()
    assert len(rows) == db.scalar(select(func.count(Project.ends_on)))
    assert [row.ends_on for row in rows] == [row.ends_on for row in sorted(rows, key=lambda r: (r.word, r.ends_on))]
    assert all(row.year == row.ends_on.year for row in rows)


def test_the_same_seed_tells_the_same(db: Session, work: Callable[..., Any], ground: Ground) -> None:
    seen = []
    for _ in range(2):
        with work():
            credit.store(ground, Random("7"), NO_HISTORY)
        seen.append(told(db))
    once, twice = seen
    assert [row[:4] for row in once] == [row[:4] for row in twice[30:]]
