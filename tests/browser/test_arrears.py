"""The work list of the arrears review by keyboard alone; its pages by axe and at 390 px."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import faults

pytestmark = pytest.mark.browser


def test_debtors_by_keyboard(enter: Callable[..., Page]) -> None:
    """Open the month's review, go down, take an advice and be at the next, change one and come back to its place."""
    page = enter("hefang")
    page.goto("/arrears/reviews/open")
    page.locator("main button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/arrears/reviews/\d+$"))
    review, rows = page.url, page.locator(".work-row")
    left = int(page.locator("#review-left .figure-value").inner_text().replace(",", ""))
    first, second = (rows.nth(place).get_attribute("id") for place in (0, 1))
    page.keyboard.press("j")
    expect(page.locator(f"#{first} .work-name")).to_be_focused()
    page.keyboard.press("y")
    expect(page.locator(f"#{second} .work-name")).to_be_focused()
    expect(page.locator(f"#{first}.work-done")).to_be_visible()
    expect(page.locator("#review-left .figure-value")).to_have_text(f"{left - 1:,}")
    expect(page.locator(f"#{second} .work-name")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator(f"#{first} .work-name")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#card-over[open]")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page).to_have_url(re.compile("/decide"))
    page.check("input[value=nothing]")
    page.fill("[name=remark]", "业主已约定月底结清")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/arrears/reviews/\d+#line-\d+$"))
    expect(page.locator(f"#{second}.work-done")).to_be_visible()
    expect(page.locator(":focus")).to_have_class("work-name")
    page.keyboard.press("?")
    expect(page.locator("#page-keys")).to_contain_text("采纳")
    paths = (review, f"{review}/figures", f"{review}/compared", f"{review}/closing", f"{review}?decision=none")
    assert faults(page, paths) == {}
