"""The schedule as whoever keeps it sees it, and what is done there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.auth.permissions import RoleName
from crm.clock import service
from crm.clock.models import JobRun, Outcome, TaskPause
from crm.clock.reports import in_words, lasting, lines_of, period
from crm.clock.running import BROKEN_OFF
from crm.clock.tasks import tasks
from crm.dates import telling, utc_now
from crm.schedule import TASKS

SignIn = Callable[[str], FlaskClient]
KEEPER, READER, STRANGER = RoleName.administrator, RoleName.auditor, RoleName.service_desk
PAGE = "/admin/schedule/archive-check"


def run_of(db: Session, *, task: str = "archive check", **facts: object) -> JobRun:
    now = utc_now()
    began = {"due_at": now, "host": "yihu-1", "process": 71, "attempt": 1, "started_at": now, "beat_at": now}
    run = JobRun(task=task, **(began | facts))
    db.add(run)
    db.commit()
    return run


def ended(db: Session, **facts: object) -> JobRun:
    return run_of(db, **({"ended_at": utc_now(), "outcome": Outcome.done, "milliseconds": 1234} | facts))


def said(client: FlaskClient, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text))


def logged(db: Session) -> list[tuple[str, dict[str, object]]]:
    found = select(LogEntry).where(LogEntry.kind.startswith("Task")).order_by(LogEntry.id)
    return [(entry.kind, entry.data) for entry in db.scalars(found)]


def test_every_task_is_there(sign_in: SignIn, db: Session) -> None:
    page = sign_in(KEEPER).get("/admin/schedule").text
    assert {f"/admin/schedule/{task.slug}" for task in TASKS} == set(re.findall(r"/admin/schedule/[a-z-]+", page))


def test_a_task_that_ran(sign_in: SignIn, db: Session) -> None:
    ended(db, answer="12")
    for page in ("/admin/schedule", PAGE):
        words = said(sign_in(READER), page)
        assert "1.2" in words
        assert "12" in words


def test_the_page_reads_the_same_few_rows_however_many_runs(
    sign_in: SignIn, db: Session, queries: Callable[..., object]
) -> None:
    client, counts = sign_in(KEEPER), []
    for count in (1, 9):
        for number in range(count):
            ended(db, due_at=utc_now() - timedelta(hours=count, minutes=number), task=TASKS[number].name)
        with queries() as seen:  # type: ignore[attr-defined]
            client.get("/admin/schedule")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_only_so_many_runs_are_shown(sign_in: SignIn, db: Session) -> None:
    for number in range(53):
        ended(db, due_at=utc_now() - timedelta(hours=number))
    assert sign_in(KEEPER).get(PAGE).text.count("yihu-1 71") == 50


@pytest.mark.parametrize(
    "page", ["/admin/schedule/nonsense", "/admin/schedule/sweep", "/admin/schedule/archive%20check"]
)
def test_no_such_task(sign_in: SignIn, page: str) -> None:
    assert sign_in(KEEPER).get(page).status_code == 404


def test_who_reads_and_who_keeps(sign_in: SignIn, db: Session) -> None:
    assert sign_in(STRANGER).get(PAGE).status_code == 403
    reader = sign_in(READER)
    assert "task-run" not in reader.get(PAGE).text
    for step in ("run", "pause", "resume"):
        assert reader.post(f"{PAGE}/{step}").status_code == 403
    assert db.scalars(select(JobRun)).all() == []


def test_run_now(sign_in: SignIn, db: Session) -> None:
    keeper = sign_in(KEEPER)
    assert "task-run" in keeper.get(PAGE).text
    assert keeper.post(f"{PAGE}/run").location == PAGE
    run = db.scalars(select(JobRun)).one()
    assert (run.task, run.attempt, run.asked_by, run.outcome) == ("archive check", 0, "刘洋", None)
    assert logged(db) == [("TaskAsked", {"job_run_id": run.id, "task": "archive check", "title": "核对档案"})]
    page = keeper.get(PAGE).text
    assert "刘洋" in page
    assert "task-run" not in page
    again = keeper.post(f"{PAGE}/run")
    assert again.status_code == 409
    assert len(db.scalars(select(JobRun)).all()) == 1


def test_pause_and_resume(sign_in: SignIn, db: Session) -> None:
    keeper = sign_in(KEEPER)
    assert keeper.get(f"{PAGE}/pause").status_code == 200
    assert keeper.post(f"{PAGE}/pause", data={"reason": "  "}).status_code == 422
    assert db.scalars(select(TaskPause)).all() == []
    assert keeper.post(f"{PAGE}/pause", data={"reason": "搬迁机房"}).location == PAGE
    pause = db.scalars(select(TaskPause)).one()
    assert (pause.task, pause.reason, pause.paused_by) == ("archive check", "搬迁机房", "刘洋")
    assert "搬迁机房" in said(keeper, PAGE)
    assert "刘洋" in said(keeper, "/admin/schedule")
    twice = keeper.post(f"{PAGE}/pause", data={"reason": "再停一次"})
    assert twice.status_code == 422
    assert "再停一次" in twice.text
    assert keeper.post(f"{PAGE}/resume").location == PAGE
    assert db.scalars(select(TaskPause)).all() == []
    assert keeper.post(f"{PAGE}/resume").status_code == 409
    told = {"task": "archive check", "title": "核对档案"}
    assert logged(db) == [("TaskPaused", told | {"reason": "搬迁机房"}), ("TaskResumed", told)]
    assert "搬迁机房" in keeper.get("/admin/log/list").text


def test_one_that_died_is_said_to_be_broken_off(sign_in: SignIn, db: Session) -> None:
    run = run_of(db)
    assert ("进行中" in said(sign_in(READER), PAGE), "已中断" in said(sign_in(READER), PAGE)) == (True, False)
    run.beat_at = utc_now() - timedelta(minutes=1)
    db.commit()
    assert ("进行中" in said(sign_in(READER), PAGE), "已中断" in said(sign_in(READER), PAGE)) == (False, True)


def test_next_due(db: Session, work: Callable[..., object]) -> None:
    """What no clock has come to yet is due since the moment it was."""
    task, noon = tasks["archive check"], datetime(2026, 11, 24, 4, tzinfo=UTC)

    def next_at() -> datetime | None:
        with work():  # type: ignore[attr-defined]
            [line] = lines_of([task])
        return line.next_at

    with telling(noon + timedelta(minutes=30)):
        assert next_at() == noon
        ended(db, due_at=noon)
        assert next_at() == noon + timedelta(hours=1)
        with work():  # type: ignore[attr-defined]
            service.pause(task, "搬迁机房")
        assert next_at() is None


@pytest.mark.parametrize(
    ("every", "words"),
    [
        (timedelta(seconds=30), "每 30 秒"),
        (timedelta(minutes=1), "每分钟"),
        (timedelta(minutes=5), "每 5 分钟"),
        (timedelta(hours=1), "每小时"),
        (timedelta(hours=6), "每 6 小时"),
        (timedelta(days=1), "每天"),
        (timedelta(days=7), "每 7 天"),
    ],
)
def test_periods_in_words(app: Flask, every: timedelta, words: str) -> None:
    with app.app_context():
        assert period(every) == words


def test_answers_in_words(app: Flask) -> None:
    with app.app_context():
        assert in_words(Outcome.done, "") == ""
        assert in_words(Outcome.done, "0") == "没有要做的"
        assert in_words(Outcome.done, "12") == "已完成 12 项"
        assert in_words(Outcome.done, "二十户") == "二十户"
        assert "IntegrityError 1f2e" in in_words(Outcome.failed, "IntegrityError 1f2e")
        assert BROKEN_OFF not in in_words(Outcome.failed, BROKEN_OFF)
        assert (lasting(timedelta(milliseconds=40)), lasting(timedelta(seconds=61))) == ("0.0 秒", "1 分 1 秒")
