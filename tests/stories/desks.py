"""Going about as people do: by the menu, by what the start page says, by a list, by a page's own buttons."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import save

SHOTS = os.environ.get("STORY_PICTURES", "")


def by_menu(page: Page, title: str) -> None:
    page.locator("#menu a", has_text=title).filter(has=page.get_by_text(title, exact=True)).click()


def by_start(page: Page, words: str) -> None:
    """A line of what is to be done next, on the start page."""
    page.locator(".brand").first.click()
    page.locator(".list-group-item-action", has_text=words).first.click()


def by_approvals(page: Page, words: str) -> None:
    """What waits for the person's decision."""
    page.locator(".brand").first.click()
    page.locator(".page-actions").get_by_role("link", name="待我审批").click()
    row_of(page, words).locator("a").first.click()


def by_bell(page: Page, words: str) -> None:
    """What the bell has rung for."""
    page.locator(".bell summary").click()
    page.locator(".bell .told button", has_text=words).first.click()


def by_list(page: Page, menu: str, words: str) -> None:
    by_menu(page, menu)
    row_of(page, words).locator("a").first.click()


def row_of(page: Page, words: str) -> Locator:
    return page.locator("#list tbody tr", has_text=words)


def press(page: Page, title: str) -> None:
    """A button of the page's own, above."""
    page.locator(".page-actions").get_by_role("link", name=title, exact=True).click()
    expect(page.locator("h1")).to_contain_text(title)


def step(page: Page, title: str, note: str = "") -> None:
    """A step that is only to be confirmed."""
    press(page, title)
    if note:
        page.fill("main [name=note]", note)
    save(page)


def look(page: Page, name: str) -> None:
    """While a story is written: the page as it is seen, wide and narrow, in light and in dark."""
    if not SHOTS:
        return
    size = page.viewport_size
    assert size
    for theme, width in (("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(150)
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{theme}.png", full_page=True)
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            print("TOO WIDE", name, width, wide)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(size)
