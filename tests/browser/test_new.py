"""What is new is entered with the form as the browser sends it, hidden fields and all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_new_account(enter: Callable[..., Page]) -> None:
    page = enter("administrator")
    page.goto("/admin/users/new")
    page.fill("main [name=username]", "chenjie")
    page.fill("main [name=full_name]", "陈洁")
    page.check("main [name=roles][value=service_desk]")
    page.check("main [name=all_estates]")
    page.click("main form.form-page button[type=submit]")
    expect(page.locator("main")).to_contain_text("chenjie")
    expect(page.locator("main .one-time code")).to_be_visible()


def test_a_new_estate(enter: Callable[..., Page]) -> None:
    page = enter("administrator")
    page.goto("/properties/estates/new")
    page.fill("main [name=name]", "新城家园")
    page.click("main form.form-page button[type=submit]")
    expect(page.locator("h1")).to_contain_text("新城家园")
