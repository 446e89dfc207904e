"""A neighbour who renovates at night, from two telephones to three dossiers: clerk, dispatcher, heads, archivist.

The clerk takes it by keyboard and the second caller joins; a violation is noted from it, its notice left at the door,
looked at twice, paid for out of the renovation deposit by two people. Whom the complaint is about calls nobody back:
the archivist does, hears that it goes on, and the case goes one level up. Both callers are asked before it is closed
with its cause.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.steps import arrived, save, step, write
from tests.stories.test_a_leaking_pipe import PHONE, books

pytestmark = pytest.mark.browser
MOST_KEYS = 8  # beside the words themselves
CLERK, DISPATCHER, HEAD, DEPUTY, CASHIER, LEDGER, ARCHIVIST = (
    "limin sunhao zhouhui shentao wudan zhengkai fengxue".split()
)
THEIRS = "这件投诉是针对您所在部门的"
HOMES = """
SELECT customer.id, customer.name, unit.label FROM customer
JOIN occupancy ON occupancy.customer_id = customer.id AND occupancy.ends IS NULL AND occupancy.role = 'owner'
JOIN unit ON unit.id = occupancy.unit_id AND unit.use = 'home' AND unit.handover_on < '2020-01-01'
JOIN estate ON estate.id = customer.estate_id AND estate.name = '阳光花园'
WHERE customer.kind = 'person' AND customer.merged_into_id IS NULL AND unit.building_id = (
  SELECT unit.building_id FROM unit JOIN estate ON estate.id = unit.estate_id AND estate.name = '阳光花园'
  WHERE unit.use = 'home' ORDER BY unit.id DESC LIMIT 1)
AND NOT EXISTS (SELECT 1 FROM complaint WHERE complaint.unit_id = unit.id OR complaint.customer_id = customer.id)
AND NOT EXISTS (SELECT 1 FROM complaint_caller WHERE complaint_caller.customer_id = customer.id)
AND NOT EXISTS (SELECT 1 FROM violation WHERE violation.unit_id = unit.id)
AND (SELECT count(*) FROM occupancy AS another WHERE another.unit_id = unit.id) = 1
AND (SELECT count(*) FROM occupancy AS another WHERE another.customer_id = customer.id) = 1
AND EXISTS (SELECT 1 FROM phone WHERE phone.customer_id = customer.id)
ORDER BY customer.id LIMIT 3
"""


class Home(NamedTuple):
    customer_id: int
    name: str
    unit: str


@dataclass(frozen=True)
class Offices:
    """Everybody's own browser."""

    enter: Callable[..., Page]
    pages: dict[str, Page]

    def __getitem__(self, who: str) -> Page:
        if who not in self.pages:
            self.pages[who] = self.enter(who)
        return self.pages[who]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "门口.jpg"
    Image.new("RGB", (2400, 1600), "#a97").save(path)
    return path


# ------------------------------------------------------------------------------------------------ what people do


def complain(clerk: Page, caller: Home, about: Home) -> str:
    """From the caller card: C, the words, the neighbour's unit, Enter. The case's path."""
    clerk.goto(f"/card/customer/{caller.customer_id}")
    clerk.keyboard.press("c")
    expect(clerk.locator("[name=words]")).to_be_focused()
    clerk.keyboard.type("楼上半夜装修，吵得睡不着")
    expect(clerk.locator("#known")).to_contain_text("噪声扰民")
    tabs = 0  # past whatever is known
    while clerk.evaluate("document.activeElement.name") != "neighbour" and tabs < MOST_KEYS:
        clerk.keyboard.press("Tab")
        tabs += 1
    clerk.keyboard.type(about.unit)
    clerk.keyboard.press("Enter")
    assert 1 + tabs + 1 <= MOST_KEYS
    return arrived(clerk, r"/complaints/\d+")


def complain_too(clerk: Page, caller: Home, path: str) -> None:
    """The same noise through another wall: one more caller of the case that is known."""
    clerk.goto(f"/card/customer/{caller.customer_id}")
    clerk.keyboard.press("c")
    expect(clerk.locator("[name=words]")).to_be_focused()
    clerk.keyboard.type("半夜有人装修，太吵了")
    joins = clerk.locator(f"#caller-{path.rsplit('/', 1)[1]}")
    expect(joins).to_be_visible()
    clerk.keyboard.press("Tab")
    expect(joins).to_be_focused()
    clerk.keyboard.press("Space")
    clerk.keyboard.press("Enter")
    assert arrived(clerk, r"/complaints/\d+") == path
    expect(clerk.locator("#messages")).to_contain_text("已记入")


def take_deposit(cashier: Page, payer: Home) -> None:
    cashier.goto(f"/billing/deposits/customers/{payer.customer_id}/take")
    write(cashier, kind="装修押金", amount="3000")
    arrived(cashier, r"/billing/counter/receipts/\d+")


def look_into(handler: Page, deputy: Page, path: str, plan: str) -> None:
    """What is done about it is approved by somebody else."""
    step(handler, path, "investigate")
    step(handler, path, "plan", plan=plan)
    step(deputy, path, "approve_plan")
    step(handler, path, "act")


def note_violation(clerk: Page, path: str, by: Home) -> str:
    clerk.goto(path)
    clerk.locator(f"main a[href*='/violations/new?about=complaint-{path.rsplit('/', 1)[1]}']").click()
    expect(clerk.locator("[name=unit]")).to_have_value(by.unit)
    clerk.locator("[name=type_id]").select_option(label="装修 · 违规施工时间", force=True)
    write(clerk, found="晚上十一点仍在砸墙、电钻施工")
    violation = arrived(clerk, r"/violations/\d+")
    expect(clerk.locator("main")).to_contain_text(by.name)
    return violation


def serve(clerk: Page, phone: Page, violation: str, photo: Path) -> None:
    """The notice is left at the door; the picture proves it."""
    step(clerk, violation, "serve")
    phone.goto(violation)
    phone.locator(".notice-warning a.btn-primary").click()
    phone.locator("main a", has_text="张贴于门上").first.click()
    phone.wait_for_url(re.compile("posted_at_door"))
    phone.set_input_files("main [name=photo]", photo)
    save(phone)
    arrived(phone, r"/letters/\d+")
    expect(phone.locator("h1")).to_contain_text("已送达")
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def inspect(phone: Page, violation: str, words: str, button: str) -> None:
    """On the round, from the list of what is to be looked at."""
    phone.goto("/violations/inspections?until=all")
    stop = phone.locator(".phone-job", has=phone.locator(f"a[href$='{violation}']"))
    stop.locator("[name=words]").fill(words)
    stop.get_by_role("button", name=button, exact=True).click()
    expect(phone.locator("#messages")).to_be_visible()


def deduct(head: Page, ledger: Page, violation: str) -> None:
    """Asked for by one, approved by another."""
    head.goto(violation)
    head.locator(f"main a[href$='{violation}/deduct']").click()
    head.fill("[name=lines-0-amount]", "800")
    save(head)
    arrived(head, violation)
    asked = head.locator("main a[href*='/billing/deposits/requests/']").get_attribute("href")
    ledger.goto(asked or "")
    ledger.keyboard.press("d")
    expect(ledger.locator("[name=verdict]").first).to_be_visible()
    write(ledger, verdict="approve")


def may_not_call_back(clerk: Page, path: str) -> None:
    """The noise is the service desk's to prevent: it asks nobody whether it is over."""
    clerk.goto(path)
    expect(clerk.locator("main .notice-warning").first).to_contain_text(THEIRS)
    clerk.goto(f"/complaints/callbacks/{path.rsplit('/', 1)[1]}")
    expect(clerk.locator("main .notice-warning").first).to_contain_text(THEIRS)
    expect(clerk.locator("[name=answer]")).to_have_count(0)


def may_not_close(clerk: Page, path: str) -> None:
    """Nor does it close the case, whatever address is typed."""
    clerk.goto(path)
    expect(clerk.locator(f"main a[href$='{path}/close']")).to_have_count(0)
    refused = clerk.request.get(f"{path}/close")
    assert (refused.status, THEIRS in refused.text()) == (409, True)


def call_back(archivist: Page, path: str, answer: str, words: str = "") -> None:
    """By keyboard, from the list of call-backs."""
    archivist.goto(f"/complaints/callbacks/{path.rsplit('/', 1)[1]}")
    archivist.keyboard.press(answer)
    if words:
        archivist.fill("[name=words]", words)
    archivist.keyboard.press("Control+Enter")
    expect(archivist.locator("#messages")).to_be_visible()


def is_asked_next(archivist: Page, path: str, caller: Home) -> None:
    """Both complained: the case waits for the other one too."""
    archivist.wait_for_url(re.compile(rf"/complaints/callbacks/{path.rsplit('/', 1)[1]}$"))
    expect(archivist.locator("[name=caller_id] option")).to_have_count(1)
    expect(archivist.locator("[name=caller_id]")).to_contain_text(caller.name)
    refused = archivist.request.get(f"{path}/close")
    assert (refused.status, caller.name in refused.text()) == (409, True)


def correct(head: Page, owner: Page, deputy: Page, path: str) -> None:
    """What is changed so that it does not happen again: done by one, looked at by another."""
    head.goto(f"{path}/actions/new")
    due_on = f"{datetime.now(UTC) + timedelta(days=7):%Y-%m-%d}"
    write(head, what="装修时间巡查排进夜班表，发现一次记一次", owner_id="李敏", due_on=due_on)
    owner.goto(path)
    owner.locator("#actions a[href$='/finish']").click()
    write(owner, words="夜班表已改，本周巡查三次")
    deputy.goto(path)
    deputy.locator("#actions a[href$='/verify']").click()
    write(deputy, words="看过夜班记录")
    expect(deputy.locator("#actions")).to_contain_text("看过夜班记录")


# ------------------------------------------------------------------------------------------------ what it comes to


def filed(page: Page, path: str) -> None:
    """The background jobs have pressed and filed it."""
    for _ in range(60):
        page.goto(path)
        if "已归档" in page.locator("h1").inner_text():
            return
        page.wait_for_timeout(250)
    raise AssertionError(page.locator("h1").inner_text())


def dossier(page: Page, customer_id: int) -> tuple[str, dict[str, str]]:
    """Of a customer's page: the timeline, and what lies in each section of the dossier."""
    page.goto(f"/tenants/customers/{customer_id}?tab=archive")
    sections = [each.inner_text().split(maxsplit=2) for each in page.locator(".slots > li").all()]
    return page.locator("aside .timeline").inner_text(), {number: rest for number, _title, rest in sections}


def test_a_noisy_neighbour(enter: Callable[..., Page], environment: dict[str, str], photo: Path) -> None:
    with books(environment) as connection:
        first, second, noisy = (Home(*row) for row in connection.execute(HOMES).fetchall())
    at = Offices(enter, {})
    phone = enter(CLERK, **PHONE)

    take_deposit(at[CASHIER], noisy)
    path = complain(at[CLERK], first, noisy)
    complain_too(at[CLERK], second, path)
    step(at[CLERK], path, "acknowledge", note="今晚派人上门，明天上午回话")
    step(at[DISPATCHER], path, "classify", about_department_id="客户服务部", handler_id="孙浩")
    look_into(at[DISPATCHER], at[DEPUTY], path, "今晚巡查，当场制止，发违规通知单")

    violation = note_violation(at[CLERK], path, noisy)
    serve(at[CLERK], phone, violation, photo)
    inspect(phone, violation, "夜里十点还在施工", "未整改")
    inspect(phone, violation, "夜间已停工", "已整改")
    deduct(at[HEAD], at[LEDGER], violation)
    step(at[CLERK], violation, "settle", settlement="deducted", words="扣装修押金 800 元，业主已签字")
    step(at[CLERK], violation, "file")

    step(at[DISPATCHER], path, "reply", reply="已制止夜间施工并处罚，夜间巡查照常")
    may_not_call_back(at[CLERK], path)
    call_back(at[ARCHIVIST], path, "2", "昨天夜里又开始了")
    look_into(at[HEAD], at[DEPUTY], path, "夜班每晚巡查两次，连续一周")
    step(at[HEAD], path, "reply", reply="连续一周夜间巡查，未再施工")
    correct(at[HEAD], at[CLERK], at[DEPUTY], path)
    call_back(at[ARCHIVIST], path, "1")
    is_asked_next(at[ARCHIVIST], path, second)
    call_back(at[ARCHIVIST], path, "1")
    may_not_close(at[CLERK], path)
    step(at[ARCHIVIST], path, "close", outcome="justified", cause="rule", cause_words="夜间没有人查装修时间")
    filed(at[ARCHIVIST], path)
    check(at[ARCHIVIST], environment, path, violation, (first, second), noisy)


def check(
    archivist: Page, environment: dict[str, str], path: str, violation: str, callers: tuple[Home, Home], noisy: Home
) -> None:
    """The files of all three tell it, the neighbour's without who complained; the money and the letter are there."""
    with books(environment) as connection:
        key = path.rsplit("/", 1)[1], violation.rsplit("/", 1)[1]
        number = connection.execute("SELECT number FROM complaint WHERE id = ?", key[:1]).fetchone()[0]
        told = "SELECT violation.number, letter.number, deducted FROM violation JOIN letter ON letter.id = letter_id"
        found, letter, deducted = connection.execute(f"{told} WHERE violation.id = ?", key[1:]).fetchone()
        left = "SELECT amount - balance FROM deposit WHERE customer_id = ?"
        assert (deducted, connection.execute(left, [noisy.customer_id]).fetchone()) == (80000, (80000,))
    for each in callers:
        timeline, sections = dossier(archivist, each.customer_id)
        assert number in timeline
        assert number in sections["11"]
    timeline, sections = dossier(archivist, noisy.customer_id)
    assert found in timeline
    assert found in sections["9"]
    assert not any(each.name in timeline or each.unit in timeline for each in callers)
    archivist.goto(f"/letters/?q={letter}")
    expect(archivist.locator("main table")).to_contain_text(letter)
