"""What is closed goes into the dossiers: once, whole or not at all, and again for whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfWriter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.archive.dossiers import service as archive
from crm.archive.dossiers.models import Item
from crm.audit.models import LogEntry
from crm.files.models import Upload
from crm.jobs.models import Job, JobState
from crm.jobs.runner import run_all
from crm.properties.models import Estate
from crm.tenants import closing
from crm.tenants.closing import Closed, Paper
from tests import factories as make
from tests.acting import as_

KIND = "paper_of_tests"


@pytest.fixture
def people(estate: Estate) -> Iterator[list[int]]:
    """Three customers with a dossier each; the thing with a customer's id is that customer's."""

    def paper(thing_id: int) -> Paper:
        day = date(2026, 11, 24)
        facts: dict[str, Any] = {"slot": "letter_out", "number": f"函{thing_id}", "day": day, "estate_id": estate.id}
        return Paper(title="函", customer_ids={thing_id}, content=blank(thing_id), **facts)

    closing.closed[KIND] = Closed(paper, lambda _thing_id: None)
    customers = [make.make_customer(estate, f"住户{number}") for number in range(3)]
    for each in customers:
        make.make_dossier(estate, each.name, subject_id=each.id)
    yield [each.id for each in customers]
    del closing.closed[KIND]


def blank(serial: int) -> bytes:
    """A page of its own for each."""
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(595, 800 + serial % 40)
    writer.write(out)
    return out.getvalue()


def count(db: Session, model: type[Any], **facts: Any) -> int:
    db.expire_all()
    return db.scalar(select(func.count()).select_from(model).filter_by(**facts)) or 0


def shut(customer_id: int) -> None:
    dossier = archive.find_dossier("customer", customer_id)
    assert dossier
    archive.close_dossier(dossier, "客户搬走", day=date(2026, 11, 24))


def reopen(customer_id: int) -> None:
    dossier = archive.find_dossier("customer", customer_id)
    assert dossier
    archive.reopen_dossier(dossier, "还有材料")


def test_asked_for_twice_it_lies_there_once(
    app: Flask, work: Callable[..., Any], db: Session, estate: Estate, people: list[int]
) -> None:
    with work(as_("limin")):
        closing.file_soon(KIND, people[0], "函1", estate.id)
        closing.file_soon(KIND, people[0], "函1", estate.id)
    run_all(app)
    assert count(db, Job, state=JobState.done) == 2
    assert count(db, Item, source_kind=KIND) == 1
    assert count(db, LogEntry, kind="PaperFiled") == 1
    assert count(db, Upload, purpose=closing.PURPOSE) == 1


def test_one_closed_dossier_keeps_no_other_paper_out(
    app: Flask,
    work: Callable[..., Any],
    db: Session,
    estate: Estate,
    people: list[int],
    sign_in: Callable[[str], FlaskClient],
) -> None:
    """The work says which could not be filed, and does them when it is asked for again."""
    with work():
        shut(people[0])
    with work(as_("limin")):
        job_id = closing.file_all_soon(KIND, people, "通知回执", estate.id).id
    run_all(app)
    assert count(db, Item, source_kind=KIND) == 2
    job = db.get_one(Job, job_id)
    assert job.state is JobState.failed
    assert "住户0" in job.error
    assert "已关闭" in job.error
    page = sign_in("limin").get(f"/jobs/{job_id}")
    assert f'action="/jobs/{job_id}/again"' in page.text
    with work():
        reopen(people[0])
    answer = sign_in("limin").post(f"/jobs/{job_id}/again")
    assert answer.status_code == 302
    run_all(app)
    assert count(db, Item, source_kind=KIND) == 3
    assert count(db, LogEntry, kind="PaperFiled") == 3
    assert db.scalars(select(Job.state).order_by(Job.id.desc()).limit(1)).one() is JobState.done


def test_only_what_failed_is_asked_for_again_and_only_by_whoever_asked(
    app: Flask,
    work: Callable[..., Any],
    db: Session,
    estate: Estate,
    people: list[int],
    sign_in: Callable[[str], FlaskClient],
) -> None:
    with work():
        shut(people[0])
    with work(as_("limin")):
        failed = closing.file_soon(KIND, people[0], "函1", estate.id).id
        done = closing.file_soon(KIND, people[1], "函2", estate.id).id
    run_all(app)
    assert db.get_one(Job, failed).state is JobState.failed
    for who, job_id in (("limin", done), ("hanbing", failed)):
        page = sign_in(who).get(f"/jobs/{job_id}")
        assert "/again" not in page.text
        assert sign_in(who).post(f"/jobs/{job_id}/again").status_code in (404, 409)
    assert count(db, Job) == 2
