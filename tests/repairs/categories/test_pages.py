"""The tree of categories: shown, added to, changed, taken out of use and brought back, moved."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.audit.models import LogEntry
from crm.db import open_session
from crm.properties.models import Estate
from crm.repairs.categories import queries, service
from crm.repairs.categories.models import Place, Priority, RepairCategory, WarrantyPart
from crm.repairs.categories.queries import tree as whole_tree
from crm.repairs.orders.queries import get_order
from tests.acting import as_
from tests.repairs.making import category_called, make_order

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., Any]
PROBLEM = {"name": "地暖漏水", "trade": "hvac", "priority": "urgent", "warranty": "heating"}


def group_called(name: str, place: Place = Place.home) -> RepairCategory:
    with open_session() as db:
        return db.scalars(select(RepairCategory).filter_by(name=name, place=place, parent_id=None)).one()


def again(category: RepairCategory) -> RepairCategory:
    with open_session() as db:
        return db.get_one(RepairCategory, category.id)


def log() -> list[tuple[str, dict[str, Any]]]:
    with open_session() as db:
        kinds = LogEntry.kind.like("RepairCategory%")
        return [(row.kind, row.data) for row in db.scalars(select(LogEntry).where(kinds).order_by(LogEntry.id))]


def page_of(client: FlaskClient) -> str:
    return unescape(client.get("/repairs/categories/").text)


def test_the_tree_has_every_place_and_costs_one_query(work: Work, queries: Callable[..., Any]) -> None:
    with work(), queries() as seen:
        tree = whole_tree()
    assert len(seen) == 1
    assert list(tree) == list(Place)
    home = tree[Place.home]
    assert home[0].group.name == "给排水"
    assert [each.name for each in home[0].kinds][:2] == ["爆管跑水", "水管漏水"]


def test_whoever_reads_repairs_sees_it_and_changes_nothing(sign_in: SignIn) -> None:
    client, problem = sign_in("limin"), category_called("水管漏水")
    page = page_of(client)
    assert "水管漏水" in page
    assert "/repairs/categories/new" not in page
    for step in ("edit", "retire", "restore", "move", "new"):
        assert client.post(f"/repairs/categories/{problem.id}/{step}").status_code == 403


def test_a_category_and_its_problem_are_added_at_the_end(sign_in: SignIn) -> None:
    client = sign_in("sunhao")
    assert client.post("/repairs/categories/new", data={"place": "home", "name": " 地暖 "}).status_code == 302
    group = group_called("地暖")
    answer = client.post(f"/repairs/categories/{group.id}/new", data=PROBLEM)
    assert answer.location.endswith(f"#group-{group.id}")
    problem = category_called("地暖漏水")
    assert (problem.parent_id, problem.place, problem.trade) == (group.id, Place.home, "hvac")
    assert (problem.priority, problem.warranty) == (Priority.urgent, WarrantyPart.heating)
    last = max(each.position for each in (group_called("其他"), group_called("燃气")))
    assert group.position == last + 1
    assert [(kind, data["name"], data["group"]) for kind, data in log()] == [
        ("RepairCategoryAdded", "地暖", ""),
        ("RepairCategoryAdded", "地暖漏水", "地暖"),
    ]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "name"),
        ({"trade": ""}, "trade"),
        ({"trade": "magic"}, "trade"),
        ({"priority": "later"}, "priority"),
    ],
)
def test_a_problem_needs_what_decides_about_it(sign_in: SignIn, wrong: dict[str, str], told: str) -> None:
    group = group_called("给排水")
    answer = sign_in("sunhao").post(f"/repairs/categories/{group.id}/new", data=PROBLEM | wrong)
    assert answer.status_code == 422
    assert f'href="#{told}"' in answer.text


def test_a_name_is_there_once_among_those_in_use_beside_it(sign_in: SignIn) -> None:
    client, group = sign_in("sunhao"), group_called("给排水")
    answer = client.post(f"/repairs/categories/{group.id}/new", data=PROBLEM | {"name": "水管漏水"})
    assert answer.status_code == 422
    assert "水管漏水" in answer.text
    assert client.post("/repairs/categories/new", data={"place": "home", "name": "给排水"}).status_code == 422
    elsewhere = client.post("/repairs/categories/new", data={"place": "public", "name": "给排水"})
    assert elsewhere.status_code == 302, "another place may have the same name"
    other = group_called("电气")
    assert client.post(f"/repairs/categories/{other.id}/new", data=PROBLEM | {"name": "水管漏水"}).status_code == 302


def test_nothing_is_added_below_a_problem(work: Work) -> None:
    problem = category_called("水管漏水")
    with work(), pytest.raises(Exception, match="水管漏水"):
        service.add_problem(queries.get_category(problem.id), {"name": "x", "trade": "general"})


def test_a_change_keeps_old_and_new_and_minds_who_was_quicker(sign_in: SignIn) -> None:
    client, problem = sign_in("sunhao"), category_called("水管漏水")
    given = {"name": "水管渗漏", "trade": "building", "priority": "normal", "warranty": "", "version": problem.version}
    address = f"/repairs/categories/{problem.id}/edit"
    assert client.post(address, data=given).status_code == 302
    assert client.post(address, data=given | {"name": "别的"}).status_code == 409
    changed = again(problem)
    assert (changed.name, changed.warranty) == ("水管渗漏", None)
    [(kind, data)] = log()
    assert (kind, data["changes"]["name"]) == ("RepairCategoryChanged", ["水管漏水", "水管渗漏"])
    assert data["changes"]["warranty"] == ["pipes", None]
    same = given | {"version": changed.version}
    assert client.post(address, data=same).status_code == 302
    assert len(log()) == 1, "nothing changed, nothing told"


def test_a_change_to_a_siblings_name_is_refused(sign_in: SignIn) -> None:
    problem = category_called("水管漏水")
    given = {"name": "马桶洁具", "trade": "plumbing", "priority": "normal", "warranty": "", "version": problem.version}
    answer = sign_in("sunhao").post(f"/repairs/categories/{problem.id}/edit", data=given)
    assert answer.status_code == 422
    assert again(problem).name == "水管漏水"


def test_a_category_changes_its_name(sign_in: SignIn) -> None:
    group = group_called("给排水")
    client = sign_in("zhouhui")
    answer = client.post(f"/repairs/categories/{group.id}/edit", data={"name": "水路", "version": group.version})
    assert answer.status_code == 302
    assert again(group).name == "水路"


def test_a_category_retires_with_its_problems_and_orders_keep_theirs(
    sign_in: SignIn, work: Work, estate: Estate
) -> None:
    client, group, problem = sign_in("sunhao"), group_called("给排水"), category_called("水管漏水")
    order = make_order(estate, category_id=problem.id)
    for _ in range(2):
        assert client.post(f"/repairs/categories/{group.id}/retire").status_code == 302
    with work(as_("sunhao")):
        assert problem.id not in {each.id for each in queries.problems()}
        assert problem.id in {each.id for each in queries.problems(keep=problem.id)}
        assert get_order(order.id).category.full_name == "给排水 · 水管漏水"
        assert [branch.group.id for branch in queries.tree()[Place.home]][-1] == group.id
    assert len(log()) == 1
    assert client.post(f"/repairs/categories/{problem.id}/retire").status_code == 302
    refused = client.post(f"/repairs/categories/{problem.id}/restore")
    assert refused.status_code == 409, "its category comes first"
    assert client.post(f"/repairs/categories/{group.id}/restore").status_code == 302
    assert client.post(f"/repairs/categories/{problem.id}/restore").status_code == 302
    with work():
        assert problem.id in {each.id for each in queries.problems()}


def test_the_name_of_a_retired_one_is_free_until_it_comes_back(sign_in: SignIn) -> None:
    client, problem = sign_in("sunhao"), category_called("水管漏水")
    client.post(f"/repairs/categories/{problem.id}/retire")
    added = client.post(f"/repairs/categories/{problem.parent_id}/new", data=PROBLEM | {"name": "水管漏水"})
    assert added.status_code == 302
    refused = client.post(f"/repairs/categories/{problem.id}/restore")
    assert refused.status_code == 409
    assert not again(problem).active


def names(place: Place = Place.home) -> list[str]:
    with open_session() as db:
        listed = select(RepairCategory.name).filter_by(place=place, parent_id=None, active=True)
        return list(db.scalars(listed.order_by(RepairCategory.position, RepairCategory.id)))


def test_they_are_moved_past_their_neighbours_and_no_further(sign_in: SignIn) -> None:
    client, group = sign_in("sunhao"), group_called("电气")
    before = names()
    address = f"/repairs/categories/{group.id}/move"
    client.post(address, data={"to": "up"})
    assert names()[:2] == ["电气", "给排水"]
    client.post(address, data={"to": "up"})
    assert names()[:2] == ["电气", "给排水"]
    client.post(address, data={"to": "down"})
    assert names() == before
    assert [data["changes"] for _kind, data in log()] == [{"position": [2, 1]}, {"position": [1, 2]}]
    assert again(group).version == group.version, "a form that is open is none the wiser"


def test_what_is_out_of_use_does_not_move(sign_in: SignIn) -> None:
    client, group = sign_in("sunhao"), group_called("电气")
    client.post(f"/repairs/categories/{group.id}/retire")
    before = names()
    client.post(f"/repairs/categories/{group.id}/move", data={"to": "up"})
    assert names() == before


def test_the_page_shows_what_is_out_of_use_at_the_end(sign_in: SignIn) -> None:
    client, group = sign_in("sunhao"), group_called("给排水")
    client.post(f"/repairs/categories/{group.id}/retire")
    page = page_of(client)
    section = page[page.index('id="place-home"') : page.index('id="place-public"')]
    assert section.index(f'id="group-{group.id}"') > section.index("燃气异味")
    assert f"/repairs/categories/{group.id}/restore" in section


def test_what_is_not_there_is_not_found(sign_in: SignIn) -> None:
    assert sign_in("sunhao").get("/repairs/categories/999999/edit").status_code == 404
