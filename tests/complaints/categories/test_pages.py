"""The tree of categories: shown, added to, changed, taken out of use and brought back, moved."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.audit.models import LogEntry
from crm.complaints.categories import queries, service
from crm.complaints.categories.models import ComplaintCategory, Severity
from crm.complaints.categories.queries import choosable
from crm.complaints.categories.queries import tree as whole_tree
from crm.db import open_session
from crm.errors import DomainError
from crm.properties.models import Estate
from tests.complaints.making import category_called, department_called, make_case

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., Any]
KIND = {"name": "门口堆放", "severity": "urgent", "department_id": ""}


def group_called(name: str) -> ComplaintCategory:
    with open_session() as db:
        return db.scalars(select(ComplaintCategory).filter_by(name=name, parent_id=None)).one()


def again(category: ComplaintCategory) -> ComplaintCategory:
    with open_session() as db:
        return db.get_one(ComplaintCategory, category.id)


def log() -> list[tuple[str, dict[str, Any]]]:
    with open_session() as db:
        kinds = LogEntry.kind.like("ComplaintCategory%")
        return [(row.kind, row.data) for row in db.scalars(select(LogEntry).where(kinds).order_by(LogEntry.id))]


def page_of(client: FlaskClient) -> str:
    return unescape(client.get("/complaints/categories/").text)


def test_the_shipped_tree(work: Work, queries: Callable[..., Any]) -> None:
    with work(), queries() as seen:
        tree = whole_tree()
    assert len(seen) == 1
    assert [each.group.name for each in tree][:3] == ["工程维修", "环境卫生", "秩序安全"]
    assert category_called("维修不及时").department_id == department_called("工程维修部")
    assert category_called("账单错误").department_id == department_called("财务部")
    assert category_called("宠物").department_id is None
    urgent = {each.name for branch in tree for each in branch.kinds if each.severity is Severity.urgent}
    assert urgent == {"高空抛物", "消防", "陌生人尾随", "电动车充电", "困人"}


def test_whoever_reads_complaints_sees_it_and_changes_nothing(sign_in: SignIn) -> None:
    client, kind = sign_in("limin"), category_called("噪声扰民")
    page = page_of(client)
    assert "噪声扰民" in page
    assert "/complaints/categories/new" not in page
    for step in ("edit", "retire", "restore", "move", "new"):
        assert client.post(f"/complaints/categories/{kind.id}/{step}").status_code == 403


def test_a_group_and_what_is_in_it_are_added_at_the_end(sign_in: SignIn) -> None:
    client, engineers = sign_in("zhouhui"), department_called("工程维修部")
    assert client.post("/complaints/categories/new", data={"name": " 楼道 "}).status_code == 302
    group = group_called("楼道")
    answer = client.post(f"/complaints/categories/{group.id}/new", data=KIND | {"department_id": engineers})
    assert answer.location.endswith(f"#group-{group.id}")
    kind = category_called("门口堆放")
    assert (kind.parent_id, kind.severity, kind.department_id) == (group.id, Severity.urgent, engineers)
    assert group.position == group_called("其他").position + 1
    assert [(name, data["name"], data["group"]) for name, data in log()] == [
        ("ComplaintCategoryAdded", "楼道", ""),
        ("ComplaintCategoryAdded", "门口堆放", "楼道"),
    ]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [({"name": ""}, "name"), ({"severity": "later"}, "severity"), ({"department_id": "999999"}, "department_id")],
)
def test_what_is_wrong_is_named(sign_in: SignIn, wrong: dict[str, str], told: str) -> None:
    group = group_called("环境卫生")
    answer = sign_in("zhouhui").post(f"/complaints/categories/{group.id}/new", data=KIND | wrong)
    assert answer.status_code == 422
    assert f'href="#{told}"' in answer.text


def test_a_name_is_there_once_among_those_in_use_beside_it(sign_in: SignIn) -> None:
    client, group, other = sign_in("zhouhui"), group_called("环境卫生"), group_called("邻里")
    twice = KIND | {"name": "噪声扰民"}
    assert client.post(f"/complaints/categories/{group.id}/new", data=twice).status_code == 422
    assert client.post(f"/complaints/categories/{other.id}/new", data=twice).status_code == 302
    assert client.post("/complaints/categories/new", data={"name": "邻里"}).status_code == 422


def test_nothing_is_added_below_a_category(work: Work) -> None:
    kind = category_called("噪声扰民")
    with work(), pytest.raises(DomainError, match="噪声扰民"):
        service.add_kind(queries.get_category(kind.id), {"name": "x", "severity": Severity.ordinary})


def test_a_change_keeps_old_and_new_and_minds_who_was_quicker(sign_in: SignIn) -> None:
    client, kind = sign_in("zhouhui"), category_called("噪声扰民")
    given = {"name": "夜间噪声", "severity": "urgent", "department_id": "", "version": kind.version}
    address = f"/complaints/categories/{kind.id}/edit"
    assert client.post(address, data=given).status_code == 302
    assert client.post(address, data=given | {"name": "别的"}).status_code == 409
    changed = again(kind)
    assert (changed.name, changed.severity, changed.department_id) == ("夜间噪声", Severity.urgent, None)
    [(_kind, data)] = log()
    assert data["changes"]["name"] == ["噪声扰民", "夜间噪声"]
    assert data["changes"]["severity"] == ["ordinary", "urgent"]


def test_what_is_out_of_use_is_not_chosen_any_more(sign_in: SignIn, work: Work, estate: Estate) -> None:
    client, kind, group = sign_in("zhouhui"), category_called("噪声扰民"), group_called("环境卫生")
    case = make_case(estate, category_id=kind.id)
    client.post(f"/complaints/categories/{kind.id}/retire")
    with work():
        assert kind.id not in {each.id for each in choosable()}
        assert kind.id in {each.id for each in choosable(keep=kind.id)}
    assert "噪声扰民" in client.get(f"/complaints/{case.id}").text
    client.post(f"/complaints/categories/{group.id}/retire")
    refused = client.post(f"/complaints/categories/{kind.id}/restore")
    assert refused.status_code == 409
    client.post(f"/complaints/categories/{group.id}/restore")
    client.post(f"/complaints/categories/{kind.id}/restore")
    with work():
        assert kind.id in {each.id for each in choosable()}


def test_it_moves_past_its_neighbour_and_no_further(sign_in: SignIn) -> None:
    client, first, second = sign_in("zhouhui"), category_called("保洁不到位"), category_called("垃圾清运")
    client.post(f"/complaints/categories/{first.id}/move", data={"to": "up"})
    assert again(first).position == 0
    client.post(f"/complaints/categories/{first.id}/move", data={"to": "down"})
    assert (again(first).position, again(second).position) == (1, 0)
