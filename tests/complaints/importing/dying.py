"""Takes over a history of complaints and may be killed: `tests.imports.dying`."""

from __future__ import annotations

import click
from flask import Flask
from sqlalchemy import func, select

from crm.complaints.cases.models import Complaint, ComplaintStep
from crm.complaints.categories.seeding import seed
from crm.complaints.importing import storing
from crm.complaints.importing.models import ComplaintImport
from crm.complaints.importing.service import TAKING
from crm.db import unit_of_work
from crm.numbering import NumberSeries
from crm.properties.models import Estate
from tests import factories as make
from tests.complaints.importing.making import history, row
from tests.imports.dying import asked_for, main, work_off

ROWS = 9


def prepare() -> None:
    """A history that waits to be stored in three parts."""
    with unit_of_work() as db:
        seed()
        db.add(estate := Estate(name="阳光花园"))
    make.make_customer(estate, unit=make.make_unit(estate, "3-1-502"))
    rows = [row(投诉单号=f"TS-{day}" if day % 2 else "", 投诉时间=f"2025-01-{day}") for day in range(1, ROWS + 1)]
    asked_for(TAKING, estate, history(*rows))


def work(app: Flask) -> None:
    work_off(app, TAKING, storing, ComplaintStep)
    with unit_of_work(writes=False) as db:
        run = db.scalars(select(ComplaintImport)).one()
        last = db.scalars(select(NumberSeries.last).where(NumberSeries.name == "投诉")).one()
        numbers = db.scalar(select(func.count(Complaint.number.distinct())))
        click.echo(f"{run.state} {run.result['taken']} {numbers} {last}")


if __name__ == "__main__":
    main(prepare, work)
