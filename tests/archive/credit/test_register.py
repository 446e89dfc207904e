"""The register: filters, sums, what is overdue, what it costs, and how fast people find a project."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from flask.testing import FlaskClient

from crm.archive.credit.models import ProjectKind, ProjectState
from crm.dates import today
from tests import factories as make

SignIn = Callable[[str], FlaskClient]
TODAY = today(ZoneInfo("Asia/Shanghai"))
S = ProjectState


@pytest.fixture
def projects(db: Any) -> dict[str, Any]:
    late, soon = TODAY - timedelta(days=3), TODAY + timedelta(days=9)
    made = {
        "late": make.make_project(S.ended, make.make_client("逾期商贸"), due_on=late),
        "soon": make.make_project(S.ended, make.make_client("将到期厂"), due_on=soon, kind=ProjectKind.guarantee),
        "paid": make.make_project(S.ended, make.make_client("还清公司"), due_on=late),
        "settled": make.make_project(S.settled, make.make_client("结清公司")),
        "applied": make.make_project(S.applied, make.make_client("申请公司"), amount=Decimal(5)),
    }
    make.make_repayment(made["late"], 400_000)
    make.make_repayment(made["paid"], 1_000_000)
    return made


NAMES = {"late": "逾期商贸", "soon": "将到期厂", "paid": "还清公司", "settled": "结清公司", "applied": "申请公司"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", set(NAMES)),
        ("q=逾期", {"late"}),
        ("kind=guarantee", {"soon"}),
        ("state=ended", {"late", "soon", "paid"}),
        ("due=overdue", {"late"}),
        ("due=soon", {"soon"}),
        ("outstanding=yes", {"late", "soon"}),
        ("outstanding=no", {"paid", "settled", "applied"}),
        ("year=2026", set(NAMES)),
        ("year=2025", set()),
        ("year=x&state=y", set(NAMES)),
    ],
)
def test_filters(sign_in: SignIn, projects: dict[str, Any], query: str, found: set[str]) -> None:
    text = sign_in("archivist").get(f"/credit/?{query}").text.partition("<tbody>")[2]
    assert {key for key, name in NAMES.items() if name in text} == found


def test_filters_by_a_and_b(sign_in: SignIn, projects: dict[str, Any]) -> None:
    client, a = sign_in("archivist"), projects["late"].a_id
    assert "逾期商贸" in client.get(f"/credit/?a={a}").text.partition("<tbody>")[2]
    assert "逾期商贸" not in client.get(f"/credit/?b={a}").text.partition("<tbody>")[2]


def test_sums_and_overdue(sign_in: SignIn, projects: dict[str, Any]) -> None:
    client = sign_in("archivist")
    text = client.get("/credit/").text
    assert "4,000,005.00" in text  # of all sums
    assert "1,600,000.00" in text  # 600,000 and 1,000,000 outstanding
    assert "逾期 3 天" in text
    sheet = openpyxl.load_workbook(BytesIO(client.get("/credit/?as=xlsx").data)).active
    head, *rows = sheet.iter_rows(values_only=True)
    place = head.index("余额（元）")
    assert sorted(row[place] for row in rows) == [0, 0, 0, 600_000, 1_000_000]
    assert client.get("/credit/?as=pdf").data.startswith(b"%PDF")


def test_the_due_day_itself_is_in_time(sign_in: SignIn) -> None:
    make.make_project(S.ended, due_on=TODAY + timedelta(days=1))
    assert "逾期" not in sign_in("archivist").get("/credit/").text.partition("<tbody>")[2]


def test_a_clients_page_has_its_projects_and_sums(sign_in: SignIn, projects: dict[str, Any]) -> None:
    client = sign_in("archivist")
    text = client.get(f"/credit/clients/{projects['late'].client_id}").text
    assert "600,000.00" in text
    assert "逾期 3 天" in text
    assert "600,000.00" in client.get("/credit/clients/?q=逾期").text


def test_a_projects_page_costs_the_same_with_many_parts(sign_in: SignIn, queries: Callable[..., Any], db: Any) -> None:
    client, project = sign_in("wanglei"), make.make_project(S.ended)
    address = f"/credit/projects/{project.id}?tab=money"
    make.make_repayment(project)
    client.get(address)
    with queries() as few:
        client.get(address)
    for _ in range(9):
        make.make_repayment(project), make.make_guarantor(project), make.make_collateral(project)
    with queries() as many:
        client.get(address)
    assert len(few) == len(many)
