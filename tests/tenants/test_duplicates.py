"""Which pairs of files are offered as one customer, and the pages where it is decided."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm.properties.models import Estate
from crm.tenants.merging import duplicates
from crm.tenants.merging import service as merging
from crm.tenants.merging.duplicates import Reason, evidence
from crm.tenants.merging.likeness import alike, one_off, said_alike
from crm.tenants.models import Customer, CustomerKind
from tests.factories import make_customer, make_merge, make_phone, make_twins, make_unit, make_vehicle

Work = Callable[..., Any]
SignIn = Callable[[str], FlaskClient]
BORN = date(1990, 1, 1)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("章伟", "张伟", True),  # said the same
        ("曾乐", "增月", True),  # in some reading of each
        ("吴学文", "吴学雯", True),
        ("欧阳娜娜", "欧阳娜", True),
        ("吴 学文", "吴学文", True),
        ("鑫源商贸", "鑫元商贸", True),
        ("王伟", "王芳", False),  # a family's two characters say little
        ("吴学文", "吴文学", False),
        ("吴学文", "李敏", False),
    ],
)
def test_similar_names(one: str, other: str, expected: bool) -> None:
    assert alike(one, other) is alike(other, one) is expected


def test_one_off_and_said_alike() -> None:
    assert one_off("abc", "ab")
    assert one_off("ab", "cb")
    assert not one_off("ab", "ab")
    assert not one_off("aab", "b")
    assert not said_alike("张伟", "张伟伟")


def offered(of: int | None = None) -> dict[tuple[int, int], set[str]]:
    rows = duplicates.likely_pairs(of)
    found = [(row, {reason.value for reason in Reason if getattr(row, reason.value)}) for row in rows]
    return {(row.one_id, row.other_id): why for row, why in found}


def twin(estate: Estate, reason: Reason) -> tuple[Customer, Customer]:
    """Two files with nothing in common but what the reason says."""
    unit = make_unit(estate)
    match reason:
        case Reason.id_number:
            return make_customer(estate, "甲", id_index="a" * 64), make_customer(estate, "乙", id_index="a" * 64)
        case Reason.credit_code:
            firm = {"kind": CustomerKind.company, "credit_code": "91350100M000100Y43"}
            return make_customer(estate, "鑫源商贸", **firm), make_customer(estate, "鑫源公司", **firm)
        case Reason.born:
            return make_customer(estate, "吴学文", born=BORN), make_customer(estate, "吴学文", born=BORN)
        case Reason.unit:
            return make_customer(estate, "吴学文", unit), make_customer(estate, "吴学文", unit)
    one = make_customer(estate, "吴学文")
    other = make_customer(estate, "吴学雯" if reason is Reason.similar else "吴学文")
    for customer in (one, other):
        make_vehicle(customer, "湘A55555") if reason is Reason.vehicle else make_phone(customer, "13907311443")
    return one, other


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_is_found_from_the_list_and_from_either_page(work: Work, estate: Estate, reason: Reason) -> None:
    one, other = twin(estate, reason)
    make_customer(estate, "吴学文"), make_customer(estate, "王芳")
    with work():
        assert offered() == {(one.id, other.id): {reason.value}}
        assert offered(one.id) == {(one.id, other.id): {reason.value}}
        assert offered(other.id) == {(other.id, one.id): {reason.value}}


def test_what_agrees_twice_counts_twice_and_never_more_than_certain(work: Work, estate: Estate) -> None:
    one, other = make_twins(estate, "吴学文")
    make_phone(one), make_phone(other)
    with work():
        [row] = duplicates.likely_pairs()
    assert (row.score, row.phone, row.unit, row.born) == (100, 80, 70, 0)


def test_a_switchboard_tells_nothing(work: Work, estate: Estate) -> None:
    for _ in range(6):
        make_phone(make_customer(estate, "鑫源商贸", kind=CustomerKind.company), "4008123124")
    with work():
        assert offered() == {}


@pytest.mark.parametrize(
    "apart", [{"kind": CustomerKind.company}, {"id_index": "b" * 64}, {"credit_code": "91350100M000100Y43"}]
)
def test_another_kind_or_another_number_is_another_customer(work: Work, estate: Estate, apart: dict[str, Any]) -> None:
    unit = make_unit(estate)
    make_customer(estate, "吴学文", unit, id_index="a" * 64, credit_code="91000000M000100Y43")
    make_customer(estate, "吴学文", unit, **({"id_index": "a" * 64, "credit_code": "91000000M000100Y43"} | apart))
    with work():
        assert offered() == {}


def test_estates_keep_their_own_files(work: Work, estate: Estate, other_estate: Estate) -> None:
    for place in (estate, other_estate):
        make_phone(make_customer(place, "吴学文", id_index="a" * 64))
    with work():
        assert offered() == {}


def test_what_ended_tells_nothing(work: Work, estate: Estate) -> None:
    make_phone(make_customer(estate, "吴学文"))
    make_phone(make_customer(estate, "吴学文"), ends=BORN)
    with work():
        assert offered() == {}


def test_a_merged_file_speaks_for_the_kept_one(work: Work, estate: Estate) -> None:
    kept, merged = make_twins(estate, "吴学文")
    third = make_customer(estate, "吴学雯")
    make_phone(merged), make_phone(third)
    make_merge(kept, merged)
    with work():
        assert offered() == {(kept.id, third.id): {"similar"}}
        assert offered(kept.id) == {(kept.id, third.id): {"similar"}}
        assert offered(third.id) == {(third.id, kept.id): {"similar"}}


def test_told_apart_and_together_again(work: Work, db: Session, estate: Estate) -> None:
    one, other = make_twins(estate)
    for apart, count in ((True, 0), (False, 1), (True, 0)):
        with work() as session:
            merging.tell_apart(session.get_one(Customer, other.id), session.get_one(Customer, one.id), apart=apart)
        with work():
            assert len(offered()) == len(offered(one.id)) == len(offered(other.id)) == count


@pytest.fixture
def supervisor(sign_in: SignIn) -> FlaskClient:
    return sign_in("desk_supervisor")


def test_the_list_says_why_and_filters(supervisor: FlaskClient, estate: Estate) -> None:
    one, other = make_twins(estate, "诸葛孔明")
    make_phone(one), make_phone(other)
    page = supervisor.get("/tenants/duplicates").text
    assert f"/tenants/customers/{one.id}/merge/{other.id}" in page
    for query, shown in (("q=孔明", True), ("q=没有", False), ("level=certain", True), ("level=possible", False)):
        assert ("诸葛孔明" in supervisor.get(f"/tenants/duplicates?{query}").text) is shown
    assert "诸葛孔明" in supervisor.get("/tenants/duplicates?why=phone").text
    assert "诸葛孔明" not in supervisor.get("/tenants/duplicates?why=born").text


def test_the_hint_stands_on_the_page_of_whoever_may_merge(sign_in: SignIn, estate: Estate) -> None:
    one, other = make_twins(estate)
    address = f"/tenants/customers/{one.id}/merge/{other.id}"
    assert address in sign_in("desk_supervisor").get(f"/tenants/customers/{one.id}").text
    assert address not in sign_in("service_desk").get(f"/tenants/customers/{one.id}").text


def test_the_hint_costs_as_many_queries_for_ten_as_for_one(
    supervisor: FlaskClient, estate: Estate, queries: Callable[..., Any]
) -> None:
    def cost(many: int) -> int:
        unit = make_unit(estate)
        one = make_customer(estate, "吴学文", unit)
        for _ in range(many):
            make_phone(make_customer(estate, "吴学文", unit), "13907311443")
        make_phone(one, "13907311443")
        with queries() as seen:
            assert supervisor.get(f"/tenants/customers/{one.id}").status_code == 200
        return len(seen)

    assert cost(1) == cost(3)


def test_comparing_previewing_and_merging(supervisor: FlaskClient, estate: Estate) -> None:
    kept, other = make_customer(estate, "吴学文"), make_customer(estate, "吴学雯", email="wu@x.cn")
    make_phone(other, "13907315555")
    address = f"/tenants/customers/{kept.id}/merge/{other.id}"
    page = supervisor.get(address).text
    assert "139****5555" in page
    assert "13907315555" not in page
    typed = {"kept_version": "1", "other_version": "1", "name": "other", "email": "other"}
    refused = supervisor.post(address, data=typed)
    assert refused.status_code == 422
    shown = supervisor.post(address, data=typed | {"reason": "同一张身份证"})
    assert shown.status_code == 200
    assert f'action="{address}/now"' in shown.text
    assert supervisor.get(f"/tenants/customers/{other.id}").status_code == 200
    done = supervisor.post(f"{address}/now", data=typed | {"reason": "同一张身份证"})
    assert done.status_code == 302, done.text
    again = supervisor.post(f"{address}/now", data=typed | {"reason": "同一张身份证"})
    assert again.status_code == 422
    moved = supervisor.get(f"/tenants/customers/{other.id}?tab=contacts")
    assert moved.location.startswith(f"/tenants/customers/{kept.id}?tab=contacts")
    page = supervisor.get(moved.location).text
    assert "139****5555" in page
    assert f"KH{other.id:06d}" in page
    assert "吴学雯" in page


def test_merging_wants_a_fresh_state(supervisor: FlaskClient, estate: Estate) -> None:
    kept, other = make_twins(estate)
    typed = {"kept_version": "7", "other_version": "1", "reason": "同一张身份证"}
    assert supervisor.post(f"/tenants/customers/{kept.id}/merge/{other.id}/now", data=typed).status_code == 409


def test_taking_a_merge_back_on_its_page(supervisor: FlaskClient, estate: Estate) -> None:
    kept, other = make_twins(estate)
    made = make_merge(kept, other)
    assert f"/tenants/merges/{made.id}/undo" in supervisor.get(f"/tenants/customers/{kept.id}").text
    assert supervisor.post(f"/tenants/merges/{made.id}/undo", data={"reason": ""}).status_code == 422
    answer = supervisor.post(f"/tenants/merges/{made.id}/undo", data={"reason": "两个人"})
    assert answer.status_code == 302
    assert supervisor.get(f"/tenants/customers/{other.id}").status_code == 200
    assert supervisor.post(f"/tenants/merges/{made.id}/undo", data={"reason": "两个人"}).status_code == 422


def test_not_the_same_is_kept_and_taken_back_on_the_pages(supervisor: FlaskClient, estate: Estate) -> None:
    one, other = make_twins(estate, "诸葛孔明")
    address = f"/tenants/customers/{one.id}/apart/{other.id}"
    assert supervisor.post(address, data={"apart": "1"}).location == "/tenants/duplicates"
    assert "诸葛孔明" not in supervisor.get("/tenants/duplicates").text
    assert "诸葛孔明" in supervisor.get("/tenants/duplicates/apart").text
    assert supervisor.post(address, data={"apart": "0"}).location == "/tenants/duplicates/apart"
    assert "诸葛孔明" in supervisor.get("/tenants/duplicates").text


def test_a_merged_customer_is_not_in_the_list_of_customers(supervisor: FlaskClient, estate: Estate) -> None:
    kept, other = make_customer(estate, "诸葛孔明"), make_customer(estate, "诸葛卧龙")
    make_merge(kept, other)
    page = supervisor.get("/tenants/customers").text
    assert "诸葛孔明" in page
    assert "诸葛卧龙" not in page


def test_edits_under_a_merged_files_address_go_to_the_kept_one(supervisor: FlaskClient, estate: Estate) -> None:
    kept, other = make_twins(estate)
    phone = make_phone(other, "13907315555")
    make_merge(kept, other)
    typed = {"digits": "13907316666", "source": "call"}
    answer = supervisor.post(f"/tenants/customers/{other.id}/phones/new", data=typed)
    assert answer.location.startswith(f"/tenants/customers/{kept.id}")
    again = supervisor.post(f"/tenants/customers/{kept.id}/phones/new", data=typed | {"digits": "13907315555"})
    assert again.status_code == 422
    ended = supervisor.post(f"/tenants/phones/{phone.id}/end")
    assert ended.location.startswith(f"/tenants/customers/{kept.id}")
    reveal = {"what": f"phone-{phone.id}", "reason": "call_back"}
    assert "13907315555" in supervisor.post(f"/tenants/customers/{kept.id}/reveal", data=reveal).text


@pytest.mark.skipif(os.environ.get("CRM_TEST_ENGINE") == "postgresql", reason="how SQLite plans")
def test_one_customers_duplicates_are_looked_up_and_nobody_else_is_read(
    db: Session, work: Work, estate: Estate
) -> None:
    for number in range(200):
        make_customer(estate, f"住户{number}")
    made = make_customer(estate, "鑫源商贸", kind=CustomerKind.company, credit_code="91350100M000100Y43")
    db.execute(text("ANALYZE"))
    with work():
        told = [each.compile(db.get_bind(), compile_kwargs={"literal_binds": True}) for each in evidence(made.id)]
        plans = [db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all() for statement in told]
    assert [row[3] for plan in plans for row in plan if row[3].startswith("SCAN customer")] == []
