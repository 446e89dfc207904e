"""The runners of `crm serve`: processes of their own, so that no long work holds up the pages.

They are started afresh, never forked from a process with threads; one that dies is replaced, and what it held is free
at once.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

import structlog
from flask import Flask, g
from sqlalchemy.exc import OperationalError

from crm.auth.actor import system_actor
from crm.db import unit_of_work
from crm.jobs import runner
from crm.jobs.holding import release_all

LOOK_EVERY = 0.5  # seconds between two looks for work
RECOVER = 10  # seconds before trying again what ended with a fault
GRACE = 10  # seconds to end in before being killed
log = structlog.get_logger()


@dataclass
class _Child:
    name: str
    process: subprocess.Popen[bytes]
    died_at: float | None = None


class Runners:
    """`count` processes that work until `stop`; whoever holds this calls `watch` every second."""

    def __init__(self, app: Flask, count: int) -> None:
        self.app = app
        self.children = [_start() for _ in range(count)]

    def watch(self) -> None:
        """Replace what has died: at once when it was killed, after a while when it ended with a fault."""
        for position, child in enumerate(self.children):
            code = child.process.poll()
            if code is None:
                continue
            if child.died_at is None:
                child.died_at = time.monotonic()
                log.warning("runner died", runner=child.name, code=code)
                self._bury(child)
            if code < 0 or time.monotonic() - child.died_at > RECOVER:
                self.children[position] = _start()

    def stop(self) -> None:
        for child in self.children:
            child.process.terminate()
        for child in self.children:
            try:
                child.process.communicate(timeout=GRACE)
            except subprocess.TimeoutExpired:
                child.process.kill()
                self._bury(child)

    def _bury(self, child: _Child) -> None:
        child.process.communicate()
        with self.app.app_context():
            g.actor = system_actor(child.name)
            with unit_of_work():
                release_all(child.name)


def _start() -> _Child:
    """Its standard input is a leash: it closes with us, however we end."""
    name = f"serve-{secrets.token_hex(4)}"
    command = [sys.executable, "-m", "crm", "jobs", "run", "--leash", "--name", name]
    return _Child(name, subprocess.Popen(command, stdin=subprocess.PIPE))


def run_until_told(app: Flask, name: str, *, leash: bool) -> None:
    """Work until SIGTERM or SIGINT, or until the leash is let go of."""
    end_on_signals()
    if leash:
        threading.Thread(target=_follow, daemon=True).start()
    while True:
        try:
            task = runner.next_task(app)
            if task is None or not runner.run(app, task, name):
                time.sleep(LOOK_EVERY)
        except OperationalError as error:
            log.error("database", error=str(error.orig))
            time.sleep(RECOVER)


def end_on_signals() -> None:
    """Both signals unwind the stack: a unit of work under way is rolled back, what is held is given back."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)


def _end(_number: int, _frame: object) -> None:
    raise SystemExit(0)


def _follow() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
