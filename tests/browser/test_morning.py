"""The clerk's morning: what she types is found and kept, what changed is noted, the form is printed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_escape_closes_and_slash_finds_again(enter: Callable[..., Page]) -> None:
    page = enter("limin")
    page.keyboard.press("/")
    page.keyboard.type("5678", delay=20)
    expect(page.locator("[role=option]").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#suggestions")).to_be_hidden()


def test_a_supplement_keeps_the_old_value_readable(enter: Callable[..., Page]) -> None:
    page = enter("limin")
    open_customer(page, "陈静")
    page.get_by_role("link", name="资料补充").first.click()
    page.fill("[name=email]", "chenjing@example.com")
    page.fill("[name=confirmed_by]", "本人")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("chenjing@example.com")


def test_what_was_typed_survives_a_refusal(enter: Callable[..., Page]) -> None:
    page = enter("limin")
    page.goto("/tenants/customers/new")
    page.fill("[name=name]", "陈静")
    page.fill("[name=id_number]", "430105198802311234")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("[name=id_number]")).to_have_value("430105198802311234")
    expect(page.locator("main")).to_contain_text("身份证号")


def test_the_registration_form_is_chinese_paper(enter: Callable[..., Page], tmp_path: Path) -> None:
    page = enter("limin")
    open_customer(page, "欧阳娜娜")
    number = page.url.rsplit("/", 1)[1].split("?")[0]
    answer = page.request.get(f"/tenants/customers/{number}/customer_form.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    (tmp_path / "form.pdf").write_bytes(answer.body())
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "form.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "欧阳娜娜" in text
    assert "3-1-502" in text
    assert "客户登记表" in text.replace(" ", "")


def test_the_phone_width_fits(enter: Callable[..., Page]) -> None:
    page = enter("limin", width=390, height=844)
    for path in ("/", "/tenants/customers", "/properties/units", "/search?q=欧阳"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


def open_customer(page: Page, name: str) -> None:
    page.goto(f"/search?q={name}")
    page.locator("main a", has_text=name).first.click()
    expect(page.locator("h1")).to_contain_text(name)
