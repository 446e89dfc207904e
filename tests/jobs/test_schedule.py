"""The clock: every task in a context of its own, and no fault stops it."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest
from flask import Flask, g
from flask_babel import lazy_gettext
from sqlalchemy import Engine

from crm import schedule
from crm.auth.actor import Actor, system_actor
from crm.clock.models import Outcome
from crm.clock.running import perform
from crm.clock.tasks import Task, tasks

TITLE = lazy_gettext("Import")


def test_a_task_runs_as_the_system_under_its_own_name(app: Flask) -> None:
    seen: list[Actor] = []
    task = Task("look", TITLE, timedelta(seconds=1), lambda: seen.append(g.actor))
    assert perform(app, task) == (Outcome.done, "")
    assert seen == [system_actor("look")]


def test_a_task_that_fails_does_not_stop_the_clock(
    app: Flask, own_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, twice = [], Event()

    def stumble() -> None:
        seen.append(g.request_id)
        if len(seen) == 2:
            twice.set()
        raise RuntimeError

    monkeypatch.setattr(schedule, "LOOK_EVERY", 0.1)
    for name in list(tasks):
        monkeypatch.delitem(tasks, name)
    monkeypatch.setitem(tasks, "stumble", Task("stumble", TITLE, timedelta(seconds=0.1), stumble))
    with schedule.clock(app):
        assert twice.wait(20)
    assert len(set(seen)) == len(seen)
