"""Lines parked for what is ours to do: tied to it, released when it is closed, never shown across estates."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crm.auth.actor import Actor
from crm.auth.permissions import Permission
from crm.billing.arrears import matters
from crm.billing.arrears.dunning import service
from crm.billing.ledger import queries as ledger
from crm.billing.ledger import service as books
from crm.billing.ledger.grounds import Ground, grounds_of
from crm.billing.ledger.models import Bill, Dispute
from crm.calls import service as calls
from crm.calls.queries import get_call
from crm.dates import business_day
from crm.errors import DomainError
from tests import factories as make
from tests.billing.arrears.making import make_parked, reviewer
from tests.billing.ledger.making import make_dispute
from tests.billing.making import make_bill

LATER = date(2099, 1, 1)


@pytest.fixture
def customer(estate):
    return make.make_customer(estate, unit=make.make_unit(estate))


@pytest.fixture
def call(estate, customer):
    return make.make_follow_up(estate, customer=customer, follow_up="门铃坏，派人去修")


@pytest.fixture
def today(app):
    with app.app_context():
        return business_day()


@pytest.fixture
def open_calls(work, customer):
    """What of ours the acting person, or the system, sees to be open."""

    def seen(actor=None):
        with work(actor):
            return [matter.id for matter in matters.open_matters([customer.id]).shown]

    return seen


def disputes(db):
    db.expire_all()
    return db.scalars(select(Dispute).order_by(Dispute.id)).all()


def park(client, customer, bills, **given):
    sent = {"reason": "门铃一直没修", "until": "2099-01-01", "bill_ids": [str(bill.id) for bill in bills]} | given
    return client.post(f"/arrears/customers/{customer.id}/park", data=sent)


def test_several_lines_wait_for_one_thing_and_are_released_with_it(db, work, sign_in, customer, call, today):
    bills = [make_bill(customer) for _ in range(3)]
    client = sign_in("hefang")
    page = client.get(f"/arrears/customers/{customer.id}/park?bill={bills[0].id}")
    assert "门铃坏" in page.text
    assert len(re.findall(r'<input checked [^>]*name="bill_ids"', page.text)) == 1
    assert park(client, customer, bills[:2], waits_for=f"call-{call.id}").status_code == 303
    made = disputes(db)
    assert {(each.bill_id, each.about_kind, each.about_id) for each in made} == {
        (bill.id, "call", call.id) for bill in bills[:2]
    }
    assert f'href="/calls/{call.id}"' in client.get("/arrears/disputes").text
    with work():
        calls.finish(get_call(call.id), "已修好")
    made = disputes(db)
    assert {each.released_by for each in made} == {"tests"}
    assert all(today.isoformat() in each.outcome for each in made)
    assert client.get("/arrears/disputes").text.count("门铃一直没修") == 0
    with work():
        assert all(not ledger.standing_of(bill).dispute for bill in bills)


def test_the_release_stands_or_falls_with_what_released_it(db, work, customer, call):
    make_dispute(make_bill(customer), about_kind="call", about_id=call.id)

    def finished_in_vain():
        with work():
            calls.finish(get_call(call.id), "已修好")
            raise LookupError

    with pytest.raises(LookupError):
        finished_in_vain()
    assert disputes(db)[0].released_at is None


def test_it_is_released_whosever_estate_it_is(db, work, estate, customer, other_estate):
    """A call entered in another estate: whoever finishes it need not see the bill."""
    call = make.make_follow_up(other_estate, customer=customer)
    make_dispute(make_bill(customer), about_kind="call", about_id=call.id)
    make_dispute(make_bill(customer), about_kind="call", about_id=call.id + 1)
    with work():
        calls.finish(get_call(call.id), "已办")
    first, second = disputes(db)
    assert first.released_at is not None
    assert second.released_at is None


def test_a_bills_own_page_offers_what_is_open(db, sign_in, customer, call):
    bill = make_bill(customer)
    client, page = sign_in("wudan"), f"/billing/bills/{bill.id}/dispute"
    assert "门铃坏" in client.get(page).text
    sent = {"reason": "门铃一直没修", "until": "2099-01-01"}
    assert client.post(page, data=sent | {"waits_for": "call-999999"}).status_code == 422
    assert client.post(page, data=sent | {"waits_for": f"call-{call.id}"}).status_code == 302
    assert disputes(db)[0].about_id == call.id
    assert f'href="/calls/{call.id}"' in client.get(f"/billing/bills/{bill.id}").text


def test_what_was_closed_meanwhile_is_not_waited_for(db, work, sign_in, customer, call):
    bill, client = make_bill(customer), sign_in("hefang")
    with work():
        calls.finish(get_call(call.id), "已修好")
    assert park(client, customer, [bill], waits_for=f"call-{call.id}").status_code == 422
    assert disputes(db) == []
    assert park(client, customer, [bill]).status_code == 303
    assert disputes(db)[0].about_id is None


def test_matters_are_of_ones_own_estates_and_of_the_whole_file(work, open_calls, estate, customer, other_estate, call):
    make.make_follow_up(other_estate, customer=customer)
    make.make_follow_up(estate, customer=make.make_customer(estate))
    make.make_call(estate, customer)
    twin = make.make_customer(estate, merged_into_id=customer.id)
    merged = make.make_follow_up(estate, customer=twin)
    here = {"estate_ids": frozenset({estate.id}), "locale": "en"}
    assert open_calls(Actor(name="李敏", permissions=frozenset(Permission), **here)) == [call.id, merged.id]
    blind = Actor(name="郑凯", permissions=frozenset(), **here)
    assert open_calls(blind) == []
    with work(blind):
        assert [number for _title, number in matters.open_matters([customer.id]).besides] == [2]
        assert grounds_of(customer.id) == {}


def test_ended_and_settled_lines_are_not_listed(sign_in, customer, today, other_estate):
    make_parked(customer, reason="还在争议")
    make_parked(customer, reason="正好今天", until=today)
    make_parked(customer, reason="已经过期", until=today - timedelta(days=1))
    make_parked(customer, reason="已经解除", released_by="何芳", released_at=make.NOW)
    make_dispute(make_bill(customer, open="0.00"), reason="已经缴清")
    make_parked(make.make_customer(other_estate), reason="别的小区")
    client = sign_in("limin")
    for state, shown in (("", {"还在", "今天", "过期"}), ("live", {"还在", "今天"}), ("over", {"过期"})):
        text = client.get(f"/arrears/disputes?state={state}").text
        words = {"还在": "还在争议", "今天": "正好今天", "过期": "已经过期", "解除": "已经解除", "缴清": "已经缴清"}
        assert {key for key, reason in words.items() if reason in text} == shown
        assert "别的小区" not in text
    assert "还在争议" not in client.get("/arrears/disputes?tied=tied").text


def test_after_its_last_day_a_line_counts_again_and_may_be_disputed_anew(db, work, customer, today):
    bill = make_bill(customer)
    make_dispute(bill, today - timedelta(days=1))
    with work(reviewer()) as opened:
        books.dispute(opened.get_one(Bill, bill.id), "还是没修", LATER)
    old, new = disputes(db)
    assert (old.released_at is None, new.released_at) == (False, None)
    with work(reviewer()) as opened, pytest.raises(DomainError, match="disputed already"):
        books.dispute(opened.get_one(Bill, bill.id), "再来", LATER)


def test_all_lines_are_parked_or_none(db, work, customer):
    free, taken = make_bill(customer), make_bill(customer)
    make_dispute(taken)
    with work(reviewer()):
        bills = [ledger.get_bill(bill.id) for bill in (free, taken)]
        with pytest.raises(DomainError, match="disputed already"):
            service.park(bills, "门铃", LATER, Ground(kind="call", id=1, about="来电"))
    assert len(disputes(db)) == 1


@pytest.mark.parametrize(
    ("field", "text"),
    [("reason", ""), ("until", "2020-01-01"), ("until", ""), ("bill_ids", []), ("bill_ids", "0"), ("bill_ids", "abc")],
)
def test_what_is_wrong_is_said_and_stays(db, sign_in, customer, field, text):
    answer = park(sign_in("hefang"), customer, [make_bill(customer)], **{field: text})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert disputes(db) == []


def test_a_dispute_is_ended_from_the_account(db, sign_in, customer):
    made = make_parked(customer)
    client, page = sign_in("hefang"), f"/arrears/disputes/{made.id}/end"
    assert page in client.get(f"/arrears/customers/{customer.id}").text
    assert client.post(page, data={"outcome": ""}).status_code == 422
    assert client.post(page, data={"outcome": "已说明"}).status_code == 303
    assert client.post(page, data={"outcome": "已说明"}).status_code == 422
    assert disputes(db)[0].outcome == "已说明"


@pytest.mark.parametrize(("who", "status"), [("hefang", 200), ("zhengkai", 403), ("wudan", 403), ("limin", 403)])
def test_only_a_reviewer_parks_and_ends(sign_in, customer, who, status):
    made, client = make_parked(customer), sign_in(who)
    make_bill(customer)
    for page in (f"/arrears/customers/{customer.id}/park", f"/arrears/disputes/{made.id}/end"):
        assert client.get(page).status_code == status
    assert client.get("/arrears/disputes").status_code == 200


@pytest.mark.parametrize("order", ["age", "-age"])
def test_the_disputed_lines_can_be_sorted_by_their_age(sign_in, order):
    assert sign_in("arrears_reviewer").get(f"/arrears/disputes?sort={order}").status_code == 200
