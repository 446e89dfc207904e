"""The matrices say what the program does."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
from flask.testing import FlaskClient

from crm.admin import matrices
from crm.auth.permissions import ROLES, Permission, RoleName
from crm.auth.titles import PERMISSION_TITLES, RESOURCE_TITLES
from crm.properties.models import Estate
from tests import factories as make

SignIn = Callable[[str], FlaskClient]


def test_every_permission_and_every_resource_has_a_title() -> None:
    assert set(PERMISSION_TITLES) == set(Permission)
    assert set(RESOURCE_TITLES) == {permission.value.partition(":")[0] for permission in Permission}


def test_the_matrix_is_the_table_the_program_asks(work: Callable[..., Any]) -> None:
    with work():
        lines = [line for section in matrices.roles().sections for line in section.lines]
        ticks = {(line.title, role): tick for line in lines for role, tick in zip(RoleName, line.ticks, strict=True)}
        assert ticks == {
            (str(PERMISSION_TITLES[permission]), role): permission in ROLES[role]
            for permission in Permission
            for role in RoleName
        }


def test_the_workbook_holds_the_ticks(sign_in: SignIn) -> None:
    book = openpyxl.load_workbook(BytesIO(sign_in("auditor").get("/admin/roles?as=xlsx").data))
    rows = list(book.active.iter_rows(values_only=True))
    assert len(rows) == len(Permission) + 1
    assert len(rows[0]) == len(RoleName) + 2
    assert sum(value == "✓" for row in rows for value in row) == sum(len(held) for held in ROLES.values())


def test_the_print_names_the_roles(sign_in: SignIn) -> None:
    assert sign_in("auditor").get("/admin/roles?as=pdf").data.startswith(b"%PDF-")


def test_readers_hear_the_ticks(sign_in: SignIn) -> None:
    page = sign_in("auditor").get("/admin/roles").text
    ticked = sum(len(held) for held in ROLES.values())
    assert page.count('<span class="visually-hidden">是</span>') == ticked
    assert page.count('<span class="visually-hidden">否</span>') == len(Permission) * len(RoleName) - ticked


def test_who_sees_which_estate(sign_in: SignIn, estate: Estate, other_estate: Estate) -> None:
    one, both = make.make_user(estates=[estate], full_name="甲"), make.make_user(full_name="乙")
    neither = make.make_user(estates=[], full_name="丙")
    off = make.make_user(full_name="丁", active=False)
    book = openpyxl.load_workbook(BytesIO(sign_in("administrator").get("/admin/scopes?as=xlsx").data))
    rows = {row[1]: row[2:] for row in book.active.iter_rows(values_only=True)}
    order = list(rows.pop("账号"))
    ticked = {name: {order[at] for at, value in enumerate(row) if value == "✓"} for name, row in rows.items()}
    assert ticked[one.full_name] == {estate.name}
    assert ticked[both.full_name] == {"全部小区", estate.name, other_estate.name}
    assert ticked[neither.full_name] == set()
    assert off.full_name not in ticked


def test_the_matrix_of_estates_costs_the_same_for_more_people(
    sign_in: SignIn, queries: Callable[..., Any], estate: Estate
) -> None:
    client = sign_in("administrator")
    client.get("/admin/scopes")
    with queries() as one:
        client.get("/admin/scopes")
    for _ in range(9):
        make.make_user(estates=[estate])
    with queries() as ten:
        assert client.get("/admin/scopes").status_code == 200
    assert len(one) == len(ten)
