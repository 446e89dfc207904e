"""An installation of its own for the figures: the demo company, or many people and little else, on either engine."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryFile, mkdtemp
from typing import Any

from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from crm import schema
from crm.app import create_app
from crm.auth.actor import Actor, system_actor
from crm.db import open_session, unit_of_work
from crm.demo.cast import CAST, DEMO_PASSWORD
from crm.settings import read_settings
from tests import postgresql
from tests.bench import people

Statement = tuple[str, Any]


@dataclass
class Installation:
    app: Flask
    folder: Path
    environment: dict[str, str]
    built: float  # seconds
    peak: float  # MB, of the process that built it
    size: str  # what is in it
    rows: int  # of an import
    asks: int  # how many queries of a kind, how many calls of a page
    charged: int  # units of the estate that is billed
    months: int  # of history
    seed: int = 1

    @property
    def engine(self) -> str:
        name: str = open_session.kw["bind"].dialect.name
        return name

    @contextmanager
    def reading(self, actor: Actor | None = None) -> Iterator[Session]:
        with self.app.app_context():
            g.actor = actor or system_actor("bench")
            with unit_of_work(writes=False) as db:
                yield db

    def client(self, username: str) -> FlaskClient:
        client = self.app.test_client()
        assert client.post("/login", data={"username": username, "password": DEMO_PASSWORD}).status_code == 302
        return client

    def some(self, column: Any, count: int, dice: Random) -> list[Any]:
        """That many values of the column, drawn with the dice."""
        with self.reading() as db:
            values = db.scalars(select(column).order_by(column)).all()
        return [dice.choice(values) for _ in range(count)] if values else []

    def crm(self, *arguments: str) -> tuple[float, float]:
        """Run the command as a process of its own; seconds, and MB at its height."""
        started = time.perf_counter()
        peak = _run([sys.executable, "-c", "from crm.cli import main; main()", *arguments], self.environment)
        return time.perf_counter() - started, peak


@contextmanager
def installation(engine: str, units: int, months: int, crowd: int, **how: int) -> Iterator[Installation]:
    """The demo company with so many units, or, where `crowd` is given, that many customers with a unit each."""
    folder = Path(mkdtemp(prefix="yihu-bench-"))
    try:
        if engine == "postgresql":
            with postgresql.cluster(folder) as url:
                yield _built(folder, url, units, months, crowd, **how)
                open_session.kw["bind"].dispose()
        else:
            yield _built(folder, f"sqlite:///{folder}/yihu.sqlite", units, months, crowd, **how)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _built(folder: Path, url: str, units: int, months: int, crowd: int, **how: int) -> Installation:
    environment = {**os.environ, "CRM_DATA_DIR": str(folder), "CRM_DATABASE_URL": url, "CRM_LANGUAGE": "en"}
    app = create_app(read_settings(environment))
    app.config.update(WTF_CSRF_ENABLED=False)
    schema.upgrade(open_session.kw["bind"])
    made = Installation(app, folder, environment, 0, 0, "", months=months, **how)
    if crowd:
        made.built, made.size = _timed(lambda: people.fill(app, crowd)), f"{crowd:,} customers"
        made.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    else:
        made.built, made.peak = made.crm("demo", "--units", str(units), "--months", str(months), "--json")
        made.size = f"{units:,} units, {months} months"
    settle()
    return made


def _timed(act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def settle() -> None:
    """What autovacuum and the nightly job do in an installation that runs."""
    engine = open_session.kw["bind"]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE")


def _run(command: list[str], environment: dict[str, str]) -> float:
    """MB at the height of the process, which must succeed; 1 says that some rows were refused."""
    with TemporaryFile() as said:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=said)
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        assert process.returncode in (0, 1), said.read().decode()
    return used.ru_maxrss / 1024


@contextmanager
def statements() -> Iterator[list[Statement]]:
    """What is sent to the database: the words and the values, to be counted and sent again without us."""
    seen: list[Statement] = []
    engine = open_session.kw["bind"]

    def note(_connection: Any, _cursor: Any, words: str, values: Any, *_rest: Any) -> None:
        seen.append((words, values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def raw(seen: list[Statement]) -> None:
    """The same through the driver alone, every row fetched."""
    pooled = open_session.kw["bind"].raw_connection()
    try:
        cursor = pooled.cursor()
        for words, values in seen:
            cursor.execute(words, values)
            cursor.fetchall()
        pooled.commit()
    finally:
        pooled.close()


USERS = {member.roles[0]: member.username for member in CAST}
