"""The lists of the administrator's desk: as many queries for ten rows as for one; page, Excel and print agree."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from crm.properties.models import Estate
from tests import factories as make

LISTS: dict[str, Callable[[Estate], object]] = {
    "/admin/users?q=user": lambda estate: make.make_user(estates=[estate], department_id=make.make_department().id),
    "/admin/departments": lambda _estate: make.make_user(department_id=make.make_department().id),
    "/admin/sessions?q=user": lambda _estate: make.make_login_session(make.make_user()),
    "/admin/logins?q=zhao": lambda _estate: make.make_attempt("zhaoqian"),
}
SignIn = Callable[[str], FlaskClient]


@pytest.mark.parametrize("path", LISTS)
def test_ten_rows_cost_as_many_queries_as_one(
    sign_in: SignIn, estate: Estate, queries: Callable[..., Any], path: str
) -> None:
    client = sign_in("administrator")
    LISTS[path](estate)
    client.get(path)
    with queries() as one:
        assert client.get(path).status_code == 200
    for _ in range(9):
        LISTS[path](estate)
    with queries() as ten:
        assert client.get(path).status_code == 200
    assert len(one) == len(ten) > 0


@pytest.mark.parametrize("path", LISTS)
def test_the_workbook_holds_three_rows_more_for_three_more(sign_in: SignIn, estate: Estate, path: str) -> None:
    client = sign_in("administrator")
    joined = "&" if "?" in path else "?"

    def rows() -> int:
        book = openpyxl.load_workbook(BytesIO(client.get(f"{path}{joined}as=xlsx").data))
        return int(book.active.max_row)

    before = rows()
    for _ in range(3):
        LISTS[path](estate)
    assert rows() == before + 3
    assert client.get(f"{path}{joined}as=pdf").data.startswith(b"%PDF-")


def test_sorting_and_english_work(sign_in: SignIn, estate: Estate) -> None:
    client = sign_in("administrator")
    client.post("/preferences", data={"locale": "en"})
    for path in ("users?sort=-department", "sessions?sort=seen", "logins?sort=-username", "departments?sort=name"):
        answer = client.get(f"/admin/{path}")
        assert answer.status_code == 200, path
    assert "Accounts" in client.get("/admin/users").text
    for path in ("roles", "scopes", "figures", "dictionaries", "log"):
        assert client.get(f"/admin/{path}").status_code == 200
