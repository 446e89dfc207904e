"""Five processes with a clock each: every due moment is done once, also when one of them is killed over it."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select

from crm.clock.models import JobRun, Outcome
from tests import forked, redis
from tests.clock.told import COUNT, MINUTE, tell
from tests.jobs.test_racing import until

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
MOMENTS = 20  # of each task
OwnWork = Callable[..., object]


def done(own_work: OwnWork) -> int:
    with own_work(writes=False) as db:  # type: ignore[attr-defined]
        return int(db.scalar(select(func.count(JobRun.id)).where(JobRun.outcome == Outcome.done)))


@contextmanager
def clocks(commands: forked.Server, folder: Path, env: dict[str, str]) -> Iterator[None]:
    """Two `crm schedule`, three `crm serve`."""
    serving = [["serve", "--runners", "0", "--port", str(redis.free_port())] for _ in range(3)]
    with ExitStack() as stack:
        for arguments in (["schedule"], ["schedule"], *serving):
            started = commands.start([str(folder), *arguments], env, module="tests.clock.told")
            stack.callback(started.wait)
            stack.callback(started.kill)
        yield


def test_two_hundred_due_moments_each_done_once(
    tmp_path: Path, fresh_database: dict[str, str], own_engine: Engine, own_work: OwnWork, commands: forked.Server
) -> None:
    """At the tenth minute whoever walks into the trap is killed, when all else of that minute is done."""
    tell(tmp_path, NOON)
    with clocks(commands, tmp_path, fresh_database):
        for minute in range(MOMENTS):
            now, wanted = NOON + minute * MINUTE, COUNT * (minute + 1)
            if minute == 10:
                (tmp_path / "trap").touch()
                tell(tmp_path, now)
                until(lambda wanted=wanted: done(own_work) == wanted - 1)  # type: ignore[misc]
                [caught] = tmp_path.glob("caught-*")
                os.kill(int(caught.name.partition("-")[2]), signal.SIGKILL)
                now += timedelta(seconds=31)
            tell(tmp_path, now)
            until(lambda wanted=wanted: done(own_work) == wanted)  # type: ignore[misc]
    lines = (tmp_path / "done").read_text().splitlines()
    assert sorted(lines) == sorted(
        f"{number} {(NOON + minute * MINUTE).isoformat()}" for number in range(COUNT) for minute in range(MOMENTS)
    )
    with own_work(writes=False) as db:  # type: ignore[attr-defined]
        runs = db.scalars(select(JobRun)).all()
    assert Counter((run.outcome, run.attempt) for run in runs) == {(Outcome.done, 1): 199, (Outcome.done, 2): 1}
    assert len({run.process for run in runs}) > 1
