"""A process that publishes what others do as well: `python -m tests.billing.runs.racing prepare|publish|die`."""

from __future__ import annotations

import os
import signal
import sys
from datetime import date
from decimal import Decimal

import click
from flask import g
from sqlalchemy import event, select

import crm.models  # noqa: F401 - every table
from crm.app import create_app
from crm.auth.actor import system_actor
from crm.billing.charges.models import Basis, ChargeItem, SharedBy
from crm.billing.ledger.models import Method
from crm.billing.ledger.service import Money, receive
from crm.billing.runs import service
from crm.billing.runs.settling import in_credit, settle
from crm.dates import business_day
from crm.db import open_session, unit_of_work
from crm.properties.models import Estate
from tests import factories as make
from tests.billing.making import make_item, make_shared_cost, make_tariff

UNITS, NOVEMBER = 40, date(2026, 11, 1)


def prepare() -> None:
    """An estate with an item by area and a shared cost; every fourth customer is in credit."""
    with unit_of_work() as db:
        db.add(estate := Estate(name="阳光花园"))
    make_tariff(make_item(estate, "物业服务费"))
    make_shared_cost(make_item(estate, "公摊", Basis.shared, shared_by=SharedBy.built_area), "1000.01")
    for number in range(UNITS):
        unit = make.make_unit(estate, f"3-1-{101 + number}", built_area=Decimal(8000 + 37 * number) / 100)
        customer = make.make_customer(estate, f"住户{number}", unit)
        if number % 4 == 0:
            with unit_of_work() as db:
                paid = Money(
                    amount=Decimal(100), method=Method.cash, paid_on=business_day(), key=f"k{number}"
                )  # fmt: skip
                receive(db.merge(customer), paid)


def publish() -> None:
    """Every item, each in a unit of work of its own; says what came of it."""
    click.echo("ready")
    sys.stdin.readline()
    for name in ("物业服务费", "公摊"):
        with unit_of_work() as db:
            item = db.scalars(select(ChargeItem).where(ChargeItem.name == name)).one()
            run = service.publish(service.draft(item, NOVEMBER), item)
            settle(in_credit([run.id]))
            click.echo(f"{run.id} {run.bills} {run.total}")


def die() -> None:
    """Publish, and be killed before the unit of work stands: the bills are there, the run is not."""
    engine = open_session.kw["bind"]

    def kill(_connection: object, _cursor: object, words: str, *_rest: object) -> None:
        if words.startswith("UPDATE billing_run"):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", kill)
    publish()


if __name__ == "__main__":
    with create_app().app_context():
        g.actor, g.request_id = system_actor("racing"), ""
        {"prepare": prepare, "publish": publish, "die": die}[sys.argv[1]]()
