"""A month of charges: priced, previewed, published, paid, waived by two, taken back, counted blind, proved."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import g
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.audit.queries import verify
from crm.auth.actor import system_actor
from crm.billing.cashier.models import CloseState, DayClose, Receipt
from crm.billing.charges.models import ChargeItem
from crm.billing.checks import examine
from crm.billing.ledger.models import AdjustmentRequest, Bill, Payment, PeriodClose
from crm.dates import today
from crm.demo.cast import DEMO_PASSWORD
from crm.properties.models import Estate
from tests import factories as make
from tests.billing.cashier.test_counter import form_of

SignIn = Callable[[str], FlaskClient]
PASSWORD = {"confirming_password": DEMO_PASSWORD}


def hidden(page: Any, name: str) -> str:
    return re.findall(rf'name="{name}"[^>]*value="([^"]*)"', page.text)[0].replace("&#34;", '"')


def priced(supervisor: FlaskClient, db: Session, estate: Estate) -> ChargeItem:
    """The item and its price, which says on what it stands."""
    about = {"estate_id": estate.id, "name": "物业服务费", "basis": "built_area", "payer": "owner", "rounding": "fen"}
    typed = about | {"due_day": "28", "position": "1", "meter_kind": "", "shared_by": ""}
    assert supervisor.post("/billing/charges/new", data=typed).status_code == 302
    item = db.scalars(select(ChargeItem)).one()
    page = f"/billing/charges/{item.id}/tariffs/new"
    price = {"scope": "all", "since": "2024-01-01", "terms": "priced", "price": "2.80"}
    price |= {"legal_basis": "contract", "reference": "前期物业服务合同 YG-2019-07"}
    shown = supervisor.post(page, data=price)
    assert supervisor.post(page, data=price | {"seen": hidden(shown, "seen"), "save": "1"}).status_code == 302
    return item


def test_a_month(app: Any, sign_in: SignIn, db: Session, estate: Estate) -> None:
    cashier, supervisor = sign_in("wudan"), sign_in("zhengkai")
    flat = make.make_unit(estate, "3-1-502", built_area=Decimal("120.50"))
    owner = make.make_customer(estate, "欧阳娜娜", flat)
    month = (today(app.settings.timezone).replace(day=1) - timedelta(days=1)).replace(day=1)

    # the supervisor prices the item, looks at the month and publishes just that
    item = priced(supervisor, db, estate)
    address = f"/billing/runs/publish?month={month:%Y-%m}&estate_id={estate.id}&item={item.id}"
    shown = supervisor.get(address)
    assert "337.40" in shown.text
    figures = {"figures": hidden(shown, "figures"), "key": "k"}
    assert supervisor.post(address, data=figures | PASSWORD).status_code == 302
    bill = db.scalars(select(Bill)).one()
    assert bill.amount == Decimal("337.40")

    # why it is so much stands beside it; she pays a part, then part of the rest is waived by two people
    counter = f"/billing/counter/customers/{owner.id}"
    account = cashier.get(counter).text
    assert "120.5 ㎡ × 2.8 元" in account
    assert cashier.post(counter, data=form_of(account) | {"amount": "100"}).status_code == 303
    why = {"amount": "37.40", "reason": "电梯停运三天"}
    assert cashier.post(f"/billing/bills/{bill.id}/ask/waiver", data=why).status_code == 302
    asked = db.scalars(select(AdjustmentRequest)).one()
    approve = f"/billing/requests/{asked.id}/approve"
    assert cashier.post(approve, data={"version": 1, "remark": ""} | PASSWORD).status_code == 403
    assert supervisor.post(approve, data={"version": 1, "remark": "属实"} | PASSWORD).status_code == 302

    # the hundred was another's: taken back on the day it came, its receipt is void and keeps its number
    first = db.scalars(select(Payment)).one()
    back = f"/billing/counter/payments/{first.id}/take-back"
    assert cashier.post(back, data={"reason": "收错户"}).status_code == 302

    # she pays what is left, and nothing is open any more
    again = form_of(cashier.get(counter).text)
    assert cashier.post(counter, data=again | {"amount": "300"}).status_code == 303
    db.expire_all()
    assert db.get_one(Bill, bill.id).open == 0
    receipts = db.scalars(select(Receipt).order_by(Receipt.id)).all()
    assert [receipt.is_void for receipt in receipts] == [True, False]

    # the drawer is counted blind and signed by another
    count = {"estate_id": estate.id, "piece_10000": "3"}
    close = cashier.post("/billing/counter/closes/new", data=count).location
    signed = {"version": db.scalars(select(DayClose.version)).one(), "remark": ""}
    assert cashier.post(f"{close}/sign", data=signed | PASSWORD).status_code == 403
    assert supervisor.post(f"{close}/sign", data=signed | PASSWORD).status_code == 302
    assert db.scalars(select(DayClose.state)).one() is CloseState.signed

    # her statement is nought, and the books of every day and month agree
    assert "337.40" in supervisor.get(f"/billing/statements/customers/{owner.id}").text
    assert db.scalars(select(PeriodClose)).all() == []
    with app.app_context():
        g.actor, g.session = system_actor("tests"), db
        assert [(found.name, found.rows) for found in examine() if found.rows] == []
        g.pop("session")
    assert verify(db).sound
