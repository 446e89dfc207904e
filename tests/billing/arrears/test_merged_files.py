"""Files that were merged are one account: its payments, plans, contacts, letters and unit, whichever file has them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.billing.arrears.dunning.models import StepKind
from crm.billing.arrears.letters import queries as letters
from crm.billing.arrears.letters.preview import Reason, preview
from crm.billing.arrears.promises.standing import plan_standings, promise_states
from crm.billing.arrears.reviews import queries as reviews
from crm.billing.arrears.reviews.models import ArrearsLine
from crm.billing.arrears.reviews.service import open_review
from crm.db import session
from crm.properties.models import Estate
from crm.tenants.queries import get_customer
from tests import factories as make
from tests.billing.arrears import making
from tests.billing.arrears.letters.making import decide
from tests.billing.ledger.books import MARCH, TODAY, pay
from tests.billing.making import make_bill

DAY = timedelta(days=1)


def due(days):
    due_on = TODAY - days * DAY
    return {"period": due_on.replace(day=1), "due_on": due_on}


@pytest.fixture
def twin(books, estate):
    """The other file of the same owner, not merged yet."""
    return make.make_customer(estate)


def merge(books, kept, merged):
    make.make_merge(kept, merged)
    books.expire_all()


def opened_line(estate):
    review = open_review(session().get_one(Estate, estate.id), MARCH)
    return session().scalars(select(ArrearsLine).filter_by(review_id=review.id)).one()


def test_what_is_paid_afterwards_keeps_the_promise_and_the_plan(books, owner, twin):
    make_bill(owner, "300.00", **due(90))  # the oldest: it takes the money
    bill = make_bill(twin, "300.00", **due(40))
    making.make_promise(twin, "300.00", due_on=TODAY)
    making.make_plan([bill], [(TODAY, "300.00")], agreed_on=TODAY)
    merge(books, owner, twin)
    pay(get_customer(twin.id), "300.00")
    assert [row.state for row in session().execute(promise_states(TODAY + DAY))] == ["kept"]
    assert [row.standing for row in session().execute(plan_standings(TODAY + DAY))] == ["paid_off"]


def test_two_plans_are_one_line_of_the_review(books, estate, owner, twin):
    for customer in (owner, twin):
        making.make_plan([make_bill(customer, "300.00", **due(40))], [(TODAY + 20 * DAY, "300.00")], agreed_on=TODAY)
    merge(books, owner, twin)
    assert opened_line(estate).overdue == Decimal(600)


def test_the_unit_is_that_of_the_oldest_debt(books, estate, owner, twin):
    newer, older = make.make_unit(estate), make.make_unit(estate)
    make_bill(owner, "300.00", unit_id=newer.id, **due(10))
    make_bill(twin, "300.00", unit_id=older.id, **due(400))
    merge(books, owner, twin)
    assert opened_line(estate).unit_id == older.id


def test_a_contact_noted_since_stands_on_the_line(books, estate, owner, twin):
    review = making.make_review(estate)
    making.make_line(review, twin)
    merge(books, owner, twin)
    making.make_contact(owner, TODAY)
    books.expire_all()
    assert session().execute(reviews.lines(reviews.get_review(review.id), TODAY)).one().talked_on == TODAY


def test_the_highest_step_that_nothing_hinders_is_written(books, estate, owner, twin):
    first, lawyer = making.make_step(estate, 1), making.make_step(estate, 2, StepKind.lawyers_letter)
    review = making.make_review(estate)
    for customer, step in ((owner, first), (twin, lawyer)):
        make_bill(customer, "300.00", **due(100))
        decide(review, customer, step)
    merge(books, owner, twin)
    found = preview(letters.get_review(review.id), TODAY)
    assert [each.step_id for each in found.letters] == [lawyer.id]
    assert [each.reason for each in found.left_out] == [Reason.merged]


def test_a_line_that_gets_none_keeps_no_letter_from_the_other(books, estate, owner, twin):
    large, small = making.make_step(estate, 1, least=Decimal(400)), making.make_step(estate, 2, least=Decimal(0))
    review = making.make_review(estate)
    for customer, step, was, is_now in ((owner, large, "500.00", "100.00"), (twin, small, "200.00", "200.00")):
        make_bill(customer, is_now, **due(100))
        decide(review, customer, step, was)
    merge(books, owner, twin)
    found = preview(letters.get_review(review.id), TODAY)
    assert [each.step_id for each in found.letters] == [small.id]
    assert [each.reason for each in found.left_out] == [Reason.below]
