"""Two-step signing in and the question for the password, as somebody at the counter meets them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pyotp
import pytest
from playwright.sync_api import Page, expect

from crm.dates import utc_now
from crm.demo.cast import DEMO_PASSWORD

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

    from playwright.sync_api import StorageState

pytestmark = pytest.mark.browser
Enter = Callable[..., Page]
PERSON = "xujing"


@pytest.fixture(autouse=True)
def signed_in_anew(session_of: _lru_cache_wrapper[StorageState]) -> Iterator[None]:
    """A factor that is set up ends every session of its person: later tests begin with new ones."""
    yield
    session_of.cache_clear()


def give_password(page: Page) -> None:
    page.goto("/login")
    page.fill("[name=username]", PERSON)
    page.fill("[name=password]", DEMO_PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/login/code")


def sign_out(page: Page) -> None:
    page.click(".person summary")
    page.click(".person button:has-text('退出登录')")
    page.wait_for_url("**/login")


def give_code(page: Page, code: str) -> None:
    page.fill("[name=code]", code)
    page.click("main form:has([name=code]) button[type=submit]")


@pytest.mark.timeout(300)
def test_a_second_factor_from_the_first_day_to_the_last(enter: Enter, address: str, tmp_path: Path) -> None:
    page = enter(PERSON)
    page.goto("/account")
    page.click("text=设置两步登录")
    expect(page.locator("img.qr")).to_be_visible()
    assert page.evaluate("document.querySelector('img.qr').naturalWidth") > 100
    secret = re.sub(r"\s", "", page.inner_text("#secret"))
    give_code(page, "000000")
    expect(page.locator("[data-summary]")).to_contain_text("验证码不对")
    assert re.sub(r"\s", "", page.inner_text("#secret")) == secret
    give_code(page, pyotp.TOTP(secret).now())
    expect(page.locator(".codes code")).to_have_count(10)
    codes = page.locator(".codes code").all_inner_texts()
    with page.expect_download() as saved:
        page.click("text=存成文本")
    saved.value.save_as(tmp_path / "codes.txt")
    assert set(codes) < set((tmp_path / "codes.txt").read_text().split())
    page.click("text=已经存好")
    page.wait_for_url(f"{address}/account")

    sign_out(page)
    give_password(page)
    give_code(page, pyotp.TOTP(secret).at(utc_now() + timedelta(seconds=30)))  # the present one was used to set it up
    page.wait_for_url(f"{address}/")

    sign_out(page)
    for works in (True, False):
        give_password(page)
        page.click("text=用备用码")
        give_code(page, codes[0])
        if works:
            page.wait_for_url(f"{address}/")
            expect(page.locator("main .notice")).to_contain_text("还剩 9 个")
            sign_out(page)
        else:
            expect(page.locator(".notice-danger")).to_contain_text("已经用过")

    give_code(page, codes[1])
    page.wait_for_url(f"{address}/")
    page.goto("/account/factor/off")
    page.fill("[name=password]", DEMO_PASSWORD)
    give_code(page, codes[2])
    page.wait_for_url(f"{address}/account")
    expect(page.locator("main")).to_contain_text("未开启")


@pytest.mark.parametrize("width", [1440, 390])
def test_the_password_is_asked_for_again_in_the_place_of_the_number(
    enter: Enter, environment: dict[str, str], width: int
) -> None:
    page = enter("limin", width=width)
    page.goto("/tenants/customers")
    page.click("main table a[href*='/tenants/customers/']")
    page.click("nav.tabs >> text=联系")
    let_pass(environment)
    page.locator("[hx-target='#reveal'], [href*='/reveal']").first.click()
    question = page.locator("form.confirm")
    expect(question).to_be_visible()
    question.locator("[type=password]").fill("wrong")
    question.locator("button").click()
    expect(question.locator(".notice-danger")).to_contain_text("密码不对")
    question.locator("[type=password]").fill(DEMO_PASSWORD)
    question.locator("button").click()
    page.select_option("[name=reason]", index=1)
    let_pass(environment)
    page.fill("[name=note]", "回电核对")
    page.click("button:has-text('查看号码')")
    expect(question).to_be_visible()
    question.locator("[type=password]").fill(DEMO_PASSWORD)
    question.locator("button").click()
    expect(page.locator("#revealed")).to_be_visible()


def let_pass(environment: dict[str, str]) -> None:
    """As if limin had given her password an hour ago."""
    ago = (utc_now() - timedelta(hours=1)).replace(tzinfo=None)
    with sqlite3.connect(Path(environment["CRM_DATA_DIR"]) / "yihu.sqlite", timeout=20) as database:
        database.execute(
            "UPDATE login_session SET confirmed_at = ?"
            " WHERE user_id = (SELECT id FROM user_account WHERE username = 'limin')",
            (ago.isoformat(sep=" "),),
        )
    database.close()
