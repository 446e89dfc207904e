"""What is wrong with a page to look at: barriers that axe finds in light and in dark, and what a phone cannot show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page, expect

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ASKED = "async asked => (await axe.run({runOnly: asked, resultTypes: ['violations']})).violations"
CONTRAST = ["color-contrast"]  # all that another theme changes
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PHONE = 390  # pixels


def faults(page: Page, paths: Iterable[str]) -> dict[str, list[str]]:
    """Of each address that has some. The window is as wide as before afterwards."""
    found = {path: list(_faults_of(page, path)) for path in paths}
    return {path: some for path, some in found.items() if some}


def _faults_of(page: Page, path: str) -> Iterable[str]:
    page.goto(path)
    page.evaluate(AXE.read_text())
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        yield from _barriers(page, theme, LEVELS if theme == THEMES[0] else CONTRAST)
    size = page.viewport_size
    assert size
    page.set_viewport_size({"width": PHONE, "height": 844})
    if (width := page.evaluate("document.documentElement.scrollWidth")) > PHONE:
        yield f"{width} pixels wide on a phone"
    page.set_viewport_size(size)


def _barriers(page: Page, theme: str, asked: Sequence[str]) -> Iterable[str]:
    found: list[dict[str, Any]] = page.evaluate(ASKED, asked)
    for fault in found:
        for node in fault["nodes"][:3]:
            yield f"{theme}: {fault['id']}: {node['html'][:150]}"
