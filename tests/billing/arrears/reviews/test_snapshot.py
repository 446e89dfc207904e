"""What a review says of each account, and what it advises: every reason, in the books as they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.billing.ages import OVERDUE, age_on
from crm.billing.arrears.contacts.models import ContactOutcome
from crm.billing.arrears.dunning.models import DunningStep, StepKind
from crm.billing.arrears.reviews.models import Advice, ArrearsLine, Decision, Why
from crm.billing.arrears.reviews.service import open_review
from crm.billing.ledger import service
from crm.billing.ledger.models import Bill
from crm.db import session
from crm.errors import DomainError
from crm.properties.models import Estate
from crm.tenants.models import Customer
from tests import factories as make
from tests.billing.arrears import making
from tests.billing.ledger.books import MARCH, TODAY, pay, refused
from tests.billing.making import MOMENT, make_bill

LAST_WEEK, NEXT_WEEK = TODAY - timedelta(days=7), TODAY + timedelta(days=7)
FEBRUARY = date(2026, 2, 1)


def due(days: int) -> dict[str, Any]:
    """A bill so many days overdue today."""
    due_on = TODAY - timedelta(days=days)
    return {"period": due_on.replace(day=1), "due_on": due_on}


def line_of(customer: Customer) -> ArrearsLine:
    review = open_review(session().get_one(Estate, customer.estate_id), MARCH)
    return session().scalars(select(ArrearsLine).filter_by(review_id=review.id, customer_id=customer.id)).one()


def bills_of(customer: Customer) -> Sequence[Bill]:
    return session().scalars(select(Bill).filter_by(customer_id=customer.id)).all()


@pytest.fixture
def steps(estate: Estate) -> list[DunningStep]:
    """A call from 15 days on, a letter from 40 days and 100 yuan on, another from 90 on and 20 days after the first."""
    return [
        making.make_step(estate, 1, StepKind.call, days=15),
        making.make_step(estate, 2, days=40, least=Decimal(100)),
        making.make_step(estate, 3, days=90, gap=20),
    ]


def test_every_age_has_its_sum(books: Session, owner: Customer) -> None:
    days = (1, 30, 31, 90, 91, 180, 181, 365, 366, 730, 731, 2000, 0, -5)
    for number, each in enumerate(days, 1):
        make_bill(owner, f"{number}.00", **due(each))
    line = line_of(owner)
    for age in OVERDUE:
        wanted = sum(number for number, each in enumerate(days, 1) if age_on(TODAY, due(each)["due_on"]) is age)
        assert (age, getattr(line, age.value)) == (age, Decimal(wanted))
    assert (line.owed, line.overdue, line.bills) == (Decimal(105), Decimal(78), 12)
    assert line.oldest_due == TODAY - timedelta(days=2000)


def test_only_who_has_something_overdue(books: Session, estate: Estate, other_estate: Estate, owner: Customer) -> None:
    paid, today, later = (make.make_customer(estate) for _each in range(3))
    make_bill(paid, "50.00", **due(60))
    pay(paid, "50.00")
    make_bill(today, **due(0))
    make_bill(later, **due(-10))
    make_bill(owner, **due(1))
    make_bill(make.make_customer(other_estate), **due(90))
    review = open_review(estate, MARCH)
    assert (review.accounts, review.overdue) == (1, Decimal(300))
    assert session().scalars(select(ArrearsLine.customer_id)).all() == [owner.id]


def test_merged_files_are_one_account(books: Session, estate: Estate, owner: Customer) -> None:
    unit = make.make_unit(estate)
    twin = make.make_customer(estate, merged_into_id=owner.id)
    make_bill(twin, "40.00", unit_id=unit.id, **due(50))
    make_bill(twin, "10.00", **due(20))
    making.make_contact(twin, LAST_WEEK)
    line = line_of(owner)
    assert (line.overdue, line.to_30, line.to_90, line.bills) == (Decimal(50), Decimal(10), Decimal(40), 2)
    assert (line.unit_id, line.last_contact_on) == (unit.id, LAST_WEEK)


@pytest.mark.parametrize(
    ("days", "amount", "wanted"), [(14, "50", None), (15, "50", 0), (40, "99.99", 0), (40, "100", 1), (90, "1", 2)]
)
def test_the_highest_step_that_fits(
    books: Session, owner: Customer, steps: list[DunningStep], days: int, amount: str, wanted: int | None
) -> None:
    make_bill(owner, amount, **due(days))
    making.make_contact(owner, LAST_WEEK)
    line = line_of(owner)
    assert line.step_id == (None if wanted is None else steps[wanted].id)
    assert (line.advice, line.why) == ((Advice.step, Why.step_due) if line.step_id else (Advice.nothing, Why.recent))


@pytest.mark.parametrize(("since", "rested"), [(19, False), (20, True)])
def test_a_step_waits_for_the_one_before(
    books: Session, estate: Estate, owner: Customer, steps: list[DunningStep], since: int, rested: bool
) -> None:
    bill, day = make_bill(owner, "500.00", **due(100)), TODAY - timedelta(days=since)
    making.make_demand(steps[1], [bill], making.make_review(estate, FEBRUARY), day)
    line = line_of(owner)
    assert (line.level, line.last_step_on) == (2, day)
    assert line.step_id == (steps[2].id if rested else None)


def test_what_was_done_about_settled_lines_counts_no_more(
    books: Session, estate: Estate, owner: Customer, steps: list[DunningStep]
) -> None:
    old = make_bill(owner, "80.00", **due(90))
    making.make_demand(steps[1], [old], making.make_review(estate, FEBRUARY), TODAY - timedelta(days=60))
    pay(owner, "80.00")
    make_bill(owner, "500.00", **due(41))
    line = line_of(owner)
    assert (line.level, line.last_step_on, line.step_id) == (0, None, steps[1].id)


def test_a_void_letter_and_an_attempt_count_for_nothing(
    books: Session, estate: Estate, owner: Customer, steps: list[DunningStep]
) -> None:
    bill = make_bill(owner, "500.00", **due(100))
    making.make_demand(steps[2], [bill], making.make_review(estate, FEBRUARY), LAST_WEEK, voided=True)
    making.make_contact(owner, LAST_WEEK, step_id=steps[0].id, outcome=ContactOutcome.not_reached, words="")
    line = line_of(owner)
    assert (line.level, line.last_contact_on, line.step_id) == (0, None, steps[2].id)


def test_a_talk_is_a_step_when_it_was_one(books: Session, owner: Customer, steps: list[DunningStep]) -> None:
    make_bill(owner, "50.00", **due(30))
    making.make_contact(owner, LAST_WEEK, step_id=steps[0].id)
    line = line_of(owner)
    assert (line.level, line.last_contact_on, line.why) == (1, LAST_WEEK, Why.recent)


@pytest.mark.parametrize(
    ("days", "talked", "due_now"), [(29, None, False), (30, None, True), (60, 14, False), (60, 15, True)]
)
def test_a_contact_every_fifteen_days_after_a_month(
    books: Session, owner: Customer, days: int, talked: int | None, due_now: bool
) -> None:
    make_bill(owner, **due(days))
    if talked is not None:
        making.make_contact(owner, TODAY - timedelta(days=talked))
    line = line_of(owner)
    assert (line.advice, line.why) == ((Advice.contact, Why.contact_due) if due_now else (Advice.nothing, Why.recent))


def _hold(customer: Customer) -> None:
    review = making.make_review(session().get_one(Estate, customer.estate_id), FEBRUARY)
    given = {"decision": Decision.hold, "hold_until": NEXT_WEEK, "remark": "等回复", "decided_at": MOMENT}
    making.make_line(review, customer, **given)


def _dispute(customer: Customer) -> None:
    for bill in bills_of(customer):
        service.dispute(bill, "漏水未修", NEXT_WEEK)


Stand = tuple[Callable[[Customer], Any], Advice, date | None]
STANDS: dict[Why, Stand] = {
    Why.disputed: (_dispute, Advice.nothing, None),
    Why.at_lawyer: (lambda owner: making.make_case(bills_of(owner)), Advice.nothing, None),
    Why.excluded: (lambda owner: making.make_exclusion(owner, NEXT_WEEK), Advice.nothing, NEXT_WEEK),
    Why.plan: (lambda owner: making.make_plan(bills_of(owner), [(NEXT_WEEK, "500")]), Advice.hold, NEXT_WEEK),
    Why.promise: (lambda owner: making.make_promise(owner, due_on=NEXT_WEEK), Advice.hold, NEXT_WEEK),
    Why.held: (_hold, Advice.hold, NEXT_WEEK),
}


@pytest.mark.parametrize("why", STANDS)
def test_nothing_is_asked_of(books: Session, owner: Customer, steps: list[DunningStep], why: Why) -> None:
    make_bill(owner, "500.00", **due(100))
    act, advice, until = STANDS[why]
    act(owner)
    line = line_of(owner)
    assert (line.advice, line.why, line.advised_until, line.step_id) == (advice, why, until, None)


def test_who_has_credit_enough_is_left_alone(books: Session, owner: Customer, steps: list[DunningStep]) -> None:
    pay(owner, "500.00")
    make_bill(owner, "500.00", **due(100))
    line = line_of(owner)
    assert (line.credit, line.why) == (Decimal(500), Why.credit)


def test_a_disputed_line_is_not_collected(books: Session, owner: Customer, steps: list[DunningStep]) -> None:
    """The oldest line is parked: what is left is young and small."""
    make_bill(owner, "500.00", **due(100))
    _dispute(owner)
    make_bill(owner, "60.00", **due(20))
    line = line_of(owner)
    assert (line.overdue, line.disputed, line.oldest_due) == (Decimal(560), Decimal(500), due(20)["due_on"])
    assert line.step_id == steps[0].id


def test_a_broken_promise_holds_nothing(books: Session, owner: Customer, steps: list[DunningStep]) -> None:
    make_bill(owner, "500.00", **due(100))
    making.make_promise(owner, due_on=TODAY - timedelta(days=1))
    line = line_of(owner)
    assert (line.promise_id, line.why) == (None, Why.step_due)


def test_a_month_is_reviewed_once_and_not_long_after(books: Session, estate: Estate, owner: Customer) -> None:
    make_bill(owner, **due(5))
    first = open_review(estate, MARCH)
    make_bill(owner, **due(5))
    assert open_review(estate, MARCH) is first
    assert first.overdue == Decimal(300)
    with pytest.raises(DomainError):
        open_review(estate, date(2026, 1, 1))
    with pytest.raises(DomainError):
        open_review(estate, date(2026, 4, 1))


def test_the_month_before_is_not_opened_after_this_one(books, estate, owner):
    make_bill(owner, "300.00", **due(90))
    opened = session().get_one(Estate, estate.id)
    open_review(opened, date(2026, 3, 1))
    assert "later month" in refused(open_review, opened, date(2026, 2, 1))
