"""A whole working day: every desk reads on its start page what comes next, goes there, and finds it done afterwards.

Nobody types an address: each way begins at a line or a figure of the own start page, or under the bell.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from crm.demo.cast import DEMO_PASSWORD
from tests.browser.steps import save, write
from tests.browser.test_repairs import SETTLED

pytestmark = pytest.mark.browser
Enter = Callable[..., Page]


def next_up(page: Page, work: str) -> Locator:
    """The first line of this kind of work in what to do next."""
    return page.locator("[aria-labelledby=next] a", has_text=f"{work} · ").first


def go(page: Page, work: str) -> tuple[str, str]:
    """Follow the line; its address and the title of what is to be done."""
    line = next_up(page, work)
    address, title = line.get_attribute("href") or "", line.locator(".fw-bold").inner_text()
    line.click()
    expect(page).to_have_url(re.compile(re.escape(address.partition("?")[0])))
    return address, title


def home(page: Page) -> None:
    page.locator("nav a", has_text="首页").first.click()
    expect(page.locator("#next")).to_be_visible()


def gone(page: Page, address: str) -> None:
    """Back at the start page nothing is to be done there any more."""
    home(page)
    expect(page.locator(f'[aria-labelledby=next] a[href="{address}"]')).to_have_count(0)


def figure(page: Page, title: str) -> int:
    value = page.locator(".home-figures li", has_text=title).first.locator(".figure-value")
    return int(value.inner_text().replace(",", ""))


def test_the_service_desk_returns_a_call_and_reports_a_fault_that_becomes_a_job(enter: Enter) -> None:
    clerk, dispatcher, worker = enter("limin"), enter("sunhao"), enter("zhangjg", width=390, height=844)
    waiting = figure(clerk, "未回电")
    address, _who = go(clerk, "回电")
    clerk.get_by_role("link", name="办完了，填结果").click()
    write(clerk, result="已回电，客户知道周五上门")
    gone(clerk, address)
    assert figure(clerk, "未回电") == waiting - 1

    clerk.keyboard.press("r")
    clerk.wait_for_url(re.compile("/repairs/new"))
    clerk.goto("/repairs/new?public_area_id=1")  # of a public area nobody has to agree
    clerk.evaluate(f"void ({SETTLED})")
    clerk.fill("#problem", "电梯厅照明不亮")
    clerk.evaluate("settled")
    clerk.keyboard.press("Enter")
    clerk.wait_for_url(re.compile(r"/repairs/\d+$"))
    job = re.sub(r"^https?://[^/]+", "", clerk.url)

    home(dispatcher)
    dispatcher.locator(".home-figures a", has_text="待派维修单").click()
    dispatcher.locator(f'#list a[href="{job}"]').first.click()
    dispatcher.locator(f'main a[href^="{job}/assign"]').click()
    write(dispatcher, worker_id="张建国")
    expect(dispatcher.locator("h1")).to_contain_text("已派单")

    worker.reload()
    worker.locator(".page-header a, main a", has_text="我的工单").first.click()
    expect(worker).to_have_url(re.compile("/repairs/my/$"))
    worker.locator("main a", has_text="电梯厅照明不亮").first.click()
    worker.locator(".phone-steps button:visible").first.click()
    expect(worker.locator("h1 .tag").first).to_have_text("已接单")


def test_the_desk_mends_what_the_review_found(enter: Enter) -> None:
    clerk = enter("limin")
    mine = figure(clerk, "由我处理")
    address, name = go(clerk, "整理发现的问题")
    expect(clerk.locator("h1")).to_contain_text(name)
    clerk.get_by_role("button", name=re.compile("今天已拨通")).first.click()
    clerk.locator("main .score-card button", has_text="重新核对").click()
    expect(clerk.locator("main")).to_contain_text("已整改")
    gone(clerk, address)
    assert figure(clerk, "由我处理") < mine


def test_money_is_asked_for_decided_and_chased(enter: Enter) -> None:
    supervisor = enter("zhengkai")
    waiting = figure(supervisor, "待审批")
    address, _what = go(supervisor, "待我审批")
    supervisor.locator("main a", has_text=re.compile("^(审批|批准)")).first.click()
    if supervisor.locator("main [name=verdict]").count():
        supervisor.check("main [name=verdict][value=approve]")
    supervisor.fill("main [name=remark]", "单据齐全")
    save(supervisor)
    confirm(supervisor)
    gone(supervisor, address)
    assert figure(supervisor, "待审批") == waiting - 1

    reviewer = enter("hefang")
    address, _account = go(reviewer, "今天该联系")
    write(reviewer, outcome="not_reached", words="无人接听")
    gone(reviewer, address)

    cashier = enter("wudan")
    go(cashier, "钱箱")
    expect(cashier.locator("h1")).to_contain_text("日结")


def test_the_archive_passes_on_and_signs(enter: Enter) -> None:
    archivist = enter("fengxue")
    address, title = go(archivist, "待签署的定期整理")
    assert "2026" in title or "-" in title
    expect(archivist.get_by_role("button", name="报告")).to_be_visible()
    archivist.locator(f'main a[href="{address}/sign"]').click()
    archivist.fill("main [name=remark]", "缺件已交客服补齐")
    archivist.fill("main [name=confirming_password]", DEMO_PASSWORD)
    save(archivist)
    expect(archivist.locator("main")).to_contain_text("已签署")
    gone(archivist, address)

    manager = enter("zhaoqian")
    _address, project = go(manager, "移交")
    expect(manager.locator("main")).to_contain_text(project.split(" ")[0])


def test_who_decides_has_one_list_and_who_asked_hears_of_it(enter: Enter) -> None:
    director, asker = enter("hanbing"), enter("zhaoqian")
    director.locator("main a", has_text="待我审批").first.click()
    row = director.locator("#list tbody tr", has_text="移交延期申请").first
    row.locator("a").first.click()
    expect(director).to_have_url(re.compile(r"/postponements/\d+$"))
    asked = re.sub(r"^https?://[^/]+", "", director.url)
    director.get_by_role("link", name="审批", exact=True).click()
    director.check("main [name=outcome][value=approve]")
    director.fill("main [name=words]", "同意")
    save(director)
    confirm(director)
    home(director)
    director.locator("main a", has_text="待我审批").first.click()
    expect(director.locator(f'#list a[href="{asked}"]')).to_have_count(0)

    asker.reload()
    asker.locator(".bell").first.click()
    told = asker.get_by_text("延期").first
    expect(told).to_be_visible()


def test_whoever_keeps_the_system_runs_a_task_at_once(enter: Enter) -> None:
    keeper = enter("liuyang")
    keeper.locator(".home-figures a", has_text="定时任务").first.click()
    keeper.locator("main a", has_text="清点未归档的文件").click()
    keeper.get_by_role("button", name="立即执行").click()
    expect(keeper.locator("main")).to_contain_text("刘洋")


def confirm(page: Page) -> None:
    """Where the password was not given lately."""
    if page.locator("main [name=password]").count():
        page.fill("main [name=password]", DEMO_PASSWORD)
        save(page)
