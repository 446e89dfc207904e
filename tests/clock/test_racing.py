"""Two at the same moment, on connections of their own; a living run beats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from crm.clock import service
from crm.clock.claims import Claim, take
from crm.clock.models import JobRun
from crm.clock.queries import Opening
from crm.clock.tasks import Task
from crm.dates import telling
from crm.jobs import heartbeat
from crm.jobs.heartbeat import kept_alive
from tests.jobs.test_racing import until
from tests.meeting import REFUSED, both

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
OwnWork = Callable[..., object]
Only = Callable[..., Task]


def rows(own_work: OwnWork) -> list[JobRun]:
    with own_work(writes=False) as db:  # type: ignore[attr-defined]
        return list(db.scalars(select(JobRun)))


@pytest.mark.parametrize("same", [True, False])
def test_of_two_that_take_a_task_one_has_it(own_engine: Engine, own_work: OwnWork, only: Only, same: bool) -> None:
    """The same moment, or two of one task."""
    task = only(lambda: None)
    moments = (NOON, NOON if same else NOON + task.every)
    had = both(own_work, *(lambda moment=moment: take(Opening(task, moment)) is not None for moment in moments))  # type: ignore[misc]
    assert had == [False, True]
    assert len(rows(own_work)) == 1


def test_of_two_that_take_over_one_has_it(own_engine: Engine, own_work: OwnWork, only: Only) -> None:
    task = only(lambda: None)
    with telling(NOON), own_work():  # type: ignore[attr-defined]
        dead = take(Opening(task, NOON))
    again = Opening(task, NOON, dead.run_id)
    assert both(own_work, *2 * [lambda: take(again) is not None]) == [False, True]
    assert [row.attempt for row in rows(own_work)] == [2]


def test_of_two_that_ask_one_is_refused(own_engine: Engine, own_work: OwnWork, only: Only) -> None:
    task = only(lambda: None)
    assert both(own_work, *2 * [lambda: service.ask(task).task]) == [task.name, REFUSED]
    assert len(rows(own_work)) == 1


def test_asked_for_while_the_clock_comes_to_it(own_engine: Engine, own_work: OwnWork, only: Only) -> None:
    """Either it was asked for in time and is taken as such, or it is refused as running: never both."""
    task = only(lambda: None)
    both(own_work, lambda: service.ask(task).task, lambda: str(take(Opening(task, NOON))))
    assert len(rows(own_work)) == 1


def test_a_living_run_beats(
    app: Flask, own_engine: Engine, own_work: OwnWork, only: Only, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "BEAT", 0.01)
    with telling(NOON), own_work():  # type: ignore[attr-defined]
        claim = take(Opening(only(lambda: None), NOON))
    assert isinstance(claim, Claim)
    with kept_alive(app, claim):
        until(lambda: rows(own_work)[0].beat_at > NOON)
