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
from tests.complaints.figures.making import case, november
from tests.repairs.figures.making import at

PAGE, BOOK, PAPER = "/complaints/figures/", "/complaints/figures/figures.xlsx", "/complaints/figures/report.pdf"
NOVEMBER = "?month=2026-11"
SignIn = Callable[[str], FlaskClient]


def sheets(client: FlaskClient, query: str = NOVEMBER) -> dict[str, list[tuple[Any, ...]]]:
    answer = client.get(BOOK + query)
    assert answer.status_code == 200
    book = openpyxl.load_workbook(BytesIO(answer.data))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def received(client: FlaskClient, query: str = NOVEMBER) -> str:
    return str(next(iter(sheets(client, query).values()))[1][1])


def test_the_page_has_figures_pictures_and_definitions(sign_in: SignIn, estate: Estate) -> None:
    november(estate)
    page = sign_in("zhouhui").get(PAGE + NOVEMBER).text
    assert "20.0 %" in page  # opened again: 1 of 5
    assert "1 / 5" in page
    assert page.count("<svg viewBox") == 3
    assert "<polyline" in page
    assert "保洁不到位" in page


def test_other_estates_do_not_count_and_do_not_exist(sign_in: SignIn, estate: Estate, other_estate: Estate) -> None:
    """李敏 sees 阳光花园 alone."""
    november(estate)
    unit = make.make_unit(other_estate)
    case(other_estate, "received", at(3), unit)
    assert received(sign_in("limin")) == "9"
    assert received(sign_in("zhouhui")) == "10"
    for page in (PAGE, BOOK, PAPER):
        assert sign_in("limin").get(f"{page}{NOVEMBER}&estate_id={other_estate.id}").status_code == 404
        assert sign_in("limin").get(f"{page}{NOVEMBER}&building_id={unit.building_id}").status_code == 404
        assert sign_in("limin").get(f"{page}{NOVEMBER}&department_id=999999").status_code == 404
        assert sign_in("limin").get(f"{page}{NOVEMBER}&contractor=nobody").status_code == 404


def test_narrowed_in_the_address(sign_in: SignIn, estate: Estate, other_estate: Estate) -> None:
    cases = november(estate)
    case(other_estate, "received", at(3))
    client = sign_in("zhouhui")
    assert received(client, f"{NOVEMBER}&estate_id={other_estate.id}") == "1"
    assert received(client, f"{NOVEMBER}&building_id={cases['late'].building_id}") == "3"
    assert received(client, f"{NOVEMBER}&contractor=cleaning") == "1"
    assert received(client, f"{NOVEMBER}&department_id={cases['billed'].about_department_id}") == "1"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?month=neulich", "2026-11"),
        ("?month=2026-11&until=2026-10", "until-error"),
        ("?month=2020-01&until=2026-10", "24"),
    ],
)
def test_months_that_are_none(sign_in: SignIn, estate: Estate, query: str, words: str) -> None:
    client = sign_in("limin")
    answer = client.get(PAGE + query)
    assert answer.status_code == 422
    assert words in answer.text
    assert client.get(BOOK + query).status_code == 404


def test_several_months_and_none_at_all(sign_in: SignIn, estate: Estate) -> None:
    november(estate)
    client = sign_in("limin")
    assert client.get(PAGE).status_code == 200
    assert "2026-10 – 2026-12" in client.get(f"{PAGE}?month=2026-10&until=2026-12").text


def test_the_workbook_has_every_table_and_what_it_means(sign_in: SignIn, estate: Estate) -> None:
    november(estate)
    found = sheets(sign_in("limin"))
    assert len(found) == 12
    assert all(len({len(row) for row in rows}) == 1 for rows in found.values())
    [engineers] = [row for rows in found.values() for row in rows if row[0] == "工程维修部"]
    assert engineers[1:4] == (6, 2, 3)


def test_the_monthly_report(sign_in: SignIn, estate: Estate) -> None:
    november(estate)
    answer = sign_in("limin").get(f"{PAPER}{NOVEMBER}&estate_id={estate.id}")
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    for wanted in ("YH-TS-04", "和安物业服务有限公司", "2026-11", "1 / 5", "阳光花园", "李敏"):
        assert wanted in words, wanted
    assert sign_in("limin").get(f"{PAPER}?month=2020-01").status_code == 200


def test_who_may_not_read_complaints(sign_in: SignIn, estate: Estate) -> None:
    for page in (PAGE, BOOK, PAPER):
        assert sign_in("zhangjg").get(page).status_code == 403
