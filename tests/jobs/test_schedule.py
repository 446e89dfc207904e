"""The clock: every tick in a context of its own, and no fault stops it."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest
from flask import Flask, g

from crm import schedule
from crm.auth.actor import Actor, system_actor
from crm.schedule import TICKS, Tick


def test_a_tick_runs_as_the_system_under_its_own_name(app: Flask) -> None:
    seen: list[Actor] = []
    schedule.run(app, Tick("look", timedelta(seconds=1), lambda: seen.append(g.actor)))
    assert seen == [system_actor("look")]


def test_a_tick_that_fails_does_not_stop_the_clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, twice = [], Event()

    def stumble() -> None:
        seen.append(g.request_id)
        if len(seen) == 2:
            twice.set()
        raise RuntimeError

    monkeypatch.setattr(schedule, "TICKS", (Tick("stumble", timedelta(seconds=0.1), stumble),))
    with schedule.clock(app):
        assert twice.wait(20)
    assert len(set(seen)) == len(seen)


def test_every_tick_has_a_name_of_its_own() -> None:
    assert len({tick.name for tick in TICKS}) == len(TICKS)
