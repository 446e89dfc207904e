"""The page of the figures, its workbook and its paper: who sees what, of which estates."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from crm.properties.models import Estate
from tests import factories as make
from tests.repairs.figures.making import at, job, november

PAGE, BOOK, PAPER = "/repairs/figures/", "/repairs/figures/figures.xlsx", "/repairs/figures/report.pdf"
NOVEMBER = "?month=2026-11"
SignIn = Callable[[str], FlaskClient]


def sheets(client: FlaskClient, query: str = NOVEMBER) -> dict[str, list[tuple[Any, ...]]]:
    answer = client.get(BOOK + query)
    assert answer.status_code == 200
    book = openpyxl.load_workbook(BytesIO(answer.data))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)


def test_the_page_has_figures_pictures_and_definitions(sign_in: SignIn, estate: Estate) -> None:
    november(estate)
    page = sign_in("sunhao").get(PAGE + NOVEMBER).text
    assert "57.1 %" in page  # in time: 4 of 7
    assert "4 / 7" in page
    assert page.count("<svg viewBox") == 3
    assert "<polyline" in page
    assert "水管漏水" in page


def test_who_dispatches_and_the_managers_see_workers(sign_in: SignIn, estate: Estate) -> None:
    november(estate)
    for name in ("sunhao", "shentao", "hanbing", "tangfeng"):
        client = sign_in(name)
        assert 'id="worker"' in client.get(PAGE + NOVEMBER).text, name
        assert any("张建国" in row for rows in sheets(client).values() for row in rows), name
    for name in ("zhangjg", "limin", "zhouhui", "caoning", "zhengkai"):
        client = sign_in(name)
        answer = client.get(PAGE + NOVEMBER)
        assert 'id="worker"' not in answer.text, name
        assert 'name="worker_id"' not in answer.text, name
        assert all("张建国" not in row for rows in sheets(client).values() for row in rows), name


def test_a_worker_in_the_address_is_nothing_to_whoever_may_not_know(sign_in: SignIn, estate: Estate) -> None:
    november(estate)
    query = f"{NOVEMBER}&worker_id={make.user_called('sunhao').id}"
    assert "0 / 2" in sign_in("sunhao").get(PAGE + query).text
    assert "4 / 7" in sign_in("caoning").get(PAGE + query).text


def test_other_estates_do_not_count_and_do_not_exist(sign_in: SignIn, estate: Estate, other_estate: Estate) -> None:
    """李敏 sees 阳光花园 alone."""
    november(estate)
    unit = make.make_unit(other_estate)
    job(other_estate, "registered", at(3), unit)
    first = next(iter(sheets(sign_in("limin")).values()))
    assert first[1][1] == "12"
    assert next(iter(sheets(sign_in("sunhao")).values()))[1][1] == "13"
    for page in (PAGE, BOOK, PAPER):
        assert sign_in("limin").get(f"{page}{NOVEMBER}&estate_id={other_estate.id}").status_code == 404
        assert sign_in("limin").get(f"{page}{NOVEMBER}&building_id={unit.building_id}").status_code == 404
    wrong = f"{NOVEMBER}&estate_id={estate.id}&building_id={unit.building_id}"
    assert sign_in("sunhao").get(PAGE + wrong).status_code == 404


def test_one_estate_one_building(sign_in: SignIn, estate: Estate, other_estate: Estate) -> None:
    jobs = november(estate)
    job(other_estate, "registered", at(3))
    client = sign_in("sunhao")
    assert next(iter(sheets(client, f"{NOVEMBER}&estate_id={other_estate.id}").values()))[1][1] == "1"
    building = jobs["came back"].building_id
    assert next(iter(sheets(client, f"{NOVEMBER}&building_id={building}").values()))[1][1] == "4"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?month=neulich", "2026-11"),
        ("?month=2026-11&until=2026-10", "until-error"),
        ("?month=2020-01&until=2026-10", "24"),
    ],
)
def test_months_that_are_none(sign_in: SignIn, estate: Estate, query: str, words: str) -> None:
    client = sign_in("sunhao")
    answer = client.get(PAGE + query)
    assert answer.status_code == 422
    assert words in answer.text
    assert client.get(BOOK + query).status_code == 404


def test_several_months_and_none_at_all(sign_in: SignIn, estate: Estate) -> None:
    november(estate)
    client = sign_in("sunhao")
    assert client.get(PAGE).status_code == 200
    page = client.get(f"{PAGE}?month=2026-10&until=2026-12").text
    assert "2026-10 – 2026-12" in page
    assert page.count("<svg viewBox") == 3


def test_the_workbook_has_every_table_and_what_it_means(sign_in: SignIn, estate: Estate) -> None:
    november(estate)
    found = sheets(sign_in("sunhao"))
    assert len(found) == 11
    widths = {title: {len(row) for row in rows} for title, rows in found.items()}
    assert all(len(each) == 1 for each in widths.values()), widths
    numbers = [row for rows in found.values() for row in rows if row[0] == "孙浩"]
    assert [row[1:] for row in numbers] == [(1, 0, 0, 2, 0, 0, 1, 1, 96)]


def test_the_monthly_report(sign_in: SignIn, estate: Estate) -> None:
    november(estate)
    words = text_of(sign_in("sunhao").get(f"{PAPER}{NOVEMBER}&estate_id={estate.id}"))
    for wanted in ("YH-WX-04", "和安物业服务有限公司", "2026-11", "4 / 7", "阳光花园", "孙浩"):
        assert wanted in words, wanted
    assert "孙浩" not in text_of(sign_in("caoning").get(f"{PAPER}{NOVEMBER}"))
    assert "YH-WX-04" in text_of(sign_in("caoning").get(f"{PAPER}?month=2020-01"))


def test_page_and_paper_say_whose_figures_they_are(sign_in: SignIn, estate: Estate) -> None:
    november(estate)
    nobodys = f"{NOVEMBER}&worker_id={make.user_called('limin').id}"
    assert sign_in("sunhao").get(PAPER + nobodys).status_code == 404, "she does no repairs"
    query = f"{NOVEMBER}&worker_id={make.user_called('maqiang').id}"
    assert "马强" in text_of(sign_in("sunhao").get(PAPER + query))
    assert "马强" not in text_of(sign_in("sunhao").get(PAPER + NOVEMBER))
    assert "马强" not in text_of(sign_in("caoning").get(PAPER + query))


def test_who_may_not_read_repairs(sign_in: SignIn, estate: Estate) -> None:
    for page in (PAGE, BOOK, PAPER):
        assert sign_in("liuyang").get(page).status_code == 403
