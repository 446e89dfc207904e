"""Every page that a person can click to: no policy violation, no script error, no barrier found by axe."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from crm.demo.cast import DEMO_PASSWORD
from tests.browser.looking import faults

pytestmark = pytest.mark.browser
PATHS = (
    "/", "/tenants/customers", "/properties/units", "/properties/buildings/3", "/search?q=欧阳", "/imports/new",
)  # fmt: skip
MOST_PAGES = 40
KINDS = 2  # pages of one kind (same path but for its numbers), whoever sees them
kinds = dict[str, int]()


def crawl(page: Page) -> list[str]:
    """Addresses reached from the desk by links, a few of each kind; the page's own listeners note violations."""
    seen, visited = {"/"}, list[str]()
    waiting = deque(["/"])
    while waiting and len(visited) < MOST_PAGES:
        path = waiting.popleft()
        answer = page.goto(path)
        assert answer, path
        assert answer.status == 200, (path, answer.status)
        visited.append(path)
        for link in page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)"):
            parts = urlsplit(link)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            kind = "".join("0" if letter.isdigit() else letter for letter in parts.path)
            ours = parts.netloc == urlsplit(page.url).netloc and "as=" not in parts.query
            if ours and target not in seen and kinds.get(kind, 0) < KINDS and not downloads(parts.path):
                seen.add(target)
                kinds[kind] = kinds.get(kind, 0) + 1
                waiting.append(target)
    return visited


def downloads(path: str) -> bool:
    return path.endswith((".pdf", ".xlsx")) or path.startswith("/files/")


@pytest.mark.parametrize("who", ["limin", "zhouhui", "caoning", "liuyang"])
def test_crawl_finds_no_violation(enter: Callable[..., Page], who: str) -> None:
    """`enter` fails the test on any console error: a refused inline style or script shows up there."""
    page = enter(who)
    assert len(crawl(page)) > 5


def test_what_one_looks_at_every_day_is_open_to_everybody(enter: Callable[..., Page]) -> None:
    page = enter("zhouhui")
    page.goto("/search?q=欧阳娜娜")
    file = page.locator("main a[href^='/tenants/customers/']").first.get_attribute("href") or "/"
    assert faults(page, (*PATHS, file)) == {}


def test_reading_and_forms_work_without_scripts(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/login")
    page.fill("input[name=username]", "limin")
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.click("form[action$='/login'] button")
    page.fill("header input[name=q]", "欧阳娜娜")
    page.press("header input[name=q]", "Enter")
    page.locator("main a", has_text="欧阳娜娜").first.click()
    assert "欧阳娜娜" in page.locator("h1").inner_text()
    context.close()
