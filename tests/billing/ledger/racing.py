"""Processes that move the same money at once: `python -m tests.billing.ledger.racing prepare|pay|close|… NUMBER`."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import click
from flask import g
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

import crm.models  # noqa: F401 - the tables that bills and payments point to
from crm.app import create_app
from crm.auth.actor import Actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.billing.charges.models import Basis, ChargeItem
from crm.billing.ledger import queries, service
from crm.billing.ledger.models import OF_A_BILL, Adjustment, AdjustmentKind, Bill, BillSource, Method, Payment
from crm.billing.ledger.service import Money, Wish
from crm.dates import telling, utc_now
from crm.db import session, unit_of_work
from crm.errors import DomainError
from crm.properties.models import Estate
from crm.tenants.models import Customer, CustomerKind

K = AdjustmentKind
FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)
LAST_OF_FEBRUARY, FIRST_OF_MARCH = datetime(2026, 2, 28, 2, tzinfo=UTC), datetime(2026, 3, 1, 2, tzinfo=UTC)
TURNS, BATCH = 12, 6


def actor(user_id: int) -> Actor:
    return Actor(name=f"racing {user_id}", permissions=frozenset(Permission), user_id=user_id)


def prepare(_number: int) -> None:
    """Two customers, the second with a file merged into it, and twelve bills each of 100 yuan."""
    with unit_of_work() as db:
        db.add(estate := Estate(name="阳光花园", company="和安物业服务有限公司"))
        for number in (1, 2):
            name = f"racing{number}"
            db.add(User(id=number, username=name, full_name=name, password_hash="", created_at=utc_now()))
        db.flush()
        people = [
            Customer(estate_id=estate.id, name=name, kind=CustomerKind.person, registered_on=FEBRUARY)
            for name in ("欧阳娜娜", "司马青", "司马青")
        ]
        db.add_all(people)
        db.add(item := ChargeItem(estate_id=estate.id, name="物业服务费", basis=Basis.built_area))
        db.flush()
        people[2].merged_into_id = people[1].id
        db.add_all(_bill(item, person, day) for person in people for day in range(1, 13))


def _bill(item: ChargeItem, customer: Customer, day: int) -> Bill:
    facts = {"estate_id": item.estate_id, "customer_id": customer.id, "item_id": item.id, "source": BillSource.imported}
    days = {"period": FEBRUARY, "begins": FEBRUARY, "ends": MARCH, "month": FEBRUARY, "issued_on": FEBRUARY}
    made = {"issued_by": "郑凯", "issued_at": LAST_OF_FEBRUARY, "amount": Decimal(100), "open": Decimal(100)}
    return Bill(**facts, **days, **made, due_on=FEBRUARY.replace(day=13 - day), voided=False)


def money(amount: str, key: str) -> Money:
    return Money(amount=Decimal(amount), method=Method.cash, paid_on=FEBRUARY, key=key)


def customer(number: int) -> Customer:
    return session().get_one(Customer, number)


def same_form(_number: int) -> None:
    """All send one form."""
    with unit_of_work():
        service.receive(customer(1), money("250", "the form"))


def same_bill(number: int) -> None:
    """All pay the first bill in full."""
    with unit_of_work():
        service.receive(customer(1), money("100", f"form {number}"), [1])


def batch(number: int) -> None:
    """Payments one by one; with a number it stops within that one and waits to be killed."""
    for turn in range(1, BATCH + 1):
        with unit_of_work():
            service.receive(customer(1), money("130", f"batch {turn}"))
            if turn == number:
                click.echo("within")
                sys.stdout.flush()
                sys.stdin.read()


def pay(number: int) -> None:
    """In February, while somebody closes it."""
    with telling(LAST_OF_FEBRUARY):
        for turn in range(TURNS):
            with unit_of_work():
                service.receive(customer(1 + number % 2), money("7", f"form {number}/{turn}"))


def close(number: int) -> None:
    """As soon as so many payments stand."""
    while True:
        with unit_of_work(writes=False):
            if (session().scalar(select(func.count(Payment.id))) or 0) >= number:
                break
    with telling(FIRST_OF_MARCH), unit_of_work():
        service.close(session().get_one(Estate, 1), FEBRUARY)


def anything(number: int) -> None:
    """Every verb upon the two accounts, each in a unit of work; what is refused is refused."""
    chance = random.Random(number)
    verbs: list[Callable[[random.Random, str], Any]] = [_pay, _use_credit, _adjust, _adjust, _split, _undo, _dispute]
    for turn in range(TURNS):
        g.actor = actor(1)
        try:
            with unit_of_work():
                chance.choice(verbs)(chance, f"form {number}/{turn}")
        except (DomainError, StaleDataError) as refusal:
            click.echo(type(refusal).__name__)


def _pay(chance: random.Random, key: str) -> None:
    service.receive(customer(chance.randint(1, 2)), money(str(chance.randint(1, 400)), key))


def _use_credit(chance: random.Random, _key: str) -> None:
    service.use_credit(customer(chance.randint(1, 2)))


def _adjust(chance: random.Random, _key: str) -> None:
    """Asked for by one, approved by the other in the same unit of work."""
    kind = chance.choice(list(K))
    document = _any(Bill if kind in OF_A_BILL else Payment, chance)
    method = Method.cash if kind is K.refund else None
    asked = service.request(
        document, Wish(kind=kind, amount=service.most(document, kind), reason="核对后更正", method=method)
    )
    g.actor = actor(2)
    service.approve(queries.get_request(asked.id))


def _split(chance: random.Random, _key: str) -> None:
    bill = queries.get_bill(_any(Bill, chance).id)
    service.split(bill, FEBRUARY.replace(day=chance.randint(2, 28)), customer(chance.randint(1, 2)))


def _undo(chance: random.Random, _key: str) -> None:
    service.undo(_any(Adjustment, chance), "算错")


def _dispute(chance: random.Random, _key: str) -> None:
    bill = _any(Bill, chance)
    if queries.open_dispute(bill.id):
        service.release_dispute(bill, "已说明")
    else:
        service.dispute(bill, "面积不符", date(2099, 1, 1))


def _any(model: Any, chance: random.Random) -> Any:
    """Read before the account is held: it may be another by then."""
    ids = session().scalars(select(model.id).order_by(model.id)).all()
    if not ids:
        raise DomainError("nothing yet")
    return session().get_one(model, chance.choice(ids))


VERBS = {verb.__name__: verb for verb in (prepare, same_form, same_bill, batch, pay, close, anything)}

if __name__ == "__main__":
    with create_app().app_context():
        g.actor, g.request_id = actor(1), ""
        VERBS[sys.argv[1]](int(sys.argv[2]))
