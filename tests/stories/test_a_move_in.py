"""A family moves in, from the first word at the desk to section 4 of its dossier: two of the desk, cashier, dispatcher.

The clerk registers the family and begins; every part is a screen of its own, taken in any order and by whoever is
there. Two defects are found on a phone and are repairs that the dispatcher sees at once. The cashier takes the key
deposit. Nothing is signed before everything is there; then the pack is one PDF, and each paper lies in the dossier.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import arrived, save, write

pytestmark = pytest.mark.browser
FAMILY, ID_NUMBER, PHONE_NUMBER = "唐家和", "110101199003070038", "13907310456"
NARROW = {"width": 390, "height": 844}
HOME = """
SELECT unit.id, unit.label FROM unit JOIN estate ON estate.id = unit.estate_id AND estate.name = '阳光花园'
WHERE unit.use = 'home' AND unit.status IN ('vacant', 'unsold', 'handed_over')
AND NOT EXISTS (SELECT 1 FROM move_in WHERE move_in.unit_id = unit.id)
AND NOT EXISTS (SELECT 1 FROM repair_order WHERE repair_order.unit_id = unit.id)
ORDER BY unit.id DESC LIMIT 1
"""
ITEMS = """
SELECT item.source_kind, section.title FROM dossier_item AS item JOIN dossier ON dossier.id = item.dossier_id
JOIN template_section AS section ON section.id = item.section_id
WHERE dossier.subject_kind = 'customer' AND dossier.subject_id = ? AND item.source_kind IS NOT NULL
"""


@pytest.fixture
def books(environment: dict[str, str]) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(Path(environment["CRM_DATA_DIR"]) / "yihu.sqlite")) as connection:
        yield connection


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "水管.jpg"
    Image.new("RGB", (2400, 1600), "#79a").save(path)
    return path


def sign(page: Page, canvas: Locator) -> None:
    """A stroke by finger or mouse."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 70, steps=4)
    page.mouse.up()


def register(clerk: Page) -> int:
    """Somebody nobody knows yet; the file opens."""
    clerk.goto("/tenants/customers/new")
    clerk.select_option("main [name=estate_id]", label="阳光花园", force=True)
    write(clerk, name=FAMILY, phone=PHONE_NUMBER)
    return int(arrived(clerk, r"/tenants/customers/\d+").rsplit("/", 1)[1])


def begin(clerk: Page, customer_id: int, label: str) -> str:
    clerk.goto(f"/tenants/customers/{customer_id}?tab=moves")
    clerk.locator(f"main a[href$='/move-ins/customers/{customer_id}/new']").first.click()
    write(clerk, unit=label, role="owner", starts_on="今天")
    return arrived(clerk, r"/move-ins/\d+/identity").removesuffix("/identity")


def identify(clerk: Page, move_in: str) -> None:
    clerk.fill("main [name=id_number]", ID_NUMBER.replace("0038", "0039"))
    save(clerk)
    expect(clerk.locator("main [name=id_number]")).to_have_value(ID_NUMBER.replace("0038", "0039"))
    clerk.fill("main [name=id_number]", ID_NUMBER)
    save(clerk)
    arrived(clerk, rf"{move_in}/\w+")


def sign_forms(clerk: Page, move_in: str) -> None:
    for code in ("registration", "convention", "commitment"):
        clerk.goto(f"{move_in}/documents")
        clerk.locator(f"main a[href$='/documents/{code}']").click()
        sign(clerk, clerk.locator("main canvas"))
        save(clerk)
        arrived(clerk, f"{move_in}/documents")
    expect(clerk.locator("main h1")).to_contain_text("齐全")


def name_contacts(clerk: Page, move_in: str) -> None:
    clerk.goto(f"{move_in}/contacts")
    write(clerk, phone=PHONE_NUMBER, name="唐国强", relation="父亲", contact_phone="13907310789")
    expect(clerk.locator("main h1")).to_contain_text("齐全")


def hand_out_keys(colleague: Page, move_in: str) -> None:
    """Entered first, since nobody had: then two are handed out and signed for."""
    colleague.goto(f"{move_in}/keys")
    colleague.locator("form[action$='/keys/enter'] [name=count]").fill("3")
    colleague.locator("form[action$='/keys/enter'] button").click()
    colleague.fill("[name=lines-0-count]", "2")
    sign(colleague, colleague.locator("main canvas").first)
    colleague.locator("form.sign-form .btn-primary").click()
    expect(colleague.locator("main h1")).to_contain_text("齐全")


def read_meters(colleague: Page, move_in: str) -> None:
    """As they stand: the same figure as before is fine."""
    colleague.goto(f"{move_in}/readings")
    lines = colleague.locator("main [name$='-value']")
    if not lines.count():
        return
    for place in range(lines.count()):
        told = colleague.locator("main .section-note").nth(place).inner_text()
        shown = re.search(r"[\d,]+(?:\.\d+)?", told)
        lines.nth(place).fill(shown[0].replace(",", "") if shown else "0")
    save(colleague)
    colleague.goto(f"{move_in}/readings")
    expect(colleague.locator("main h1")).to_contain_text("齐全")


def note_defects(phone: Page, move_in: str, photo: Path) -> None:
    """In the flat, on a phone; each is a repair at once."""
    phone.goto(f"{move_in}/inspection")
    phone.set_input_files("main [name=photos]", photo)
    for spot, words in (("厨房", "水管漏水"), ("客厅", "插座没有电")):
        write(phone, spot=spot, words=words)
        expect(phone.locator("main .card .told").first).to_contain_text(words)
        assert phone.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    phone.locator("form[action$='/parts/inspection'] .btn-primary").click()
    arrived(phone, rf"{move_in}/\w+")


def ask_for_money(clerk: Page, move_in: str) -> None:
    clerk.goto(f"{move_in}/money")
    clerk.select_option("main [name=kind]", value="key", force=True)
    clerk.fill("main [name=amount]", "200")
    clerk.locator("main form:has([name=amount]) button").click()
    clerk.locator("form[action$='/parts/money'] .btn-primary").click()
    arrived(clerk, rf"{move_in}/\w+")
    clerk.goto(f"{move_in}/sign")
    expect(clerk.locator("main")).to_contain_text("200.00")
    expect(clerk.locator("main canvas")).to_have_count(0)


def take_deposit(cashier: Page, move_in: str, customer_id: int) -> None:
    """She sees what is asked for, and takes it at the counter."""
    cashier.goto(f"/billing/deposits/customers/{customer_id}/take?kind=key&amount=200.00")
    expect(cashier.locator("main [name=kind]")).to_have_value("key")
    save(cashier)
    arrived(cashier, r"/billing/counter/receipts/\d+")
    cashier.goto(move_in)
    expect(cashier.locator("main")).not_to_contain_text("200.00")


def sign_pack(clerk: Page, move_in: str) -> None:
    clerk.goto(f"{move_in}/sign")
    sign(clerk, clerk.locator("main canvas").first)
    sign(clerk, clerk.locator("main canvas").nth(1))
    save(clerk)
    arrived(clerk, move_in)


def test_a_family_moves_in_with_two_defects(enter: Callable[..., Page], books: sqlite3.Connection, photo: Path) -> None:
    clerk, colleague, cashier, dispatcher = (enter(who) for who in ("limin", "zhouhui", "wudan", "sunhao"))
    phone = enter("limin", **NARROW)
    unit_id, label = books.execute(HOME).fetchone()
    customer_id = register(clerk)
    move_in = begin(clerk, customer_id, label)
    identify(clerk, move_in)
    note_defects(phone, move_in, photo)
    hand_out_keys(colleague, move_in)
    read_meters(colleague, move_in)
    sign_forms(clerk, move_in)
    name_contacts(clerk, move_in)
    ask_for_money(clerk, move_in)
    take_deposit(cashier, move_in, customer_id)
    dispatcher.goto(f"/tenants/units/{unit_id}")
    expect(dispatcher.locator("main")).to_contain_text("插座没有电")
    expect(dispatcher.locator("main")).to_contain_text("水管漏水")
    sign_pack(clerk, move_in)
    wait_until_filed(clerk, move_in)
    assert len(filed(books, customer_id)) == 5
    assert {title for _kind, title in filed(books, customer_id)} == {"迁入时填具之资料"}
    pack = clerk.request.get(f"{move_in}/pack.pdf")
    assert (pack.status, pack.body()[:4]) == (200, b"%PDF")
    clerk.goto(f"/tenants/units/{unit_id}")
    expect(clerk.locator("main h1")).to_contain_text("已入住")


def wait_until_filed(clerk: Page, move_in: str) -> None:
    """By the work in the background, within a minute."""
    for _look in range(60):
        clerk.goto(move_in)
        if "已迁入并归档" in clerk.locator("main h1").inner_text():
            return
        clerk.wait_for_timeout(1000)
    raise TimeoutError(move_in)


def filed(books: sqlite3.Connection, customer_id: int) -> list[Any]:
    return books.execute(ITEMS, (customer_id,)).fetchall()
