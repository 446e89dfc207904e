"""The counter by keyboard alone: who pays, what is owed, Enter, the receipt; and its pages by axe and at 390 px."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.billing.charges.models import Basis, ChargeItem
from crm.billing.ledger.models import Bill, BillSource
from crm.db import connect
from crm.tenants.models import Customer
from tests.browser.looking import faults

pytestmark = pytest.mark.browser
MONTH, ISSUED = date(2026, 1, 1), datetime(2026, 1, 5, 1, tzinfo=UTC)


def owe(data_dir: str, *sums: str) -> None:
    """欧阳娜娜 owes these."""
    engine = connect(f"sqlite:///{Path(data_dir) / 'yihu.sqlite'}")
    with Session(engine) as db:
        db.connection(execution_options={"writes": True})
        customer = db.scalars(select(Customer).filter_by(name="欧阳娜娜")).first()
        assert customer
        item = ChargeItem(estate_id=customer.estate_id, name="门禁卡工本费", basis=Basis.single)
        db.add(item)
        db.flush()
        whose = {"estate_id": customer.estate_id, "customer_id": customer.id, "item_id": item.id}
        days = {"period": MONTH, "begins": MONTH, "ends": date(2026, 2, 1), "due_on": MONTH, "month": MONTH}
        issued = {"issued_on": MONTH, "issued_by": "郑凯", "issued_at": ISSUED, "source": BillSource.single}
        for each in map(Decimal, sums):
            db.add(Bill(amount=each, open=each, voided=False, **whose, **days, **issued))
        db.commit()
    engine.dispose()


def test_a_payment_by_keyboard(enter: Callable[..., Page], environment: dict[str, str]) -> None:
    owe(environment["CRM_DATA_DIR"], "120.50", "30.00")
    page = enter("wudan")
    page.goto("/billing/counter/")
    page.keyboard.type("oynn", delay=20)
    expect(page.locator("#counter-suggestions [role=option]").first).to_contain_text("欧阳娜娜")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[name=amount]")).to_be_focused()
    account, total = page.url, page.locator("[data-ticked]")
    before = total.inner_text()
    last = page.locator("[name=bill]:enabled").last
    last.focus()
    page.keyboard.press("Space")
    expect(total).not_to_have_text(before)
    page.keyboard.press("Space")
    expect(total).to_have_text(before)
    expect(page.locator("#ticked-capitals")).to_contain_text("元")
    sent = page.evaluate("[...new FormData(document.querySelector('[data-counter]'))]")
    page.locator("[name=amount]").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/receipts/\d+\?paid=1$"))
    expect(page.locator("main .pay-sum")).to_have_text(f"￥{before}")
    expect(page.locator(":focus")).to_contain_text("打印")
    again = "async ([to, sent]) => (await fetch(to, {method: 'POST', body: new URLSearchParams(sent)})).url"
    assert page.evaluate(again, [account, sent]) == page.url
    paths = (account, page.url, "/billing/counter/closes/new")
    assert faults(page, paths) == {}
