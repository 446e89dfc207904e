"""Complaints, violations, letters and notices on the screen: by keyboard, on a phone, and behind a household's link."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import faults
from tests.browser.steps import arrived, save, step, write
from tests.browser.test_repairs import press, sign
from tests.stories.test_a_leaking_pipe import books

pytestmark = pytest.mark.browser
NARROW = {"width": 360, "height": 740}
SETTLED = "settled = new Promise(done => document.addEventListener('htmx:afterSettle', () => done(), { once: true }))"
MAILED = """
SELECT unit.label, EXISTS (
  SELECT 1 FROM customer WHERE customer.id = occupancy.customer_id AND customer.email LIKE '%@%')
FROM unit JOIN estate ON estate.id = unit.estate_id AND estate.name = '阳光花园'
JOIN occupancy ON occupancy.unit_id = unit.id AND occupancy.ends IS NULL
WHERE unit.use = 'home' AND (SELECT count(*) FROM occupancy AS other WHERE other.unit_id = unit.id) = 1
ORDER BY 2 DESC, unit.id LIMIT 2
"""


def say(page: Page, words: str) -> None:
    """Into the words of a complaint; what is known of them has come."""
    expect(page.locator("[name=words]")).to_be_focused()
    page.evaluate(f"void ({SETTLED})")
    page.keyboard.type(words)
    page.evaluate("settled")


def complain(page: Page, unit: str, words: str) -> str:
    """From wherever one is, by keyboard alone; the case's path."""
    page.goto("/")
    press(page, "c")
    expect(page).to_have_url(re.compile("/complaints/new"))
    page.fill("[name=unit]", unit)
    page.fill("[name=caller]", "路过的业主")
    page.fill("[name=number]", "13700010002")
    page.locator("[name=words]").focus()
    say(page, words)
    press(page, "Enter")
    return arrived(page, r"/complaints/\d+")


def test_a_known_complaint_is_joined_by_keyboard(enter: Callable[..., Page]) -> None:
    page = enter("limin")
    press(page, "/")
    page.keyboard.type("2-1-802")
    expect(page.locator("[role=option]").first).to_contain_text("2-1-802")
    press(page, "ArrowDown", "Enter")
    expect(page).to_have_url(re.compile("/properties/units/|/tenants/"))
    where = page.url
    press(page, "c")
    say(page, "电梯关门夹人，报了三次")
    press(page, "Enter")  # 5 keys beside the words
    first = arrived(page, r"/complaints/\d+")
    expect(page.locator("h1")).to_contain_text("电梯关门夹人")
    page.goto(where)
    press(page, "c")
    say(page, "电梯还在夹人")
    expect(page.locator("#known [name=attach]").first).to_be_visible()
    press(page, "Tab", "Space", "Enter")
    assert arrived(page, r"/complaints/\d+") == first
    assert faults(page, (first, "/complaints/new", "/complaints/")) == {}


def test_a_call_back_by_keyboard(enter: Callable[..., Page]) -> None:
    clerk, head = enter("limin"), enter("zhouhui")
    path = complain(clerk, "2-1-702", "电梯维保不及时，灯不亮")
    step(clerk, path, "acknowledge", note="明天给您回话")
    step(clerk, path, "classify", about_department_id="工程维修部", handler_id="李敏")
    step(clerk, path, "investigate")
    step(clerk, path, "reply", reply="电梯灯已换")
    head.goto("/complaints/callbacks/")
    number = f"/complaints/callbacks/{path.rsplit('/', 1)[1]}"
    head.locator(f"main a[href$='{number}']").focus()
    press(head, "Enter")
    expect(head.locator("[name=answer]").first).to_be_visible()
    press(head, "1", "Control+Enter")
    assert arrived(head, r"/complaints/\d+") == path
    press(head, "w")
    expect(head).to_have_url(re.compile(f"{path}/close$"))
    assert faults(head, (number, "/complaints/callbacks/", f"{path}/close", "/complaints/figures/")) == {}


def test_violations_are_looked_at_on_a_phone(enter: Callable[..., Page]) -> None:
    clerk, phone = enter("limin"), enter("limin", **NARROW)
    clerk.goto("/violations/new")
    clerk.locator("[name=type_id]").select_option(label="公共秩序 · 楼道堆物", force=True)
    clerk.fill("[name=unit]", "2-1-602")
    write(clerk, found="楼道里放着三辆自行车")
    path = arrived(clerk, r"/violations/\d+")
    step(clerk, path, "serve")
    phone.goto("/violations/inspections?until=all")
    assert phone.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    stop = phone.locator(".phone-job", has=phone.locator(f"a[href$='{path}']"))
    stop.get_by_role("button", name="已整改", exact=True).click()
    expect(phone.locator("#messages")).to_contain_text("G")
    assert faults(clerk, (path, "/violations/inspections?until=all", "/violations/", "/letters/")) == {}


def test_a_notice_is_signed_for_and_read(
    enter: Callable[..., Page], chromium: Browser, environment: dict[str, str]
) -> None:
    with books(environment) as connection:
        (mailed, has_mail), (other, _) = connection.execute(MAILED).fetchall()
    assert has_mail
    clerk = enter("limin")
    clerk.goto("/notices/new?estate_id=1")
    clerk.locator("summary", has_text="更多条件").click()
    clerk.fill("[name=units]", f"{mailed}、{other}")
    clerk.check("[name=wants_reading]")
    clerk.locator("[name=kind]").select_option(index=1)
    write(clerk, subject="停水通知", body="尊敬的{name}：\n\n明天上午停水，请提前储水。")
    path = arrived(clerk, r"/notices/\d+")
    step(enter("zhouhui"), path, "issue")

    clerk.goto(f"{path}/unreached")
    expect(clerk.locator("main table tbody tr")).to_have_count(2)
    clerk.locator("main table a", has_text=other).click()
    clerk.locator("main a", has_text="前台签收").click()
    clerk.fill("[name=person]", "本人")
    sign(clerk)
    save(clerk)
    household = arrived(clerk, r"/notices/households/\d+")
    expect(clerk.locator("h1")).to_contain_text("已送达")

    clerk.goto(path)
    clerk.locator(f"form[action$='{path}/mail'] button").click()
    with chromium.new_context(locale="zh-CN") as context:
        reader = context.new_page()
        reader.goto(mailed_link(environment, path, mailed))
        expect(reader.locator("main")).to_contain_text("明天上午停水")
        reader.locator("form button.btn-primary").click()
        expect(reader.locator("main")).to_contain_text("确认阅读")
    clerk.goto(f"{path}/unreached")
    expect(clerk.locator("main table tbody tr")).to_have_count(0)
    assert faults(clerk, (path, household, f"{path}/unreached", "/notices/board")) == {}


def mailed_link(environment: dict[str, str], path: str, unit: str) -> str:
    """Out of the mail that waits for the mail server."""
    household = "notice_household.mail_id = mail.id AND notice_id = ? AND label = ?"
    wanted = f"SELECT mail.text FROM mail JOIN notice_household ON {household}"
    for _ in range(60):
        with books(environment) as connection:
            found = connection.execute(wanted, [path.rsplit("/", 1)[1], unit]).fetchone()
        if found:
            return str(re.findall(r"http\S+/n/\S+", found[0])[0])
        time.sleep(0.1)
    raise AssertionError("no mail was written")
