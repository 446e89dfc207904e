"""Borrowing by slip, from the wish to the shelf: the borrower, the deputy above her, the archivist, the chairman.

Two dossiers are asked for, approved and issued with their page counts; more days are granted; a part comes back, then
the rest, gone through page by page: one page is missing, and the slip stays open until somebody else ends the incident.
The chairman borrows by his rank: nobody approves it, and it says what for all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import save, write
from tests.stories.desks import by_approvals, by_bell, by_list, by_menu, by_start, press, row_of, step
from tests.stories.test_a_leaking_pipe import books

pytestmark = pytest.mark.browser
PICKED = 2  # documents of the second dossier
THERE = """
SELECT dossier.id, dossier.code, dossier.title FROM dossier
JOIN handover ON handover.dossier_id = dossier.id AND handover.state = 'filed'
JOIN custody ON custody.dossier_id = dossier.id AND custody.ends_at IS NULL AND custody.location_id IS NOT NULL
WHERE NOT EXISTS (SELECT 1 FROM slip_line JOIN lending_slip ON lending_slip.id = slip_line.slip_id
  WHERE slip_line.dossier_id = dossier.id
  AND lending_slip.state NOT IN ('draft', 'rejected', 'cancelled', 'closed'))
ORDER BY dossier.filed_at DESC LIMIT 2
"""


class Filed(NamedTuple):
    id: int
    code: str
    title: str

    @property
    def client(self) -> str:
        return self.title.split()[0]


def wish(page: Page, purpose: str, reason: str) -> str:
    """The slip's number; the page is where documents are put on it."""
    by_menu(page, "借阅")
    press(page, "向档案室借阅")
    write(page, purpose=purpose, reason=reason)
    return number_on(page)


def number_on(page: Page) -> str:
    """Of the slip on which documents are put."""
    expect(page.locator("h1")).to_contain_text("把材料加入出借单")
    number = re.search(r"借\d{4}-\d{4}", page.locator(".crumbs").inner_text())
    assert number
    return number[0]


def put_on(page: Page, code: str) -> None:
    """As typed, or as the scanner types it, with its Enter."""
    page.fill("main [name=code]", code)
    page.keyboard.press("Enter")


def pick(page: Page, dossier: Filed) -> None:
    """Looked for by a part of its number, for whose it is nobody is told here; documents of it are chosen."""
    put_on(page, dossier.code[:-1])
    expect(page.locator("main")).not_to_contain_text(dossier.client)
    page.locator("li", has_text=dossier.code).get_by_role("link", name="挑选材料").click()
    boxes = page.locator("[name=item_ids]")
    expect(boxes.nth(PICKED - 1)).to_be_visible()
    for box in boxes.all()[:PICKED]:
        box.check()
    page.get_by_role("button", name="加入勾选的材料").click()


def shows(page: Page, state: str) -> None:
    expect(page.locator("h1 .tag").first).to_have_text(state)


def issue(archivist: Page, number: str, documents: int, *labels: str) -> None:
    """Each dossier's label is scanned, with its Enter: what the slip has of it is ticked."""
    by_list(archivist, "借阅", number)
    assert archivist.request.get(archivist.get_by_role("link", name="取件清单").get_attribute("href") or "").ok
    press(archivist, "办理出借")
    ticked = archivist.locator("[name=in_hand]:checked")
    for label in labels:
        archivist.fill("[name=scan]", label)
        archivist.keyboard.press("Enter")
        expect(archivist.locator("[name=scan]")).to_have_value("")
    expect(ticked).to_have_count(documents)
    count_attachments(archivist)
    archivist.locator("main .form-buttons button.btn-primary").click()
    shows(archivist, "借出中")


def count_attachments(archivist: Page) -> None:
    """The client's own papers that travel with a whole dossier: a copy of the contract, where there is one."""
    entry = archivist.locator("main [name=attachments]")
    if entry.count():
        entry.fill("1")


def decide(deputy: Page, number: str) -> None:
    """More days are asked for: it waits for his decision."""
    by_approvals(deputy, number)
    deputy.check("[name=outcome][value=approve]")
    save(deputy)


def give_back(archivist: Page, number: str, *pages: str) -> None:
    """So many pages of the last documents; without any, everything that is out."""
    by_list(archivist, "借阅", number)
    press(archivist, "收回")
    entries = archivist.locator("main [name^=pages_]").all()
    for entry, count in zip(entries[-len(pages) :], pages, strict=True) if pages else ():
        entry.fill(count)
    if not pages:
        archivist.check("[name=everything]")
    save(archivist)


def go_through(archivist: Page, short: int | None = None) -> None:
    """Every document page by page; of the one at `short` a page is missing."""
    press(archivist, "逐页核对")
    rows = archivist.locator("main [name^=pages_]").all()
    for place, entry in enumerate(rows):
        line = (entry.get_attribute("name") or "").removeprefix("pages_")
        lent = int(re.findall(r"\d+", archivist.locator(f"#pages_{line}-help").inner_text())[0])
        entry.fill(str(lent - (place == short)))
        if place == short:
            archivist.fill(f"[name=note_{line}]", "末页未见")
    count_attachments(archivist)
    save(archivist)


@pytest.fixture
def filed(environment: dict[str, str]) -> list[Filed]:
    """Two dossiers that lie in their places."""
    with books(environment) as connection:
        return [Filed(*row) for row in connection.execute(THERE)]


@pytest.mark.timeout(300)
def test_a_slip_from_the_wish_to_the_shelf(enter: Callable[..., Page], filed: list[Filed], address: str) -> None:
    clerk, deputy, archivist = (enter(who) for who in ("limin", "shentao", "fengxue"))
    whole, part = filed
    label = f"{address}/archive/dossiers/{whole.id}"

    # asked for: one dossier by its number, of another two documents; approved by the deputy above her department
    number = wish(clerk, "answer", "客户来访，核对合同与签章")
    put_on(clerk, whole.code)
    expect(clerk.locator("#messages")).to_contain_text("已加入出借单")
    pick(clerk, part)
    clerk.get_by_role("link", name="回到出借单").click()
    rows = clerk.locator("main table.rows tbody tr:not(.section-row)")
    expect(rows.nth(PICKED)).to_be_visible()
    documents = rows.count()
    step(clerk, "提交出借单")
    shows(clerk, "待审批")
    by_list(archivist, "借阅", number)
    expect(archivist.get_by_role("link", name="办理出借")).to_have_count(0)
    by_approvals(deputy, number)
    step(deputy, "批准出借单", "同意")
    shows(deputy, "待出借")

    # issued: the ledger has every document with its pages, whose it is and who approved it
    issue(archivist, number, documents, label, part.code)
    by_menu(archivist, "借阅台账")
    archivist.fill("#filters [name=q]", number)
    archivist.keyboard.press("Enter")
    expect(row_of(archivist, number)).to_have_count(documents)
    expect(row_of(archivist, number).first).to_contain_text("李敏")
    expect(row_of(archivist, number).first).to_contain_text("沈涛")

    # more days, approved anew
    by_start(clerk, number)
    press(clerk, "申请延期")
    write(clerk, reason="客户还要再来一次")
    expect(clerk.locator("main")).to_contain_text("待审批")
    decide(deputy, number)
    expect(deputy.locator("main .facts").first).to_contain_text((date.today() + timedelta(days=14)).isoformat())

    # a part comes back, then the rest; gone through page by page, one page is missing
    give_back(archivist, number, "1", "1")
    shows(archivist, "部分归还")
    give_back(archivist, number)
    shows(archivist, "已归还，待核对")
    go_through(archivist, short=0)
    incident = archivist.locator("main").get_by_text(re.compile(r"^借事\d{4}-\d{4}$"))
    expect(incident).to_be_visible()

    # back in its place, and open all the same; the page is found, and the deputy says what came of it
    step(archivist, "归位")
    shows(archivist, "已归位，事故未结")
    give_back(archivist, number, "1")
    go_through(archivist)
    step(archivist, "归位")
    shows(archivist, "已归位，事故未结")
    by_bell(deputy, incident.inner_text())
    deputy.locator("main").get_by_role("link", name=incident.inner_text()).click()
    deputy.check("main [name=outcome][value=found]")
    write(deputy, result="缺页夹在客户材料里，已找回归位")
    shows(deputy, "已办结")

    # its documents say who had them
    archivist.reload()
    archivist.locator("main table.rows td a").first.click()
    expect(archivist.locator("main table.rows tr", has_text=number)).to_contain_text("李敏")


@pytest.mark.timeout(120)
def test_the_chairman_borrows_by_his_rank(enter: Callable[..., Page], filed: list[Filed], address: str) -> None:
    chairman, archivist = enter("tangfeng"), enter("fengxue")
    [dossier, _other] = filed
    by_menu(chairman, "借阅")
    press(chairman, "向档案室借阅")
    expect(chairman.locator("main")).to_contain_text("无需批准")
    write(chairman, purpose="management")
    expect(chairman.locator(".field-error")).to_contain_text("请")  # not even he borrows without a reason
    write(chairman, reason="董事会前查阅项目")
    number = number_on(chairman)
    put_on(chairman, f"{address}/archive/dossiers/{dossier.id}")
    expect(chairman.locator("#messages")).to_contain_text("已加入出借单")
    chairman.get_by_role("link", name="回到出借单").click()
    rows = chairman.locator("main table.rows tbody tr:not(.section-row)")
    expect(rows.first).to_be_visible()
    documents = rows.count()
    step(chairman, "提交出借单（按职级）")
    shows(chairman, "待出借")
    issue(archivist, number, documents, dossier.code)
    expect(archivist.locator("main .facts").first).not_to_contain_text("审批人")

    # what it is for stands in the register of use
    by_menu(archivist, "利用登记")
    expect(row_of(archivist, number).first).to_contain_text("董事会前查阅项目")
