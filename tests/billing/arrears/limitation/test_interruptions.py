"""What counts as an interruption in the database, the same for one bill and for lists; who is told in time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import g
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm.audit.models import LogEntry
from crm.auth.actor import system_actor
from crm.auth.permissions import RoleName
from crm.billing.arrears.limitation import jobs, queries
from crm.billing.arrears.limitation.clock import Cause
from crm.billing.arrears.limitation.models import LimitationAlarm
from crm.billing.arrears.promises.models import PlanState
from crm.billing.ledger import service as ledger
from crm.billing.ledger.models import AdjustmentKind, Allocation, Bill, Method, Rule
from crm.billing.ledger.queries import get_payment, live_allocations
from crm.correspondence.serving.models import Arrival, Channel
from crm.dates import months_later, telling
from crm.db import session
from crm.notifications.models import Notification
from tests import factories as make
from tests.billing.arrears.making import make_delivery, make_letter, make_plan, make_promise
from tests.billing.ledger.books import TODAY, adjust, pay
from tests.billing.ledger.making import make_adjustment, make_allocation, make_payment
from tests.billing.making import MOMENT, make_bill

DUE = date(2024, 1, 28)
ON = date(2025, 3, 1)


def bill_of(customer: Any, **given: Any) -> Bill:
    return make_bill(customer, "300.00", date(2024, 1, 1), **given)


def limits_of(scope: Any) -> dict[int, tuple[date, date | None, str | None]]:
    return {
        row.bill_id: (row.expires_on, row.last_on, row.last_cause)
        for row in session().execute(queries.expiries(scope, 3))
    }


def same(bill: Bill) -> Any:
    """The clock, which SQL reckons to the same."""
    found = queries.clocks_of([bill], TODAY)[bill.id]
    last = (found.last.on, found.last.cause.value) if found.last else (None, None)
    assert limits_of(Bill.id == bill.id) == {bill.id: (found.expires_on, *last)}
    return found


DELIVERIES: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"channel": Channel.ems, "tracking": "EA123"}, True),
    ({"arrival": Arrival.refused, "witness": "王建国"}, True),
    ({"arrival": Arrival.returned}, False),
    ({"channel": Channel.email, "person": "欧阳娜娜"}, True),
    ({"channel": Channel.email, "person": ""}, False),
    ({"channel": Channel.email, "person": "", "arrival": Arrival.returned}, False),
]


@pytest.mark.parametrize(("way", "counts"), DELIVERIES)
def test_a_demand_counts_once_it_is_served(books, owner, way, counts):
    bill, other = bill_of(owner), bill_of(owner)
    make_delivery(make_letter(bill), ON, **way)
    assert [event.cause for event in same(bill).interrupted] == [Cause.demand] * counts
    assert same(other).interrupted == []  # only what the letter names


def test_an_email_with_proof_counts(books, owner, estate):
    bill, proof = bill_of(owner), make.make_upload(estate, "delivery")
    make_delivery(make_letter(bill), ON, channel=Channel.email, person="", upload_id=proof.id)
    assert same(bill).expires_on == months_later(ON, 36)


def test_a_void_letter_and_a_delivery_taken_back_count_for_nothing(books, owner):
    void, wrong = bill_of(owner), bill_of(owner)
    make_delivery(make_letter(void, voided=True), ON)
    demand = make_letter(wrong)
    first = make_delivery(demand, ON)
    make_delivery(demand, ON, reverses_id=first.id)
    for bill in (void, wrong):
        assert same(bill).expires_on == months_later(DUE, 36)


@pytest.mark.parametrize(
    ("given_by", "made_on", "counts"),
    [("本人", ON, True), ("", ON, False), ("本人", DUE, False), ("本人", date(2024, 1, 10), False)],
)
def test_a_promise_counts_with_proof_for_what_was_overdue(books, owner, given_by, made_on, counts):
    bill = bill_of(owner)
    make_promise(owner, due_on=date(2025, 4, 1), made_on=made_on, given_by=given_by)
    assert len(same(bill).interrupted) == counts


def test_a_slip_proves_a_promise_nobody_is_named_for(books, owner, estate):
    bill, slip = bill_of(owner), make.make_upload(estate, "promise")
    make_promise(owner, due_on=date(2025, 4, 1), made_on=ON, given_by="", upload_id=slip.id)
    assert same(bill).last.cause is Cause.promise


def test_a_promise_withdrawn_or_of_another_or_for_what_was_settled_then_counts_for_nothing(books, owner, estate):
    bill, settled = bill_of(owner), bill_of(owner)
    payment = make_payment(owner, paid_on=date(2024, 6, 1))
    given = {"allocated_on": date(2024, 6, 1), "rule": Rule.oldest}
    kept = make_allocation(settled, payment, "300.00", **given)
    make_promise(owner, due_on=date(2025, 4, 1), made_on=ON, withdrawn_at=MOMENT, withdrawn_by="何芳", reason="录错")
    make_promise(make.make_customer(estate, "陈伟"), due_on=date(2025, 4, 1), made_on=ON)
    assert same(bill).interrupted == []
    make_promise(owner, due_on=date(2025, 4, 1), made_on=ON)
    ledger.release([books.get_one(Allocation, kept.id)])  # taken back today: open again, but not on the promise's day
    books.flush()
    assert [len(same(each).interrupted) for each in (bill, settled)] == [1, 0]


def test_the_promise_of_a_merged_file_counts(books, owner, estate):
    bill, other = bill_of(owner), make.make_customer(estate)
    make_promise(other, due_on=date(2025, 4, 1), made_on=ON)
    make.make_merge(owner, other)
    assert same(bill).last.cause is Cause.promise


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        (PlanState.agreed, True),
        (PlanState.ended, True),
        (PlanState.requested, False),
        (PlanState.refused, False),
        (PlanState.withdrawn, False),
    ],
)
def test_a_plan_counts_once_agreed_for_the_bills_it_names(books, owner, state, counts):
    bill, other = bill_of(owner), bill_of(owner)
    more = {"ended_on": date(2025, 9, 1)} if state is PlanState.ended else {}
    make_plan([bill], [(date(2025, 6, 1), "300.00")], agreed_on=ON, state=state, **more)
    assert len(same(bill).interrupted) == counts
    assert same(other).interrupted == []


@pytest.mark.parametrize(
    ("payment", "allocation", "counts"),
    [
        ({}, {}, True),
        ({"method": Method.bank_collection}, {"rule": Rule.chosen}, True),
        ({"method": Method.deposit}, {}, False),  # we took it
        ({}, {"rule": Rule.credit}, False),  # we set it off
    ],
)
def test_a_part_payment_counts_where_the_customer_made_it(books, owner, payment, allocation, counts):
    bill, other = bill_of(owner), bill_of(owner)
    made = make_payment(owner, "100.00", paid_on=ON, **payment)
    make_allocation(bill, made, "100.00", **allocation)
    make_adjustment(other)
    assert len(same(bill).interrupted) == counts
    assert same(other).interrupted == []


def test_a_payment_taken_back_takes_its_interruption_away(books, owner):
    bill = bill_of(owner)
    made = pay(owner, "100.00")
    assert same(bill).expires_on == months_later(TODAY, 36)
    adjust(get_payment(made.id), AdjustmentKind.reversal)
    assert live_allocations(Allocation.bill_id, bill.id) == []
    assert same(bill).expires_on == months_later(DUE, 36)


EVENTS = st.lists(st.tuples(st.sampled_from(list(Cause)), st.integers(-40, 5_000)), max_size=6)


@settings(
    max_examples=8, deadline=None, derandomize=True, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
)
@given(st.lists(EVENTS, min_size=6, max_size=6))
def test_sql_is_the_pure_function(work, db, estate, told):
    """Six bills at a time, each of a customer of its own, with whatever happened on whatever day."""
    bills = []
    for events in told:
        owner = make.make_customer(estate)
        bill = make_bill(owner, "300.00", date(2010, 1, 1), due_on=date(2012, 2, 29))
        bills.append(bill)
        for cause, days in events:
            HAPPEN[cause](bill, owner, date(2012, 2, 29) + timedelta(days=days))
    db.expire_all()
    with work():
        clocks = queries.clocks_of(bills, TODAY)
        found = limits_of(Bill.id.in_([bill.id for bill in bills]))
    for bill in bills:
        last = clocks[bill.id].last
        expected = (last.on, last.cause.value) if last else (None, None)
        assert found[bill.id] == (clocks[bill.id].expires_on, *expected)


def _served(bill: Bill, _owner: Any, day: date) -> None:
    make_delivery(make_letter(bill), day)


def _promised(_bill: Bill, owner: Any, day: date) -> None:
    make_promise(owner, made_on=day, due_on=day)


def _planned(bill: Bill, _owner: Any, day: date) -> None:
    make_plan([bill], [(day, "300.00")], agreed_on=day, state=PlanState.ended, ended_on=day)


def _paid(bill: Bill, owner: Any, day: date) -> None:
    make_allocation(bill, make_payment(owner, "1.00", paid_on=day), "1.00", allocated_on=day)


HAPPEN = {Cause.demand: _served, Cause.promise: _promised, Cause.plan: _planned, Cause.payment: _paid}


# Being told in time


def told(db: Any, user_id: int) -> list[str]:
    db.expire_all()
    return list(db.scalars(select(Notification.text).filter_by(user_id=user_id).order_by(Notification.id)))


@pytest.fixture
def tick(app, db):
    def on(day: str) -> bool:
        with app.app_context(), telling(datetime.fromisoformat(f"{day}T02:00+00:00")):
            g.actor = system_actor("limitation")
            return jobs.watch()

    return on


def test_who_reviews_is_told_once_at_each_alarm(tick, db, estate, other_estate):
    """90 days before and 30 days before; another clock, or the same one again, tells nothing twice."""
    owner = make.make_customer(estate)
    bill = bill_of(owner)  # until 2027-01-28
    bill_of(owner, open=Decimal(0))
    make_bill(owner, "80.00", date(2025, 1, 1))
    here, elsewhere = (
        make.make_user(RoleName.arrears_reviewer, estates=[each], locale="en") for each in (estate, other_estate)
    )
    counts = []
    for day in ("2026-10-29", "2026-10-30", "2026-10-30", "2026-10-31", "2026-12-28", "2026-12-29", "2027-03-01"):
        tick(day)
        counts.append(len(told(db, here.id)))
    assert counts == [0, 1, 1, 1, 1, 2, 2]
    assert told(db, elsewhere.id) == []
    assert told(db, here.id)[0] == "阳光花园: bills of 1 customers, 300.00 yuan, can be claimed for 90 days at most."
    rows = db.execute(select(LimitationAlarm.bill_id, LimitationAlarm.days).order_by(LimitationAlarm.id)).all()
    assert [tuple(row) for row in rows] == [(bill.id, 90), (bill.id, 30)]
    near = db.scalars(select(LogEntry.data).where(LogEntry.kind == "LimitationNear").order_by(LogEntry.id)).all()
    assert [(data["customer_id"], data["days"], data["first_on"]) for data in near] == [
        (owner.id, 90, "2027-01-28"),
        (owner.id, 30, "2027-01-28"),
    ]


def test_a_new_last_day_is_told_anew(tick, db, estate):
    owner = make.make_customer(estate)
    bill = bill_of(owner)
    tick("2027-01-10")
    make_delivery(make_letter(bill), date(2027, 1, 12))
    tick("2027-02-01")
    tick("2029-12-20")
    found = db.execute(select(LimitationAlarm.days, LimitationAlarm.expires_on).filter_by(bill_id=bill.id)).all()
    assert [tuple(row) for row in found] == [(30, date(2027, 1, 28)), (30, date(2030, 1, 12))]


# Pages


def test_the_lists_and_the_bill_say_until_when(sign_in, db, estate):
    owner = make.make_customer(estate, "欧阳娜娜", make.make_unit(estate, "3-1-502"))
    gone, far = make_bill(owner, "300.00", date(2019, 1, 1)), make_bill(owner, "80.00", date(2026, 1, 1))
    revived = make_bill(owner, "200.00", date(2019, 2, 1))
    make_promise(owner, made_on=date(2025, 6, 1), due_on=date(2025, 7, 1))
    client = sign_in("arrears_reviewer")
    with_others = client.get("/arrears/limitation/").text
    assert "欧阳娜娜" not in with_others  # the promise revived both of the old ones
    dead = make_bill(make.make_customer(estate, "陈伟"), "45.60", date(2019, 1, 1))
    page = client.get("/arrears/limitation/?when=gone").text
    assert f"/billing/bills/{dead.id}" in page
    assert "45.60" in client.get("/arrears/limitation/customers?when=gone").text
    for bill, words in ((dead, "2022-01-28"), (revived, "2028-06-01"), (far, "2029-01-28"), (gone, "2028-06-01")):
        assert words in client.get(f"/billing/bills/{bill.id}").text
    assert client.get("/arrears/limitation/?as=xlsx").mimetype.endswith("sheet")
    assert "2022-01-28" not in sign_in("administrator").get(f"/billing/bills/{dead.id}").text
