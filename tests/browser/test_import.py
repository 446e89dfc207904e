"""A supervisor brings the company's own workbook; the browser counts what the command counts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import forked
from tests.imports.workbooks import outside

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", ["microcommunity-estate", "microcommunity-rooms"])
def test_upload_check_run(
    enter: Callable[..., Page], environment: dict[str, str], commands: forked.Server, name: str
) -> None:
    file = outside(f"{name}.xlsx")
    told = commands.run(["import", str(file), "--estate", f"新城 {name}", "--dry-run", "--json"], environment)
    wanted = json.loads(told.stdout)
    page = enter("zhouhui")
    page.goto("/imports/new")
    page.set_input_files("[name=file]", str(file))
    page.fill("[name=estate_name]", f"新城 {name}")
    page.click("main form button[type=submit]")
    expect(page).to_have_url(re.compile(r"/imports/\d+"))
    number = page.url.rsplit("/", 1)[1]
    page.click(
        f"main button[formaction$='/imports/{number}/check'], main form[action$='/imports/{number}/check'] button"
    )
    expect(page.locator("main")).to_contain_text("试运行")
    assert counts(page)["created"] == sum(wanted["created"].values())
    page.click(f"form[action$='/imports/{number}/run'] button[type=submit]")
    expect(page.locator("main")).to_contain_text("完成")
    assert counts(page)["created"] == sum(wanted["created"].values())
    refused = page.request.get(f"/imports/{number}/refused.xlsx")
    assert refused.ok
    assert refused.body()[:2] == b"PK"


def counts(page: Page) -> dict[str, int]:
    """The sum of the created, updated and unchanged columns of the result's table."""
    rows = page.locator("main table").first.locator("tbody tr").all()
    cells = [[cell.strip() for cell in row.locator("td, th").all_inner_texts()] for row in rows]
    numbers = [[int(cell.replace(",", "") or 0) for cell in row[1:4]] for row in cells]
    return dict(zip(("created", "updated", "unchanged"), map(sum, zip(*numbers, strict=True)), strict=True))
