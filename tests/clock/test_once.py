"""`crm schedule --once`: what it does, what it says, how it ends."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask, g
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.auth.actor import system_actor
from crm.cli import run_schedule
from crm.clock import service
from crm.clock.claims import take
from crm.clock.models import JobRun
from crm.clock.queries import Opening
from crm.clock.tasks import Task
from crm.dates import utc_now
from crm.schedule import TASKS

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
AT = "2026-11-24 12:00:30"
Only = Callable[..., Task]
Crm = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def command(app: Flask, db: Session) -> Callable[..., Result]:
    """`crm schedule` in this process, on the test's own database."""

    def run(*arguments: str) -> Result:
        with app.app_context():
            g.actor = system_actor("tests")
            return CliRunner().invoke(run_schedule, arguments, obj=app)

    return run


@pytest.fixture
def once(command: Callable[..., Result]) -> Callable[..., Result]:
    return partial(command, "--once")


def told(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])  # the tests' own log goes the same way
    return found


def fail() -> None:
    raise RuntimeError


def test_what_is_due_is_done_and_told(once: Callable[..., Result], only: Only) -> None:
    seen = []
    only(lambda: seen.append(utc_now()) or 5)
    only(lambda: None, every=timedelta(days=1), name="look up")
    first = once("--at", AT, "--json")
    assert first.exit_code == 0
    assert seen == [NOON + timedelta(seconds=30)]
    for each in told(first)["ran"]:
        assert 0 <= each.pop("seconds") < 5
    assert told(first)["skipped"] == []
    second = told(once("--at", AT, "--json"))
    assert second["ran"] == []
    midnight = (NOON - timedelta(hours=12)).isoformat()
    assert second["skipped"] == [
        {"task": "look round", "due": NOON.isoformat(), "why": "done"},
        {"task": "look up", "due": midnight, "why": "done"},
    ]


def test_the_json_of_what_ran(once: Callable[..., Result], only: Only) -> None:
    only(lambda: 0)
    [ran] = told(once("--at", AT, "--json"))["ran"]
    assert ran.pop("seconds") < 5
    assert ran == {"task": "look round", "due": NOON.isoformat(), "outcome": "done", "words": "没有要做的"}


def test_one_that_fails_is_the_exit_code_and_keeps_no_other_back(once: Callable[..., Result], only: Only) -> None:
    only(fail)
    only(lambda: None, name="look back")
    result = once("--at", AT, "--json")
    assert result.exit_code == 1
    assert [each["outcome"] for each in told(result)["ran"]] == ["failed", "done"]


def test_now_is_the_moment_when_none_is_told(once: Callable[..., Result], only: Only, db: Session) -> None:
    only(lambda: None)
    before = utc_now()
    assert once("--json").exit_code == 0
    assert before - timedelta(minutes=1) < db.scalars(select(JobRun.due_at)).one() <= utc_now()


def test_what_is_left_alone(once: Callable[..., Result], only: Only, work: Callable[..., object]) -> None:
    paused, held = only(lambda: None), only(lambda: None, name="look back")
    with work():  # type: ignore[attr-defined]
        service.pause(paused, "搬迁机房")
        take(Opening(held, NOON))
    result = told(once("--at", AT, "--json"))
    assert result["ran"] == []
    assert [(each["task"], each["why"]) for each in result["skipped"]] == [
        ("look round", "paused"),
        ("look back", "running"),
    ]


def test_what_was_asked_for_and_what_is_due_are_both_done(
    once: Callable[..., Result], only: Only, work: Callable[..., object]
) -> None:
    task = only(lambda: 1)
    with work():  # type: ignore[attr-defined]
        service.ask(task)
    assert [each["task"] for each in told(once("--json"))["ran"]] == ["look round"] * 2


def test_in_lines(once: Callable[..., Result], only: Only) -> None:
    only(lambda: 2)
    assert once("--at", AT).stdout.split() == ["2026-11-24", "12:00:00", "导入数据", "已完成", "已完成", "2", "项"]
    assert "已执行" in once("--at", AT).stdout


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-11-24T12:00", NOON),
        ("2026-11-24 12:00+08:00", NOON),
        ("2026-11-24T04:00:59Z", NOON),
        ("2026-11-24", NOON - timedelta(hours=12)),
        ("2031-11-24T12:00", NOON.replace(year=2031)),
    ],
)
def test_moments(once: Callable[..., Result], only: Only, db: Session, moment: str, due: datetime) -> None:
    only(lambda: None)
    assert once("--at", moment).exit_code == 0
    assert db.scalars(select(JobRun.due_at)).all() == [due]


@pytest.mark.parametrize("moment", ["yesterday", "", "2026-13-01", "2026-11-24 25:00", "0001-01-01", "9999-12-31"])
def test_bad_moments(once: Callable[..., Result], only: Only, db: Session, moment: str) -> None:
    only(lambda: None)
    result = once("--at", moment, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "2026-12-01 08:00" in result.stderr
    assert db.scalars(select(JobRun)).all() == []


def test_a_moment_without_once_is_refused(command: Callable[..., Result]) -> None:
    result = command("--at", AT)
    assert result.exit_code == 2
    assert "--once" in result.stderr


def test_the_product_s_own_tasks(crm: Crm, installation: dict[str, str]) -> None:
    """Every one of a fresh installation's, and nothing on the two streams but what was asked for."""
    first = crm("schedule", "--once", "--json")
    found = json.loads(first.stdout)
    assert {each["task"]: each["outcome"] for each in found["ran"]} == {task.name: "done" for task in TASKS}
    assert (found["skipped"], first.stderr) == ([], "")
