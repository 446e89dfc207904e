"""What a complaint is linked to: each kind found and shown, nothing of other estates, and the way back from there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.complaints.cases.models import Complaint, ComplaintLink, ComplaintState, LinkKind
from crm.complaints.cases.queries import get_case
from crm.complaints.links import service
from crm.complaints.links.kinds import KINDS
from crm.correspondence.letters.models import Direction, Letter, LetterState
from crm.db import open_session
from crm.errors import DomainError, IllegalTransition, NotEntitled
from crm.properties.models import Estate
from crm.violations.cases.models import Violation, ViolationState
from crm.violations.types.models import ViolationType
from tests import factories as make
from tests.acting import as_
from tests.billing.making import make_bill
from tests.complaints.hanging import make_link
from tests.complaints.making import NOW, make_caller, make_case, make_complained
from tests.repairs.making import kept, make_order, user_called

S, K = ComplaintState, LinkKind
Work, SignIn = Callable[..., Any], Callable[[str], FlaskClient]


def links(case: Complaint) -> list[ComplaintLink]:
    with open_session() as db:
        return list(db.scalars(select(ComplaintLink).filter_by(complaint_id=case.id).order_by(ComplaintLink.id)))


def make_violation(estate: Estate) -> Violation:
    kind = kept(ViolationType(name="楼道堆物", words="请清走", clause="管理规约第8条", days=3, amount=0, position=0))
    number = make.make_number("违规", f"G26{kind.id:05d}-")
    facts = {"spot": "3栋楼道", "found": "纸箱堆在楼道", "wording": "请清走", "found_at": NOW, "found_by": "李敏"}
    facts |= {"noted_by": "李敏", "noted_at": NOW}
    named = {"number_id": number.id, "number": number.text, "type_id": kind.id, "state": ViolationState.noted}
    return kept(Violation(estate_id=estate.id, **named, **facts))


def make_letter(estate: Estate) -> Letter:
    number = make.make_number("收文", "收〔2026〕")
    facts = {"kind": "other", "party": "街道办", "dated_on": date(2026, 11, 20), "subject": "转办投诉"}
    told = {"registered_by": "李敏", "registered_at": NOW, "state": LetterState.registered}
    named = {"number_id": number.id, "number": number.text, "direction": Direction.incoming}
    return kept(Letter(estate_id=estate.id, **named, **facts, **told))


def make_thing(kind: LinkKind, case: Complaint, estate: Estate) -> tuple[int, str]:
    """Its id, and what is typed or chosen to link it."""
    with open_session() as db:
        customer = db.get(make.Customer, case.customer_id) if case.customer_id else make.make_customer(estate)
    if kind is K.user:
        return user_called("sunhao").id, str(user_called("sunhao").id)
    if kind is K.bill:
        bill = make_bill(customer)
        return bill.id, str(bill.id)
    if kind is K.call:
        call = make.make_call(estate, customer)
        return call.id, str(call.id)
    made = {K.repair_order: make_order, K.violation: make_violation, K.letter: make_letter}[kind](estate)
    return made.id, f" {made.number.lower()} "


def test_every_kind_has_its_line() -> None:
    assert set(KINDS) == set(LinkKind)


@pytest.mark.parametrize("kind", LinkKind)
def test_each_is_found_linked_once_and_shown(sign_in: SignIn, estate: Estate, kind: LinkKind) -> None:
    case, client = make_complained(estate, S.acting), sign_in("limin")
    thing_id, text = make_thing(kind, case, estate)
    there = f"/complaints/{case.id}/links/{kind.value}"
    if KINDS[kind].offered is not None:
        assert f'value="{thing_id}"' in client.get(there).text
    for _twice in range(2):
        assert client.post(there, data={"thing": text}).location == f"/complaints/{case.id}#links"
    [made] = links(case)
    assert (made.kind, made.thing_id) == (kind, thing_id)
    page = client.get(f"/complaints/{case.id}").text
    assert made.label in page
    addresses = {K.repair_order: "/repairs/", K.bill: "/billing/bills/", K.call: "/calls/"}
    if kind in addresses:
        assert f'href="{addresses[kind]}{thing_id}"' in page
        assert client.get(f"{addresses[kind]}{thing_id}").status_code == 200


@pytest.mark.parametrize("kind", [kind for kind in LinkKind if kind is not K.user])
def test_another_estates_thing_is_none(work: Work, estate: Estate, other_estate: Estate, kind: LinkKind) -> None:
    case = make_complained(estate, S.acting)
    elsewhere = make_complained(other_estate, S.acting)
    thing_id, text = make_thing(kind, elsewhere, other_estate)
    with work(as_("zhouhui")):
        with pytest.raises(DomainError):
            service.link(get_case(case.id), kind, text)
        assert service.link_given(get_case(case.id), f"{kind.value}-{thing_id}") is None
    assert links(case) == []


def test_a_number_that_is_none_is_named_and_kept(sign_in: SignIn, estate: Estate) -> None:
    case = make_complained(estate, S.acting)
    answer = sign_in("limin").post(f"/complaints/{case.id}/links/repair_order", data={"thing": "W2611-9999"})
    assert answer.status_code == 422
    assert 'value="W2611-9999"' in answer.text
    assert sign_in("limin").post(f"/complaints/{case.id}/links/user", data={"thing": ""}).status_code == 422


@pytest.mark.parametrize("text", ["", "repair_order", "repair_order-", "repair_order-x", "cat-1", "bill--1",
                                  "repair_order-99999999999"])  # fmt: skip
def test_what_an_address_carries_may_be_nothing(work: Work, estate: Estate, text: str) -> None:
    case = make_complained(estate, S.acting)
    with work(as_("limin")):
        assert service.link_given(get_case(case.id), text) is None


def test_an_address_links_what_it_was_made_for(work: Work, estate: Estate) -> None:
    case, order = make_complained(estate), make_order(estate)
    with work(as_("limin")):
        made = service.link_given(get_case(case.id), f"repair_order-{order.id}")
        assert made is not None
        assert order.number in made.label


@pytest.mark.parametrize("state", S)
def test_where_something_can_be_linked(work: Work, estate: Estate, state: ComplaintState) -> None:
    case = make_case(estate, state, **({"joined_to_id": make_case(estate).id} if state is S.joined else {}))
    order = make_order(estate)
    with work(as_("limin")):
        if state in (S.filed, S.withdrawn, S.joined):
            with pytest.raises(IllegalTransition):
                service.link(get_case(case.id), K.repair_order, order.number)
        else:
            assert service.link(get_case(case.id), K.repair_order, order.number).thing_id == order.id


def test_bills_and_calls_are_those_of_callers_who_gave_their_name(sign_in: SignIn, estate: Estate) -> None:
    case = make_complained(estate, S.acting)
    hidden, stranger = make.make_customer(estate, "匿名人"), make.make_customer(estate, "外人")
    make_caller(case, hidden, anonymous=True)
    twin = make.make_customer(estate, "旧档案")
    with open_session() as db:
        mine = db.get_one(make.Customer, case.customer_id)
    make.make_merge(mine, twin)
    client = sign_in("limin")
    for kind, maker in (("bill", make_bill), ("call", lambda customer: make.make_call(estate, customer))):
        page_of = {who.name: maker(who).id for who in (mine, twin, hidden, stranger)}
        page = client.get(f"/complaints/{case.id}/links/{kind}").text
        offered = {name for name, thing_id in page_of.items() if f'value="{thing_id}"' in page}
        assert offered == {mine.name, twin.name}, kind


def test_who_may_not_see_the_thing_sees_no_page_of_it_and_links_none(
    work: Work, sign_in: SignIn, estate: Estate
) -> None:
    """孙浩 handles complaints and sees no bills."""
    case = make_complained(estate, S.acting)
    bill_id, _text = make_thing(K.bill, case, estate)
    make_link(case, K.bill, bill_id, "物业费 · 2026-10")
    make_link(case, K.user, user_called("sunhao").id, "孙浩")
    page = sign_in("sunhao").get(f"/complaints/{case.id}").text
    assert "物业费 · 2026-10" in page
    assert f"/billing/bills/{bill_id}" not in page
    assert "/links/bill" not in page
    assert "/admin/" not in page
    assert sign_in("sunhao").get(f"/complaints/{case.id}/links/bill").status_code == 403
    with work(as_("sunhao")), pytest.raises(NotEntitled):
        service.link(get_case(case.id), K.bill, str(bill_id))
    assert f"/billing/bills/{bill_id}" in sign_in("limin").get(f"/complaints/{case.id}").text


def test_a_thing_out_of_ones_estates_is_only_its_name(sign_in: SignIn, estate: Estate, other_estate: Estate) -> None:
    case, order = make_complained(estate, S.acting), make_order(other_estate)
    make_link(case, K.repair_order, order.id)
    assert f'href="/repairs/{order.id}"' not in sign_in("limin").get(f"/complaints/{case.id}").text


def test_from_a_repair_and_from_a_bill(sign_in: SignIn, estate: Estate) -> None:
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    order, bill = make_order(estate, unit=unit, customer_id=customer.id), make_bill(customer, unit_id=unit.id)
    case, over = make_case(estate, S.acting), make_case(estate, S.withdrawn)
    for each in (case, over):
        make_link(each, K.repair_order, order.id)
        make_link(each, K.bill, bill.id)
    pages = {f"repair_order-{order.id}": f"/repairs/{order.id}", f"bill-{bill.id}": f"/billing/bills/{bill.id}"}
    for key, path in pages.items():
        page = sign_in("limin").get(path).text
        assert f'href="/complaints/{case.id}"' in page
        assert over.number not in page
        assert f"/complaints/new?customer_id={customer.id}&amp;unit_id={unit.id}&amp;link={key}" in page
    page = sign_in("zhengkai").get(f"/billing/bills/{bill.id}").text
    assert case.number in page
    assert "/complaints/new" not in page
    assert case.number not in sign_in("zhangjg").get(f"/repairs/{order.id}").text


def test_a_bill_can_be_disputed_from_the_complaint(sign_in: SignIn, estate: Estate) -> None:
    case = make_complained(estate, S.acting)
    bill_id, _text = make_thing(K.bill, case, estate)
    make_link(case, K.bill, bill_id)
    assert f"/billing/bills/{bill_id}/dispute" in sign_in("wudan").get(f"/complaints/{case.id}").text
    assert f"/billing/bills/{bill_id}/dispute" not in sign_in("limin").get(f"/complaints/{case.id}").text


def test_the_other_estates_case_does_not_exist(sign_in: SignIn, other_estate: Estate) -> None:
    case = make_case(other_estate, S.acting)
    assert sign_in("limin").get(f"/complaints/{case.id}/links/user").status_code == 404
    assert sign_in("limin").get(f"/complaints/{case.id}/links/cat").status_code == 404


def test_ten_links_cost_as_many_queries_as_one(sign_in: SignIn, estate: Estate, queries: Callable[..., Any]) -> None:
    case, client = make_case(estate, S.acting), sign_in("limin")
    make_link(case, K.repair_order, make_order(estate).id)
    client.get(f"/complaints/{case.id}")
    with queries() as one:
        client.get(f"/complaints/{case.id}")
    for _ in range(9):
        make_link(case, K.repair_order, make_order(estate).id)
    with queries() as ten:
        assert client.get(f"/complaints/{case.id}").status_code == 200
    assert len(one) == len(ten)
