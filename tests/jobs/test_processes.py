"""The product's own runners as processes: inside `crm serve`, as Celery workers, from the command line. Killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from crm.audit.log import record
from crm.audit.models import LogEntry
from crm.auth.events import SignedOut
from crm.jobs import proof
from crm.jobs.models import Job, JobChunk, JobState
from tests import forked, redis
from tests.jobs.test_racing import until

ENTRIES = 12_000
OwnWork = Callable[..., object]
Env = dict[str, str]


@pytest.fixture
def long_log(own_engine: Engine, own_work: OwnWork) -> None:
    for _ in range(3):
        with own_work():  # type: ignore[attr-defined]
            for number in range(ENTRIES // 3):
                record(SignedOut(user_id=1, session_id=number))


def ask(own_work: OwnWork) -> int:
    with own_work():  # type: ignore[attr-defined]
        return proof.ask().id


def children(pid: int) -> list[int]:
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def alive(pids: Sequence[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def job_of(own_work: OwnWork, job_id: int) -> Job:
    with own_work(writes=False) as db:  # type: ignore[attr-defined]
        found: Job = db.get_one(Job, job_id)
    return found


def where_it_stands(own_work: OwnWork, job_id: int) -> str:
    job = job_of(own_work, job_id)
    with own_work(writes=False) as db:  # type: ignore[attr-defined]
        chunks = db.scalars(select(JobChunk).where(JobChunk.job_id == job_id).order_by(JobChunk.position)).all()
    rows = [(row.state, row.done, row.runner, row.leased_until, row.attempts) for row in (job, *chunks)]
    return "\n".join(map(str, rows))


def kill_some(own_work: OwnWork, job_id: int, times: int, victims: Callable[[], list[int]]) -> int:
    """Kill one of `victims` that often, each time after the work got a little further; how many it met."""
    met = 0
    for _ in range(times):
        done = job_of(own_work, job_id).done
        until(lambda done=done: job_of(own_work, job_id).done > done or job_of(own_work, job_id).ended)  # type: ignore[misc]
        time.sleep(random.uniform(0, 0.05))
        if pids := victims():
            os.kill(random.choice(pids), signal.SIGKILL)
            met += not job_of(own_work, job_id).ended
    return met


def expect_proved(own_work: OwnWork, job_id: int, by: forked.Process) -> None:
    """Done, and every entry counted once: by the steps, by the chunks and by the result."""
    until(lambda: job_of(own_work, job_id).ended, 90, lambda: where_it_stands(own_work, job_id) + by.err()[-5000:])
    with own_work(writes=False) as db:  # type: ignore[attr-defined]
        job = db.get_one(Job, job_id)
        assert (job.state, job.error) == (JobState.done, "")
        upto = job.payload["upto"]
        assert upto >= ENTRIES
        assert (job.done, job.total, job.result["entries"], job.result["fault_count"]) == (upto, upto, upto, 0)
        chunks = db.scalars(select(JobChunk).where(JobChunk.job_id == job_id)).all()
        assert sum(chunk.result["entries"] for chunk in chunks) == sum(chunk.done for chunk in chunks) == upto
        kinds = db.scalars(select(LogEntry.kind).where(LogEntry.id > upto)).all()
        nightly = {f"{which}Proved" for which in ("Archive", "Books", "Repairs", "Complaints")}
        nightly |= {"LimitationWatched", "UnfiledCounted"}  # by the clock of the server
        assert sorted(kind for kind in kinds if kind not in nightly) == ["JobAsked", "JobEnded", "LogProved"]


def test_runners_of_the_server_are_killed_and_replaced(
    fresh_database: Env, long_log: None, own_work: OwnWork, commands: forked.Server
) -> None:
    job_id = ask(own_work)
    with commands.running(["serve", "--port", str(redis.free_port())], fresh_database) as server:
        assert kill_some(own_work, job_id, 3, lambda: children(server.pid)) > 0
        expect_proved(own_work, job_id, server)
        until(lambda: len(children(server.pid)) == 2)
        left = children(server.pid)
        server.terminate()
        assert server.wait(20) == 0
        assert alive(left) == []


def test_a_killed_server_takes_its_runners_along(
    fresh_database: Env, own_engine: Engine, commands: forked.Server
) -> None:
    with commands.running(["serve", "--port", str(redis.free_port())], fresh_database) as server:
        until(lambda: len(children(server.pid)) == 2)
        left = children(server.pid)
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        until(lambda: alive(left) == [])


@pytest.mark.skipif(os.environ.get("CRM_TEST_ENGINE") != "postgresql", reason="Celery goes with PostgreSQL")
def test_celery_workers_are_killed_one_by_one_and_all_at_once(
    fresh_database: Env, long_log: None, own_work: OwnWork, commands: forked.Server
) -> None:
    """The job was asked for without a broker, so its first message is as good as lost: the sweep makes up for it."""
    job_id = ask(own_work)
    with redis.server() as broker:
        env = fresh_database | {"CRM_BROKER_URL": broker}
        with commands.running(["schedule"], env):
            with commands.running(["work", "--concurrency", "2"], env) as worker:
                assert kill_some(own_work, job_id, 2, lambda: children(worker.pid)) > 0
                until(lambda: job_of(own_work, job_id).done > ENTRIES // 4)
            with commands.running(["work", "--concurrency", "2"], env) as worker:
                expect_proved(own_work, job_id, worker)


def test_a_message_alone_is_enough(
    fresh_database: Env, long_log: None, own_work: OwnWork, commands: forked.Server
) -> None:
    with redis.server() as broker:
        env = fresh_database | {"CRM_BROKER_URL": broker}
        with commands.running(["work", "--concurrency", "2"], env) as worker:
            expect_proved(own_work, ask_elsewhere(commands, env), worker)


def test_a_broker_that_is_down_stops_nobody(
    fresh_database: Env, own_engine: Engine, own_work: OwnWork, commands: forked.Server
) -> None:
    env = fresh_database | {"CRM_BROKER_URL": f"redis://127.0.0.1:{redis.free_port()}/0"}
    assert job_of(own_work, ask_elsewhere(commands, env)).state is JobState.waiting


def ask_elsewhere(commands: forked.Server, env: Env) -> int:
    """In a process that has the broker's address."""
    out, said = commands.start([], env, module="tests.jobs.asking").communicate()
    assert out, said
    return int(out.splitlines()[0])


def test_work_from_the_command_line(
    fresh_database: Env, own_engine: Engine, own_work: OwnWork, crm: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    with own_work():  # type: ignore[attr-defined]
        record(SignedOut(user_id=1, session_id=1))
    job_id = ask(own_work)
    [job] = json.loads(crm("jobs", "list", "--json").stdout)
    assert (job["id"], job["state"], job["ended_at"]) == (job_id, "waiting", None)
    crm("jobs", "run", "--until-empty")
    [job] = json.loads(crm("jobs", "list", "--json").stdout)
    assert (job["state"], job["done"], job["total"], job["result"]["entries"]) == ("done", 1, 1, 1)
    assert str(job_id) in crm("jobs", "list").stdout


def test_celery_wants_an_address(
    crm: Callable[..., subprocess.CompletedProcess[str]], installation: dict[str, str]
) -> None:
    refused = crm("work", check=False)
    assert refused.returncode == 1
    assert "CRM_BROKER_URL" in refused.stderr
