"""A large file is checked and stored in the background, and ends as a small one does."""

from __future__ import annotations

from collections.abc import Callable, Container
from contextlib import AbstractContextManager
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.auth.models import User
from crm.errors import DomainError
from crm.imports import jobs, service
from crm.imports.drafting import parts
from crm.imports.models import ImportRun, ImportState
from crm.jobs import runner
from crm.jobs import service as job_service
from crm.jobs.models import Job, JobState
from crm.properties.models import Estate, Unit
from tests.imports.test_pages import mapping_of, newest, upload
from tests.imports.workbooks import rooms

Work = Callable[..., AbstractContextManager[Session]]
SignIn = Callable[[str], FlaskClient]
CONTENT = rooms(*(["3", "1", f"{n}01", 90, "", f"张{n}", "男", f"1390731{n:04d}", "", "业主"] for n in range(1, 10)))


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "LARGE", 1)
    for name in ("PLACES", "HOUSEHOLDS"):
        monkeypatch.setattr(parts, name, 2)


def checked(client: FlaskClient, app: Flask, db: Session) -> ImportRun:
    upload(client, CONTENT)
    run = newest(db)
    answer = client.post(f"/imports/{run.id}/check", data=mapping_of(run))
    assert answer.status_code == 302
    assert answer.location.startswith("/jobs/")
    assert runner.run_all(app) > 0
    run = newest(db)
    assert (run.state, run.result["created"]["customer"]) == (ImportState.checked, 9)
    return run


def ask(client: FlaskClient, run: ImportRun) -> Any:
    return client.post(f"/imports/{run.id}/run", data={"version": run.version})


def people(db: Session) -> int:
    counted = select(func.count(Unit.id)).join(Estate).where(Estate.name == "浏览器小区")
    return db.scalar(counted) or 0


def job_of(db: Session, run: ImportRun) -> Job:
    return db.scalars(select(Job).where(Job.id == newest(db).job_id).execution_options(populate_existing=True)).one()


def test_the_whole_way(sign_in: SignIn, app: Flask, db: Session) -> None:
    client = sign_in("administrator")
    run = checked(client, app, db)
    page = ask(client, run).location
    assert newest(db).state is ImportState.running
    assert page in client.get(f"/imports/{run.id}").text
    assert ask(client, newest(db)).status_code == 409
    runner.run_all(app)
    run = newest(db)
    assert (run.state, run.result["created"]["customer"], people(db)) == (ImportState.done, 9, 9)
    job = job_of(db, run)
    assert (job.state, job.result_url) == (JobState.done, f"/imports/{run.id}")
    assert job.done == job.total > 9 * 2
    ended = select(LogEntry).where(LogEntry.kind == "ImportFinished")
    finished = db.scalars(ended.order_by(LogEntry.id.desc())).first()
    assert finished is not None
    assert finished.data["counts"]["created"]["customer"] == 9


def test_broken_off_and_gone_on(sign_in: SignIn, app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    client = sign_in("administrator")
    run = checked(client, app, db)
    ask(client, run)
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "store", failing(DomainError("the disk is full"), range(6, 100)))
        runner.run_all(app)
    assert (job_of(db, run).state, newest(db).state) == (JobState.failed, ImportState.running)
    assert 0 < people(db) < 9
    page = client.get(f"/imports/{run.id}").text
    assert "the disk is full" in page
    assert ask(client, newest(db)).status_code == 302
    runner.run_all(app)
    assert (newest(db).state, people(db)) == (ImportState.done, 9)


def test_a_runner_killed_after_the_last_part_does_not_end_it_twice(
    sign_in: SignIn, app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in("administrator")
    run = checked(client, app, db)
    ask(client, run)
    inner = jobs._carry_out

    def carry_out_and_end(*given: Any) -> None:
        inner(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "_carry_out", carry_out_and_end)
    with pytest.raises(KeyboardInterrupt):
        runner.run_all(app)
    monkeypatch.setattr(jobs, "_carry_out", inner)
    assert newest(db).state is ImportState.done
    runner.run_all(app)
    assert (job_of(db, run).state, people(db)) == (JobState.done, 9)
    assert len(db.scalars(select(LogEntry).where(LogEntry.kind == "ImportFinished")).all()) == 1


def test_cancelled(sign_in: SignIn, app: Flask, db: Session) -> None:
    client = sign_in("administrator")
    run = checked(client, app, db)
    page = ask(client, run).location
    assert client.post(f"{page}/cancel").status_code == 302
    runner.run_all(app)
    assert (job_of(db, run).state, people(db)) == (JobState.cancelled, 0)
    assert ask(client, newest(db)).status_code == 302
    runner.run_all(app)
    assert people(db) == 9


def test_whoever_enters_the_same_unit_meanwhile_does_not_stop_it(
    sign_in: SignIn, app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in("administrator")
    run = checked(client, app, db)
    ask(client, run)
    monkeypatch.setattr(jobs, "store", failing(IntegrityError("INSERT", {}, Exception("unique")), [6]))
    runner.run_all(app)
    assert (newest(db).state, people(db)) == (ImportState.done, 9)


def test_two_imports_into_one_estate_take_turns(sign_in: SignIn, app: Flask, db: Session, work: Work) -> None:
    client = sign_in("administrator")
    ask(client, checked(client, app, db))
    upload(client, CONTENT)
    second = newest(db)
    answer = ask(client, second)
    assert answer.status_code == 409
    assert "浏览器小区" in answer.text
    runner.run_all(app)
    assert ask(client, newest(db)).status_code == 302


def test_who_lost_the_right_imports_no_more(work: Work, app: Flask, db: Session, sign_in: SignIn) -> None:
    client = sign_in("zhouhui")
    run = checked(client, app, db)
    ask(client, run)
    user = db.scalars(select(User).filter_by(username="zhouhui")).one()
    user.active = False
    db.commit()
    runner.run_all(app)
    assert (job_of(db, run).state, people(db)) == (JobState.failed, 0)


def test_asking_twice_is_asking_once(work: Work) -> None:
    with work():
        file = service.open_file(CONTENT, "x.xlsx")
        run = service.upload(file, CONTENT, "导入小区")
        first = service.ask_carry_out(run, file)
        assert job_service.enqueue("imports.carry_out", "x", {}, key=first.key).id == first.id


def failing(fault: Exception, at: Container[int]) -> Callable[..., int]:
    """Storing parts as ever, but those with these numbers fail."""
    numbers, inner = count(1), jobs.store

    def store(*arguments: Any) -> int:
        if next(numbers) in at:
            raise fault
        return inner(*arguments)

    return store
