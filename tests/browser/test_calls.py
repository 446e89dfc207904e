"""A call from the ring to the call back, by keyboard alone; the pages on the way, by axe and at 390 px."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import faults

pytestmark = pytest.mark.browser
MOST_KEYS = 8  # beside the words themselves


def test_a_call_is_entered_in_eight_keys(enter: Callable[..., Page]) -> None:
    page = enter("limin")
    page.goto("/pop?phone=%2B86+139-0000-5678")
    page.locator("main .owner a").first.click()  # father and daughter use one telephone
    expect(page.locator(".caller-card")).to_be_visible()
    keys = ["n", "1", "Tab", None, "Tab", "2", "Control+Enter"]
    for key in keys:
        if key is None:
            page.keyboard.type("厨房漏水，请尽快")
        else:
            page.keyboard.press(key)
        if key == "n":
            expect(page.locator("[name=reason]")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/calls/\d+$"))
    expect(page.locator("main")).to_contain_text("厨房漏水，请尽快")
    expect(page.locator("main")).to_contain_text("139****5678")
    assert len([key for key in keys if key]) + keys.count("Control+Enter") <= MOST_KEYS


def test_the_card_over_a_page_takes_the_keys(enter: Callable[..., Page]) -> None:
    page = enter("limin")
    page.goto("/pop?phone=13900005678")
    page.locator("main a[data-card]").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("#card-over .caller-card")).to_be_visible()
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile(r"/calls/new\?customer_id=\d+"))


def test_a_call_back_goes_from_home_to_done(enter: Callable[..., Page]) -> None:
    page = enter("limin")
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile(r"/calls/new$"))
    page.fill("[name=caller]", "卖桶装水的")
    page.select_option("[name=reason]", "inquiry")
    page.fill("[name=due_at]", "20分钟")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/calls/\d+$"))
    page.goto("/")
    page.locator("main a[href$='/calls/to-call-back']").first.click()
    page.locator("main a", has_text="卖桶装水的").first.click()
    page.locator("main a[href$='/finish']").click()
    page.fill("[name=result]", "已说明")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("已说明")
    page.goto("/calls/to-call-back")
    expect(page.locator("main")).not_to_contain_text("卖桶装水的")


PATHS = (
    "/",
    "/calls/",
    "/calls/new",
    "/calls/to-call-back",
    "/notifications/",
    "/pop?phone=13900005678",
    "/pop?phone=13700001234",
    "/pop",
)


def test_every_page_is_open_to_everybody(enter: Callable[..., Page]) -> None:
    assert faults(enter("limin"), PATHS) == {}
