"""Keeping a lease while its holder lives, however long a unit of its work takes; a dead one's ends soon."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Protocol

import structlog
from flask import Flask, g
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from crm.db import open_session, unit_of_work
from crm.jobs.holding import LEASE
from crm.jobs.kinds import LeaseLost

BEAT = LEASE.total_seconds() / 4
log = structlog.get_logger()


class Held(Protocol):
    """What somebody has in hand."""

    @property
    def told(self) -> dict[str, object]:
        """For the process's own log."""

    def renew(self) -> None:
        """In a unit of work; raises `LeaseLost` when another has it."""


@contextmanager
def kept_alive(app: Flask, hold: Held) -> Iterator[None]:
    """A session joined to somebody's open connection has no second one to beat on."""
    if not isinstance(open_session.kw["bind"], Engine):
        yield
        return
    ended = Event()
    thread = Thread(target=_beat, args=(app, hold, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(app: Flask, hold: Held, ended: Event) -> None:
    while not ended.wait(BEAT):
        try:
            with app.app_context(), unit_of_work():
                g.actor = None
                hold.renew()
        except LeaseLost:
            return
        except OperationalError as error:
            log.warning("no heartbeat", **hold.told, error=str(error.orig))
