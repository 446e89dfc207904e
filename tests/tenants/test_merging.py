"""Two files of one customer: merged, read as one, and taken apart with nothing lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.dates import business_day
from crm.db import open_session
from crm.desk import index
from crm.desk.card import customer_card, unit_card
from crm.desk.queries import search
from crm.errors import DomainError, Stale
from crm.imports.drafting.draft import ESTATE, Drafted, EstateDraft
from crm.imports.drafting.people import People, Tools
from crm.imports.queries import present
from crm.properties.models import Estate
from crm.tenants import queries, reports, service
from crm.tenants.merging import queries as merges
from crm.tenants.merging import service as merging
from crm.tenants.merging.models import CustomerMerge, CustomerUnmerge
from crm.tenants.models import (
    Customer,
    CustomerKind,
    Fact,
    FactField,
    Phone,
    Source,
    Vehicle,
)
from tests.factories import (
    make_customer,
    make_emergency_contact,
    make_member,
    make_occupancy,
    make_phone,
    make_unit,
    make_vehicle,
)

Work = Callable[..., Any]
SignIn = Callable[[str], FlaskClient]
ID_NUMBER = "430102199001011238"


def registered(estate: Estate, name: str, **values: Any) -> Customer:
    given = {FactField.name: name} | {FactField(field): value for field, value in values.items()}
    return service.register(estate.id, CustomerKind.person, given, source=Source.counter, confirmed_by="李敏")


def merged(kept_id: int, other_id: int, taken: tuple[FactField, ...] = ()) -> CustomerMerge:
    with open_session() as db:
        versions = {key: db.get_one(Customer, key).version for key in (kept_id, other_id)}
    return merging.merge(kept_id, other_id, versions, taken, "同一张身份证")


@pytest.fixture
def pair(work: Work, estate: Estate) -> tuple[int, int]:
    """吴学文 with a telephone and a unit; 吴学雯 with the ID number, another telephone, unit, plate and people."""
    with work():
        kept, other = registered(estate, "吴学文"), registered(estate, "吴学雯", id_number=ID_NUMBER, email="wu@x.cn")
    make_phone(kept, "13907311443"), make_phone(other, "13907315555")
    make_occupancy(kept, make_unit(estate, "8-1-101")), make_occupancy(other, make_unit(estate, "8-1-102"))
    make_vehicle(other, "湘A77777"), make_member(other, "吴小宝"), make_emergency_contact(other)
    with work():
        index.rebuild()
    return kept.id, other.id


def test_the_kept_file_shows_the_parts_of_both(work: Work, pair: tuple[int, int]) -> None:
    kept, other = pair
    with work():
        merged(kept, other)
    with work():
        whole = reports.customer_file(queries.get_whole_customer(kept), business_day())
    assert [(line.number, line.origin) for line in whole.phones.now] == [
        ("139****1443", ""),
        ("139****5555", f"KH{other:06d}"),
    ]
    assert [line.label for line in whole.units.now] == ["8-1-101", "8-1-102"]
    assert (len(whole.people.now), len(whole.contacts.now), len(whole.vehicles.now)) == (1, 1, 1)


def test_a_chosen_value_is_a_correction_with_the_merge_behind_it(
    work: Work, db: Session, pair: tuple[int, int]
) -> None:
    kept, other = pair
    with work():
        made = merged(kept, other, (FactField.id_number, FactField.email))
    customer = db.get_one(Customer, kept)
    assert (customer.id_masked, customer.email, customer.name) == ("430102********1238", "wu@x.cn", "吴学文")
    [brought] = db.scalars(select(Fact).filter_by(customer_id=kept, field=FactField.email)).all()
    assert brought.supplement_id == made.supplement_id
    with work():
        assert service.reveal_id_number(queries.get_customer(kept), "identity_check") == ID_NUMBER


def test_taking_it_back_gives_both_their_own(work: Work, db: Session, pair: tuple[int, int]) -> None:
    kept, other = pair
    with work():
        made = merged(kept, other, (FactField.id_number, FactField.name))
    with work():
        merging.unmerge(merges.get_merge(made.id), "两个人")
    db.expire_all()
    one, two = db.get_one(Customer, kept), db.get_one(Customer, other)
    assert (one.name, one.id_index, two.merged_into_id) == ("吴学文", None, None)
    assert (two.name, two.id_masked) == ("吴学雯", "430102********1238")
    with pytest.raises(DomainError), work():
        merging.unmerge(merges.get_merge(made.id), "again")


def test_a_value_changed_since_stays_when_it_is_taken_back(work: Work, db: Session, pair: tuple[int, int]) -> None:
    kept, other = pair
    with work():
        made = merged(kept, other, (FactField.email,))
    with work():
        customer = queries.get_customer(kept, Customer.facts)
        merging._correct(customer, {FactField.email: "new@x.cn"}, "by letter")
    with work():
        merging.unmerge(merges.get_merge(made.id), "两个人")
    assert db.get_one(Customer, kept).email == "new@x.cn"


def test_whatever_was_typed_finds_the_kept_one(work: Work, pair: tuple[int, int]) -> None:
    kept, other = pair
    with work():
        made = merged(kept, other)
    asked = ("吴学雯", "5555", "湘A77777", "8-1-102", "吴小宝", f"KH{other:06d}", ID_NUMBER, "吴学文")
    with work():
        found = {text: {hit.id for hit in search(text) if hit.kind == "customer"} for text in asked}
    assert found == {text: {kept} for text in asked}
    with work():
        merging.unmerge(merges.get_merge(made.id), "两个人")
    with work():
        assert {hit.id for hit in search("5555")} == {other}
        assert {hit.id for hit in search("1443")} == {kept}


def test_a_part_changed_after_the_merge_is_found_in_the_kept_file(work: Work, pair: tuple[int, int]) -> None:
    kept, other = pair
    with work():
        merged(kept, other)
    with work():
        phone = next(
            phone for phone in queries.get_customer(kept, Customer.phones).phones if phone.customer_id == other
        )
        service.end_phone(queries.get_part(Phone, phone.id))
        service.add_phone(queries.get_customer(other, Customer.phones), "13907318888", source=Source.call)
    with work():
        assert search("5555") == []
        assert [hit.id for hit in search("8888")] == [kept]


def test_the_caller_card_and_the_unit_know_one_customer(
    work: Work, db: Session, estate: Estate, pair: tuple[int, int]
) -> None:
    kept, other = pair
    both = make_unit(estate, "8-1-103")
    for customer in db.scalars(select(Customer).where(Customer.id.in_(pair))).all():
        make_occupancy(customer, both)
    with work():
        merged(kept, other)
    with work():
        card, unit = customer_card(other), unit_card(both.id)
        sheet = reports.emergency_sheet(both.building_id, business_day())
        people = reports.unit_card(both, business_day(), with_people=True)
    assert (card.id, [phone.masked for phone in card.phones]) == (kept, ["139****1443", "139****5555"])
    assert [place.label for place in card.places] == ["8-1-101", "8-1-102", "8-1-103"]
    assert [person.id for person in unit.people if person.id] == [kept]
    assert [resident.customer_id for resident in people.people.now] == [kept]
    assert {line.customer for line in sheet} == {"吴学文"}
    assert all(line.contact for line in sheet)


def test_chains_are_flat_and_come_apart_in_any_order(work: Work, db: Session, estate: Estate) -> None:
    a, b, c = (make_customer(estate, name).id for name in ("甲", "乙", "丙"))
    with work():
        first = merged(b, a)
    with work():
        second = merged(c, b)
    assert [row.merged_into_id for row in ordered(db, a, b, c)] == [c, c, None]
    with work():
        merging.unmerge(merges.get_merge(second.id), "")
    assert [row.merged_into_id for row in ordered(db, a, b, c)] == [b, None, None]
    with work():
        merged(c, b)
    with work():
        merging.unmerge(merges.get_merge(first.id), "")
    assert [row.merged_into_id for row in ordered(db, a, b, c)] == [None, c, None]


def ordered(db: Session, *ids: int) -> list[Customer]:
    db.expire_all()
    return [db.get_one(Customer, key) for key in ids]


def test_what_cannot_be_merged_is_told(work: Work, estate: Estate, other_estate: Estate) -> None:
    one, other, third = (make_customer(estate, name).id for name in ("甲", "乙", "丙"))
    company = make_customer(estate, "鑫源", kind=CustomerKind.company).id
    abroad = make_customer(other_estate, "甲").id
    with work():
        merged(one, other)
    for kept, second in ((one, one), (one, other), (other, third), (third, other), (one, company), (one, abroad)):
        with pytest.raises(DomainError), work():
            merged(kept, second)


def test_two_people_merge_at_once(work: Work, estate: Estate) -> None:
    """Both looked at the same state; whoever comes second, the other way round too, must look again."""
    one, other = make_customer(estate, "甲"), make_customer(estate, "乙")
    seen = {one.id: one.version, other.id: other.version}
    with work():
        merging.merge(one.id, other.id, seen, (), "先")
    for kept, second in ((one.id, other.id), (other.id, one.id)):
        with pytest.raises(Stale), work():
            merging.merge(kept, second, seen, (), "后")


def test_a_merge_is_taken_back_once_whoever_asks(db: Session, work: Work, estate: Estate) -> None:
    with work():
        made = merged(make_customer(estate).id, make_customer(estate).id)
    with work():
        merging.unmerge(merges.get_merge(made.id), "")
    db.add(CustomerUnmerge(merge_id=made.id, estate_id=estate.id, reason="", done_by="", done_at=made.done_at))
    with pytest.raises(IntegrityError):
        db.flush()
    db.rollback()


def test_the_timeline_holds_both_files(sign_in: SignIn, work: Work, pair: tuple[int, int]) -> None:
    kept, other = pair
    with work():
        service.set_remark(queries.get_customer(other), "门铃坏")
    with work():
        merged(kept, other)
    page = sign_in("desk_supervisor").get(f"/tenants/customers/{kept}").text
    assert "门铃坏" in page
    assert f"KH{other:06d} 吴学雯" in page


def test_importing_again_makes_no_third_file(
    sign_in: SignIn, work: Work, estate: Estate, pair: tuple[int, int]
) -> None:
    """The workbook names the merged telephone and unit under the kept name, and the other way round."""
    kept, other = pair
    with work():
        merged(kept, other)
    with work():
        state = present(estate.name, business_day())
        people = People(EstateDraft(Drafted(ESTATE, {"name": estate.name})), state, Tools(str, business_day()))
    files = {id(people.stored[key]) for key in pair}
    unit = ("unit", "8", "1", "102")
    assert id(people._by_phone["吴学文", "13907315555"]) in files
    assert id(people._by_phone["吴学雯", "13907311443"]) in files
    assert id(people._by_standing["吴学文", unit, "owner"]) in files


steps = st.lists(
    st.tuples(st.sampled_from(["merge", "undo", "phone", "plate"]), st.integers(0, 3), st.integers(0, 3)), max_size=8
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_any_merges_taken_back_leave_each_its_own(
    work: Work, db: Session, estate: Estate, steps: list[tuple[str, int, int]]
) -> None:
    """Every row stays where it was entered; what was added in between stays with the file it was added to."""
    with work():
        ids = [registered(estate, f"客户{number}", email=f"{number}@x.cn").id for number in range(4)]
    before = {key: own(db, key) for key in ids}
    added: dict[int, list[str]] = {key: [] for key in ids}
    live: list[int] = []
    for number, (what, left, right) in enumerate(steps):
        try:
            with work():
                _step(what, ids[left], ids[right], number, live, added)
        except DomainError:
            continue
    for merge_id in reversed(live):
        with work():
            merging.unmerge(merges.get_merge(merge_id), "undo")
    for key in ids:
        facts, parts = own(db, key)
        assert facts == before[key][0]
        assert sorted(parts) == sorted(added[key])
    assert (
        db.scalar(select(func.count(Customer.id)).where(Customer.id.in_(ids), Customer.merged_into_id.is_not(None)))
        == 0
    )


def _step(what: str, one: int, other: int, number: int, live: list[int], added: dict[int, list[str]]) -> None:
    match what:
        case "merge":
            live.append(merged(one, other, (FactField.name, FactField.email)).id)
        case "undo" if live:
            merging.unmerge(merges.get_merge(live[one % len(live)]), "undo")
            live.pop(one % len(live))
        case "phone":
            customer = queries.get_customer(one, Customer.phones)
            service.add_phone(customer, f"1390731{number:04d}", source=Source.call)
            added[customer.id].append(f"1390731{number:04d}")
        case "plate":
            customer = queries.get_customer(one)
            service.add_vehicle(customer, plate=f"湘A{number:05d}")
            added[customer.id].append(f"湘A{number:05d}")


def own(db: Session, customer_id: int) -> tuple[dict[str, Any], list[str]]:
    """The file by itself: its present values and what stands in it, read without the merges."""
    db.expire_all()
    customer = db.get_one(Customer, customer_id)
    facts = {"name": customer.name, "email": customer.email, "merged": customer.merged_into_id}
    phones = db.scalars(select(Phone.digits).filter_by(customer_id=customer_id)).all()
    return facts, [*phones, *db.scalars(select(Vehicle.plate).filter_by(customer_id=customer_id))]


def test_every_merge_is_in_the_log_of_both(work: Work, db: Session, pair: tuple[int, int]) -> None:
    with work():
        made = merged(*pair)
    kinds = set(db.scalars(select(LogEntry.kind).where(LogEntry.kind.in_(("CustomersMerged", "FileMerged")))))
    assert kinds == {"CustomersMerged", "FileMerged"}
    assert db.get_one(CustomerMerge, made.id).reason == "同一张身份证"


@pytest.mark.skipif(os.environ.get("CRM_TEST_ENGINE") == "postgresql", reason="how SQLite plans")
def test_a_list_looks_merged_files_up_and_never_walks_through_everybody(
    db: Session, work: Callable[..., Any], estate: Estate
) -> None:
    """Once SQLite knew that nearly nobody is merged, it read every customer for each row: a long export took hours."""
    for number in range(200):
        make_customer(estate, f"住户{number}")
    db.execute(text("ANALYZE"))
    with work():
        listed = queries.customers(business_day()).compile(db.get_bind(), compile_kwargs={"literal_binds": True})
        plan = [row[3] for row in db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {listed}")]
    assert [step for step in plan if step.startswith("SCAN customer_")] == []
    assert any("ix_customer_merged_into_id" in step for step in plan)
