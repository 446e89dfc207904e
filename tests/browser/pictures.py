"""Pictures of the main pages for the README and the handbook: `script/pictures`."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from crm.demo.cast import DEMO_PASSWORD
from tests.browser.served import CHROMIUM, CRM, QUIET, free_port, wait_for
from tests.imports.workbooks import ESTATE

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        env = {key: value for key, value in os.environ.items() if not key.startswith("CRM_")} | {"CRM_DATA_DIR": folder}
        for command in ("init", "demo"):
            subprocess.run([CRM, command], env=env, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(
            [CRM, "import", str(ESTATE), "--estate", "新城家园"], env=env, check=False, stdout=subprocess.DEVNULL
        )
        port = free_port()
        server = subprocess.Popen([CRM, "serve", "--port", str(port)], env=env, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"http://127.0.0.1:{port}/login", server)
            take(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            server.wait(10)


def take(address: str) -> None:
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=QUIET)

        def opened(width: int, *, dark: bool = False, who: str = "") -> Page:
            context = browser.new_context(
                base_url=address,
                viewport={"width": width, "height": 900 if width > 500 else 844},
                locale="zh-CN",
                color_scheme="dark" if dark else "light",
            )
            page = context.new_page()
            page.goto("/login")
            if who:
                page.fill("input[name=username]", who)
                page.fill("input[name=password]", DEMO_PASSWORD)
                page.keyboard.press("Enter")
                page.wait_for_url(f"{address}/")
            return page

        opened(1440).screenshot(path=FOLDER / "login.png")
        desk_pictures(opened(1440, who="limin"), "")
        desk_pictures(opened(1440, dark=True, who="limin"), "-dark")
        desk_pictures(opened(390, who="limin"), "-phone")
        imports(opened(1440, who="zhouhui"))
        browser.close()


def desk_pictures(page: Page, suffix: str) -> None:
    def shot(name: str, path: str, prepare: Callable[[], None] = lambda: None) -> None:
        page.goto(path)
        prepare()
        page.wait_for_timeout(300)
        page.screenshot(path=FOLDER / f"{name}{suffix}.png")

    def search() -> None:
        page.keyboard.press("/")
        page.keyboard.type("oynn", delay=30)
        page.locator("[role=option]").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(500)

    shot("desk", "/")
    shot("search", "/", search)
    page.goto("/search?q=欧阳娜娜")
    shot("dossier", page.locator("main a[href^='/tenants/customers/']").first.get_attribute("href") or "/")
    shot("building", "/properties/buildings/3")
    shot("list", "/properties/units")


def imports(page: Page) -> None:
    page.goto("/imports/")
    page.locator("main table tbody a").first.click()
    page.wait_for_url("**/imports/1")
    page.screenshot(path=FOLDER / "import.png")


if __name__ == "__main__":
    main()
