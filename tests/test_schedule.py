"""The clock's tasks: each may run at any moment, twice as well, on an installation that has nothing yet."""

from __future__ import annotations

from queue import Queue

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from crm import schedule
from crm.clock.models import Outcome
from crm.clock.running import perform
from crm.clock.tasks import Task
from crm.jobs.broker import sweep
from crm.schedule import TASKS


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_task_run_twice_does_no_harm(app: Flask, db: Session, task: Task, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert perform(app, task)[0] is Outcome.done
    said = capsys.readouterr()
    assert "error" not in said.out + said.err


def test_the_sweep_run_twice_does_no_harm(app: Flask, db: Session, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        schedule.sweep_once(app)
    said = capsys.readouterr()
    assert "error" not in said.out + said.err


def test_a_sweep_that_fails_stops_nothing(
    app: Flask, db: Session, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("the clock goes on")

    monkeypatch.setattr(schedule, "sweep", fail)
    schedule.sweep_once(app)
    assert "the clock goes on" in capsys.readouterr().out


def test_the_clock_begins_with_every_task(app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is switched off every evening would never come to what is done hourly."""
    begun = Queue[str]()
    monkeypatch.setattr(schedule, "run", lambda _app, opening: begun.put(opening.task.name))
    with schedule.clock(app):
        assert {begun.get(timeout=20) for _ in TASKS} == {task.name for task in TASKS}


def test_names_are_one_each() -> None:
    assert len({task.name for task in TASKS}) == len({task.slug for task in TASKS}) == len(TASKS)


def test_the_sweep_is_no_task() -> None:
    assert sweep not in {task.run for task in TASKS}
