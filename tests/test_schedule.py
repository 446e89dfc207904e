"""The clock's ticks: each may run at any moment, twice as well, on an installation that has nothing yet."""

from __future__ import annotations

from queue import Queue

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from crm import schedule
from crm.schedule import TICKS, Tick


@pytest.mark.parametrize("tick", TICKS, ids=lambda tick: tick.name)
def test_a_tick_run_twice_does_no_harm(app: Flask, db: Session, tick: Tick, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        schedule.run(app, tick)
    said = capsys.readouterr()
    assert "error" not in said.out + said.err


def test_a_tick_that_fails_stops_nothing(app: Flask, db: Session, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise RuntimeError("the clock goes on")

    schedule.run(app, Tick("broken", TICKS[0].every, fail))
    assert "the clock goes on" in capsys.readouterr().out


def test_the_clock_begins_with_every_tick(app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is switched off every evening would never come to what is done hourly."""
    begun = Queue[str]()
    monkeypatch.setattr(schedule, "run", lambda _app, tick: begun.put(tick.name))
    with schedule.clock(app):
        assert {begun.get(timeout=20) for _ in TICKS} == {tick.name for tick in TICKS}


def test_names_are_one_each() -> None:
    assert len({tick.name for tick in TICKS}) == len(TICKS)
