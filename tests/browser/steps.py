"""Taking a step by its page, as whoever clicks it there."""

from __future__ import annotations

import re

from playwright.sync_api import Page


def arrived(page: Page, pattern: str) -> str:
    """The path of the page that has come."""
    page.wait_for_url(re.compile(rf"{pattern}(\?.*)?(#.*)?$"))
    return re.sub(r"^https?://[^/]+|[?#].*$", "", page.url)


def save(page: Page) -> None:
    page.locator("main form .form-buttons button.btn-primary").first.click()


def write(page: Page, **typed: str) -> None:
    """Into the page's form: a text, or what is chosen by its value or its words."""
    for name, text in typed.items():
        entry = page.locator(f"main [name={name}]").first
        kind = entry.evaluate("each => each.type")
        if kind == "radio":
            page.check(f"main [name={name}][value={text}]")
        elif kind.startswith("select"):
            entry.select_option(text)
        else:
            entry.fill(text)
    save(page)


def step(page: Page, path: str, name: str, **typed: str) -> None:
    """A step from the thing's own page, where it is offered."""
    page.goto(path)
    page.locator(f"main a[href$='{path}/{name}']").click()
    write(page, **typed)
    arrived(page, path)
