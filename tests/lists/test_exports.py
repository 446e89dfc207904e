"""Lists out of the house: exactly what was asked, noted in the log, long ones in the background."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from itertools import count
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.auth.models import LoginSession, User, UserRole
from crm.db import open_session, session
from crm.files.models import Upload
from crm.jobs import service as jobs
from crm.jobs.models import Job
from crm.jobs.runner import run_all
from crm.lists import exports, paper
from crm.lists import jobs as list_jobs
from crm.properties.models import Estate, UnitStatus
from crm.web import excel
from tests import factories as make

SignIn = Callable[[str], FlaskClient]
UNITS = "/properties/units"
BY_LABEL = f"{UNITS}?q=3-1&sort=-label"


def sheet_rows(content: bytes) -> list[tuple[Any, ...]]:
    return [row for sheet in openpyxl.load_workbook(BytesIO(content)) for row in sheet.iter_rows(values_only=True)]


def paper_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def units(estate: Estate, count: int) -> None:
    for number in range(count):
        make.make_unit(estate, f"3-1-{500 + number}", status=UnitStatus.vacant)


def keep_layout(client: FlaskClient) -> None:
    places = {"place-status": "1", "place-label": "2"}
    data = {"address": UNITS, "column": ["label", "status"], "density": "normal", "page_size": "25"}
    client.post("/lists/layout", data=data | places)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes into the background begins with the fourth row."""
    for form in exports.AT_ONCE:
        monkeypatch.setitem(exports.AT_ONCE, form, 3)


def made(app: Flask, client: FlaskClient, db: Session, form: str, address: str = BY_LABEL) -> tuple[Job, bytes]:
    """Ask for the file, work the job off, fetch it."""
    asked = client.get(f"{address}&as={form}")
    assert asked.status_code == 303, asked.text
    run_all(app)
    job = db.scalars(select(Job).order_by(Job.id.desc()).execution_options(populate_existing=True)).first()
    assert job
    assert asked.location == f"/jobs/{job.id}"
    assert job.state == "done", job.error
    return job, client.get(f"/jobs/{job.id}/file").data


def test_page_workbook_and_print_hold_the_same(sign_in: SignIn, estate: Estate) -> None:
    units(estate, 5)
    make.make_unit(estate, "4-1-501")
    client = sign_in("limin")
    keep_layout(client)
    page = client.get(BY_LABEL).text
    shown = re.findall(r'data-label="房屋"><a[^>]*>([^<]+)<', page.split("<tbody>")[1])
    assert shown == [f"3-1-50{number}" for number in (4, 3, 2, 1, 0)]
    headings, *rows = sheet_rows(client.get(f"{BY_LABEL}&as=xlsx").data)
    assert headings == ("状态", "房屋")
    assert rows == [("空置", label) for label in shown]
    text = paper_text(client.get(f"{BY_LABEL}&as=pdf").data)
    assert re.findall(r"[34]-1-\d+", text) == shown
    assert "房号开头：3-1" in text
    assert "建筑面积" not in text


def test_a_long_export_holds_what_the_short_one_would(
    app: Flask, sign_in: SignIn, db: Session, estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    units(estate, 7)
    client = sign_in("limin")
    keep_layout(client)
    at_once = sheet_rows(client.get(f"{BY_LABEL}&as=xlsx").data)
    monkeypatch.setitem(exports.AT_ONCE, "xlsx", 3)
    monkeypatch.setattr(list_jobs, "EXPORTED", 2)
    job, content = made(app, client, db, "xlsx")
    assert sheet_rows(content) == at_once
    assert len(at_once) == 8
    assert (job.done, job.total, job.result) == (7, 7, {"rows": 7})


def test_the_layout_and_language_of_the_asking_count(
    app: Flask, sign_in: SignIn, db: Session, estate: Estate, short: None
) -> None:
    units(estate, 4)
    client = sign_in("limin")
    keep_layout(client)
    client.get(f"{BY_LABEL}&as=xlsx")
    client.post("/lists/layout", data={"address": UNITS, "reset": "1"})
    client.post("/preferences", data={"locale": "en", "estate_id": ""})
    run_all(app)
    [job] = db.scalars(select(Job))
    content = client.get(f"/jobs/{job.id}/file").data
    assert sheet_rows(content)[0] == ("状态", "房屋")


def test_a_long_print_is_one_print(
    app: Flask, sign_in: SignIn, db: Session, estate: Estate, short: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    units(estate, 130)
    monkeypatch.setattr(paper, "PIECE", 100)
    monkeypatch.setattr(list_jobs, "PRINTED", 30)
    client = sign_in("limin")
    keep_layout(client)
    _job, content = made(app, client, db, "pdf", f"{UNITS}?sort=label")
    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    labels = [re.findall(r"3-1-\d+", page) for page in pages]
    assert [label for page in labels for label in page] == [f"3-1-{500 + number}" for number in range(130)]
    assert len(pages) > 2
    full = len(labels[1])
    assert all(len(page) == full for page in labels[1:-1])
    for number, page in enumerate(pages, start=1):
        assert re.sub(r"\s", "", page).count(f"第{number}/{len(pages)}页") == 1
    assert [page.count("共 130 条") for page in pages] == [1] + [0] * (len(pages) - 1)


def test_asking_twice_within_a_minute_is_one_job(
    sign_in: SignIn, db: Session, estate: Estate, short: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    units(estate, 4)
    client = sign_in("limin")
    monkeypatch.setattr(exports, "utc_now", lambda: make.NOW)
    first, second = (client.get(f"{BY_LABEL}&as=xlsx").location for _ in range(2))
    assert first == second
    assert client.get(f"{BY_LABEL}&as=pdf").location != first
    assert db.query(Job).count() == 2


def test_the_file_is_for_whoever_asked(app: Flask, sign_in: SignIn, db: Session, estate: Estate, short: None) -> None:
    units(estate, 4)
    job, _content = made(app, sign_in("limin"), db, "xlsx")
    assert sign_in("zhouhui").get(f"/jobs/{job.id}/file").status_code == 404


@pytest.mark.parametrize("role", ["title_custodian", "service_desk"], ids=["to see", "to export"])
def test_a_right_taken_away_meanwhile_counts(
    app: Flask, sign_in: SignIn, db: Session, estate: Estate, short: None, role: str
) -> None:
    for _ in range(4):
        make.make_customer(estate)
    sign_in("zhouhui").get("/tenants/customers?as=xlsx")
    [job] = db.scalars(select(Job))
    with open_session() as other:
        other.execute(update(UserRole).where(UserRole.user_id == job.user_id).values(role=role))
        other.commit()
    run_all(app)
    db.refresh(job)
    assert (job.state, job.upload_id, job.error) == ("failed", None, "您已无权查看或导出这个列表。")


@pytest.mark.parametrize(
    "lost",
    [
        update(UserRole).values(role="title_custodian"),
        update(UserRole).values(role="service_desk"),
        update(User).values(all_estates=False),
    ],
    ids=["to see", "to export", "the estates"],
)
def test_a_finished_file_stays_with_those_who_may_still_see_it(
    app: Flask, sign_in: SignIn, db: Session, estate: Estate, short: None, lost: Any
) -> None:
    """In the export every estate is named: whoever sees fewer by now does not get it."""
    for _ in range(4):
        make.make_customer(estate)
    client = sign_in("zhouhui")
    client.get("/tenants/customers?as=xlsx")
    run_all(app)
    [job] = db.scalars(select(Job))
    assert client.get(f"/jobs/{job.id}/file").status_code == 200
    whose = User.id if lost.table.name == "user_account" else UserRole.user_id
    with open_session() as other:
        other.execute(lost.where(whose == job.user_id))
        other.commit()
    assert client.get(f"/jobs/{job.id}/file").status_code == 404
    assert f"/jobs/{job.id}/file" not in client.get(f"/jobs/{job.id}").text


@pytest.mark.parametrize("form", exports.AT_ONCE)
def test_a_runner_killed_after_keeping_the_file_makes_no_second_one(
    app: Flask, sign_in: SignIn, db: Session, estate: Estate, short: None, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    keep = list_jobs._keep

    def keep_and_end(*given: Any) -> None:
        keep(*given)
        raise KeyboardInterrupt

    units(estate, 4)
    client = sign_in("limin")
    client.get(f"{BY_LABEL}&as={form}")
    monkeypatch.setattr(list_jobs, "_keep", keep_and_end)
    with pytest.raises(KeyboardInterrupt):
        run_all(app)
    monkeypatch.setattr(list_jobs, "_keep", keep)
    run_all(app)
    [job] = db.scalars(select(Job))
    assert (job.state, job.result) == ("done", {"rows": 4})
    assert len(db.scalars(select(LogEntry).filter_by(kind="ListExported")).all()) == 1
    assert len(db.scalars(select(Upload).filter_by(purpose="export")).all()) == 1


@pytest.fixture
def second_batch(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """`second_batch(act)`: batches of two rows, and `act` runs before the second is handed over, once."""

    def arrange(act: Callable[[], None]) -> None:
        real, seen = exports.cells, count(1)

        def cells(*given: Any) -> list[list[Any]]:
            if next(seen) == 2:
                act()
            return real(*given)

        monkeypatch.setattr(exports, "cells", cells)
        monkeypatch.setattr(list_jobs, "EXPORTED", 2)

    return arrange


def test_a_cancelled_export_leaves_no_file(
    app: Flask, sign_in: SignIn, db: Session, estate: Estate, short: None, second_batch: Callable[..., None]
) -> None:
    units(estate, 6)
    sign_in("limin").get(f"{BY_LABEL}&as=xlsx")
    [job] = db.scalars(select(Job))
    second_batch(lambda: jobs.cancel(session().get_one(Job, job.id)))
    run_all(app)
    db.refresh(job)
    assert (job.done, job.upload_id) == (2, None)


def test_a_runner_that_was_ended_is_followed_by_one_that_begins_anew(
    app: Flask, sign_in: SignIn, db: Session, estate: Estate, short: None, second_batch: Callable[..., None]
) -> None:
    def end() -> None:
        raise KeyboardInterrupt

    units(estate, 6)
    client = sign_in("limin")
    client.get(f"{BY_LABEL}&as=xlsx")
    second_batch(end)
    with pytest.raises(KeyboardInterrupt):
        run_all(app)
    [job] = db.scalars(select(Job))
    assert (job.state, job.done) == ("running", 2)
    run_all(app)
    db.refresh(job)
    assert (job.state, job.done, job.total) == ("done", 6, 6)
    assert len(sheet_rows(client.get(f"/jobs/{job.id}/file").data)) == 7


def test_every_export_stands_in_the_log(
    app: Flask, sign_in: SignIn, db: Session, estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    units(estate, 4)
    client = sign_in("limin")
    keep_layout(client)
    client.get(f"{BY_LABEL}&as=xlsx")
    client.get(f"{BY_LABEL}&as=pdf")
    for form in exports.AT_ONCE:
        monkeypatch.setitem(exports.AT_ONCE, form, 3)
    made(app, client, db, "xlsx")
    noted = {"list_key": "properties.units", "filters": {"q": "3-1", "sort": "-label"}, "columns": ["status", "label"]}
    entries = db.scalars(select(LogEntry).filter_by(kind="ListExported").order_by(LogEntry.id)).all()
    assert [entry.data for entry in entries] == [noted | {"form": form, "rows": 4} for form in ("xlsx", "pdf", "xlsx")]
    assert {entry.actor for entry in entries} == {"李敏"}


def test_more_than_a_hundred_rows_want_the_password_again(sign_in: SignIn, db: Session, estate: Estate) -> None:
    units(estate, 101)
    client = sign_in("limin")
    assert client.get(f"{BY_LABEL}&as=xlsx").status_code == 200
    with open_session() as other:
        other.execute(update(LoginSession).values(confirmed_at=make.NOW - timedelta(days=365)))
        other.commit()
    asked = client.get(f"{BY_LABEL}&as=xlsx")
    assert 'type="password"' in asked.text
    assert client.get(f"{UNITS}?q=3-1-50&as=xlsx").mimetype == excel.MEDIA_TYPE


def test_a_print_ends_somewhere(sign_in: SignIn, estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    units(estate, 3)
    monkeypatch.setattr(exports, "MOST_PRINTED", 2)
    answer = sign_in("limin").get(f"{BY_LABEL}&as=pdf")
    assert answer.status_code == 409
    assert "导出" in answer.text


def test_a_full_sheet_is_followed_by_another() -> None:
    target = BytesIO()
    with excel.Workbook(target, "业主/租户", ["甲", "乙"], ["number", "text"], sheet_rows=3) as book:
        book.add([number, "x"] for number in range(7))
    sheets = openpyxl.load_workbook(target).worksheets
    assert [(sheet.title, sheet.max_row) for sheet in sheets] == [
        ("业主 租户", 4),
        ("业主 租户 2", 4),
        ("业主 租户 3", 2),
    ]
    assert [sheet.cell(2, 1).value for sheet in sheets] == [0, 3, 6]
    assert {sheet.cell(1, 1).value for sheet in sheets} == {"甲"}
