"""Processes that reach for the same piece at once: `python -m tests.repairs.stock.racing prepare|take|count NUMBER`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from decimal import Decimal

import click
from flask import g

import crm.models  # noqa: F401 - the tables that movements point to
from crm.app import create_app
from crm.auth.actor import Actor
from crm.auth.models import User, UserRole
from crm.auth.permissions import Permission, RoleName
from crm.db import session, unit_of_work
from crm.errors import DomainError
from crm.repairs.stock import service
from crm.repairs.stock.models import StockItem

AT = datetime(2026, 11, 24, 1, tzinfo=UTC)
TAKERS = 6


def prepare(_number: int) -> None:
    """Six workers and one piece in the store."""
    with unit_of_work() as db:
        for number in range(1, TAKERS + 1):
            name = f"racing{number}"
            db.add(User(id=number, username=name, full_name=name, password_hash="", created_at=AT))
        db.flush()
        db.add_all(UserRole(user_id=number, role=RoleName.repair_worker) for number in range(1, TAKERS + 1))
        item = service.add(code="1", name="水龙头", measure="个", price=Decimal(35))
        service.receive(item, Decimal(1), "")


def take(number: int) -> None:
    """The piece into one's own van."""
    try:
        with unit_of_work():
            service.to_van(session().get_one(StockItem, 1), Decimal(1), number)
    except DomainError:
        click.echo("refused")


def count(_number: int) -> None:
    """All count five: the difference is written once."""
    with unit_of_work():
        click.echo(str(service.count(session().get_one(StockItem, 1), None, Decimal(5))))


VERBS = {verb.__name__: verb for verb in (prepare, take, count)}

if __name__ == "__main__":
    with create_app().app_context():
        number = int(sys.argv[2])
        g.actor, g.request_id = Actor(name="racing", permissions=frozenset(Permission), user_id=number or None), ""
        VERBS[sys.argv[1]](number)
