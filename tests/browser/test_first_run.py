"""The first five minutes of a new company: an empty installation, its administrator, the list of what to set up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import forked
from tests.browser.looking import faults
from tests.browser.served import free_port, listen, wait_for
from tests.browser.steps import save, write

pytestmark = pytest.mark.browser
PASSWORD = "ein-neues-haus-2026"


@pytest.fixture
def empty(installation: dict[str, str], commands: forked.Server) -> Iterator[str]:
    """The address of an installation as `crm init` leaves it, with the first account."""
    env = {key: value for key, value in installation.items() if not key.startswith("CRM_") or key == "CRM_DATA_DIR"}
    person = ["user", "add", "liuyang", "--name", "刘洋", "--role", "administrator", "--password", PASSWORD]
    done = commands.run(person, env)
    assert done.returncode == 0, done.stderr
    port = free_port()
    running = [commands.start(["serve", "--port", str(port), "--runners", "0"], env)]
    running.append(commands.start(["jobs", "run"], env))
    try:
        wait_for(f"http://127.0.0.1:{port}/login", running[0])
        yield f"http://127.0.0.1:{port}"
    finally:
        for process in running:
            process.terminate()
            process.wait(10)


@pytest.fixture
def page(chromium: Browser, empty: str) -> Iterator[Page]:
    errors: list[str] = []
    with chromium.new_context(base_url=empty, locale="zh-CN", viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        listen(page, errors)
        yield page
    assert errors == []


def sign_in_for_the_first_time(page: Page) -> None:
    page.goto("/")
    page.fill("[name=username]", "liuyang")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    secret = re.sub(r"\s", "", page.inner_text("#secret"))
    page.fill("[name=code]", pyotp.TOTP(secret).now())
    page.click("main form:has([name=code]) button[type=submit]")
    page.click("text=已经存好")


def next_step(page: Page) -> Locator:
    return page.locator("[aria-current=step]")


def is_done(page: Page, name: str) -> bool:
    return page.locator(f"#{name} .tone-green").count() == 1


def test_from_nothing_to_a_first_estate_with_its_residents(page: Page, tmp_path: Path) -> None:
    sign_in_for_the_first_time(page)
    page.wait_for_url("**/start/")
    assert faults(page, ["/start/"]) == {}
    next_step(page).locator("a.btn").click()
    page.locator("main a[href$='/properties/estates/new']").first.click()
    write(page, name="示例小区", company="示例物业服务有限公司", address="示例路 1 号", phone="0931-8000000")
    page.goto("/start/")
    assert is_done(page, "estates")
    assert not is_done(page, "units")
    next_step(page).locator("a.btn").click()
    import_the_sample(page, tmp_path)
    page.goto("/")
    page.click("#set-up a")
    page.wait_for_url("**/start/")
    assert is_done(page, "units")
    assert is_done(page, "customers")
    expect(page.locator("#start-count")).to_contain_text(re.compile(r"^已完成 [4-9] 项，共 17 项$"))


def import_the_sample(page: Page, folder: Path) -> None:
    with page.expect_download() as saved:
        page.click("main a[href$='/imports/sample.xlsx']")
    workbook = folder / saved.value.suggested_filename
    saved.value.save_as(workbook)
    page.set_input_files("[name=file]", workbook)
    save(page)
    page.click("main button[formaction$='/check'], main form[action$='/check'] button")
    expect(page.locator("main")).to_contain_text("试运行")
    page.click("main form[action$='/run'] button[type=submit]")
    expect(page.locator("main")).to_contain_text("完成")
