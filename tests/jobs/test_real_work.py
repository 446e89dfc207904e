"""Imports and exports killed at random moments, in `crm serve` and in Celery workers: all of it is done, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

from crm.audit.models import LogEntry
from crm.audit.queries import verify
from crm.files import store
from crm.imports import service
from crm.imports.models import ImportRun, ImportState
from crm.jobs.models import Job, JobState
from crm.jobs.service import enqueue
from crm.properties.models import Unit
from crm.tenants.models import Customer, Fact, Occupancy, Phone
from tests import forked, redis
from tests.imports.workbooks import rooms
from tests.jobs.test_processes import Env, OwnWork, children, job_of, kill_some, where_it_stands
from tests.jobs.test_racing import until

HOUSEHOLDS = 2_100
KILLS = 3
EXPORTS = 8  # tried until a kill meets one
EXPORT = {
    "address": "/tenants/customers?sort=name",
    "columns": ["name", "phone"],
    "rows": HOUSEHOLDS,
    "locale": "zh_CN",
    "estate_ids": None,
}


@contextmanager
def embedded(commands: forked.Server, env: Env) -> Iterator[Callable[[], list[int]]]:
    with commands.running(["serve", "--port", str(redis.free_port())], env) as server:
        yield lambda: children(server.pid)


@contextmanager
def celery(commands: forked.Server, env: Env) -> Iterator[Callable[[], list[int]]]:
    with redis.server() as broker:
        grown_up = env | {"CRM_BROKER_URL": broker}
        working = commands.running(["work", "--concurrency", "2"], grown_up)
        with commands.running(["schedule"], grown_up), working as worker:
            yield lambda: children(worker.pid)


def ask_import(own_work: OwnWork) -> tuple[int, int]:
    """The ids of the job and the import of so many households."""
    content = rooms(
        *(
            [f"{n // 200 + 1}", "1", f"{n % 200}", 90, "已入住", f"业主{n}", "", f"139{10_000_000 + n}", "", "业主"]
            for n in range(HOUSEHOLDS)
        )
    )
    with own_work() as db:  # type: ignore[attr-defined]
        file = service.open_file(content, "大盘.xlsx")
        run = service.upload(file, content, "大盘小区")
        db.flush()
        return service.ask_carry_out(run, file).id, run.id


def expect_done(own_work: OwnWork, job_id: int) -> None:
    until(lambda: job_of(own_work, job_id).ended, 120, lambda: where_it_stands(own_work, job_id))
    job = job_of(own_work, job_id)
    assert (job.state, job.error) == (JobState.done, "")
    assert job.done == job.total > 0


@pytest.mark.timeout(300)
def test_killed_at_any_moment(
    app: Flask, fresh_database: Env, own_engine: Engine, own_work: OwnWork, commands: forked.Server
) -> None:
    """In the set-up that goes with the engine: runners inside `crm serve`, or Celery beside PostgreSQL."""
    runners = embedded if own_engine.dialect.name == "sqlite" else celery
    import_job, run_id = ask_import(own_work)
    url = own_engine.url.render_as_string(hide_password=False)
    files = str(app.config["SETTINGS"].data_dir)  # where this process keeps the workbook
    here = {"CRM_DATA_DIR": files, "CRM_DATABASE_URL": url}
    with runners(commands, fresh_database | here) as victims:
        assert kill_some(own_work, import_job, KILLS, victims) > 0
        expect_done(own_work, import_job)
        expect_all_stored_once(own_work, run_id)
        export_job = killed_export(own_work, victims)
    expect_whole_workbook(own_work, export_job)


def killed_export(own_work: OwnWork, victims: Callable[[], list[int]]) -> int:
    """An export that met a kill while it ran; one takes a second or two, so the first may escape."""
    for _ in range(EXPORTS):
        with own_work():  # type: ignore[attr-defined]
            job_id = enqueue("lists.export", "客户", EXPORT).id
        met = kill_some(own_work, job_id, 1, victims)
        expect_done(own_work, job_id)
        if met:
            return job_id
    pytest.fail(f"{EXPORTS} exports and no kill met one")


def expect_all_stored_once(own_work: OwnWork, run_id: int) -> None:
    with own_work(writes=False) as db:  # type: ignore[attr-defined]
        assert db.get_one(ImportRun, run_id).state is ImportState.done
        for model in (Unit, Customer, Occupancy, Phone, Fact):
            assert db.scalar(select(func.count()).select_from(model)) == HOUSEHOLDS, model
        entries = db.scalars(select(LogEntry).where(LogEntry.kind.in_(("CustomerImported", "ImportFinished")))).all()
        told = Counter(entry.data.get("customer_id") for entry in entries)
        assert len(told) == HOUSEHOLDS + 1  # each customer, and the end of the import
        assert set(told.values()) == {1}
        assert verify(db).faults == []


def expect_whole_workbook(own_work: OwnWork, job_id: int) -> None:
    with own_work(writes=False) as db:  # type: ignore[attr-defined]
        upload = store.find_upload(db.get_one(Job, job_id).upload_id)
        [sheet] = openpyxl.load_workbook(BytesIO(store.read(upload))).worksheets
    names = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert sorted(names) == sorted(f"业主{number}" for number in range(HOUSEHOLDS))
