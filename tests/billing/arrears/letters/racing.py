"""A process that makes what others make as well: `python -m tests.billing.arrears.letters.racing prepare|make`."""

from __future__ import annotations

import sys
from datetime import timedelta

import click
from flask import g
from sqlalchemy import select

import crm.models  # noqa: F401 - every table
from crm.app import create_app
from crm.auth.actor import system_actor
from crm.billing.arrears.letters import queries, service
from crm.billing.arrears.reviews.models import Review
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.properties.models import Estate
from tests import factories as make
from tests.billing.arrears.letters.making import decide
from tests.billing.arrears.making import make_review, make_step
from tests.billing.making import make_bill

CUSTOMERS = 12


def prepare() -> None:
    """An estate with a review that decided a letter for each of its customers, one bill each, 40 days overdue."""
    with unit_of_work() as db:
        db.add(estate := Estate(name="阳光花园"))
    step, today = make_step(estate), business_day()
    review = make_review(estate, today.replace(day=1))
    due = today - timedelta(days=40)
    for number in range(CUSTOMERS):
        customer = make.make_customer(estate, f"住户{number}", make.make_unit(estate, f"3-1-{101 + number}"))
        make_bill(customer, "300.00", due.replace(day=1), due_on=due)
        decide(review, customer, step)


def make_letters(key: str) -> None:
    click.echo("ready")
    sys.stdin.readline()
    with unit_of_work():
        review = queries.get_review(session().scalars(select(Review.id)).one())
        run = service.make(review, key)
        click.echo(f"{run.id} {run.demands} {run.total}")


if __name__ == "__main__":
    with create_app().app_context():
        g.actor, g.request_id = system_actor("racing"), ""
        {"prepare": prepare, "make": make_letters}[sys.argv[1]](*sys.argv[2:])
