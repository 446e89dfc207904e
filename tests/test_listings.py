"""Every list: as many queries for ten rows as for one; page, Excel and print hold the same rows."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import openpyxl
import pytest
from flask.testing import FlaskClient

from crm.properties.models import Estate
from tests import factories as make

LISTS = {
    "/tenants/customers": lambda estate: make.make_phone(make.make_customer(estate, unit=make.make_unit(estate))),
    "/properties/units": make.make_unit,
    "/properties/parking": make.make_parking,
    "/properties/equipment": make.make_equipment,
    "/imports/": make.make_import,
}
SignIn = Callable[[str], FlaskClient]


@pytest.mark.parametrize("path", LISTS)
def test_ten_rows_cost_as_many_queries_as_one(
    sign_in: SignIn, estate: Estate, queries: Callable[..., object], path: str
) -> None:
    client = sign_in("desk_supervisor")
    LISTS[path](estate)
    client.get(path)
    with queries() as one:  # type: ignore[attr-defined]
        assert client.get(path).status_code == 200
    for _ in range(9):
        LISTS[path](estate)
    with queries() as ten:  # type: ignore[attr-defined]
        assert client.get(path).status_code == 200
    assert len(one) == len(ten) > 0


@pytest.mark.parametrize("path", LISTS)
def test_the_workbook_holds_what_the_page_counts(sign_in: SignIn, estate: Estate, path: str) -> None:
    client = sign_in("desk_supervisor")
    for _ in range(3):
        LISTS[path](estate)
    book = openpyxl.load_workbook(BytesIO(client.get(path, query_string={"as": "xlsx"}).data))
    [sheet] = book.worksheets
    assert sheet.max_row == 4
    paper = client.get(path, query_string={"as": "pdf"})
    assert paper.data.startswith(b"%PDF-")


def test_a_filter_holds_for_page_and_workbook(sign_in: SignIn, estate: Estate) -> None:
    client = sign_in("desk_supervisor")
    for label in ("7-1-101", "7-1-102", "8-1-101"):
        make.make_unit(estate, label)
    page = client.get("/properties/units?q=7-1").text
    assert "7-1-101" in page
    assert "8-1-101" not in page
    book = openpyxl.load_workbook(BytesIO(client.get("/properties/units?q=7-1&as=xlsx").data))
    assert [row[0].value for row in book.active.iter_rows(min_row=2)] == ["7-1-101", "7-1-102"]


def test_who_may_not_export_cannot(sign_in: SignIn) -> None:
    clerk = sign_in("service_desk")
    assert clerk.get("/tenants/customers?as=xlsx").status_code == 403
