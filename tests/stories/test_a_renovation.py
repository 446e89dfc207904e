"""A renovation from the counter to the dossier: clerk, engineer, cashier, supervisor, patrol, billing.

Papers and deposit come before the permit; a patrol by phone finds the water-proofing cut open, the work stands still
until that is put right, goes on, takes longer; the first check fails on the water test, the second is made when the
waiting period is over. The violation is deducted from the deposit, the rest goes back, and every paper lies in the
dossier once. The product is served at the moments that the story tells (`in_time.py`).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests import forked
from tests.browser.served import wait_for
from tests.browser.steps import arrived, save, step, write
from tests.stories.debtors import KEEPER
from tests.stories.test_three_months_of_arrears import Company, ran

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
CLERK, ENGINEER, HEAD, CASHIER, LEDGER = "limin sunhao zhouhui wudan zhengkai".split()
UNIT, DEPOSIT = "3-1-101", "2000.00"
PHONE = {"width": 390, "height": 844}
STOPS = "装修 · 擅自改动防水、管线"
BEGUN, FOUND, MENDED, DONE = date(2026, 3, 10), date(2026, 3, 16), date(2026, 3, 20), date(2026, 5, 20)
PASSED, SECOND = date(2026, 5, 25), date(2026, 8, 25)


@pytest.fixture
def company(tmp_path: Path, commands: forked.Server, chromium: Browser) -> Iterator[Company]:
    company = Company(tmp_path / "var", tmp_path / "clock", chromium)
    port = company.address.rsplit(":", 1)[1]
    ran(commands.start(["init"], company.environment))
    ran(commands.start([], company.environment, module="tests.stories.debtors"))
    ran(commands.start(["init"], company.environment))  # opens the dossiers that are missing
    company.on(BEGUN)
    server = commands.start([str(company.clock), "serve", port], company.environment, module="tests.stories.in_time")
    try:
        wait_for(f"{company.address}/login", server)
        yield company
    finally:
        company.leave()
        server.terminate()
        server.wait(10)
    assert company.faults == []


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "照片.jpg"
    Image.new("RGB", (1200, 800), "#a97").save(path)
    return path


def rows(company: Company, query: str, *given: object) -> list[tuple[object, ...]]:
    with sqlite3.connect(company.database) as books:
        return books.execute(query, given).fetchall()


def state(page: Page, path: str, words: str) -> None:
    page.goto(path)
    expect(page.locator("h1")).to_contain_text(words)


# ------------------------------------------------------------------------------------------------ up to the permit


def apply(clerk: Page) -> str:
    """The papers that the works want stand there at once. The renovation's path."""
    clerk.goto("/renovations/new")
    clerk.fill("main [name=unit]", UNIT)
    clerk.keyboard.press("Tab")
    expect(clerk.locator("#known")).to_contain_text(KEEPER)
    clerk.locator("main [name=customer]").select_option(label=KEEPER)
    clerk.get_by_label("厨卫防水").check()
    expect(clerk.locator("#known")).to_contain_text(f"{float(DEPOSIT):,.2f}")
    told = {"description": "主卫防水重做", "starts_on": "2026-03-10", "ends_on": "2026-05-31", "contact": KEEPER}
    write(clerk, **told, contractor="青海宏建装饰工程有限公司")
    return arrived(clerk, r"/renovations/\d+")


def bring_papers(clerk: Page, path: str, photo: Path) -> None:
    """One by one, as long as one is missing."""
    while (missing := clerk.locator("#papers a.btn-primary")).count():
        missing.first.click()
        clerk.set_input_files("main input[type=file]", photo)
        save(clerk)
        arrived(clerk, path)
    step(clerk, path, "complete")


def sign(clerk: Page, path: str, photo: Path) -> None:
    clerk.goto(f"{path}/sign")
    clerk.set_input_files("main input[type=file]", photo)
    save(clerk)
    arrived(clerk, path)


def take_deposit(cashier: Page, customer_id: int) -> None:
    cashier.goto(f"/billing/deposits/customers/{customer_id}/take")
    write(cashier, kind="装修押金", amount=DEPOSIT)
    arrived(cashier, r"/billing/counter/receipts/\d+")


# ------------------------------------------------------------------------------------------------ on site


def patrol(phone: Page, path: str, photo: Path) -> None:
    """With a phone: one point is wrong, and its kind stops the work."""
    phone.set_viewport_size(PHONE)
    phone.goto(f"/renovations/patrols/my/{path.rsplit('/', 1)[1]}")
    point = phone.locator(".patrol-point", has=phone.locator("legend", has_text="防水"))
    point.locator("input[type=radio][value=found]").check()
    point.locator("input[name$=words]").fill("卫生间防水层被凿开")
    point.locator("select").select_option(label=STOPS)
    phone.set_input_files("#camera", photo)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    phone.locator("button.btn-next").click()
    phone.wait_for_url(re.compile(r"/renovations/patrols/my/\?done="))


def put_right(clerk: Page, violation: str, photo: Path) -> None:
    """The notice is left at the door."""
    step(clerk, violation, "serve")
    clerk.goto(violation)
    clerk.locator(".notice-warning a.btn-primary").click()
    clerk.locator("main a", has_text="张贴于门上").first.click()
    clerk.wait_for_url(re.compile("posted_at_door"))
    clerk.set_input_files("main [name=photo]", photo)
    save(clerk)
    arrived(clerk, r"/letters/\d+")


# ------------------------------------------------------------------------------------------------ checked and settled


def draw(page: Page) -> None:
    """Both sign on the screen."""
    for canvas in page.locator("main .drawing canvas").all():
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 30, box["y"] + 30)
        page.mouse.down()
        page.mouse.move(box["x"] + 150, box["y"] + 60, steps=4)
        page.mouse.up()


def check(engineer: Page, path: str, photo: Path, *wrong: str) -> None:
    """Line by line on the phone."""
    engineer.set_viewport_size(PHONE)
    engineer.goto(f"/renovations/checks/{path.rsplit('/', 1)[1]}/check")
    for line in engineer.locator("fieldset.form-section[id^=line-]").all():
        told = line.locator("legend").first.inner_text()
        bad = any(word in told for word in wrong)
        line.locator(f"input[type=radio][value={'fix' if bad else 'ok'}]").check()
        if line.locator("input[name$=hours]").count():
            line.locator("input[name$=hours]").fill("48")
        if bad:
            line.locator("textarea").fill("楼下顶棚渗水，重做闭水")
            line.locator("input[type=file]").set_input_files(photo)
    draw(engineer)
    assert engineer.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    save(engineer)
    arrived(engineer, path)


def decide(ledger: Page, company: Company) -> None:
    """The last that was asked about a deposit."""
    [(asked,)] = rows(company, "SELECT MAX(id) FROM deposit_request")
    ledger.goto(f"/billing/deposits/requests/{asked}/decide")
    write(ledger, verdict="approve")
    arrived(ledger, rf"/billing/deposits/requests/{asked}")


def settle(company: Company, path: str, violation: str, photo: Path) -> str:
    """One line, for the violation; signed, carried out by another, decided, paid."""
    clerk, number = company.enter(CLERK), path.rsplit("/", 1)[1]
    clerk.goto(f"/renovations/settlements/{number}/new")
    clerk.fill("[name=lines-0-amount]", "600")
    clerk.fill("[name=lines-0-reason]", "楼下顶棚修复")
    clerk.locator("[name=lines-0-violation_id]").select_option(violation.rsplit("/", 1)[1])
    clerk.set_input_files("[name=lines-0-photos]", photo)
    save(clerk)
    own = arrived(clerk, r"/renovations/settlements/\d+")
    clerk.goto(f"{own}/sign")
    draw(clerk)
    save(clerk)
    arrived(clerk, own)
    step(company.enter(HEAD), own, "carry_out")
    decide(company.enter(LEDGER), company)
    step(clerk, own, "refund", method="cash")
    decide(company.enter(LEDGER), company)
    pay_out(company)
    return own


def pay_out(company: Company) -> None:
    [(asked,)] = rows(company, "SELECT MAX(id) FROM deposit_request")
    cashier = company.enter(CASHIER)
    cashier.goto(f"/billing/deposits/requests/{asked}/pay-out")
    save(cashier)
    arrived(cashier, rf"/billing/deposits/requests/{asked}")


def test_a_renovation(company: Company, photo: Path) -> None:
    clerk, keeper = company.enter(CLERK), company.id_of(KEEPER)
    path = apply(clerk)
    bring_papers(clerk, path, photo)
    step(company.enter(ENGINEER), path, "examine", conditions="闭水 48 小时")
    sign(clerk, path, photo)
    state(company.enter(HEAD), path, "待发许可")
    refused = company.enter(HEAD).request.get(f"{path}/permit")
    assert refused.status == 409  # before the deposit
    take_deposit(company.enter(CASHIER), keeper)
    step(company.enter(HEAD), path, "permit")
    step(clerk, path, "begin")

    company.on(FOUND)
    patrol(company.enter(ENGINEER), path, photo)
    [(found,)] = rows(company, "SELECT MAX(id) FROM violation")
    violation = f"/violations/{found}"
    state(company.enter(HEAD), path, "停工")
    assert company.enter(HEAD).request.get(f"{path}/resume").status == 409
    put_right(company.enter(CLERK), violation, photo)

    company.on(MENDED)
    step(company.enter(ENGINEER), violation, "passed", words="防水层已重做")
    step(company.enter(CLERK), violation, "settle", settlement="rectified", words="已重做防水")
    step(company.enter(CLERK), violation, "file")
    step(company.enter(HEAD), path, "resume")
    step(company.enter(CLERK), path, "extend", until="2026-07-10", reason="柜体晚到")
    [(asked,)] = rows(company, "SELECT MAX(id) FROM renovation_extension")
    head = company.enter(HEAD)
    head.goto(f"/renovations/extensions/{asked}/decide")
    write(head, decision="approved")
    arrived(head, path)

    company.on(DONE)
    finish(company.enter(CLERK), path, photo)
    check(company.enter(ENGINEER), path, photo, "闭水")
    company.on(PASSED)
    check(company.enter(ENGINEER), path, photo)
    state(company.enter(ENGINEER), path, "观察期")
    early = company.enter(ENGINEER).request.get(f"/renovations/checks/{path.rsplit('/', 1)[1]}/check")
    assert (early.status, SECOND.isoformat() in early.text()) == (409, True)
    company.on(SECOND)
    check(company.enter(ENGINEER), path, photo)

    own = settle(company, path, violation, photo)
    state(company.enter(CLERK), own, "已结清")
    close(company.enter(CLERK), path)
    filed(company, path, keeper)


def finish(clerk: Page, path: str, photo: Path) -> None:
    clerk.goto(path)
    clerk.locator("main a[href$='/finish']").first.click()
    clerk.set_input_files("[name=drawings]", photo)
    write(clerk, built="主卫防水重做完成")
    arrived(clerk, path)


def close(clerk: Page, path: str) -> None:
    clerk.goto(path)
    clerk.locator("main a[href$='/close']").first.click()
    save(clerk)
    arrived(clerk, path)


def filed(company: Company, path: str, customer_id: int) -> None:
    """Each paper once: what was applied for and how it ended in section 3, what was built in section 12."""
    [(balance, amount)] = rows(company, "SELECT balance, amount FROM deposit WHERE customer_id = ?", customer_id)
    assert (balance, amount) == (0, 200000)
    found = rows(
        company,
        "SELECT item.source_kind, item.source_id, COUNT(*) FROM dossier_item AS item "
        "JOIN dossier ON dossier.id = item.dossier_id "
        "WHERE dossier.subject_id = ? AND item.source_kind LIKE 'renovation%' GROUP BY 1, 2",
        customer_id,
    )
    kinds = [str(kind) for kind, _id, _count in found]
    assert all(count == 1 for _kind, _id, count in found)
    once = "acceptance as_built settlement permit agreement record".split()
    assert {f"renovation_{name}" for name in once} <= set(kinds)
    clerk = company.enter(CLERK)
    clerk.goto(f"/tenants/customers/{customer_id}?tab=archive")
    sections = {text.split()[0]: text for text in (each.inner_text() for each in clerk.locator(".slots > li").all())}
    assert "验收" in sections["3"]
    assert "竣工图" in sections["12"]
    state(clerk, path, "已结案")
