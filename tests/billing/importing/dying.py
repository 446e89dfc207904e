"""Takes over a payment history and may be killed: `tests.imports.dying`."""

from __future__ import annotations

from datetime import date

import click
from flask import Flask
from sqlalchemy import select

from crm.billing import checks
from crm.billing.charges.models import Basis
from crm.billing.importing.history import storing
from crm.billing.importing.history.service import TAKING
from crm.billing.importing.models import FeeImport
from crm.billing.importing.queries import in_the_books
from crm.billing.ledger.models import Allocation
from crm.dates import months_later
from crm.db import unit_of_work
from crm.properties.models import Estate
from tests import factories as make
from tests.billing.importing.making import history
from tests.billing.making import make_item
from tests.imports.dying import asked_for, main, work_off

ROWS, FEE = 9, "物业服务费"


def prepare() -> None:
    """A history that waits to be stored in three parts."""
    with unit_of_work() as db:
        db.add(estate := Estate(name="阳光花园"))
    make.make_customer(estate, unit=make.make_unit(estate, "3-1-502"))
    make_item(estate, FEE, Basis.fixed)
    months = [months_later(date(2025, 1, 1), number) for number in range(ROWS + 1)]
    rows = [("3-1-502", FEE, months[n], months[n + 1], 100, 10 * n) for n in range(ROWS)]
    asked_for(TAKING, estate, history(*rows))


def work(app: Flask) -> None:
    work_off(app, TAKING, storing, Allocation)
    with unit_of_work(writes=False) as db:
        run = db.scalars(select(FeeImport)).one()
        sums, sound = in_the_books(run.id), not any(found.rows for found in checks.examine())
        click.echo(f"{run.state} {sums.due} {sums.paid} {sound}")


if __name__ == "__main__":
    main(prepare, work)
