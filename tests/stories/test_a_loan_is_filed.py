"""A loan from the application to the archive, in the browser, by A, B and the archivist.

On the way: a supplement list, a postponement approved by the deputy, a list in a second version, a rejection. At the
end the three copies are read back as PDFs, and a paper that was tampered with is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from crm.demo.cast import DEMO_PASSWORD
from tests.stories.loans import apply_and_disburse, draw, save, scan

pytestmark = pytest.mark.browser
CLIENT = "瑞丰粮油贸易有限公司"


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    return scan(tmp_path / "扫描件.pdf")


def go(page: Page, address: str, step: str) -> None:
    """Open the page of the hand-over and press the step's button."""
    page.goto(address)
    page.locator(f"main a[href$='{step}']").first.click()


def do(page: Page, address: str, step: str, reason: str = "") -> None:
    go(page, address, step)
    if reason:
        page.fill("[name=reason]", reason)
    save(page)
    expect(page).to_have_url(re.compile(rf"{address}$"))


def sign(page: Page, address: str, step: str, *, drawn: bool) -> None:
    go(page, address, step)
    if drawn:
        draw(page)
    page.fill("[name=confirming_password]", DEMO_PASSWORD)
    save(page)
    expect(page).to_have_url(re.compile(rf"{address}$"))


def tick_all(page: Page, address: str) -> None:
    page.goto(address)
    for box in page.locator("form input[name^=matches-], form input[name^=signed-]").all():
        box.check()
    page.locator(".ticks-foot button").click()
    expect(page.locator("#messages")).to_contain_text("行")


def enter_documents(page: Page, address: str, paper: Path) -> int:
    """Every required document that is missing, counted, the first with its scan."""
    count = 0
    page.goto(address)
    while (missing := page.locator("tr.empty-row", has=page.locator(".tone-red"))).count():
        missing.first.locator("a[href*='/documents/new']").click()
        page.fill("[name=pages]", "2")
        page.fill("[name=sheets]", "1")
        if not count:
            page.set_input_files("[name=scan]", str(paper))
        save(page)
        expect(page).to_have_url(re.compile(rf"{address}$"))
        count += 1
    return count


def hand_over_of(page: Page) -> str:
    page.goto(f"/archive/handover/?q={CLIENT}")
    page.locator("#list tbody a").first.click()
    expect(page).to_have_url(re.compile(r"/archive/handover/\d+$"))
    return "/archive/handover/" + page.url.rsplit("/", 1)[1]


def texts(page: Page, path: str) -> list[str]:
    answer = page.request.get(path)
    assert answer.ok, path
    return ["".join(each.extract_text().split()) for each in PdfReader(BytesIO(answer.body())).pages]


@pytest.mark.timeout(400)
def test_a_loan_is_filed(enter: Callable[..., Page], paper: Path) -> None:
    a, b, archivist, deputy = (enter(who) for who in ("wanglei", "zhaoqian", "fengxue", "shentao"))

    # applied for, approved, disbursed: the number is reserved, the clocks run
    apply_and_disburse(a, deputy, paper, CLIENT, "91350100M000100Y43")
    address = hand_over_of(a)
    expect(a.locator("h1")).to_contain_text("鸿借字第")
    expect(a.locator("h1")).to_contain_text("预留")
    a.locator(".reckoning summary").first.click()
    expect(a.locator(".reckoning li").nth(1)).to_be_visible()

    # A enters what the checklist wants, issues the list, signs it with a drawn signature
    assert enter_documents(a, address, paper) >= 8
    do(a, address, "/issue")
    sign(a, address, "/sign-a", drawn=True)

    # A needs more time, the deputy grants it
    go(a, address, "/postpone")
    a.fill("[name=new_due]", (date.today() + timedelta(days=20)).isoformat())
    a.fill("[name=reason]", "他项权证下周才出")
    save(a)
    expect(a.locator(".notice-warning")).to_contain_text("他项权证下周才出")
    deputy.goto(address)
    deputy.locator(".notice-warning a").click()
    deputy.locator("main a[href$='/decide']").click()
    deputy.check("input[name=outcome][value=approve]")
    save(deputy)
    expect(deputy.locator(".clock-day").first).to_contain_text((date.today() + timedelta(days=20)).isoformat())

    # B has it, finds a signature missing, asks for it
    do(a, address, "/hand-to-b")
    b.goto(address)
    b.locator("main a[href$='/supplement']").click()
    b.locator("select[name^=item-]").nth(2).select_option("missing_signature")
    b.locator("input[name^=words-item-]").nth(2).fill("缺一名委员签字")
    save(b)
    expect(b.locator("h1")).to_contain_text("补充")

    # A provides it, and corrects a count on the way: another list, which A signs again
    a.goto(address)
    a.locator("main a[href*='/documents/']:not([href*='new'])").first.click()
    a.fill("[name=pages]", "3")
    a.fill("[name=sheets]", "2")
    save(a)
    a.locator("main a[href$='/provide']").click()
    a.fill("[name=words]", "已补签，在原件第2页")
    save(a)
    do(a, address, "/issue")
    sign(a, address, "/sign-a", drawn=False)
    expect(a.locator("main")).to_contain_text("作废：已被新版取代")

    # B checks again, ticks every line, confirms the codes, signs and submits
    go(b, address, "/recheck")
    b.check("input[name=found][value=verify]")
    save(b)
    tick_all(b, address)
    go(b, address, "/codes")
    save(b)
    sign(b, address, "/sign-b", drawn=True)
    do(b, address, "/submit")

    # the archivist finds a line that does not agree and rejects; B sets it right and submits again
    do(archivist, address, "/reject", "2-01页数与清单不符")
    b.goto(address)
    expect(b.locator(".timeline")).to_contain_text("2-01页数与清单不符")
    go(b, address, "/codes")
    save(b)
    do(b, address, "/submit")

    # checked line by line, signed and received: filed under its number, entered in the register
    tick_all(archivist, address)
    sign(archivist, address, "/receive", drawn=True)
    expect(archivist.locator("h1")).to_contain_text("已归档")
    expect(archivist.locator("h1")).not_to_contain_text("预留")
    archivist.goto("/archive/handover/register")
    expect(archivist.locator("#list")).to_contain_text(CLIENT)

    # three copies of one content, each for its holder; the first version says that it no longer holds. It is filed
    # now: to print its list is to use it, and it is asked what for
    a.goto(f"{address}/list/2.pdf?copy=1")
    said = {"purpose": "keeping", "note": "", "csrf_token": a.locator("main [name=csrf_token]").input_value()}
    assert a.request.post(a.url, form=said).headers["content-type"] == "application/pdf"
    copies = texts(a, f"{address}/list/2.pdf")
    for number, holder in enumerate(("王磊", "赵倩", "册内"), start=1):
        text = next(each for each in copies if f"第{number}份/共3份" in each)
        assert holder in text
        assert all(name in text for name in ("王磊", "赵倩", "冯雪", "密码加手写签名"))
    [proof] = {found for text in copies for found in re.findall(r"校验[值码]：([0-9a-f]{12})", text)}
    assert "作废" in texts(a, f"{address}/list/1.pdf?copy=1")[0]

    # the paper is genuine; with one character changed it is not
    archivist.goto(f"/verify?code={proof}")
    expect(archivist.locator("main .tone-green").first).to_be_visible()
    tampered = proof[:5] + ("0" if proof[5] != "0" else "1") + proof[6:]
    archivist.goto(f"/verify?code={tampered}")
    expect(archivist.locator("main .notice-danger")).to_be_visible()


def test_the_pages_fit_a_phone_and_finger(enter: Callable[..., Page]) -> None:
    """At 390 px nothing sticks out, and a signature can be drawn by finger."""
    page = enter("zhaoqian", width=390, height=844)
    page.goto("/archive/handover/?mine=audit")
    page.locator("#list tbody a").first.click()
    address = "/archive/handover/" + page.url.rsplit("/", 1)[1]
    for path in ("/archive/handover/", "/archive/handover/register", address):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
