"""Three months of arrears in the browser: review, letters, promises, a dispute, a plan, a lawyer, the next reviews.

The company is that of `debtors.py`: seven owners whose every fen is known. The product is served at the moments that
the story tells (`in_time.py`); whoever acts signs in anew on each of its days.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import chain
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from pypdf import PdfReader, PdfWriter

from crm.demo.cast import DEMO_PASSWORD
from crm.money import from_fen, in_capitals
from tests import forked
from tests.browser.served import free_port, listen, wait_for
from tests.stories.debtors import BREAKER, DEBTOR, DISPUTER, ESTATE, KEEPER, NEWCOMER, PLANNER, morning
from tests.stories.in_time import tell

pytestmark = pytest.mark.browser
PHONE = 390  # pixels
PHOTO = (600, 800)
FIRST_LETTER = 3  # its place among the usual steps


class Company:
    """Served on the day that the story has come to."""

    def __init__(self, data: Path, clock: Path, browser: Browser) -> None:
        self.clock, self.browser, self.faults = clock, browser, list[str]()
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("CRM_")}
        self.environment["CRM_DATA_DIR"] = str(data)
        self.database = data / "yihu.sqlite"
        self.address = f"http://127.0.0.1:{free_port()}"
        self.contexts: list[BrowserContext] = []
        self.entered: dict[str, Page] = {}

    def on(self, day: date) -> None:
        """Everybody's session has ended when this day comes."""
        tell(self.clock, morning(day))
        self.leave()

    def leave(self) -> None:
        for context in self.contexts:
            context.close()
        self.contexts.clear()
        self.entered.clear()

    def enter(self, username: str) -> Page:
        """The page of whoever signs in once a day."""
        if username not in self.entered:
            self.entered[username] = page = self._opened()
            page.goto("/login")
            page.fill("input[name=username]", username)
            page.fill("input[name=password]", DEMO_PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(f"{self.address}/")
        return self.entered[username]

    def _opened(self) -> Page:
        context = self.browser.new_context(
            base_url=self.address, viewport={"width": 1440, "height": 900}, locale="zh-CN"
        )
        self.contexts.append(context)
        page = context.new_page()
        listen(page, self.faults)
        return page

    def open_of(self, name: str, day: date) -> Decimal:
        """Yuan open of the customer's bills that are due before the day, as the database has them."""
        sums = "SELECT SUM(open) FROM bill JOIN customer ON customer.id = customer_id WHERE name = ? AND due_on < ?"
        with sqlite3.connect(self.database) as books:
            return from_fen(books.execute(sums, [name, day.isoformat()]).fetchone()[0])

    def id_of(self, name: str) -> int:
        with sqlite3.connect(self.database) as books:
            key: int = books.execute("SELECT id FROM customer WHERE name = ?", [name]).fetchone()[0]
        return key


@pytest.fixture
def company(tmp_path: Path, commands: forked.Server, chromium: Browser) -> Iterator[Company]:
    company = Company(tmp_path / "var", tmp_path / "clock", chromium)
    port = company.address.rsplit(":", 1)[1]
    ran(commands.start(["init"], company.environment))
    ran(commands.start([], company.environment, module="tests.stories.debtors"))
    company.on(date(2026, 3, 10))
    server = commands.start([str(company.clock), "serve", port], company.environment, module="tests.stories.in_time")
    try:
        wait_for(f"{company.address}/login", server)
        yield company
    finally:
        company.leave()
        server.terminate()
        server.wait(10)
    assert company.faults == []


def ran(process: forked.Process) -> str:
    out, err = process.communicate()
    assert process.wait() == 0, err
    return out


@pytest.fixture
def publish(company: Company, commands: forked.Server) -> Callable[[date], None]:
    """The month's bills, on its first day, by the command."""

    def run(month: date) -> None:
        company.on(month)
        command = ["billing", "run", "--estate", ESTATE, "--period", f"{month:%Y-%m}", "--publish"]
        told = ran(commands.start([str(company.clock), *command], company.environment, module="tests.stories.in_time"))
        assert "2679.88" in told

    return run


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "签收.png"
    Image.new("RGB", PHOTO, "white").save(path)
    return path


@pytest.fixture
def agreement(tmp_path: Path) -> Path:
    writer, path = PdfWriter(), tmp_path / "协议.pdf"
    writer.add_blank_page(595, 842)
    writer.write(path)
    return path


def save(page: Page) -> None:
    page.locator("main form .form-buttons button.btn-primary").first.click()


def arrived(page: Page, pattern: str) -> str:
    """The path of the page that has come."""
    page.wait_for_url(re.compile(rf"{pattern}(\?.*)?(#.*)?$"))
    return re.sub(r"^https?://[^/]+|[?#].*$", "", page.url)


def cells(row: Locator) -> list[str]:
    return [" ".join(cell.split()) for cell in row.locator("td").all_inner_texts()]


def rows(table: Locator) -> list[list[str]]:
    return [cells(row) for row in table.locator("tbody tr").all()]


def account(page: Page, name: str) -> Locator:
    return page.locator(".work-row", has_text=name)


def owing(page: Page) -> dict[str, str]:
    """Of the work list: who, and what is overdue."""
    return {cells(row)[1].split()[1]: cells(row)[3].split()[0] for row in page.locator(".work-row").all()}


def texts(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


# ------------------------------------------------------------------------------------------------ what people do


def open_review(page: Page) -> str:
    page.goto("/arrears/reviews/open")
    page.locator("main button[type=submit]").click()
    return arrived(page, r"/arrears/reviews/\d+")


def park(page: Page, customer_id: int) -> None:
    """The January line, until the call that was promised is followed up."""
    page.goto(f"/arrears/customers/{customer_id}")
    page.locator("tr", has_text="2026-01-28").locator("[name=bill]").check()
    page.locator(".owe-pick button").click()
    page.fill("[name=reason]", "一月份保洁停做，只认其余月份")
    page.fill("[name=until]", "2026-05-31")
    page.select_option("[name=waits_for]", index=1)
    save(page)
    arrived(page, rf"/arrears/customers/{customer_id}")


def note_promise(page: Page, review: str, name: str, due_on: str) -> None:
    """By the key of the work list: all that is overdue."""
    page.goto(review)
    account(page, name).locator(".work-name").focus()
    page.keyboard.press("c")
    arrived(page, r"/arrears/contacts/customers/\d+/new")
    page.select_option("[name=outcome]", "promised")
    page.fill("[name=words]", "月底前一次付清")
    page.fill("[name=due_on]", due_on)
    page.keyboard.press("Control+Enter")
    arrived(page, review)
    page.locator(".work-name:focus", has_text=name).wait_for()


def decide(page: Page, kind: str, remark: str, **more: str) -> None:
    """The account in focus, by keyboard but for the choices."""
    page.keyboard.press("e")
    arrived(page, r"/arrears/reviews/lines/\d+/decide")
    page.check(f"input[name=kind][value={kind}]")
    for name, value in more.items():
        page.fill(f"[name={name}]", value)
    page.fill("[name=remark]", remark)
    if kind == "step":
        page.select_option("[name=step_id]", index=FIRST_LETTER)
    page.keyboard.press("Control+Enter")


def accept_the_rest(page: Page, review: str, lines: int, overdue: str) -> None:
    page.goto(review)
    page.select_option("#together-scope", "all")
    page.locator("#together button[value=accept]").click()
    expect(page.locator(".figure-value")).to_have_text([str(lines), overdue])
    save(page)
    expect(page.locator("#review-left .figure-value")).to_have_text("0")


def make_letters(page: Page, letters: dict[str, str], left_out: set[str]) -> str:
    """From the review's page; the preview says for whom and for whom not."""
    page.locator("a[href*='/arrears/letters/reviews/']").first.click()
    arrived(page, r"/arrears/letters/reviews/\d+")
    shown, besides = page.locator("table.rows").first, page.locator("table.rows").nth(1)
    assert {row[1]: row[3] for row in rows(shown)} == letters
    assert {row[1] for row in rows(besides)} == left_out
    page.locator("form[action$='/make'] button").click()
    return arrived(page, r"/arrears/letters/runs/\d+")


def print_letters(page: Page, run: str) -> list[str]:
    """The pages of the one file."""
    page.goto(run)
    page.keyboard.press("p")
    arrived(page, rf"{run}/print")
    save(page)
    arrived(page, r"/jobs/\d+")
    file = page.request.get(page.locator("#job-file").get_attribute("href") or "")
    return texts(file.body())


def letter_of(page: Page, run: str, name: str) -> str:
    page.goto(run)
    page.locator("#list tbody tr", has_text=name).locator("a[href^='/arrears/letters/']").click()
    return arrived(page, r"/arrears/letters/\d+")


def sign(page: Page, review: str, *, rest: bool = False) -> None:
    page.goto(f"{review}/closing")
    page.locator(f"a[href='{review}/sign']").click()
    if rest:
        page.check("[name=rest]")
    page.fill("[name=confirming_password]", DEMO_PASSWORD)
    save(page)
    arrived(page, f"{review}/closing")
    assert page.locator(f"a[href='{review}/sign']").count() == 0


def take(page: Page, customer_id: int, amount: str, owed: str) -> None:
    """At the counter: of all that is open, `owed`."""
    page.goto(f"/billing/counter/customers/{customer_id}")
    for line in page.locator("[name=bill]:enabled").all():
        line.check()
    assert page.locator("[data-ticked]").inner_text() == owed
    page.fill("[name=amount]", amount)
    page.keyboard.press("Enter")
    arrived(page, r"/billing/counter/receipts/\d+")


def disputed_at_the_counter(page: Page, customer_id: int) -> int:
    page.goto(f"/billing/counter/customers/{customer_id}")
    return page.locator(".owed-disputed").count()


# ------------------------------------------------------------------------------------------------------- the story


def march_is_decided(company: Company) -> str:
    page = company.enter("hefang")
    park(page, company.id_of(DISPUTER))
    review = open_review(page)
    assert owing(page) == {
        DEBTOR: "2,520.00", PLANNER: "1,202.04", DISPUTER: "1,012.20", KEEPER: "840.00", BREAKER: "743.40"
    }  # fmt: skip
    assert "337.40" in cells(account(page, DISPUTER))[3]
    assert "核对一月份保洁停做的天数" in cells(account(page, DISPUTER))[2]

    for name, day in ((KEEPER, "2026-03-20"), (BREAKER, "2026-03-25")):
        note_promise(page, review, name, day)
    page.goto(review)
    page.keyboard.press("j")
    page.keyboard.press("y")
    account(page, DEBTOR).and_(page.locator(".work-done")).wait_for()
    decide(page, "hold", "正在商议分期", until="2026-03-24")
    arrived(page, review)
    page.locator(".work-name:focus", has_text=DISPUTER).wait_for()
    decide(page, "step", "其余月份没有争议")
    arrived(page, review)
    accept_the_rest(page, review, 2, "1,583.40")
    return review


def march_goes_out(company: Company, photo: Path) -> None:
    page = company.enter("hefang")
    run = make_letters(page, {DEBTOR: "2,520.00", DISPUTER: "674.80"}, {KEEPER, BREAKER})
    disputers, debtors = print_letters(page, run)
    assert (DISPUTER in disputers, DEBTOR in debtors) == (True, True)
    assert "2025-12-01" in disputers
    assert "2026-02-01" in disputers
    assert "2026-01-01" not in disputers
    assert "674.80" in disputers
    assert "2026-01-01" in debtors
    assert "2,520.00" in debtors
    serve_by_hand(page, run, photo)


def serve_by_hand(page: Page, run: str, photo: Path) -> None:
    """At the debtor's door, on a phone."""
    page.set_viewport_size({"width": PHONE, "height": 844})
    letter = letter_of(page, run, DEBTOR)
    page.locator("a[href$='/serve/by_hand']").click()
    page.fill("[name=person]", "前台收发室")
    page.set_input_files("[name=photo]", str(photo))
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    save(page)
    arrived(page, letter)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    proof = page.locator("a[href$='/proof']")
    assert "签收.png" in proof.inner_text()
    kept = page.request.get(proof.get_attribute("href") or "").body()
    assert Image.open(BytesIO(kept)).size == PHOTO
    page.set_viewport_size({"width": 1440, "height": 900})


def a_plan_is_agreed(company: Company, agreement: Path) -> str:
    page, approver = company.enter("hefang"), company.enter("zhengkai")
    page.goto(f"/arrears/customers/{company.id_of(PLANNER)}")
    page.locator("a[href$='/new'][href*='/arrears/plans/']").click()
    page.select_option("[name=number]", "5")
    page.fill("[name=first_on]", "2026-03-25")
    page.fill("[name=reason]", "生意周转，按月付")
    page.set_input_files("[name=upload]", str(agreement))
    save(page)
    plan = arrived(page, r"/arrears/plans/\d+")
    assert page.locator("a[href$='/decide']").count() == 0
    approver.goto(plan)
    approver.keyboard.press("d")
    approver.check("input[name=verdict][value=approve]")
    save(approver)
    arrived(approver, plan)
    parts = [(row[1], row[2]) for row in rows(approver.locator("table").first)]
    odd = [(f"2026-0{month}-25", "240.41") for month in (3, 4, 5, 6)]
    assert parts == [*odd, ("2026-07-25", "240.40")]
    return plan


def march_is_signed(company: Company, review: str) -> None:
    page = company.enter("hefang")
    page.goto(f"{review}/minutes")
    page.fill("[name=minutes]", "到会：郑凯、何芳。鑫源商贸四月仍不付的，移交律师。")
    save(page)
    sign(company.enter("zhengkai"), review)
    page.goto(review)
    assert page.locator("[data-do]").count() == 0


def money_and_a_call(company: Company) -> None:
    """One promise is kept, an instalment paid; the desk does what was promised, and the line is parked no more."""
    cashier, desk = company.enter("wudan"), company.enter("limin")
    take(cashier, company.id_of(KEEPER), "1120", "1,120.00")
    take(cashier, company.id_of(PLANNER), "240.41", "1,602.72")
    assert disputed_at_the_counter(cashier, company.id_of(DISPUTER)) == 1
    desk.goto("/calls/to-call-back")
    desk.locator("main a", has_text=DISPUTER).first.click()
    desk.locator("main a[href$='/finish']").click()
    desk.fill("[name=result]", "已核对，一月份保洁没有停做，司马青认可")
    save(desk)
    arrived(desk, r"/calls/\d+")
    assert disputed_at_the_counter(cashier, company.id_of(DISPUTER)) == 0


def april_is_decided(company: Company) -> str:
    take(company.enter("wudan"), company.id_of(BREAKER), "100", "1,239.00")
    page = company.enter("hefang")
    review = open_review(page)
    assert owing(page) == {
        DEBTOR: "3,360.00", PLANNER: "1,362.31", DISPUTER: "1,349.60", BREAKER: "891.20", NEWCOMER: "266.00"
    }  # fmt: skip
    assert "2026-04-25" in cells(account(page, PLANNER))[7]
    page.keyboard.press("j")
    decide(page, "lawyer", "两次催缴无果，按三月会议移交")
    arrived(page, r"/arrears/cases/customers/\d+/new")
    return review


def a_debtor_goes_to_the_lawyer(company: Company) -> str:
    page, approver = company.enter("hefang"), company.enter("zhengkai")
    page.fill("[name=reason]", "欠四个月，当面送达后仍不付")
    page.fill("[name=firm]", "明理律师事务所")
    save(page)
    case = arrived(page, r"/arrears/cases/\d+")
    assert page.locator(f"a[href='{case}/approve']").count() == 0
    approver.goto(case)
    approver.locator(f"a[href='{case}/approve']").click()
    save(approver)
    arrived(approver, case)
    assert approver.locator(".figure-value").first.inner_text() == "3,360.00"
    return case


def april_goes_out(company: Company, review: str) -> None:
    page = company.enter("hefang")
    accept_the_rest(page, review, 4, "3,869.11")
    run = make_letters(page, {BREAKER: "891.20", DISPUTER: "1,349.60"}, set())
    letter_of(page, run, DISPUTER)
    january = page.locator("main tbody tr", has_text="2026-01-01")
    assert cells(january)[-1] == "337.40"


def the_pack_equals_the_books(company: Company, case: str) -> None:
    page = company.enter("hefang")
    page.goto(case)
    page.locator("a[href*='/arrears/evidence/']").click()
    page.fill("[name=reason]", "起诉")
    save(page)
    arrived(page, r"/jobs/\d+")
    page.locator("#job-result").click()
    arrived(page, r"/arrears/evidence/customers/\d+")
    with page.expect_download() as fetched:
        page.locator("form[action^='/arrears/evidence/'] button").click()
    pages = texts(fetched.value.path().read_bytes())
    overdue, owed = (company.open_of(DEBTOR, day) for day in (date(2026, 4, 10), date(2027, 1, 1)))
    assert (overdue, owed) == (Decimal("3360.00"), Decimal("4200.00"))
    [index, reckoning] = [text for text in pages if in_capitals(overdue) in text]
    assert claimed_in(index) == claimed_in(reckoning) == overdue
    assert f"{owed:,.2f}" in reckoning
    assert sum(f"/ {len(pages)} 页" in text for text in pages) == len(pages)
    assert [text for text in pages if "贰仟伍佰贰拾元整" in text]  # the letter as it went out


def claimed_in(text: str) -> Decimal:
    """The figure before the capitals."""
    [figure] = re.findall(r"([\d,]+\.\d\d)\D+[零壹贰叁肆伍陆柒捌玖]\D*元", text)
    return Decimal(figure.replace(",", ""))


def the_plan_is_broken(company: Company, plan: str) -> None:
    """Of the instalment of 25 April nothing came; and what was disputed is paid with the rest."""
    page = company.enter("wudan")
    take(page, company.id_of(DISPUTER), "1687", "1,687.00")
    page.goto(plan)
    assert "2026-04-25" in page.locator(".notice-warning").inner_text()
    assert page.locator(".figure-value").all_inner_texts()[:2] == ["1,202.04", "240.41"]
    assert [row[1:5] for row in rows(page.locator("table").first)] == [
        ["2026-03-25", "240.41", "240.41", "240.41"],
        ["2026-04-25", "240.41", "480.82", "240.41"],
        ["2026-05-25", "240.41", "721.23", "240.41"],
        ["2026-06-25", "240.41", "961.64", "240.41"],
        ["2026-07-25", "240.40", "1,202.04", "240.41"],
    ]


COMPARED = [  # month, collection rate, old debt, owing; cured, new, rolled; promises made, kept and broken
    ["2026-05", "24.1 % 645.40 / 2,679.88", "19.8 % 1,449.60 / 7,329.11", "5 7,913.99"],
    ["1 1,349.60", "1 280.00", "1 532.00", "0 / 0 / 0"],
    ["2026-04", "21.9 % 588.00 / 2,679.88", "22.0 % 1,446.41 / 6,583.64", "5 7,229.11"],
    ["1 840.00", "1 266.00", "4 6,963.11", "0 / 1 / 1"],
    ["2026-03", "21.4 % 574.00 / 2,679.88", "11.2 % 532.00 / 4,743.76", "5 6,317.64"],
    ["2 / 0 / 0"],
]


def may_is_compared(company: Company) -> None:
    """Nobody holds the broken plan any more; who is cured, new, rolled; the rates; the promises."""
    page = company.enter("hefang")
    review = open_review(page)
    assert owing(page) == {
        DEBTOR: "4,200.00", PLANNER: "1,762.99", BREAKER: "1,139.00", NEWCOMER: "532.00", KEEPER: "280.00"
    }  # fmt: skip
    advice = cells(account(page, PLANNER))[7]
    assert re.findall(r"\d[\d,.]*", advice) == ["133", "1,762.99"]  # days overdue, yuan: a letter
    expect(account(page, KEEPER).locator(".tone-green + .work-note")).to_contain_text("2026-03-20")
    expect(account(page, BREAKER).locator(".tone-red + .work-note")).to_contain_text("2026-03-25")
    page.goto(f"{review}/compared")
    figures = [[" ".join(cell.split()[:5]) for cell in row] for row in rows(page.locator("table.rows").first)]
    assert [cell for row in figures for cell in row if re.search(r"\d", cell)] == [*chain(*COMPARED)]
    sign(company.enter("zhengkai"), review, rest=True)


@pytest.mark.timeout(300)
def test_three_months(company: Company, publish: Callable[[date], None], photo: Path, agreement: Path) -> None:
    march = march_is_decided(company)
    march_goes_out(company, photo)
    plan = a_plan_is_agreed(company, agreement)
    march_is_signed(company, march)

    company.on(date(2026, 3, 18))
    money_and_a_call(company)

    publish(date(2026, 4, 1))
    company.on(date(2026, 4, 10))
    april = april_is_decided(company)
    case = a_debtor_goes_to_the_lawyer(company)
    april_goes_out(company, april)
    the_pack_equals_the_books(company, case)
    sign(company.enter("zhengkai"), april)

    company.on(date(2026, 4, 28))
    the_plan_is_broken(company, plan)

    publish(date(2026, 5, 1))
    company.on(date(2026, 5, 10))
    may_is_compared(company)
