"""A process that takes over a history and may be killed: what those of every kind share.

`python -m <module> prepare|work AFTER MINUTES`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from flask import Flask, g
from sqlalchemy import select

import crm.models  # noqa: F401 - every table
from crm.app import create_app
from crm.auth.actor import system_actor
from crm.dates import telling, utc_now
from crm.db import unit_of_work
from crm.imports.histories import draft
from crm.imports.histories.service import note_check
from crm.imports.histories.taking import TakingOver
from crm.jobs import runner
from crm.properties.models import Estate
from crm.workbooks.file import open_file

LAST, PART = 99, 3


def asked_for(taking: TakingOver[Any], estate: Estate, content: bytes) -> None:
    """A history that waits to be stored in parts."""
    file = open_file(content, "历史.xlsx")
    with unit_of_work() as db:
        run = taking.upload(file, db.merge(estate))
    with unit_of_work() as db:
        run = db.get_one(taking.kind, run.id)
        note_check(run, taking.drafted_of(run, file).result())
        taking.ask_carry_out(run, file)


def work_off(app: Flask, taking: Any, storing: Any, table: Any) -> None:
    """As a runner does that comes some minutes later; killed before it pours into the table a certain time, at the end
    for `LAST`, or never. `storing`: the history's room."""
    after, minutes = map(int, sys.argv[2:])
    draft.PART = PART
    calls, pour, conclude = count(1), storing.pour, taking.conclude

    def pouring(model: Any, rows: Any) -> None:
        if model is table and next(calls) == after:
            os.kill(os.getpid(), signal.SIGKILL)
        pour(model, rows)

    def concluding(*given: Any) -> None:
        conclude(*given)
        if after == LAST:
            os.kill(os.getpid(), signal.SIGKILL)

    storing.pour, taking.conclude = pouring, concluding
    with unit_of_work(writes=False) as db:
        job_id = db.scalars(select(taking.kind.job_id)).one()
    with telling(utc_now() + timedelta(minutes=minutes)):
        runner.run_job(app, job_id, "dying")


def main(prepare: Callable[[], None], work: Callable[[Flask], None]) -> None:
    app = create_app()
    with app.app_context():
        g.actor, g.request_id = system_actor("dying"), ""
        {"prepare": prepare, "work": lambda: work(app)}[sys.argv[1]]()
