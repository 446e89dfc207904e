"""The archivist in a browser: a document filed with its file; every page of the archive by axe and at 390 px."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import Page
from pypdf import PdfWriter

from tests.browser.looking import faults

pytestmark = pytest.mark.browser
LISTS = (
    "/archive/dossiers", "/archive/ledger", "/archive/corrections", "/archive/removals", "/archive/numbers",
    "/archive/uses", "/archive/locations", "/archive/locations/new", "/archive/custodians", "/archive/checklists",
    "/archive/checklists/1", "/archive/policies/new", "/verify", "/verify?code=ffffffffffff",
)  # fmt: skip
TABS = ("contents", "attachments", "custody", "records", "notes")


def first_dossier(page: Page) -> str:
    page.goto("/archive/dossiers?q=-502/")
    return page.locator("table a[href^='/archive/dossiers/']").first.get_attribute("href") or ""


def pages_of(page: Page) -> list[str]:
    dossier = first_dossier(page)
    parts = [f"{dossier}?tab={tab}" for tab in TABS]
    forms = [f"{dossier}/{step}" for step in ("file", "custody", "attachments/new", "correct")]
    return [*LISTS, *parts, *forms]


def test_every_page_is_open_to_everybody(enter: Callable[..., Page]) -> None:
    page = enter("fengxue")
    assert faults(page, pages_of(page)) == {}


def test_a_document_is_filed_and_its_list_printed(enter: Callable[..., Page]) -> None:
    page = enter("fengxue")
    page.goto(first_dossier(page))
    page.keyboard.press("n")
    page.wait_for_url("**/file")
    page.select_option("select[name=slot]", "lease")
    page.set_input_files(
        "input[name=file]", {"name": "租赁合同.pdf", "mimeType": "application/pdf", "buffer": paper(3)}
    )
    page.click("form.form-page button[type=submit]")
    page.wait_for_url("**/archive/dossiers/*")
    assert "已归档，件号 4-0" in page.locator("#messages").inner_text()
    assert page.locator("a", has_text="租赁合同.pdf").count() == 1
    page.locator("summary", has_text="打印").click()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="卷内目录").click()
    assert opened.value.url.endswith("volume_list.pdf")
    asking = opened.value
    asking.get_by_label("答复客户").check()
    with asking.expect_response(lambda answer: answer.request.method == "POST") as said:
        asking.click("form.form-page button[type=submit]")
    assert said.value.headers["content-type"] == "application/pdf"


def paper(pages: int) -> bytes:
    writer, out = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    writer.write(out)
    return out.getvalue()
