"""A due moment: done by one, kept while its process lives, taken over when that died, told when it failed."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, g
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.auth.models import User
from crm.clock import jobs, service
from crm.clock.claims import Claim, take
from crm.clock.models import JobRun, Outcome
from crm.clock.queries import PATIENCE, Opening, openings
from crm.clock.running import BROKEN_OFF, LONGEST, MOST_ATTEMPTS, run
from crm.clock.tasks import Task, tasks
from crm.dates import telling, utc_now
from crm.db import unit_of_work
from crm.errors import DomainError
from crm.jobs.kinds import LeaseLost
from crm.notifications.models import Notification
from crm.schedule import TASKS
from tests.acting import as_

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
Only = Callable[..., Task]
Work = Callable[..., object]


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with telling(NOON):
        yield


@contextmanager
def later(passed: timedelta) -> Iterator[None]:
    with telling(NOON + passed):
        yield


def due(app: Flask) -> list[Opening]:
    with app.app_context(), unit_of_work(writes=False):
        now = utc_now()
        return openings(tasks.values(), now, now)


def look(app: Flask) -> int:
    """As a clock does; how many ran here."""
    return len([ran for opening in due(app) if (ran := run(app, opening))])


def taken(work: Work, opening: Opening) -> Claim | None:
    with work():
        return take(opening)


def rows(db: Session, *columns: str) -> list[tuple[object, ...]]:
    found = db.scalars(select(JobRun).order_by(JobRun.id).execution_options(populate_existing=True))
    return [tuple(getattr(row, column) for column in columns) for row in found]


def bells(db: Session) -> list[tuple[str, str, int]]:
    found = select(User.username, Notification.url, Notification.count).join(User, User.id == Notification.user_id)
    return [tuple(row) for row in db.execute(found)]


def fail() -> None:
    raise RuntimeError("张三 13800138000")


def test_once_for_each_due_moment(app: Flask, db: Session, only: Only) -> None:
    only(lambda: 3)
    assert (look(app), look(app)) == (1, 0)
    with later(timedelta(seconds=59)):
        assert look(app) == 0
    with later(MINUTE):
        assert (look(app), look(app)) == (1, 0)
    facts = ("task", "due_at", "outcome", "answer", "attempt", "host", "process", "asked_by")
    here = (socket.gethostname(), os.getpid(), "")
    assert rows(db, *facts) == [
        ("look round", NOON, "done", "3", 1, *here),
        ("look round", NOON + MINUTE, "done", "3", 1, *here),
    ]


def test_what_was_missed_is_caught_up_once_for_the_newest(app: Flask, db: Session, only: Only) -> None:
    only(lambda: None)
    look(app)
    with later(DAY):
        assert (look(app), look(app)) == (1, 0)
    assert rows(db, "due_at") == [(NOON,), (NOON + DAY,)]


@pytest.mark.parametrize(
    ("returned", "answer"),
    [
        (0, "0"),
        (True, ""),
        (False, "0"),
        (None, ""),
        ({"name": "张三"}, ""),
        ("二十户", "二十户"),
        ("x" * 999, "x" * LONGEST),
    ],
)
def test_what_it_answered(app: Flask, db: Session, only: Only, returned: object, answer: str) -> None:
    only(lambda: returned)
    look(app)
    assert rows(db, "outcome", "answer") == [("done", answer)]


def test_two_clocks_that_saw_the_same(app: Flask, db: Session, work: Work, only: Only) -> None:
    only(lambda: None)
    [opening] = due(app)
    assert taken(work, opening) is not None
    assert taken(work, opening) is None
    assert run(app, opening) is None


def test_a_task_is_not_begun_while_it_runs_elsewhere(app: Flask, db: Session, work: Work, only: Only) -> None:
    """Not even for a later moment; that one is done when the first has ended."""
    only(lambda: None)
    claim = taken(work, *due(app))
    with later(MINUTE):
        with work():
            claim.renew()
        assert due(app) == []
        assert taken(work, Opening(claim.task, NOON + MINUTE)) is None
        with work():
            claim.end(Outcome.done, "", 5)
        assert look(app) == 1


def test_one_that_died_is_taken_over(app: Flask, db: Session, work: Work, only: Only) -> None:
    only(lambda: 1)
    dead = taken(work, *due(app))
    with later(PATIENCE):
        assert due(app) == []
    with later(PATIENCE + timedelta.resolution):
        assert look(app) == 1
    assert rows(db, "due_at", "attempt", "outcome", "answer") == [(NOON, 2, "done", "1")]
    with pytest.raises(LeaseLost), work():
        dead.renew()
    with pytest.raises(LeaseLost), work():
        dead.end(Outcome.failed, "", 0)
    assert rows(db, "outcome") == [("done",)]


def test_two_that_take_it_over(app: Flask, db: Session, work: Work, only: Only) -> None:
    only(lambda: None)
    taken(work, *due(app))
    with later(DAY):
        [opening] = due(app)
        assert (taken(work, opening).attempt, taken(work, opening)) == (2, None)


def test_after_what_was_taken_over_comes_what_is_due(app: Flask, db: Session, work: Work, only: Only) -> None:
    only(lambda: None)
    taken(work, *due(app))
    with later(DAY):
        assert (look(app), look(app), look(app)) == (1, 1, 0)
    assert rows(db, "due_at", "attempt") == [(NOON, 2), (NOON + DAY, 1)]


def test_what_kills_its_process_each_time_is_given_up(app: Flask, db: Session, work: Work, only: Only) -> None:
    begun = []
    only(lambda: begun.append(1))
    for attempt in range(MOST_ATTEMPTS):
        with later(attempt * MINUTE):
            assert taken(work, *due(app)).attempt == attempt + 1
    with later(MOST_ATTEMPTS * MINUTE):
        assert look(app) == 1
    assert rows(db, "due_at", "outcome", "answer") == [(NOON, "failed", BROKEN_OFF)]
    assert begun == []
    assert bells(db) == [("liuyang", "/admin/schedule/look-round", 1)]


def test_whoever_lost_it_meanwhile_notes_nothing(
    app: Flask, db: Session, work: Work, only: Only, capsys: pytest.CaptureFixture[str]
) -> None:
    def dawdle() -> int:
        with later(DAY):
            for opening in due(app):
                taken(work, opening)
        return 7

    only(dawdle)
    assert look(app) == 1
    assert rows(db, "attempt", "outcome", "answer") == [(2, None, "")]
    assert "task was taken over" in capsys.readouterr().out


def test_a_failure_is_noted_without_its_words_and_tried_again_when_next_due(
    app: Flask, db: Session, only: Only, capsys: pytest.CaptureFixture[str]
) -> None:
    only(fail)
    assert (look(app), look(app)) == (1, 0)
    [(outcome, answer)] = rows(db, "outcome", "answer")
    kind, request_id = answer.split()
    assert (outcome, kind) == ("failed", "RuntimeError")
    assert request_id in capsys.readouterr().out
    only(lambda: 1)
    with later(MINUTE):
        assert look(app) == 1
    assert rows(db, "outcome") == [("failed",), ("done",)]


def test_administrators_are_rung_once_a_day(app: Flask, db: Session, only: Only) -> None:
    only(fail)
    for minute in range(3):
        with later(minute * MINUTE):
            look(app)
    assert bells(db) == [("liuyang", "/admin/schedule/look-round", 1)]
    with later(timedelta(hours=12)):  # midnight in China
        look(app)
    assert bells(db) == [("liuyang", "/admin/schedule/look-round", 2)]


def test_each_task_rings_for_itself(app: Flask, db: Session, only: Only) -> None:
    only(fail)
    only(fail, name="look back")
    look(app)
    assert sorted(url for _who, url, _count in bells(db)) == ["/admin/schedule/look-back", "/admin/schedule/look-round"]


def test_a_paused_task_rests_and_then_catches_up_once(app: Flask, db: Session, work: Work, only: Only) -> None:
    task = only(lambda: None)
    with work(as_("liuyang")):
        service.pause(task, "升级期间")
    with later(DAY):
        assert look(app) == 0
        with work(as_("liuyang")):
            service.resume(task)
        assert (look(app), look(app)) == (1, 0)
    assert rows(db, "due_at") == [(NOON + DAY,)]


def test_pausing_and_resuming_are_refused_twice(db: Session, work: Work, only: Only) -> None:
    task = only(lambda: None)
    with pytest.raises(DomainError), work():
        service.resume(task)
    with work():
        service.pause(task, "升级期间")
    with pytest.raises(DomainError), work():
        service.pause(task, "再停")


def test_a_paused_task_that_died_is_not_taken_over(app: Flask, db: Session, work: Work, only: Only) -> None:
    task = only(lambda: None)
    taken(work, *due(app))
    with later(MINUTE), work():
        service.pause(task, "会中断进程")
    with later(DAY):
        assert due(app) == []


def test_run_now_is_a_moment_of_its_own(app: Flask, db: Session, work: Work, only: Only) -> None:
    task = only(lambda: None)
    look(app)
    asked_at = timedelta(seconds=7)
    with later(asked_at):
        with work(as_("liuyang")):
            service.ask(task)
        assert (look(app), look(app)) == (1, 0)
    assert rows(db, "due_at", "asked_by") == [(NOON, ""), (NOON + asked_at, as_("liuyang").name)]


def test_run_now_goes_before_what_is_due_and_in_spite_of_a_pause(
    app: Flask, db: Session, work: Work, only: Only
) -> None:
    task = only(lambda: None)
    with later(timedelta(seconds=7)):
        with work(as_("liuyang")):
            service.pause(task, "升级期间")
            service.ask(task)
        assert (look(app), look(app)) == (1, 0)
        with work():
            service.resume(task)
        assert look(app) == 1
    assert rows(db, "due_at") == [(NOON + timedelta(seconds=7),), (NOON,)]


def test_run_now_is_refused_while_it_runs_or_was_asked_for(app: Flask, db: Session, work: Work, only: Only) -> None:
    task = only(lambda: None)
    claim = taken(work, *due(app))
    with pytest.raises(DomainError), work(as_("liuyang")):
        service.ask(task)
    with work():
        claim.end(Outcome.done, "", 5)
    with later(timedelta(seconds=7)), work(as_("liuyang")):
        service.ask(task)
    with later(timedelta(seconds=8)), pytest.raises(DomainError), work(as_("liuyang")):
        service.ask(task)


def test_old_runs_of_frequent_tasks_are_cleared_away(app: Flask, db: Session, work: Work, only: Only) -> None:
    only(lambda: None)
    only(lambda: None, name="look back")
    only(lambda: None, every=DAY, name="look up")
    look(app)
    with later(2 * MINUTE):
        look(app)
    only(lambda: None, every=DAY, name="look back")  # seldom from now on
    with later(30 * DAY + MINUTE), app.app_context():
        g.actor = None
        assert jobs.prune() == 1
    assert sorted(rows(db, "task", "due_at")) == [
        ("look back", NOON),
        ("look back", NOON + 2 * MINUTE),
        ("look round", NOON + 2 * MINUTE),
        ("look up", NOON - timedelta(hours=12)),
    ]


def test_clearing_leaves_the_newest_and_what_is_under_way(app: Flask, db: Session, work: Work, only: Only) -> None:
    only(lambda: None)
    taken(work, *due(app))
    with later(90 * DAY), app.app_context():
        g.actor = None
        assert jobs.prune() == 0


def test_runs_of_what_is_no_task_any_more_are_cleared_away(app: Flask, db: Session, only: Only) -> None:
    task = only(lambda: None)
    look(app)
    with later(MINUTE):
        look(app)
    del tasks[task.name]
    with later(31 * DAY), app.app_context():
        g.actor = None
        assert jobs.prune() == 1


def test_clearing_is_a_task_itself() -> None:
    assert [task.every for task in TASKS if task.run is jobs.prune] == [DAY]
