"""A working day of the company: everybody signs in, reads on the home what is next, goes there by it, and does it.

Addresses are typed for the home alone. What was done is gone from it, or has moved on to whose turn it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from crm.demo.cast import DEMO_PASSWORD
from tests.browser.steps import arrived, save, write
from tests.browser.test_repairs import press, sign

pytestmark = pytest.mark.browser
SETTLED = "settled = new Promise(done => document.addEventListener('htmx:afterSettle', () => done(), { once: true }))"
BURST = "大堂水管爆裂，水漫到楼道"
PHONE = {"width": 390, "height": 844}


def home(page: Page) -> Page:
    page.goto("/")
    return page


def lines(page: Page, kind: str) -> Locator:
    """What is next of one kind of work."""
    about = page.locator(".home-about").filter(has_text=re.compile(rf"^{kind}( ·|$)"))
    return page.locator("main [aria-labelledby=next] a.list-group-item", has=about)


def figure(page: Page, title: str) -> Locator:
    return page.locator(".home-figures li", has=page.get_by_text(title, exact=True)).first


def count(page: Page, title: str) -> int:
    return int(figure(page, title).locator(".figure-value").inner_text().replace(",", ""))


def follow(page: Page, line: Locator) -> str:
    """Through a line of the home; where it leads."""
    path = str(line.get_attribute("href"))
    line.click()
    expect(page).not_to_have_url(re.compile(r"^https?://[^/]+/$"))
    return path


def answer(page: Page, **typed: str) -> None:
    """The form of the page, until what comes of it is there."""
    with page.expect_navigation():
        write(page, **typed)


def gone(page: Page, path: str) -> None:
    """From what is next, when one comes back."""
    expect(home(page).locator(f"main [aria-labelledby=next] a[href='{path}']")).to_have_count(0)


def ring(page: Page, words: str) -> None:
    """Through the bell, which has something new."""
    expect(home(page).locator(".bell-count")).to_be_visible()
    page.locator("details.bell summary").click()
    page.locator("details.bell .told-new button", has_text=words).first.click()


def look_again(page: Page, kind: str, mend: str) -> None:
    """A finding of one's own: there, mended where it leads, looked at again, and cured."""
    before = count(page, "由我处理")
    figure(page, "由我处理").locator("a").click()
    page.select_option("#filters [name=kind]", label=kind)
    expect(page).to_have_url(re.compile("kind="))
    expect(page.locator("#list tbody a").first).to_be_visible()
    page.locator("#list tbody a").first.click()
    finding = arrived(page, r"/review/findings/\d+")
    page.get_by_role("link", name="去整改").click()
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile(mend)).first.click()
    page.go_back()
    page.go_back()
    expect(page).to_have_url(re.compile(finding))
    page.get_by_role("button", name="重新核对").click()
    expect(page.locator("#messages")).to_contain_text("已整改")
    assert count(home(page), "由我处理") < before


def service_desk(page: Page) -> str:
    """A promised call is returned; a burst pipe comes in by telephone. The job's number."""
    waiting = count(page, "未回电")
    path = follow(page, lines(page, "回电").first)
    page.get_by_role("link", name="办完了").click()
    answer(page, result="已回电说明，业主同意")
    gone(page, path)
    assert count(page, "未回电") == waiting - 1
    press(page, "/")
    page.keyboard.type("oynn", delay=20)
    expect(page.locator("[role=option]").first).to_contain_text("欧阳娜娜")
    press(page, "ArrowDown")
    expect(page.locator(".suggest-card")).to_contain_text("门铃坏，请电话联系")
    press(page, "Enter")
    arrived(page, r"/tenants/customers/\d+")
    expect(page.locator("h1")).to_contain_text("欧阳娜娜")
    press(page, "n")
    arrived(page, "/calls/new")
    answer(page, reason="repair", note=BURST)
    arrived(page, r"/calls/\d+")
    press(page, "r")
    arrived(page, "/repairs/new")
    page.locator("[name=thing]").select_option(label="1号楼大堂", force=True)
    page.evaluate(f"void ({SETTLED})")
    page.fill("#problem", BURST)
    page.evaluate("settled")
    page.click("#is-emergency")
    save(page)
    arrived(page, r"/repairs/\d+")
    found = re.search(r"W\d{4}-\d{4}", page.locator("main").inner_text())
    assert found
    return found[0]


def dispatcher_gives(page: Page, number: str) -> None:
    """The emergency stands first of what nobody has."""
    path = follow(page, lines(page, "待派与超时的维修").filter(has_text=number))
    page.get_by_role("link", name="派工", exact=True).last.click()
    arrived(page, f"{path}/assign")
    answer(page, worker_id="张建国")
    gone(page, path)


def worker_mends(phone: Page, number: str) -> None:
    """His telephone rings for it at any hour, and leads to where his home does."""
    path = lines(phone, "我的工单").filter(has_text=number).get_attribute("href")
    ring(phone, number)
    assert arrived(phone, r"/repairs/my/\d+") == path
    for step, then in (("接单", "已接单"), ("到场", "到场"), ("开工", "施工中")):
        phone.locator(".phone-steps .btn-next", has_text=step).click()
        expect(phone.locator("h1 .tag").first).to_have_text(then)
    form = phone.locator("form[action*='/finish']")
    form.locator("[name=note]").fill("更换管段，试压不漏")
    sign(phone)
    form.locator("button.btn-primary").click()
    expect(phone.locator("h1")).to_contain_text("待回访")
    gone(phone, path)


def desk_asks_and_mends(page: Page) -> None:
    """Whether they are content; a telephone nobody had verified."""
    due = count(home(page), "待回访")
    path = follow(page, lines(page, "回访").first)
    with page.expect_navigation():
        press(page, "1", "Control+Enter")
    gone(page, path)
    assert count(page, "待回访") == due - 1
    look_again(page, "电话核实已过期", "今天已拨通")


def reviewer_notes(page: Page) -> str:
    """A promise for today, of the first who is to be contacted; who it is."""
    line = lines(page, "今天该联系").first
    who = line.locator(".fw-bold").inner_text().rsplit(" ", 1)[1]
    path = follow(page, line)
    answer(page, outcome="promised", words="今天下午到收费台缴清", due_on="今天")
    gone(page, path)
    assert count(page, "承诺今天缴") >= 1
    return who


def cashier_takes(page: Page, who: str) -> None:
    """What was promised for today; it is in the drawer, and the promise is kept."""
    promise = lines(page, "缴款承诺").filter(has_text=who)
    drawer = lines(page, "钱箱").inner_text()
    path = str(promise.get_attribute("href"))
    page.locator("main .page-actions a, main header a").filter(has_text="收费台").click()
    arrived(page, "/billing/counter/")
    page.keyboard.type(who, delay=20)
    expect(page.locator("#counter-suggestions [role=option]").first).to_contain_text(who)
    press(page, "ArrowDown", "Enter")
    expect(page.locator("[name=amount]")).to_be_focused()
    press(page, "Enter")
    arrived(page, r"/billing/counter/receipts/\d+")
    gone(page, path)
    expect(lines(page, "钱箱")).not_to_have_text(drawer)


def supervisor_approves(page: Page) -> str:
    """A deposit to be given back; whose."""
    line = lines(page, "待我审批").filter(has_text="押金退还").first
    who = line.locator(".fw-bold").inner_text().rsplit(" ", 1)[1]
    path = follow(page, line)
    press(page, "d")
    answer(page, verdict="approve")
    gone(page, path)
    return who


def archivist_signs(page: Page) -> None:
    """A file to be closed; the month's review, read and signed off."""
    look_again(page, "客户已迁出，档案尚未封卷", "封卷")
    path = follow(page, lines(page, "待签署的定期整理").last)
    with page.context.expect_event("response", lambda each: each.url.endswith("/report.pdf")) as report:
        page.get_by_role("button", name="报告").click()
    assert report.value.headers["content-type"] == "application/pdf"
    page.get_by_role("link", name="签署").click()
    page.fill("[name=confirming_password]", DEMO_PASSWORD)
    answer(page, remark="缺件已交各岗补齐")
    assert arrived(page, r"/review/\d+") == path
    gone(page, path)


def manager_asks(page: Page) -> tuple[str, str, str]:
    """More days for a hand-over of one's own: its page, what it is about, and how long it had."""
    line = lines(page, "移交").filter(has_text="A角整理").first
    about, left = line.locator(".fw-bold").inner_text().split(" ")[0], line.locator(".tag").inner_text()
    path = follow(page, line)
    page.get_by_role("link", name="申请延期").click()
    answer(page, new_due=f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}", reason="客户出差，合同原件下周寄回")
    return path, about, left


def deputy_decides(page: Page, about: str) -> None:
    """In the one list of what waits for a decision."""
    waiting = count(page, "待审批")
    figure(page, "待审批").locator("a").click()
    row = page.locator("#list tbody tr", has_text=about).filter(has_text="移交延期申请")
    row.locator("a").first.click()
    page.get_by_role("link", name="审批", exact=True).click()
    answer(page, outcome="approve")
    assert count(home(page), "待审批") == waiting - 1
    figure(page, "待审批").locator("a").click()
    expect(page.locator("#list tbody tr").first).to_be_visible()
    expect(row).to_have_count(0)


def administrator_runs(page: Page) -> None:
    """A task of the clock, at once; the log has it."""
    logged = count(page, "今天的操作日志")
    page.locator(".home-figures h2 a", has_text="定时任务").click()
    page.get_by_role("link", name="提醒回电").click()
    page.get_by_role("button", name="立即执行").click()
    run = page.locator("#task tbody tr").first
    expect(run).to_contain_text("刘洋")
    expect(run.locator(".tag")).to_have_text("已完成", timeout=15_000)
    assert count(home(page), "今天的操作日志") > logged


def test_a_working_day(enter: Callable[..., Page]) -> None:
    clerk, phone = enter("limin"), enter("zhangjg", **PHONE)
    number = service_desk(clerk)
    dispatcher_gives(enter("sunhao"), number)
    worker_mends(home(phone), number)
    desk_asks_and_mends(clerk)
    promised = reviewer_notes(enter("hefang"))
    cashier, supervisor = enter("wudan"), enter("zhengkai")
    cashier_takes(cashier, promised)
    refunded = supervisor_approves(supervisor)
    expect(lines(home(cashier), "押金").filter(has_text=refunded)).to_be_visible()
    archivist_signs(enter("fengxue"))
    manager, deputy = enter("wanglei"), enter("shentao")
    path, about, left = manager_asks(manager)
    deputy_decides(home(deputy), about)
    moved = home(manager).locator(f"main [aria-labelledby=next] a[href='{path}'] .tag")
    expect(moved).to_be_visible()
    expect(moved).not_to_have_text(left)
    administrator_runs(enter("liuyang"))
