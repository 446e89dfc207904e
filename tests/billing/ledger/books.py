"""Bills and payments of the cast's estate on a day that stands still, and who acts upon them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from flask import g

from crm.auth.actor import Actor
from crm.auth.permissions import Permission
from crm.billing import checks
from crm.billing.ledger import service
from crm.billing.ledger.models import Adjustment, AdjustmentKind, Bill, BillState, Method, Payment
from crm.billing.ledger.queries import balance_of, get_bill, get_request, state_of
from crm.billing.ledger.service import Money, Wish
from crm.db import session
from crm.errors import DomainError
from crm.tenants.models import Customer
from tests import factories as make
from tests.billing.making import make_bill

CASHIER, SUPERVISOR, CLERK = "wudan", "zhengkai", "limin"
NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
TODAY, MARCH = date(2026, 3, 10), date(2026, 3, 1)
WHY = "核对后更正"
keys = count(1)


def actor_called(username: str, permissions: Collection[Permission] = tuple(Permission)) -> Actor:
    """Rights are the views' business, nearly always."""
    user = make.user_called(username)
    return Actor(name=user.full_name, permissions=frozenset(permissions), user_id=user.id)


@contextmanager
def acting(username: str) -> Iterator[None]:
    before = g.actor
    g.actor = actor_called(username)
    try:
        yield
    finally:
        g.actor = before


def money(amount: str | Decimal, **given: Any) -> Money:
    facts = {"method": Method.cash, "paid_on": TODAY, "key": f"form-{next(keys)}"} | given
    return Money(amount=Decimal(amount), **facts)


def pay(customer: Customer, amount: str | Decimal, chosen: Sequence[int] = (), **given: Any) -> Payment:
    return service.receive(customer, money(amount, **given), chosen)


def wish(kind: AdjustmentKind, amount: str | Decimal, **given: Any) -> Wish:
    method = Method.cash if kind is AdjustmentKind.refund else None
    return Wish(**({"kind": kind, "amount": Decimal(amount), "reason": WHY, "method": method} | given))


def bill(customer: Customer, amount: str = "300", month: date = MARCH, **given: Any) -> Bill:
    return get_bill(make_bill(customer, amount, month, **given).id)


def adjust(document: Bill | Payment, kind: AdjustmentKind, amount: str | Decimal | None = None) -> Adjustment:
    """Asked for by the one who acts, approved by the supervisor; without a sum as much as is possible."""
    asked = service.request(document, wish(kind, service.most(document, kind) if amount is None else amount))
    with acting(SUPERVISOR):
        return service.approve(get_request(asked.id))


def open_of(*documents: Bill | Payment) -> list[str]:
    """What is open of each, as the database has it."""
    session().flush()
    for document in documents:
        session().refresh(document, ["open"])
    return [str(document.open) for document in documents]


def state(bill: Bill) -> BillState:
    session().flush()
    return BillState(session().scalars(session().query(state_of()).filter(Bill.id == bill.id).statement).one())


def total(customer: Customer) -> str:
    """What the customer owes, less the credit."""
    return str(balance_of(customer.id, TODAY).total)


def sound() -> bool:
    """Nothing is wrong in the books."""
    session().flush()
    return not any(found.rows for found in checks.examine())


def refused(act: Callable[..., Any], *arguments: Any, **given: Any) -> str:
    """The sentence with which it is refused."""
    with pytest.raises(DomainError) as refusal:
        act(*arguments, **given)
    return str(refusal.value)
