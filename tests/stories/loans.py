"""What stories of loans have in common: a loan that is disbursed, a signature drawn by hand, a scan."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect
from pypdf import PdfWriter


def scan(path: Path) -> Path:
    """Of two pages."""
    writer = PdfWriter()
    for _page in range(2):
        writer.add_blank_page(200, 200)
    with path.open("wb") as file:
        writer.write(file)
    return path


def save(page: Page) -> None:
    page.locator("main form .form-buttons button.btn-primary").click()


def draw(page: Page) -> None:
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    for part in range(1, 9):
        page.mouse.move(box["x"] + 30 + 25 * part, box["y"] + 40 + 15 * (part % 3))
    page.mouse.up()


def apply_and_disburse(a: Page, deputy: Page, paper: Path, client: str, credit_code: str) -> str:
    """1,200,000 yuan yesterday; the address of the project."""
    yesterday = (date.today() - timedelta(days=1)).isoformat()
    a.goto("/credit/projects/new")
    a.fill("[name=name]", client)
    a.fill("[name=credit_code]", credit_code)
    a.fill("[name=amount]", "120万")
    a.fill("[name=term_months]", "12")
    a.fill("[name=rate]", "9.6")
    a.fill("[name=applied_on]", yesterday)
    a.fill("[name=purpose]", "收购秋粮")
    save(a)
    expect(a).to_have_url(re.compile(r"/credit/projects/\d+$"))
    project = a.url
    deputy.goto(f"{project}/approve")
    deputy.fill("[name=number]", "评审〔2026〕088号")
    deputy.fill("[name=decided_on]", yesterday)
    deputy.set_input_files("[name=evidence]", str(paper))
    save(deputy)
    expect(deputy).to_have_url(project)
    a.goto(f"{project}/end")
    a.fill("[name=ends_on]", yesterday)
    a.set_input_files("[name=evidence]", str(paper))
    save(a)
    expect(a).to_have_url(project)
    return project
