"""A person's columns, order, density and page size: kept, exported, put back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from crm.db import open_session
from crm.lists.layouts import Layout, in_order
from crm.lists.models import ListLayout
from crm.properties.listings import UNIT_COLUMNS
from crm.properties.models import Estate
from tests import factories as make

SignIn = Callable[[str], FlaskClient]
UNITS = "/properties/units"


def headings(client: FlaskClient, address: str = UNITS) -> list[str]:
    book = openpyxl.load_workbook(BytesIO(client.get(address, query_string={"as": "xlsx"}).data))
    return [str(cell.value) for cell in book.active[1]]


def keep(client: FlaskClient, **given: object) -> None:
    data = {"address": UNITS, "density": "normal", "page_size": "50"} | given
    assert client.post("/lists/layout", data=data).location == UNITS


def test_columns_and_their_order_are_kept_for_page_and_workbook(sign_in: SignIn, estate: Estate) -> None:
    make.make_unit(estate, "3-1-502")
    client = sign_in("limin")
    keep(client, column=["label", "status", "floor"], **{"place-status": "1", "place-floor": "2", "place-label": "3"})
    assert headings(client) == ["状态", "楼层", "房屋"]
    page = client.get(UNITS).text
    assert page.index('data-label="状态"') < page.index('data-label="楼层"') < page.index('data-label="房屋"')
    assert 'data-label="建筑面积' not in page
    assert len(headings(sign_in("zhouhui"))) == len(UNIT_COLUMNS)


def test_the_choice_can_be_put_back(sign_in: SignIn, estate: Estate) -> None:
    make.make_unit(estate)
    client = sign_in("limin")
    keep(client, column=["label"], density="compact", page_size="25")
    assert "rows-compact" in client.get(UNITS).text
    keep(client, reset="1")
    assert len(headings(client)) == len(UNIT_COLUMNS)
    assert "rows-normal" in client.get(UNITS).text


def test_one_column_stays_in_any_case(sign_in: SignIn, estate: Estate) -> None:
    make.make_unit(estate)
    client = sign_in("limin")
    keep(client)
    assert "列表至少要有一列" in client.get(UNITS).text
    assert headings(client) == ["房屋"]


def test_columns_that_are_gone_are_left_out(sign_in: SignIn, db: Session, estate: Estate) -> None:
    make.make_unit(estate)
    client = sign_in("limin")
    keep(client, column=["label", "floor"])
    with open_session() as other:
        [row] = other.query(ListLayout).all()
        row.columns = ["balcony", "floor"]
        other.commit()
    assert headings(client) == ["楼层"]
    with open_session() as other:
        other.query(ListLayout).update({"columns": ["balcony"]})
        other.commit()
    assert len(headings(client)) == len(UNIT_COLUMNS)


def test_the_page_size_holds(sign_in: SignIn, estate: Estate) -> None:
    for _ in range(26):
        make.make_unit(estate)
    client = sign_in("limin")
    keep(client, column=["label"], page_size="25")
    assert client.get(UNITS).text.count('data-label="房屋"') == 25
    assert client.get(f"{UNITS}?page=2").text.count('data-label="房屋"') == 1


@pytest.mark.parametrize(
    ("address", "given"),
    [
        ("", {}),
        ("https://example.com/properties/units", {}),
        ("/nowhere", {}),
        ("/account", {}),
        (UNITS, {"density": "huge"}),
        (UNITS, {"page_size": "1000000"}),
    ],
)
def test_what_no_list_has_is_refused(sign_in: SignIn, address: str, given: dict[str, str]) -> None:
    data = {"address": address, "density": "normal", "page_size": "50"} | given
    assert sign_in("limin").post("/lists/layout", data=data).status_code == 400


def test_who_may_not_see_the_list_keeps_nothing_about_it(sign_in: SignIn) -> None:
    data = {"address": "/imports/", "density": "normal", "page_size": "50"}
    assert sign_in("limin").post("/lists/layout", data=data).status_code == 403


def test_two_queries_more_for_layout_and_filters(
    sign_in: SignIn, estate: Estate, queries: Callable[..., object]
) -> None:
    make.make_unit(estate)
    client = sign_in("limin")
    client.get(UNITS)
    with queries() as seen:  # type: ignore[attr-defined]
        client.get(UNITS)
    assert len([statement for statement in seen if "list_layout" in statement or "saved_filter" in statement]) == 2


def test_places_order_the_names() -> None:
    assert in_order("abcd", {"a": "3", "c": "1"}) == ["c", "b", "a", "d"]
    assert in_order("abc", {"a": "9" * 30, "b": "x", "c": "-1"}) == ["a", "b", "c"]


def test_a_layout_without_known_columns_shows_them_all() -> None:
    assert Layout(columns=["x"]).shown(UNIT_COLUMNS) == list(UNIT_COLUMNS)
    assert [column.name for column in Layout(columns=["floor", "floor", "label"]).shown(UNIT_COLUMNS)] == [
        "floor",
        "label",
    ]


def test_what_is_not_there_at_first_is_there_for_whoever_chooses_it() -> None:
    seldom = replace(UNIT_COLUMNS[1], at_first=False)
    columns = [UNIT_COLUMNS[0], seldom, *UNIT_COLUMNS[2:]]
    assert Layout().shown(columns) == [column for column in columns if column is not seldom]
    assert Layout(columns=[seldom.name]).shown(columns) == [seldom]
