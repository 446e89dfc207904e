"""The counter, a statement and the cards over a large estate with months of bills: 100,000 units × 24 are 2.4 million.

Every bill is open, which is the most that an account can hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from random import Random
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select

from crm.billing.cashier.reports.account import account
from crm.billing.ledger.models import Bill
from crm.billing.statements.statement import statement
from crm.dates import business_day
from crm.db import unit_of_work
from crm.desk import index
from crm.desk.card import customer_card
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer, Occupancy
from crm.tenants.queries import get_customer, get_whole_customer
from tests.bench import billing
from tests.bench.figure import Figure, Reading, spread, timings
from tests.bench.installation import USERS, Installation, settle
from tests.bench.pages import data_part

SEARCH = "/billing/counter/search"


def _searched(bench: Installation) -> Iterator[Reading]:
    """From what a cashier types to the page with what is owed, redirects included."""
    client = _cashier(bench)
    for name, column in (("search by unit to what is owed", Unit.label), ("search by name", Customer.name)):
        texts = _some(bench, column)
        asked = timings([partial(_typed, client, text) for text in texts])
        yield spread(name, asked, note=f"{_bills(bench):,} bills")


def _typed(client: FlaskClient, text: str) -> None:
    assert client.post(SEARCH, data={"q": text}, follow_redirects=True).status_code == 200


def _read(bench: Installation) -> Iterator[Reading]:
    """The two pages by themselves; the ratio is of the data part to the driver alone."""
    client = _cashier(bench)
    for name, address, data in (
        ("what is owed", "/billing/counter/customers/{}", _account),
        ("statement of a customer", "/billing/statements/customers/{}", _statement),
    ):
        yield _page(bench, client, name, address, data)


def _cards(bench: Installation) -> Iterator[Reading]:
    """As `pages` asks it of the demo company, and the tab that shows the money, which is no single act."""
    client = _cashier(bench)
    for name, address, data in (
        ("card of a customer", "/card/customer/{}", customer_card),
        ("360° page", "/tenants/customers/{}", get_whole_customer),
        ("360° page, charges and deposits", "/tenants/customers/{}?tab=money", None),
    ):
        yield _page(bench, client, name, address, data)


def _page(
    bench: Installation, client: FlaskClient, name: str, address: str, data: Callable[[int], Any] | None
) -> Reading:
    ids = _some(bench, Customer.id)
    assert client.get(address.format(ids[0])).status_code == 200, address
    asked = timings([partial(client.get, address.format(key)) for key in ids])
    if data is None:
        return spread(name, asked)
    ratio, counts = data_part(bench, data, ids)
    return spread(name, asked, ratio, f"{min(counts)} to {max(counts)} queries")


def _account(customer_id: int) -> None:
    account(get_customer(customer_id), business_day())


def _statement(customer_id: int) -> None:
    statement(get_customer(customer_id), date(2020, 1, 1), business_day())


def _cashier(bench: Installation) -> FlaskClient:
    """Who sees every estate."""
    _fill(bench)
    return bench.client(USERS["cashier"])


def _some(bench: Installation, column: Any) -> Sequence[Any]:
    """Of those who live in the estate that is billed, and of their units."""
    found = (
        select(column)
        .select_from(Occupancy)
        .join(Customer, Customer.id == Occupancy.customer_id)
        .join(Unit, Unit.id == Occupancy.unit_id)
        .join(Estate, Estate.id == Occupancy.estate_id)
        .where(Estate.name == billing.NAME, Occupancy.ends.is_(None))
    )
    with bench.reading() as db:
        values = db.scalars(found.order_by(Occupancy.id)).all()
    return Random(bench.seed).choices(values, k=bench.asks)


def _bills(bench: Installation) -> int:
    with bench.reading() as db:
        return db.scalar(select(func.count()).select_from(Bill)) or 0


def _fill(bench: Installation) -> None:
    """The months of bills and the search over who owes them; once for each installation."""
    billed = select(Bill.id).join(Estate, Estate.id == Bill.estate_id).where(Estate.name == billing.NAME).limit(1)
    with bench.reading() as db:
        if db.scalar(billed) is not None:
            return
    billing.history(bench, bench.months)
    with billing.acting(bench), unit_of_work():
        index.rebuild()
    settle()


FIGURES = (
    Figure(name="counter at size", unit="ms p95", target=150, measure=_searched, slow=True),
    Figure(name="accounts at size", unit="ms p95", target=150, measure=_read, slow=True),
    Figure(name="cards at size", unit="ms p95", target=60, most_ratio=4, measure=_cards, slow=True),
)
