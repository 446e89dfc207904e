"""A process that takes over a history and may be killed.

`python -m tests.billing.importing.dying prepare|work AFTER MINUTES`.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import date, timedelta
from itertools import count
from typing import Any

import click
from flask import Flask, g
from sqlalchemy import select

import crm.models  # noqa: F401 - every table
from crm.app import create_app
from crm.auth.actor import system_actor
from crm.billing import checks
from crm.billing.charges.models import Basis
from crm.billing.importing.history import draft, service, storing
from crm.billing.importing.models import FeeImport
from crm.billing.importing.queries import in_the_books
from crm.billing.ledger.models import Allocation
from crm.dates import months_later, telling, utc_now
from crm.db import unit_of_work
from crm.imports.histories.service import note_check
from crm.jobs import runner
from crm.properties.models import Estate
from crm.workbooks.file import open_file
from tests import factories as make
from tests.billing.importing.making import history
from tests.billing.making import make_item

ROWS, FEE, LAST = 9, "物业服务费", 99


def prepare() -> None:
    """A history that waits to be stored in three parts."""
    with unit_of_work() as db:
        db.add(estate := Estate(name="阳光花园"))
    make.make_customer(estate, unit=make.make_unit(estate, "3-1-502"))
    make_item(estate, FEE, Basis.fixed)
    months = [months_later(date(2025, 1, 1), number) for number in range(ROWS + 1)]
    rows = [("3-1-502", FEE, months[n], months[n + 1], 100, 10 * n) for n in range(ROWS)]
    file = open_file(history(*rows), "历史.xlsx")
    with unit_of_work() as db:
        run = service.upload(file, db.merge(estate))
    with unit_of_work() as db:
        run = db.get_one(FeeImport, run.id)
        note_check(run, service.drafted_of(run, file).result())
        service.ask_carry_out(run, file)


def work(app: Flask, after: int, minutes: int) -> None:
    """Work the job off as a runner does that comes so many minutes later; killed at a part, at the end for
    `LAST`, or never."""
    draft.PART = 3
    calls, pour, conclude = count(1), storing.pour, service.conclude

    def pouring(model: Any, rows: Any) -> None:
        if model is Allocation and next(calls) == after:
            os.kill(os.getpid(), signal.SIGKILL)
        pour(model, rows)

    def concluding(*given: Any) -> None:
        conclude(*given)
        if after == LAST:
            os.kill(os.getpid(), signal.SIGKILL)

    storing.pour, service.conclude = pouring, concluding
    with unit_of_work(writes=False) as db:
        job_id = db.scalars(select(FeeImport.job_id)).one()
    with telling(utc_now() + timedelta(minutes=minutes)):
        runner.run_job(app, job_id, "dying")
    tell()


def tell() -> None:
    with unit_of_work(writes=False) as db:
        run = db.scalars(select(FeeImport)).one()
        sums, sound = in_the_books(run.id), not any(found.rows for found in checks.examine())
        click.echo(f"{run.state} {sums.due} {sums.paid} {sound}")


if __name__ == "__main__":
    app = create_app()
    with app.app_context():
        g.actor, g.request_id = system_actor("dying"), ""
        {"prepare": prepare, "work": lambda: work(app, *map(int, sys.argv[2:]))}[sys.argv[1]]()
