"""Two runners at the same moment, on real connections; runners that are killed at any moment."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select, update

from crm.audit.models import LogEntry
from crm.auth.models import Department
from crm.jobs import heartbeat, holding, service
from crm.jobs.holding import take
from crm.jobs.kinds import Plain, Step, kinds
from crm.jobs.models import Job, JobChunk, JobState
from crm.jobs.queries import Task
from crm.jobs.runner import run, run_all
from crm.jobs.service import enqueue
from tests import forked
from tests.jobs.conftest import COUNT

ROOT = Path(__file__).parents[2]
OwnWork = Callable[..., object]


def asked(own_work: OwnWork, chunks: list[int]) -> int:
    with own_work():  # type: ignore[attr-defined]
        return enqueue("test.count", "数到头", {"chunks": chunks, "name": "计数"}).id


def at_once(count: int, act: Callable[[int], object]) -> list[object]:
    """What `act` answers in as many threads, let go at the same moment."""
    start, answers = Barrier(count), [None] * count

    def wait_and_act(number: int) -> None:
        start.wait()
        answers[number] = act(number)

    threads = [Thread(target=wait_and_act, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_four_that_plan_one_does(app: Flask, own_engine: Engine, own_work: OwnWork) -> None:
    job_id = asked(own_work, [1, 1])
    assert sorted(at_once(4, lambda number: run(app, Task(job_id), f"r{number}"))) == [False, False, False, True]
    with own_work(writes=False) as db:  # type: ignore[attr-defined]
        assert db.scalar(select(func.count()).select_from(JobChunk)) == 2


def test_who_waited_while_the_job_was_planned_does_not_finish_it(
    app: Flask, own_engine: Engine, own_work: OwnWork
) -> None:
    """PostgreSQL shows who waited for a row that row as it is now, and the chunks as they were before."""
    task, answers = Task(asked(own_work, [1])), []
    waiting = Thread(target=lambda: answers.append(run(app, task, "second")))
    with own_work() as db:  # type: ignore[attr-defined]
        first = take(task, "first")
        waiting.start()
        time.sleep(1)
        service.move(task.job_id, JobState.running)
        db.add(JobChunk(job_id=task.job_id, position=0, payload={"position": 0, "steps": 1}))
        db.execute(update(Job).values(first.free))
    waiting.join()
    assert answers == [False]
    assert state(own_work, task.job_id) is JobState.running
    assert run_all(app) == 1
    assert state(own_work, task.job_id) is JobState.done


def test_of_four_that_take_a_chunk_one_does(app: Flask, own_engine: Engine, own_work: OwnWork) -> None:
    job_id = asked(own_work, [3])
    run(app, Task(job_id), "planner")
    with own_work(writes=False) as db:  # type: ignore[attr-defined]
        task = Task(job_id, db.scalar(select(JobChunk.id)))
    assert sorted(at_once(4, lambda number: run(app, task, f"r{number}"))) == [False, False, False, True]


def test_when_the_last_chunks_end_together_the_job_is_finished_once(
    app: Flask, own_engine: Engine, own_work: OwnWork
) -> None:
    for _ in range(5):
        job_id = asked(own_work, [1, 1, 1, 1])
        run(app, Task(job_id), "planner")
        with own_work(writes=False) as db:  # type: ignore[attr-defined]
            ids = db.scalars(select(JobChunk.id).where(JobChunk.job_id == job_id)).all()
        tasks = [Task(job_id, chunk_id) for chunk_id in ids]
        assert at_once(4, lambda number, tasks=tasks: run(app, tasks[number], f"r{number}")) == [True] * 4
        with own_work() as db:  # type: ignore[attr-defined]
            job = db.get_one(Job, job_id)
            assert (job.state, job.error, job.done, job.total) == (JobState.done, "", 4, 4)
            assert ended(db, job_id) == 1
            for department in db.scalars(select(Department)):
                db.delete(department)


def test_a_unit_may_take_longer_than_the_lease(
    app: Flask, own_engine: Engine, own_work: OwnWork, kind: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The heartbeat keeps the lease of a runner that lives and computes."""
    monkeypatch.setattr(holding, "LEASE", timedelta(seconds=2))
    monkeypatch.setattr(heartbeat, "BEAT", 0.2)
    computing, over = Event(), Event()

    def compute(_step: Step) -> Plain:
        computing.set()
        over.wait(60)
        return {"counted": 0}

    kind(work=compute)
    job_id = asked(own_work, [1])
    run(app, Task(job_id), "planner")
    with own_work(writes=False) as db:  # type: ignore[attr-defined]
        task = Task(job_id, db.scalar(select(JobChunk.id)))
    first = Thread(target=lambda: run(app, task, "first"))
    first.start()
    assert computing.wait(30)
    time.sleep(4)
    assert not run(app, task, "second")
    over.set()
    first.join()
    assert state(own_work, job_id) is JobState.done


def test_two_that_ask_under_one_key_get_one_job(app: Flask, own_engine: Engine, own_work: OwnWork) -> None:
    def ask(_number: int) -> int:
        with own_work():  # type: ignore[attr-defined]
            return enqueue("test.count", "数到头", {"chunks": [], "name": "计数"}, key="once").id

    assert len(set(at_once(4, ask))) == 1


def test_killed_runners_lose_nothing_and_double_nothing(
    app: Flask, own_engine: Engine, own_work: OwnWork, fresh_database: dict[str, str], commands: forked.Server
) -> None:
    """Every step is a row that fits in once. Leases run out by themselves; nobody sees the runners die."""
    chunks = [150, 150, 150]
    job_id = asked(own_work, chunks)
    with runners(commands, fresh_database, 2) as replace:
        for number in range(3):
            done = progress(own_work, job_id)
            until(lambda done=done: progress(own_work, job_id) > done)  # type: ignore[misc]
            time.sleep(random.uniform(0, 0.1))
            replace(number % 2)
        assert state(own_work, job_id) is JobState.running
        until(lambda: state(own_work, job_id) not in (JobState.waiting, JobState.running))
    with own_work(writes=False) as db:  # type: ignore[attr-defined]
        job = db.get_one(Job, job_id)
        assert (job.state, job.error) == (JobState.done, "")
        assert (job.done, job.total) == (sum(chunks), sum(chunks))
        assert job.result == {"counted": chunks}
        assert db.scalar(select(func.count()).select_from(Department)) == sum(chunks) + 1
        assert ended(db, job_id) == 1
    assert run_all(app) == 0
    assert kinds["test.count"] is COUNT


@contextmanager
def runners(commands: forked.Server, env: dict[str, str], count: int) -> Iterator[Callable[[int], None]]:
    """`replace(number)` kills one and starts another."""

    def start(name: str) -> forked.Process:
        return commands.start([name], env, module="tests.jobs.own_runner")

    processes = [start(f"r{number}") for number in range(count)]

    def replace(number: int) -> None:
        processes[number].kill()
        processes[number].wait()
        processes[number] = start(f"r{number}-{time.monotonic_ns()}")

    try:
        yield replace
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


def until(happens: Callable[[], bool], seconds: float = 60, stands: Callable[[], object] = str) -> None:
    """Wait for it; `stands` says what to show when it does not happen in time."""
    ends = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < ends, stands()
        time.sleep(0.02)


def state(own_work: OwnWork, job_id: int) -> JobState:
    with own_work(writes=False) as db:  # type: ignore[attr-defined]
        return db.get_one(Job, job_id).state


def progress(own_work: OwnWork, job_id: int) -> int:
    with own_work(writes=False) as db:  # type: ignore[attr-defined]
        return db.get_one(Job, job_id).done


def ended(db: object, job_id: int) -> int:
    entries = db.scalars(select(LogEntry).where(LogEntry.kind == "JobEnded"))  # type: ignore[attr-defined]
    return sum(entry.data["job_id"] == job_id for entry in entries)
