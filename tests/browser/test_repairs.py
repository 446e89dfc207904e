"""Repairs on the screen: the call in few keys, the board by keyboard, a job on a phone whose network goes away."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.looking import faults

pytestmark = pytest.mark.browser
KEPT = "async page => { while (!await caches.match(page)) await new Promise(done => setTimeout(done, 50)); }"

SETTLED = "settled = new Promise(done => document.addEventListener('htmx:afterSettle', () => done(), { once: true }))"


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def sign(page: Page) -> None:
    page.locator(".drawing canvas").scroll_into_view_if_needed()
    box = page.locator(".drawing canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=4)
    page.mouse.up()
    expect(page.locator("input[name=drawing]")).not_to_have_value("")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    Image.effect_noise((1800, 1200), 60).convert("RGB").save(tmp_path / "after.jpg")
    return tmp_path / "after.jpg"


def test_a_call_an_emergency_and_a_second_call_by_keyboard(enter: Callable[..., Page]) -> None:
    page = enter("limin")
    press(page, "/")
    page.keyboard.type("2-1-902")
    expect(page.locator("[role=option]").first).to_contain_text("2-1-902")
    press(page, "ArrowDown", "Enter")
    expect(page).to_have_url(re.compile("/properties/units/|/tenants/"))
    unit = page.url
    press(page, "r")
    expect(page.locator("#problem")).to_be_focused()
    page.keyboard.type("卫生间插座冒烟")
    expect(page.locator("#is-emergency")).to_be_visible()
    press(page, "Tab", "Space")  # 4 keys before the words, 3 after them
    expect(page.locator("#emergency")).to_be_checked()
    expect(page.locator("#problem")).to_be_focused()
    press(page, "Enter")
    expect(page.locator("h1")).to_contain_text("卫生间插座冒烟")
    first = page.url
    page.goto(unit)
    press(page, "r")
    expect(page.locator("#problem")).to_be_focused()
    page.keyboard.type("插座还在冒烟打火")
    expect(page.locator("#is-emergency")).to_be_visible()
    press(page, "Tab", "Tab", "Space", "Enter")
    expect(page).to_have_url(re.compile(re.escape(first)))
    assert faults(page, (first, "/repairs/new", "/repairs/")) == {}


def test_what_is_typed_before_the_scripts_run_is_known_too(enter: Callable[..., Page]) -> None:
    page, held = enter("limin"), list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/intake.js*", hold)
    page.goto("/repairs/new?public_area_id=1", wait_until="commit")
    page.locator("#problem").press_sequentially("卫生间插座冒烟")
    held[0].continue_()
    expect(page.locator("#is-emergency")).to_be_visible()


def test_the_board_by_keyboard(enter: Callable[..., Page]) -> None:
    page = enter("sunhao")
    page.goto("/repairs/dispatch/")
    press(page, "j", "j")
    card = page.locator(".board-new .job:focus")
    name, place = card.get_attribute("id"), card.locator(".job-title").inner_text()
    press(page, "d")
    page.keyboard.type("xx")
    press(page, "Enter")  # nobody is called that: it goes to nobody
    expect(page.locator("#give")).to_be_visible()
    page.fill("#give-name", "qj")
    press(page, "Enter")
    expect(page.locator("#give")).to_be_hidden()
    expect(page.locator(".board-news")).to_contain_text("已派出")
    given = page.locator(f".lane #{name}")
    expect(given).to_be_focused()
    press(page, "d")
    page.keyboard.type("mq")
    press(page, "Enter")
    expect(page.locator("#give-reason")).to_be_focused()  # another's job wants a reason
    press(page, "Escape")
    given.focus()
    press(page, "o")
    expect(page.locator("h1")).to_contain_text(place)
    assert faults(page, ("/repairs/dispatch/", "/repairs/dispatch/day", "/repairs/figures/")) == {}


def report(clerk: Page, problem: str) -> str:
    """Of a public area, where nobody is asked to pay or to agree; the job's page."""
    clerk.goto("/repairs/new?public_area_id=1")
    clerk.evaluate(f"void ({SETTLED})")
    clerk.fill("#problem", problem)
    clerk.evaluate("settled")  # what is known has come: a warning nobody saw yet would refuse the form
    clerk.keyboard.press("Enter")
    clerk.wait_for_url(re.compile(r"/repairs/\d+$"))
    return "/" + clerk.url.split("/", 3)[3]


def taken(phone: Page, path: str) -> str:
    """The page on the phone of the job that nobody had."""
    phone.goto(f"{path}/grab?from=phone")
    phone.locator("main form .form-buttons button").first.click()
    phone.wait_for_url(re.compile(r"/repairs/my/\d+$"))
    expect(phone.locator("h1 .tag").first).to_have_text("已接单")
    return path.replace("/repairs/", "/repairs/my/")


def test_a_job_finished_without_a_network_is_sent_once(enter: Callable[..., Page], picture: Path) -> None:
    page = enter("zhangjg", width=360, height=740)
    job = taken(page, report(enter("limin"), "水管接头渗水"))
    page.goto("/repairs/my/")
    page.evaluate(KEPT, job)
    sent = list[str]()
    page.context.on("request", lambda request: note(request, sent))
    page.context.set_offline(True)
    page.goto(job)  # it came along with the list
    for waiting in (1, 2):
        page.locator(".phone-steps button:visible").first.click()
        expect(page.locator("#strip")).to_contain_text(f"{waiting} 条等待网络")
    expect(page.locator("header details[open]")).to_have_count(0)
    page.fill("#note", "更换密封圈，试运行正常")
    page.set_input_files(".phone > details input[type=file]", picture)
    sign(page)
    page.click(".phone > details button.btn-next")
    expect(page.locator("#strip")).to_contain_text("3 条等待网络")
    page.reload()
    expect(page.locator("#strip")).to_contain_text("3 条等待网络")
    sent.clear()
    page.context.set_offline(False)
    expect(page.locator("h1")).to_contain_text("已归档")
    assert [each.rsplit("/", 1)[1].split("?")[0] for each in sent] == ["arrive", "start", "finish"]
    assert faults(page, (job, "/repairs/my/")) == {}


def note(request: Request, sent: list[str]) -> None:
    if request.method == "POST":
        sent.append(request.url)


def test_what_is_refused_later_holds_up_no_other_job(enter: Callable[..., Page]) -> None:
    clerk, page = enter("limin"), enter("zhangjg", width=360, height=740)
    first, second = (taken(page, report(clerk, problem)) for problem in ("水管接头渗水", "水管漏水"))
    page.goto("/repairs/my/")
    page.evaluate(KEPT, second)
    page.goto(first)
    arrive = page.locator(".phone-steps form").first
    arrive.evaluate("form => { form.action = form.action.replace('arrive', 'resume'); }")  # nothing to resume: refused
    page.context.set_offline(True)
    arrive.locator("button").click()
    expect(page.locator("#strip")).to_contain_text("1 条等待网络")
    page.goto(second)
    page.locator(".phone-steps form").first.locator("button").click()
    expect(page.locator("#strip")).to_contain_text("2 条等待网络")
    page.context.set_offline(False)
    expect(page.locator("#strip [data-drop]")).to_be_visible()
    expect(page.locator("#strip")).not_to_contain_text("还没有保存")  # the reason alone
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#strip [data-drop]")
    expect(page.locator("#strip")).to_be_hidden()
    page.reload()
    expect(page.locator("h1 .tag").first).to_have_text("到场")
