"""To contact today: each reason, how late it is, and each thing that takes an account off the list."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from crm.billing.arrears.contacts.models import ContactOutcome
from crm.billing.arrears.follow_up.due import Why, due_by_collector, due_list, due_of, in_building
from crm.billing.arrears.matters import sources
from crm.billing.arrears.reviews.models import Decision
from crm.billing.ledger import service
from crm.billing.ledger.queries import get_bill
from crm.calls.models import Call
from crm.db import session
from tests import factories as make
from tests.billing.arrears import making
from tests.billing.ledger.books import TODAY
from tests.billing.ledger.making import make_payment
from tests.billing.making import MOMENT, make_bill

DAY = timedelta(days=1)


def owes(customer, days, amount="300.00"):
    """A bill so many days overdue today."""
    due_on = TODAY - days * DAY
    return make_bill(customer, amount, due_on.replace(day=1), due_on=due_on)


def talked(days, **given):
    return lambda customer: making.make_contact(customer, TODAY - days * DAY, **given)


def attempt(days, **given):
    return talked(days, outcome=ContactOutcome.not_reached, words="", **given)


def promised(due, amount="300.00"):
    return lambda customer: making.make_promise(customer, amount, TODAY + due * DAY, made_on=TODAY - 10 * DAY)


def both(*acts):
    return lambda customer: [act(customer) for act in acts]


# name, days overdue, what else is known of the account, (why, days late) or None
CASES = [
    ("a month is not yet long", 29, None, None),
    ("long overdue and never talked to", 30, None, (Why.never, 0)),
    ("for ten days too long", 40, None, (Why.never, 10)),
    ("talked to lately", 90, talked(14), None),
    ("fifteen days are over", 90, talked(15), (Why.rule, 0)),
    ("the later of both counts", 33, talked(40), (Why.rule, 3)),
    ("an attempt is no contact", 90, both(talked(20), attempt(1)), (Why.rule, 5)),
    ("tried today is tried", 90, both(talked(20), attempt(0)), None),
    ("tried today, whatever was promised", 90, both(talked(3), promised(0), attempt(0)), None),
    ("agreed for today", 5, talked(2, again_on=TODAY), (Why.agreed, 0)),
    ("agreed for the day before yesterday", 90, talked(4, again_on=TODAY - 2 * DAY), (Why.agreed, 2)),
    ("not reached on the agreed day", 90, both(talked(4, again_on=TODAY - DAY), attempt(1)), (Why.agreed, 1)),
    ("tried today, an older talk noted after it", 90, both(attempt(0), talked(20)), None),
    ("agreed for tomorrow", 90, talked(4, again_on=TODAY + DAY), None),
    ("what was agreed before the last talk is done", 90, both(talked(9, again_on=TODAY - DAY), talked(1)), None),
    ("promised for later", 90, promised(1), None),
    ("promised for today", 90, both(talked(3), promised(0)), (Why.promised, 0)),
    ("broken the day before yesterday", 90, both(talked(5), promised(-2)), (Why.broken, 1)),
    ("broken, and talked about since", 90, both(promised(-2), talked(1)), None),
    ("broken, and another pending", 90, both(promised(-2), promised(3)), None),
]


@pytest.mark.parametrize(("overdue", "known", "wanted"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_who_is_due(books, estate, owner, overdue, known, wanted):
    owes(owner, overdue)
    if known:
        known(owner)
    rows = session().execute(due_of(estate.id, TODAY)).all()
    assert [(row.customer_id, row.why, row.late) for row in rows] == ([] if wanted is None else [(owner.id, *wanted)])


OFF = {
    "a plan is kept": lambda bill, customer: making.make_plan([bill], [(TODAY + DAY, "300.00")], agreed_on=TODAY),
    "excluded": lambda _bill, customer: making.make_exclusion(customer, TODAY),
    "with the lawyer": lambda bill, _customer: making.make_case([bill]),
    "everything is disputed": lambda bill, _customer: service.dispute(get_bill(bill.id), "水管漏水未修", TODAY),
    "credit settles it": lambda _bill, customer: make_payment(customer, "300.00"),
}


@pytest.mark.parametrize("name", OFF)
def test_what_takes_an_account_off_the_list(books, estate, owner, name):
    bill = owes(owner, 90)
    assert len(session().execute(due_of(estate.id, TODAY)).all()) == 1
    OFF[name](bill, owner)
    assert session().execute(due_of(estate.id, TODAY)).all() == []


def test_a_broken_plan_and_an_ended_exclusion_do_not(books, estate, owner):
    bill = owes(owner, 90)
    making.make_plan([bill], [(TODAY - DAY, "300.00")], agreed_on=TODAY - 9 * DAY)
    making.make_exclusion(owner, TODAY - DAY)
    assert len(session().execute(due_of(estate.id, TODAY)).all()) == 1


@pytest.mark.parametrize(("later", "due"), [(None, 0), (Decision.hold, 0), (Decision.contact, 1)])
def test_a_hold_lasts_until_something_else_is_decided(books, estate, owner, later, due):
    owes(owner, 90)
    until = {"hold_until": TODAY + 30 * DAY, "remark": "已约定"}
    told = {"decided_by": "何芳", "decided_at": MOMENT}
    made = [making.make_review(estate, TODAY.replace(month=month, day=1)) for month in (1, 2)]
    making.make_line(made[0], owner, decision=Decision.hold, **until, **told)
    if later:
        making.make_line(made[1], owner, decision=later, **(until if later is Decision.hold else {}), **told)
    assert len(session().execute(due_of(estate.id, TODAY)).all()) == due


def test_merged_files_are_one_account(books, estate, owner):
    other = make.make_customer(estate)
    make.make_merge(owner, other)
    owes(owner, 40, "100.00"), owes(other, 90, "50.00")
    making.make_contact(other, TODAY - 20 * DAY)
    [row] = session().execute(due_list([estate.id], TODAY)).all()
    assert (row.customer_id, row.overdue, row.oldest_due) == (owner.id, Decimal(150), TODAY - 90 * DAY)
    assert (row.why, row.late) == (Why.rule, 5)


def test_the_list_tells_whom_where_and_what_is_ours_to_do(books, estate, other_estate, monkeypatch):
    unit, elsewhere = make.make_unit(estate, "3-1-502"), make.make_unit(estate, "4-1-101")
    mine, strange = make.make_customer(estate, unit=unit), make.make_customer(other_estate)
    make.make_phone(mine)
    owes(mine, 90), owes(strange, 50)
    make.make_call(estate, mine)
    rows = select(Call.customer_id, Call.id).where(Call.customer_id.is_not(None))
    monkeypatch.setitem(
        sources, "call", SimpleNamespace(rows=lambda estate_id: rows.where(Call.estate_id == estate_id))
    )
    [row] = session().execute(due_list([estate.id], TODAY)).all()
    assert (row.units, row.phone, row.matters, row.estate) == ("3-1-502", "13907315678", 1, "阳光花园")
    both = session().execute(due_list([estate.id, other_estate.id], TODAY)).all()
    assert {each.customer_id for each in both} == {mine.id, strange.id}
    for building, found in ((unit.building_id, 1), (elsewhere.building_id, 0)):
        listed = due_list([estate.id], TODAY).where(in_building(building, TODAY))
        assert len(session().execute(listed).all()) == found
    assert session().execute(due_list([], TODAY)).all() == []
    many = due_list([estate.id, *range(1000, 1006)], TODAY).offset(0).subquery()
    assert session().scalar(select(func.count()).select_from(many)) == 1


def test_each_collector_has_a_number_of_them(books, estate, owner):
    hefang = make.user_called("hefang").id
    owes(owner, 90), owes(make.make_customer(estate), 90)
    making.make_contact(owner, TODAY - 20 * DAY, made_by_id=hefang)
    assert session().execute(due_by_collector([estate.id], TODAY)).all() == [(hefang, 1)]
