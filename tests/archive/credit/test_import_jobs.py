"""A large register is taken over in the background, part by part, and ends as a small one does."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.archive.credit.importing import draft, jobs, service
from crm.archive.credit.importing.storing import store
from crm.archive.credit.models import ImportState, Project
from crm.archive.dossiers.models import Dossier
from crm.audit.models import LogEntry
from crm.errors import DomainError
from crm.jobs import runner
from crm.jobs.models import Job, JobState
from crm.numbering import Number, NumberSeries, NumberState
from tests.archive.credit.test_importing import FIRST, carried_out, changed, checked, register, run_of

SignIn = Callable[[str], FlaskClient]
ROWS = [changed(FIRST, 档案号=f"2012鸿借字第{serial:03d}号", 借款合同号=f"合{serial}") for serial in (7, 1, 2, 4, 5, 6)]


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "LARGE", 1)
    monkeypatch.setattr(draft, "PART", 2)


@pytest.fixture
def archivist(sign_in: SignIn) -> FlaskClient:
    return sign_in("archivist")


def asked(client: FlaskClient, db: Session) -> str:
    """The import's page; its job waits."""
    page, result = checked(client, db, register(*ROWS))
    assert (result["created"], result["missing"]) == (6, ["2012鸿借字第003号"])
    assert carried_out(client, db, page).status_code == 422, "somebody must say that 003 is void"
    answer = carried_out(client, db, page, void_missing="y")
    assert (answer.status_code, answer.location.startswith("/jobs/")) == (302, True)
    return page


def projects(db: Session) -> int:
    return db.scalar(select(func.count(Project.id))) or 0


def expect_all(db: Session, page: str) -> None:
    run = run_of(db, page)
    job = db.get_one(Job, run.job_id)
    assert (run.state, run.result["created"], job.state) == (ImportState.done, 6, JobState.done)
    assert job.result_url == page
    counted = [db.scalar(select(func.count()).select_from(table)) for table in (Project, Dossier)]
    assert counted == [6, 6]
    states = [row.state for row in db.scalars(select(Number).order_by(Number.serial))]
    assert states == [*[NumberState.committed] * 2, NumberState.void, *[NumberState.committed] * 4]
    assert db.scalars(select(NumberSeries.last).filter_by(name="鸿借", year=2012)).one() == 7
    assert len(db.scalars(select(LogEntry).where(LogEntry.kind == "RegisterImported")).all()) == 1


def test_the_whole_way(archivist: FlaskClient, app: Flask, db: Session) -> None:
    page = asked(archivist, db)
    assert projects(db) == 0
    assert "/jobs/" in archivist.get(page).text
    assert carried_out(archivist, db, page).status_code == 422
    runner.run_all(app)
    expect_all(db, page)
    assert archivist.get(page).status_code == 200


def test_one_at_a_time(archivist: FlaskClient, app: Flask, db: Session) -> None:
    asked(archivist, db)
    other, _result = checked(
        archivist, db, register(changed(FIRST, 档案号="2013鸿借字第001号"), ROWS[1]), "另一本.xlsx"
    )
    assert carried_out(archivist, db, other).status_code == 422
    runner.run_all(app)
    assert projects(db) == 6


def failing(error: BaseException, after: int) -> Callable[..., None]:
    """The storing of parts, until that many are stored."""
    calls = count(1)

    def stored(*given: Any) -> None:
        if next(calls) > after:
            raise error
        store(*given)

    return stored


def test_broken_off_and_gone_on(
    archivist: FlaskClient, app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = asked(archivist, db)
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "store", failing(DomainError("the disk is full"), after=1))
        runner.run_all(app)
    assert projects(db) == 2
    assert "the disk is full" in archivist.get(page).text
    assert carried_out(archivist, db, page).status_code == 302
    runner.run_all(app)
    run = run_of(db, page)
    assert (run.state, projects(db), run.result["created"], run.result["unchanged"]) == (ImportState.done, 6, 4, 2)


def test_a_killed_runner_s_work_is_gone_on_with_and_done_once(
    archivist: FlaskClient, app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = asked(archivist, db)
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "store", failing(KeyboardInterrupt(), after=2))
        with pytest.raises(KeyboardInterrupt):
            runner.run_all(app)
    assert projects(db) == 4
    runner.run_all(app)
    expect_all(db, page)


def test_killed_after_the_last_part(
    archivist: FlaskClient, app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = asked(archivist, db)
    inner = service.conclude

    def conclude_and_end(*given: Any) -> None:
        inner(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(service, "conclude", conclude_and_end)
        with pytest.raises(KeyboardInterrupt):
            runner.run_all(app)
    runner.run_all(app)
    expect_all(db, page)
