"""The company of the three months of arrears: `python -m tests.stories.debtors`, after `crm init`.

It is so small that each of its figures is known: seven owners are charged 2.80 yuan for a square metre from December
2025 to March 2026, due on the 28th; only two of them have paid anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, g
from sqlalchemy import select

from crm.app import create_app
from crm.auth.actor import system_actor
from crm.billing.arrears.dunning.service import take_usual
from crm.billing.charges.models import ChargeItem
from crm.billing.ledger.models import Method
from crm.billing.ledger.service import Money, receive
from crm.billing.runs.service import draft, publish
from crm.billing.runs.settling import in_credit, settle
from crm.dates import telling
from crm.db import open_session, session, unit_of_work
from crm.demo.storing import store_cast
from crm.properties.models import Estate
from crm.tenants.models import Customer
from tests import factories as make
from tests.billing.making import make_item, make_tariff

ESTATE = "阳光花园"
KEEPER, BREAKER, DISPUTER, PLANNER = "欧阳娜娜", "吴学文", "司马青", "上官云"
DEBTOR, NEWCOMER, PAYER = "鑫源商贸", "诸葛亮", "陈静"
AREAS = {  # yuan a month
    KEEPER: ("3-1-101", "100"),  # 280.00
    BREAKER: ("3-1-102", "88.5"),  # 247.80
    DISPUTER: ("3-1-201", "120.5"),  # 337.40
    PLANNER: ("3-1-202", "143.1"),  # 400.68
    DEBTOR: ("8-1-101", "300"),  # 840.00
    NEWCOMER: ("3-1-301", "95"),  # 266.00
    PAYER: ("3-1-302", "110"),  # 308.00
}
MONTHS = (date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
PAID = (  # by whom, on which day, yuan
    (PAYER, date(2025, 11, 28), "5000.00"),  # for a year and more
    (NEWCOMER, date(2026, 2, 2), "532.00"),  # December and January
    (NEWCOMER, date(2026, 3, 3), "266.00"),  # February
)


def morning(day: date) -> datetime:
    """Nine o'clock at the company."""
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


@contextmanager
def on(app: Flask, day: date) -> Iterator[None]:
    with telling(morning(day)), app.app_context():
        g.actor = system_actor("tests")
        with unit_of_work():
            yield


def found(company: Estate) -> None:
    session().add(company)
    session().flush()
    store_cast({"YG": company.id})
    take_usual(company)


def people(company: Estate) -> ChargeItem:
    item = make_item(company, "物业服务费")
    make_tariff(item)
    for name, (unit, area) in AREAS.items():
        make.make_customer(company, name, make.make_unit(company, unit, built_area=Decimal(area)))
    with open_session() as db:
        disputer = db.scalars(select(Customer).filter_by(name=DISPUTER)).one()
    owner, since = make.user_called("limin"), morning(date(2026, 3, 6))
    make.make_follow_up(
        company, owner, disputer, caller=DISPUTER, follow_up="核对一月份保洁停做的天数", started_at=since
    )
    return item


def charge(item: ChargeItem, month: date) -> None:
    run = publish(draft(item, month), item)
    settle(in_credit([run.id]))


def pay(name: str, day: date, amount: str) -> None:
    customer = session().scalars(select(Customer).filter_by(name=name)).one()
    money = Money(amount=Decimal(amount), method=Method.transfer, paid_on=day, key=f"{name} {day}")
    receive(customer, money)


def main() -> None:
    app, company = create_app(), Estate(name=ESTATE, company="和安物业服务有限公司")
    with on(app, date(2025, 11, 1)):
        found(company)
    with app.app_context():
        item = people(company)
    happened: list[tuple[date, Any, tuple[Any, ...]]] = [(month, charge, (item, month)) for month in MONTHS]
    happened += [(day, pay, (name, day, amount)) for name, day, amount in PAID]
    for day, act, given in sorted(happened, key=lambda each: each[0]):
        with on(app, day):
            act(*given)


if __name__ == "__main__":
    main()
