"""The hand-over's pages by axe, on a phone, with a finger and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from crm.demo.cast import DEMO_PASSWORD
from tests.browser.looking import faults

pytestmark = pytest.mark.browser


def first(page: Page, work: str) -> str:
    """The hand-over that stands first in a work list."""
    page.goto(f"/archive/handover/?{work}")
    page.locator("#list tbody a").first.click()
    expect(page).to_have_url(re.compile(r"/archive/handover/\d+$"))
    return "/archive/handover/" + page.url.rsplit("/", 1)[1]


def pages_of(page: Page, who: str) -> list[str]:
    if who == "fengxue":
        checking = first(page, "state=checking")
        return ["/archive/handover/register", checking, f"{checking}/reject", first(page, "state=filed")]
    audited, coded = first(page, "state=with_b"), first(page, "state=coded")
    forms = [f"{audited}/supplement", f"{audited}/return", f"{coded}/sign-b", f"{coded}/audit-again"]
    return ["/archive/handover/", audited, coded, *forms]


@pytest.mark.parametrize("who", ["zhaoqian", "fengxue"])
def test_every_page_is_open_to_everybody(enter: Callable[..., Page], who: str) -> None:
    page = enter(who)
    assert faults(page, pages_of(page, who)) == {}


def test_a_finger_draws_and_draws_again(chromium: Browser, address: str) -> None:
    context = chromium.new_context(
        base_url=address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="zh-CN"
    )
    page = context.new_page()
    page.goto("/login")
    page.fill("input[name=username]", "zhaoqian")
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.click("button[type=submit]:has-text('登录')")
    page.wait_for_url(f"{address}/")
    page.goto(f"{first(page, 'state=coded')}/sign-b")
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + 40, box["y"] + 40)
    assert page.locator("[name=drawing]").input_value().startswith("data:image/png;base64,")
    page.locator("[data-clear]").tap()
    assert page.locator("[name=drawing]").input_value() == ""
    context.close()


def test_without_scripts_a_picture_stands_in_for_the_drawing(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/login")
    page.fill("input[name=username]", "zhaoqian")
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.click("button[type=submit]:has-text('登录')")
    page.goto(f"{first(page, 'state=coded')}/sign-b")
    expect(page.locator("canvas")).not_to_be_visible()
    expect(page.locator("input[name=picture]")).to_be_visible()
    context.close()
