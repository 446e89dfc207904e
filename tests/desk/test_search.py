"""What a clerk types, and what the search must answer; the index follows every change."""

from __future__ import annotations

import json
from datetime import date

import pytest
from flask import g

from crm.auth.actor import Actor, system_actor
from crm.auth.permissions import Permission
from crm.desk import handlers, index, queries
from crm.desk.queries import find, search
from crm.properties import events as property_events
from crm.properties.models import Unit
from crm.secrecy import blind_index
from crm.tenants import events
from crm.tenants.models import Customer, Phone
from tests.factories import (
    make_customer,
    make_emergency_contact,
    make_member,
    make_occupancy,
    make_parking,
    make_phone,
    make_unit,
    make_vehicle,
)

ID_NUMBER = "620102198001010013"


@pytest.fixture
def known(app, db, estate, other_estate, work):
    """吴学文 of 1-1-1001, a firm with people and cars, and a namesake elsewhere; indexed."""
    unit = make_unit(estate, "1-1-1001")
    person = make_customer(estate, "吴学文", unit, source_number="YZ-20881")
    make_phone(person, "13909311443")
    firm = make_customer(estate, "兰州天庆商贸有限公司", make_unit(estate, "12-2-1803"), kind="company")
    make_member(firm, "欧阳志远")
    make_emergency_contact(firm)
    make_vehicle(firm, "甘A12345")
    elsewhere = make_customer(other_estate, "吴学文", make_unit(other_estate, "1-1-1001"))
    with work() as session:
        session.get(Customer, person.id).id_index = blind_index(ID_NUMBER)
        session.flush()
        index.rebuild()
    return {"unit": unit, "person": person, "firm": firm, "elsewhere": elsewhere}


def found(work, text, actor=None):
    with work(actor):
        return search(text)


def clerk(estate):
    permissions = frozenset({Permission.customer_read, Permission.property_read})
    return Actor(name="李敏", permissions=permissions, user_id=1, estate_ids=frozenset({estate.id}))


@pytest.mark.parametrize(
    "text",
    "吴学文 吴学 学文 文 wxw wuxuewen wuxw 1443 13909311443 139-0931-1443 1-1-1001 1栋1单元1001 1001 YZ-20881".split(),
)
def test_the_person_is_found_in_every_way(known, work, estate, text):
    hits = found(work, text, clerk(estate))
    assert ("customer", known["person"].id) in [(hit.kind, hit.id) for hit in hits]


@pytest.mark.parametrize(
    "text", ["天庆商贸", "天庆商贸有限公司", "欧阳志远", "甘A12345", "12345", "oyzy", "12-2-1803", "lztq"]
)
def test_the_firm_is_found_by_its_own_its_people_and_cars(known, work, estate, text):
    assert known["firm"].id in [hit.id for hit in found(work, text, clerk(estate)) if hit.kind == "customer"]


def test_a_line_says_who_where_and_by_which_number(known, work, estate):
    hit = found(work, "吴学文", clerk(estate))[0]
    assert (hit.title, hit.detail, hit.estate) == ("吴学文", "1-1-1001 · 139****1443", "阳光花园")
    assert hit.url == f"/tenants/customers/{known['person'].id}"


def test_the_reason_is_added_where_the_line_does_not_show_it(known, work, estate):
    assert "欧阳志远" in found(work, "志远", clerk(estate))[0].detail
    assert "甘A12345" in found(work, "甘A12345", clerk(estate))[0].detail


def test_a_whole_unit_comes_before_its_people(known, work, estate):
    kinds = [hit.kind for hit in found(work, "1-1-1001", clerk(estate))]
    assert kinds == ["unit", "customer"]


def test_people_come_before_units_otherwise(known, work, estate):
    kinds = [hit.kind for hit in found(work, "1001", clerk(estate))]
    assert kinds.index("customer") < kinds.index("unit")


def test_a_whole_name_comes_before_a_fragment(known, work, estate):
    longer = make_customer(estate, "吴学文化")
    with work():
        index.refresh("customer", [longer.id])
    assert [hit.title for hit in found(work, "吴学文", clerk(estate))] == ["吴学文", "吴学文化"]


def test_ones_own_name_comes_before_a_relatives(known, work, estate):
    mother = make_customer(estate, "安静")
    make_member(mother, "吴学礼")
    with work():
        index.refresh("customer", [mother.id])
    for text in ("学", "wx"):
        assert [hit.title for hit in found(work, text, clerk(estate))] == ["吴学文", "安静"]


def test_an_estates_name_narrows_the_search(known, work):
    hits = found(work, "科创 吴学文")
    assert [hit.id for hit in hits] == [known["elsewhere"].id]
    assert [hit.estate for hit in found(work, "科创大厦1-1-1001")] == ["科创大厦", "科创大厦"]


def test_an_id_number_is_found_whole_only(known, work, estate):
    assert [hit.id for hit in found(work, ID_NUMBER, clerk(estate))] == [known["person"].id]
    assert found(work, ID_NUMBER[:12], clerk(estate)) == []


def test_the_number_on_the_form_is_found(known, work, estate):
    person = known["person"]
    assert found(work, f"KH{person.id:06d}", clerk(estate))[0].id == person.id


def test_nobody_finds_what_lies_in_another_estate(known, work, estate, other_estate):
    hits = found(work, "吴学文", clerk(estate))
    assert [hit.id for hit in hits] == [known["person"].id]
    assert found(work, "科创大厦", clerk(estate)) == []


def test_without_the_right_to_customers_only_places_are_found(known, work):
    actor = Actor(name="王师傅", permissions=frozenset({Permission.property_read}))
    hits = found(work, "1-1-1001", actor)
    assert {hit.kind for hit in hits} == {"unit"}
    assert all("吴学文" not in hit.detail for hit in hits)
    assert found(work, f"KH{known['person'].id:06d}", actor) == []


def test_hot_fragments_are_not_counted_to_the_end(known, work, monkeypatch):
    with work():
        everything = find("1-1-1001", most=2)
    assert everything.count == "2+"
    assert len(everything.refs) == 2


@pytest.mark.parametrize("text", ["学文 1001", "天庆 甘A12345", "学文 1803", "wx 1001"])
def test_hot_words_together_find_what_rare_ones_do(known, work, estate, monkeypatch, text):
    """Where every word is had by many, the lists are merged; else the rarest is looked up in the others."""
    rare = found(work, text, clerk(estate))
    monkeypatch.setattr(queries, "MANY", 0)
    assert found(work, text, clerk(estate)) == rare


def test_of_very_many_the_first_are_in_order_and_none_is_lost(known, work, estate, monkeypatch):
    names = [f"吴学文{letter}" for letter in "甲乙丙丁戊己"]
    more = [make_customer(estate, name) for name in names]
    with work():
        index.refresh("customer", [customer.id for customer in more])
    monkeypatch.setattr(queries, "RANKED", 4)
    monkeypatch.setattr(queries, "BEST", 3)
    titles = [hit.title for hit in found(work, "学文", clerk(estate))]
    assert titles[:3] == sorted(titles[:3])
    assert sorted(titles) == sorted(["吴学文", *names])


def test_the_queries_do_not_grow_with_the_hits(known, work, estate, queries):
    def statements(text):
        with work(clerk(estate)), queries() as seen:
            search(text)
        return len(seen)

    one = statements("学文")
    more = [make_customer(estate, f"赵学文{letter}", known["unit"]) for letter in "甲乙丙丁戊己庚辛"]
    with work():
        index.refresh("customer", [customer.id for customer in more])
    assert statements("学文") == one


@pytest.mark.parametrize("text", ["", " ", "%", "''", "-", "。", "x" * 500, "吴 学 文 甲 乙 丙", "\x00", "１００１"])
def test_odd_input_is_answered(known, work, text):
    found(work, text)


def test_changes_are_searchable_after_the_unit_of_work(known, work, estate):
    person = known["person"]
    with work() as session:
        session.get(Customer, person.id).name = "吴学武"
        handlers.customer_changed(events.RemarkChanged(customer_id=person.id, estate_id=estate.id, old="", new=""))
    assert found(work, "学文", clerk(estate)) == []
    assert found(work, "学武", clerk(estate))[0].id == person.id


def test_an_ended_phone_leaves_the_index(known, work, estate):
    with work() as session:
        phone = session.query(Phone).filter_by(digits="13909311443").one()
        phone.ends = date(2026, 1, 1)
        event = events.PhoneEnded(customer_id=known["person"].id, phone_id=phone.id, masked="")
        handlers.customer_changed(event)
    assert found(work, "1443", clerk(estate)) == []


def test_a_renumbered_unit_takes_its_people_along(known, work, estate):
    with work() as session:
        session.get(Unit, known["unit"].id).label = "1-1-2002"
        handlers.unit_changed(property_events.UnitChanged(unit_id=known["unit"].id, estate_id=estate.id, changes={}))
    assert [hit.kind for hit in found(work, "1-1-2002", clerk(estate))] == ["unit", "customer"]
    assert found(work, "1-1-1001", clerk(estate)) == []


def test_a_refused_unit_of_work_leaves_nothing_stale(known, work, estate):
    def refused():
        with work() as session:
            session.get(Customer, known["person"].id).name = "吴学武"
            handlers.customer_changed(events.RemarkChanged(customer_id=known["person"].id, estate_id=1, old="", new=""))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        refused()
    assert found(work, "学武", clerk(estate)) == []


def test_refreshing_twice_changes_nothing(known, work, queries):
    with work() as session:
        before = session.query(index.SearchToken).count()
        with queries() as seen:
            index.refresh("customer", [known["person"].id])
        assert not [statement for statement in seen if statement.startswith(("INSERT", "DELETE"))]
        index.rebuild()
        assert session.query(index.SearchToken).count() == before


def test_what_is_gone_leaves_the_index(known, work):
    with work():
        index.refresh("customer", [999_999])


def test_a_parking_space_is_found(known, work, estate):
    space = make_parking(estate)
    with work():
        index.refresh("unit", [space.id])
    assert [hit.title for hit in found(work, space.label, clerk(estate))] == [space.label]


def test_addresses_are_those_of_the_pages(app):
    names = {"customer": "tenants.customer", "unit": "tenants.unit", "estate": "properties.estate"}
    with app.test_request_context():
        for kind, endpoint in names.items():
            assert app.url_for(endpoint, **{f"{kind}_id": 7}) == queries.ADDRESSES[kind].format(7)


def test_the_command_answers_with_json(known, app, estate):
    from crm.desk.command import search_command

    with app.app_context():
        g.actor = system_actor("tests")
        answer = app.test_cli_runner().invoke(search_command, ["吴学文", "--json", "--limit", "1"])
    [hit] = json.loads(answer.output)
    assert set(hit) == {"kind", "id", "title", "detail", "url"}
    assert hit["title"] == "吴学文"


def test_housemates_share_a_unit(known, work, estate):
    """Two in one unit: both come with it."""
    second = make_customer(estate, "李丽")
    make_occupancy(second, known["unit"])
    with work():
        index.refresh("customer", [second.id])
    assert {hit.title for hit in found(work, "1-1-1001", clerk(estate))} == {"1-1-1001", "吴学文", "李丽"}
