"""Pictures for the README and the handbook: `script/pictures`. The same company on the same day each time."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from crm.demo.cast import DEMO_PASSWORD
from tests.browser.fixed import MOMENT
from tests.browser.served import CHROMIUM, QUIET
from tests.browser.standing import standing
from tests.imports.workbooks import ESTATE

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
COLOURS = 96  # of the pages' few: a third of the bytes, and nobody sees it
# desk: whose, how wide, and its pages beside the start page
DESKS: dict[str, tuple[str, int, dict[str, str]]] = {
    "service-desk": ("limin", 1280, {"calls": "/calls/to-call-back", "intake": "/repairs/new"}),
    "desk-supervisor": ("zhouhui", 1280, {"complaints": "/complaints/?state=open", "notices": "/notices/"}),
    "dispatcher": ("sunhao", 1280, {"board": "/repairs/dispatch/", "figures": "/repairs/figures/"}),
    "repair-worker": ("zhangjg", 390, {"jobs": "/repairs/my/", "stock": "/repairs/stock/"}),
    "cashier": ("wudan", 1280, {"counter": "/billing/counter/", "closes": "/billing/counter/closes/"}),
    "billing-supervisor": ("zhengkai", 1280, {"runs": "/billing/runs/", "charges": "/billing/charges/"}),
    "arrears-reviewer": ("hefang", 1280, {"reviews": "/arrears/reviews/", "contacts": "/arrears/contacts/due"}),
    "archivist": (
        "fengxue",
        1280,
        {
            "dossiers": "/archive/dossiers",
            "quality": "/tenants/quality",
            "lending": "/archive/lending/",
            "retention": "/archive/disposal/",
        },
    ),
    "title-custodian": ("xujing", 1280, {"vault": "/archive/vault/", "counts": "/archive/vault/counts/"}),
    "project-manager": ("wanglei", 1280, {"handover": "/archive/handover/", "credit": "/credit/"}),
    "executive": ("hanbing", 1280, {"arrears": "/arrears/reviews/", "complaints": "/complaints/figures/"}),
    "administrator": ("liuyang", 1280, {"start": "/start/", "accounts": "/admin/users"}),
    "auditor": ("caoning", 1280, {"log": "/admin/log", "ledger": "/archive/ledger"}),
}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with standing(("import", str(ESTATE), "--estate", "新城家园")) as (address, _folder):
        take(address)


def take(address: str) -> None:
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        keep(opened(browser, address, 1440), "login")
        main_pages(opened(browser, address, 1440, who="limin"))
        imports(opened(browser, address, 1440, who="zhouhui"))
        for desk, (who, width, pages) in DESKS.items():
            page = opened(browser, address, width, who=who)
            for name, path in ({"home": "/"} | pages).items():
                page.goto(path)
                keep(page, f"{desk}-{name}")
        browser.close()


def opened(browser: Browser, address: str, width: int, who: str = "") -> Page:
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": 800 if width == 1280 else 900 if width > 500 else 844},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        color_scheme="light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.clock.set_system_time(MOMENT)
    page.goto("/login")
    if who:
        page.fill("input[name=username]", who)
        page.fill("input[name=password]", DEMO_PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/")
    return page


def keep(page: Page, name: str) -> None:
    page.wait_for_timeout(300)
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as taken:
        small = taken.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


def main_pages(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("oynn", delay=30)
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.locator(".suggest-card").filter(has_text="欧阳娜娜").first.wait_for()
    keep(page, "search")
    page.goto("/search?q=欧阳娜娜")
    file = page.locator("main a[href^='/tenants/customers/']").first.get_attribute("href") or "/"
    for name, path in {"dossier": file, "building": "/properties/buildings/3", "list": "/properties/units"}.items():
        page.goto(path)
        keep(page, name)


def imports(page: Page) -> None:
    page.goto("/imports/")
    page.locator("main table tbody a").first.click()
    page.wait_for_url("**/imports/1")
    keep(page, "import")


if __name__ == "__main__":
    main()
