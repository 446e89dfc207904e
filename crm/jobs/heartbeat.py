"""Keeping a lease while its holder lives, however long a unit of its work takes; a dead one's ends soon."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import structlog
from flask import Flask, g
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from crm.db import open_session, unit_of_work
from crm.jobs.holding import LEASE, Hold
from crm.jobs.kinds import LeaseLost

BEAT = LEASE.total_seconds() / 4
log = structlog.get_logger()


@contextmanager
def kept_alive(app: Flask, hold: Hold) -> Iterator[None]:
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


def _beat(app: Flask, hold: Hold, ended: Event) -> None:
    while not ended.wait(BEAT):
        try:
            with app.app_context(), unit_of_work():
                g.actor = None
                hold.renew()
        except LeaseLost:
            return
        except OperationalError as error:
            log.warning("no heartbeat", job=hold.job.id, error=str(error.orig))
