"""Tasks that only tests know, in place of the product's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import lazy_gettext

from crm.clock.tasks import Task, tasks

TITLE = lazy_gettext("Import")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def only(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Task]:
    """`only(run, every=…, name=…)`: the product has this task, and those made the same way before; no others."""
    for name in list(tasks):
        monkeypatch.delitem(tasks, name)

    def made(run: Callable[[], object], every: timedelta = MINUTE, name: str = "look round") -> Task:
        task = Task(name, TITLE, every, run)
        monkeypatch.setitem(tasks, name, task)
        return task

    return made
