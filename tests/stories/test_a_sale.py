"""A flat with arrears and a deposit is sold: the desk, the cashier, the supervisor, in three browsers.

The seller owes and has a deposit; the buyer is new here. Meters are read, the keys go to the buyer, the month is
split before everybody's eyes, all three sign on the screen. The seller's debt stays hers, her deposit comes back by the
cashier; the buyer's account knows nothing of it, and both dossiers have their sheet.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import save, write
from tests.stories.test_a_leaking_pipe import books

pytestmark = pytest.mark.browser
BUYER, KEYS = "钱多多", "入户门钥匙三把当面交给买方"
FOUND = """
SELECT customer.id, customer.name, unit.id, unit.label, deposit.id, deposit.payer FROM customer
JOIN occupancy ON occupancy.customer_id = customer.id AND occupancy.ends IS NULL AND occupancy.role = 'owner'
JOIN unit ON unit.id = occupancy.unit_id AND unit.use = 'home'
JOIN deposit ON deposit.customer_id = customer.id AND deposit.balance > 0 AND deposit.unit_id = unit.id
JOIN estate ON estate.id = customer.estate_id AND estate.name = '阳光花园'
WHERE customer.merged_into_id IS NULL
AND EXISTS (SELECT 1 FROM bill WHERE bill.customer_id = customer.id AND bill.unit_id = unit.id AND bill.open > 0
  AND bill.run_id IS NOT NULL AND bill.meter = 0 AND bill.begins < :day AND bill.ends > :day)
AND NOT EXISTS (SELECT 1 FROM leaving WHERE leaving.unit_id = unit.id)
AND NOT EXISTS (SELECT 1 FROM deposit_request WHERE deposit_request.deposit_id = deposit.id)
AND NOT EXISTS (SELECT 1 FROM violation WHERE violation.customer_id = customer.id
  AND violation.state NOT IN ('filed', 'dropped', 'settled'))
AND NOT EXISTS (SELECT 1 FROM renovation WHERE renovation.unit_id = unit.id)
AND (SELECT count(*) FROM occupancy AS another WHERE another.unit_id = unit.id AND another.ends IS NULL) = 1
ORDER BY customer.id LIMIT 1
"""


class Sold(NamedTuple):
    customer_id: int
    name: str
    unit_id: int
    unit: str
    deposit_id: int
    payer: str


def draw(page: Page) -> None:
    """A stroke on each canvas of the page."""
    for canvas in page.locator("canvas").all():
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box
        page.mouse.move(box["x"] + 30, box["y"] + 30)
        page.mouse.down()
        page.mouse.move(box["x"] + 140, box["y"] + 60, steps=4)
        page.mouse.up()


def begin(clerk: Page, sold: Sold, day: date) -> str:
    """From the seller's page; the address of the sale."""
    clerk.goto(f"/tenants/customers/{sold.customer_id}")
    clerk.locator(f"main a[href*='/leavings/new?kind=sale'][href*='customer_id={sold.customer_id}']").first.click()
    if clerk.locator("main .plain-list a", has_text=sold.unit).count():  # of several units one is chosen
        clerk.locator("main .plain-list a", has_text=sold.unit).first.click()
    write(clerk, day=day.isoformat(), contract="存量房买卖合同 2026-0088")
    clerk.wait_for_url(re.compile(r"/leavings/\d+$"))
    return "/" + clerk.url.split("/", 3)[3]


def name_buyer(clerk: Page, sale: str) -> None:
    """Nobody is called so: a new file, whose ID number is wrong at first."""
    clerk.goto(sale)
    clerk.locator(f"main a[href$='{sale}/buyers']").click()
    write(clerk, customer=BUYER)
    expect(clerk.locator("[data-summary]")).to_contain_text(BUYER)
    clerk.locator("main a[href*='/buyers/new?kind=person']").click()
    write(clerk, name=BUYER, id_number="110101199003072091", phone="13907315678")
    expect(clerk.locator("main [name=name]")).to_have_value(BUYER)
    write(clerk, id_number="110101199003072092")
    if clerk.locator("main [name=anyway]").count():
        clerk.check("main [name=anyway]")
        save(clerk)
    expect(clerk.locator("main .plain-list")).to_contain_text(f"{BUYER} · 100")


def read(clerk: Page, sale: str) -> None:
    """A little more than last time, as the page says it."""
    clerk.goto(f"{sale}/readings")
    for entry, note in zip(
        clerk.locator("main [name$=-value]").all(), clerk.locator("main .section-note").all_inner_texts(), strict=True
    ):
        before = re.findall(r"\d+(?:\.\d+)?", note)[-1]
        entry.fill(f"{float(before) + 1:.1f}")
    save(clerk)
    clerk.wait_for_url(re.compile(rf"{sale}$"))


def step(clerk: Page, sale: str, name: str, **typed: str) -> None:
    clerk.goto(f"{sale}/{name}")
    write(clerk, **typed)
    clerk.wait_for_url(re.compile(rf"{sale}$"))


def refund(cashier: Page, approver: Page, sold: Sold, environment: dict[str, str]) -> None:
    """Asked for at the counter, approved by somebody else, paid out."""
    deposit = f"/billing/deposits/{sold.deposit_id}"
    cashier.goto(f"{deposit}/refund")
    form = cashier.locator("main form")
    if form.locator("[name=payee]").count():
        form.locator("[name=payee]").fill(sold.payer)
    if form.locator("[name=reason]").count():
        form.locator("[name=reason]").fill("房屋过户，退还押金")
    if form.locator("[name=method]").count() and form.locator("[name=method]").first.evaluate("e => e.type") == "radio":
        form.locator("[name=method]").first.check()
    save(cashier)
    cashier.wait_for_url(re.compile(r"/billing/deposits/(requests/)?\d+$"))
    with books(environment) as connection:
        asked = "SELECT id FROM deposit_request WHERE deposit_id = ? ORDER BY id DESC"
        [request] = connection.execute(asked, (sold.deposit_id,)).fetchone()
    approver.goto(f"/billing/deposits/requests/{request}/decide")
    write(approver, verdict="approve")
    approver.wait_for_url(re.compile(rf"/requests/{request}$"))
    cashier.goto(f"/billing/deposits/requests/{request}/pay-out")
    save(cashier)
    cashier.wait_for_url(re.compile(rf"/requests/{request}$"))


@pytest.fixture
def day() -> date:
    """In the middle of what was billed."""
    return date.today() - timedelta(days=1)


@pytest.fixture
def sold(environment: dict[str, str], day: date) -> Sold:
    with books(environment) as connection:
        return Sold(*connection.execute(FOUND, {"day": day.isoformat()}).fetchone())


@pytest.mark.timeout(400)
def test_a_sale_with_arrears_and_a_deposit(
    enter: Callable[..., Page], environment: dict[str, str], sold: Sold, day: date
) -> None:
    clerk, cashier, approver = (enter(who) for who in ("limin", "wudan", "zhengkai"))
    sale = begin(clerk, sold, day)
    name_buyer(clerk, sale)
    read(clerk, sale)
    step(clerk, sale, "keys", note=KEYS)
    clerk.goto(f"{sale}/money")
    split = clerk.locator("main table").first
    expect(split).to_contain_text(BUYER)
    expect(split).to_contain_text("×")
    save(clerk)
    step(clerk, sale, "checklist", reason="买卖双方约定月底前由卖方缴清")

    refund(cashier, approver, sold, environment)

    clerk.goto(f"{sale}/sign")
    draw(clerk)
    save(clerk)
    clerk.wait_for_url(re.compile(rf"{sale}$"))
    clerk.goto(f"{sale}/close")
    save(clerk)
    clerk.wait_for_url(re.compile(rf"{sale}$"))
    expect(clerk.locator("h1 .tag").first).to_have_text("已关闭")
    _told_apart(clerk, environment, sold, day)


def _told_apart(clerk: Page, environment: dict[str, str], sold: Sold, day: date) -> None:
    """The seller owes what she owed, for days before; the buyer nothing else than days after."""
    with books(environment) as connection:
        rows = connection.execute(
            "SELECT customer.id, min(bill.begins), max(bill.ends), sum(bill.open) FROM bill JOIN customer "
            "ON customer.id = bill.customer_id WHERE bill.unit_id = ? AND NOT bill.voided AND bill.source <> 'single' "
            "AND (customer.id = ? OR customer.name = ?) GROUP BY customer.id ORDER BY customer.id",
            (sold.unit_id, sold.customer_id, BUYER),
        ).fetchall()
        [balance] = connection.execute("SELECT balance FROM deposit WHERE id = ?", (sold.deposit_id,)).fetchone()
    (seller, _first, last, owed), (buyer, begins, _ends, _open) = rows
    assert (seller, balance) == (sold.customer_id, 0)
    assert last <= day.isoformat() <= begins
    assert owed > 0
    clerk.goto(f"/billing/customers/{buyer}")
    expect(clerk.locator("main")).not_to_contain_text(sold.name)
    for customer_id in (seller, buyer):
        _has_sheet(clerk, customer_id, sold.unit)


def _has_sheet(clerk: Page, customer_id: int, unit: str) -> None:
    """Filed by a job soon after."""
    sheet = clerk.locator("main", has_text=f"{unit} 交接单")
    for _each in range(30):
        clerk.goto(f"/tenants/customers/{customer_id}?tab=archive")
        if sheet.count():
            return
        clerk.wait_for_timeout(1000)
    expect(sheet).to_be_visible()
