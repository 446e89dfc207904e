"""A title document from A's hands to the client's, in the browser, by everybody who has a part in it.

Compared by three and signed by three, into the safe by two in two sessions, out for registration and back, and given
back only once the loan is settled, against proof and receipt.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from crm.demo.cast import DEMO_PASSWORD
from crm.demo.credit import SERIALS
from crm.demo.people import id_number
from crm.identity import credit_check_character
from tests.stories.loans import apply_and_disburse, draw, save, scan

pytestmark = pytest.mark.browser
CLIENT, RECEIVER = "永昌建材有限公司", "周永昌"
CERTIFICATE = "青（2021）西宁市不动产权第0098765号"
BODY = "91630100MA75P8K2X"
FIELDS = ("name", "certificate_no", "quantity")


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    return scan(tmp_path / "扫描件.pdf")


def enter_and_list(a: Page, project: str) -> str:
    """The page of the issued list."""
    a.goto(f"/archive/vault/projects/{project}/documents/new")
    a.fill("[name=name]", "不动产权证书")
    a.fill("[name=certificate_no]", CERTIFICATE)
    a.fill("[name=owner]", CLIENT)
    a.fill("[name=obtained_on]", date.today().isoformat())
    a.fill("[name=obtained_time]", "00:00")
    save(a)
    expect(a.locator("main table")).to_contain_text(CERTIFICATE)
    a.locator("main a[href$='/transfer']").click()
    save(a)
    expect(a).to_have_url(re.compile(r"/transfers/\d+$"))
    return a.url


def compare(page: Page, address: str, others: int) -> None:
    """Name, number and quantity; nobody sees beforehand what the others found."""
    page.goto(address)
    expect(page.locator("main .yes")).to_have_count(0)
    expect(page.locator("input[name^=name-]"), page.locator("main").inner_text()).to_have_count(1)
    for name in FIELDS:
        page.check(f"input[name^={name}-]")
    page.locator("form:has(input[name^=name-]) button.btn-primary").click()
    expect(page.locator("main .yes")).to_have_count(others + 1)


def sign(page: Page, address: str, step: str) -> None:
    page.goto(address)
    page.locator(f"main a[href$='{step}']").click()
    draw(page)
    page.fill("[name=confirming_password]", DEMO_PASSWORD)
    save(page)
    expect(page).to_have_url(address)


def confirm(page: Page, voucher: str) -> None:
    page.goto(voucher)
    page.locator("main a[href$='/confirm']").click()
    page.fill("[name=confirming_password]", DEMO_PASSWORD)
    save(page)
    expect(page).to_have_url(voucher)


def carry(keeper: Page, second: Page, voucher: str) -> None:
    """The first word alone moves nothing."""
    confirm(keeper, voucher)
    expect(keeper.locator("main a[href$='/confirm']")).to_have_count(0)
    expect(keeper.locator("h1 .tone-green")).to_have_count(0)
    confirm(second, voucher)
    expect(second.locator("h1 .tone-green")).to_be_visible()


def lay(keeper: Page, voucher: str) -> None:
    keeper.goto(f"{voucher}/prepare")
    slot = keeper.locator("[name=place] option", has_text="第3格")
    keeper.select_option("[name=place]", slot.get_attribute("value"))
    save(keeper)
    expect(keeper.locator("main")).to_contain_text("第3格")


def ask(page: Page, project: str, purpose: str, *, back_on: str = "", receiver: str = "") -> str:
    page.goto(f"/archive/vault/vouchers/new/{project}")
    page.select_option("[name=purpose]", purpose)
    page.locator("[name=document_ids]").first.check()
    page.fill("[name=reason]", "办理登记")
    page.fill("[name=authority]", "受理通知书第18号")
    page.fill("[name=receiver]", receiver)
    page.fill("[name=back_on]", back_on)
    save(page)
    expect(page).to_have_url(re.compile(r"/vouchers/\d+$"))
    return page.url


def approve(manager: Page, voucher: str) -> None:
    manager.goto(f"{voucher}/decide")
    manager.check("input[name=outcome][value=approve]")
    save(manager)
    expect(manager).to_have_url(voucher)


def settle(a: Page, project: str, paper: Path) -> None:
    a.goto(f"/credit/projects/{project}/repay")
    a.fill("[name=paid_on]", date.today().isoformat())
    a.fill("[name=principal]", "1200000")
    save(a)
    a.goto(f"/credit/projects/{project}/settle")
    a.fill("[name=settled_on]", date.today().isoformat())
    a.set_input_files("[name=evidence]", str(paper))
    save(a)
    expect(a).to_have_url(re.compile(rf"/credit/projects/{project}$"))


@pytest.mark.timeout(300)
def test_a_title_document_is_kept_like_cash(enter: Callable[..., Page], paper: Path) -> None:
    a, b, keeper, second = (enter(who) for who in ("wanglei", "zhaoqian", "xujing", "fengxue"))
    deputy, manager = enter("shentao"), enter("hanbing")
    address = apply_and_disburse(a, deputy, paper, CLIENT, BODY + credit_check_character(BODY))
    project = address.rsplit("/", 1)[1]

    # A has it in hand and issues the list; three compare it blind, three sign it in their order
    listed = enter_and_list(a, project)
    for others, page in enumerate((a, b, keeper)):
        compare(page, listed, others)
    b.goto(listed)
    expect(b.locator("main a[href$='/sign']")).to_have_count(0)  # A first
    for page, step in ((a, "/sign"), (b, "/sign"), (keeper, "/receive")):
        sign(page, listed, step)

    # into the safe: a place, and two people
    keeper.locator("main a[href*='/vouchers/']").first.click()
    lay(keeper, received := keeper.url)
    carry(keeper, second, received)

    # out for registration with the manager's word, by the day that was said, and back
    soon = (date.today() + timedelta(days=5)).isoformat()
    out = ask(a, project, "registration", back_on=soon, receiver="王磊")
    keeper.goto(out)
    expect(keeper.locator("main a[href$='/confirm']")).to_have_count(0)
    approve(manager, out)
    carry(keeper, second, out)
    back = ask(keeper, project, "back")
    lay(keeper, back)
    carry(keeper, second, back)

    # not given back before the loan is settled and a manager has confirmed that, nor to another without a power
    release = ask(keeper, project, "release", receiver=RECEIVER)
    keeper.goto(release)
    expect(keeper.locator("main .notice-warning")).to_contain_text("0098765")
    settle(a, project, paper)
    manager.goto(f"/credit/projects/{project}/check-settlement")
    save(manager)
    keeper.goto(f"{release}/prepare")
    keeper.set_input_files("[name=power]", str(paper))
    save(keeper)
    approve(manager, release)
    keeper.goto(f"{release}/prepare")
    keeper.fill("[name=id_number]", id_number(SERIALS + 950, "male", 1970))
    keeper.set_input_files("[name=receipt]", str(paper))
    save(keeper)
    confirm(second, release)  # either of the two may come first
    confirm(keeper, release)
    expect(keeper.locator("h1 .tone-green")).to_be_visible()
    assert keeper.request.get(f"{release}/files/receipt").ok

    # whose hands it was in, all the way
    keeper.goto(f"/archive/vault/projects/{project}")
    keeper.locator("main table a", has_text="不动产权证书").click()
    path = keeper.locator(".deeds").first
    for words in ("王磊", "许静", "第3格", RECEIVER):
        expect(path).to_contain_text(words)
    expect(keeper.locator("h1")).to_contain_text("已退还")
