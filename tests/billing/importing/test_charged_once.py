"""A run after a history was taken over charges the days that its bills leave, and no day twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.billing import checks
from crm.billing.charges.models import Basis, MeterKind
from crm.billing.ledger.models import Bill, BillSource
from crm.billing.runs import preview, service
from crm.billing.runs.figures import Counted
from crm.billing.runs.month import Month
from crm.billing.runs.reasons import Reason
from crm.db import session
from tests import factories as make
from tests.billing.making import SHARED, make_bill, make_item, make_meter, make_reading, make_shared_cost, make_tariff

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@pytest.fixture
def item(estate):
    made = make_item(estate, basis=Basis.fixed)
    make_tariff(made, "31")
    return made


@pytest.fixture
def flat(estate):
    return make.make_unit(estate, "3-1-502")


@pytest.fixture
def owner(estate, flat):
    return make.make_customer(estate, unit=flat)


def taken_over(owner, item, flat, begins, ends, source=BillSource.imported, **given):
    days = {"begins": begins, "ends": ends, "period": begins.replace(day=1), "due_on": begins}
    return make_bill(owner, item=item, unit_id=flat.id, source=source, **(days | given))


def published(item, period=MARCH):
    """(begins, ends, days, yuan) of what the run has charged."""
    run = service.publish(service.draft(item, period), item)
    bills = session().scalars(select(Bill).where(Bill.run_id == run.id).order_by(Bill.begins))
    return [(bill.begins.day, bill.ends, bill.days, bill.amount) for bill in bills]


CASES = [
    ("before it", date(2025, 1, 1), MARCH, [(1, APRIL, 31, 31)]),
    ("all of it", date(2026, 1, 1), date(2027, 1, 1), []),
    ("all of it, from before", date(2026, 1, 1), APRIL, []),
    ("all of it, and more", MARCH, date(2026, 7, 1), []),
    ("its beginning", date(2026, 1, 1), date(2026, 3, 11), [(11, APRIL, 21, 21)]),
    ("its end", date(2026, 3, 21), date(2026, 6, 1), [(1, date(2026, 3, 21), 20, 20)]),
    ("its middle", date(2026, 3, 11), date(2026, 3, 21), [(1, date(2026, 3, 11), 10, 10), (21, APRIL, 11, 11)]),
]


@pytest.mark.parametrize(("begins", "ends", "charged"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_days_that_are_left(books, estate, item, flat, owner, begins, ends, charged):
    taken_over(owner, item, flat, begins, ends)
    make.make_customer(estate, "林二", make.make_unit(estate, "3-1-503"))
    found = preview.totals(Month.of(item, MARCH))
    whole = (1, APRIL, 31, Decimal(31))
    bills = published(item)
    assert sorted(bills) == sorted([whole, *charged])
    assert found.counted == Counted(len(bills), sum(bill[3] for bill in bills))
    assert (found.unpaid_days, found.skipped) == (0, {} if charged else {Reason.billed: 1})
    assert not any(each.rows for each in checks.examine())


def test_two_of_them_and_two_payers(books, item, estate, flat):
    seller, buyer = (make.make_customer(estate, name) for name in ("陈一", "林二"))
    make.make_occupancy(seller, flat, ends=date(2026, 3, 16))
    make.make_occupancy(buyer, flat, starts=date(2026, 3, 16))
    taken_over(seller, item, flat, date(2025, 12, 1), date(2026, 3, 6))
    taken_over(buyer, item, flat, date(2026, 3, 21), date(2026, 3, 26))
    bills = [(begins, ends.day, days) for begins, ends, days, _yuan in published(item)]
    assert bills == [(6, 16, 10), (16, 21, 5), (26, 1, 6)]


def test_what_a_split_made_of_one_and_one_that_became_void(books, item, flat, owner):
    taken_over(owner, item, flat, date(2025, 1, 1), date(2027, 1, 1), voided=True, open=Decimal(0))
    taken_over(owner, item, flat, date(2026, 2, 10), date(2026, 3, 11), BillSource.transfer)
    assert published(item) == [(11, APRIL, 21, Decimal(21))]


def test_nobody_s_days_are_still_told(books, item, estate, flat):
    """Days without a payer beside days that are charged."""
    owner = make.make_customer(estate)
    make.make_occupancy(owner, flat, starts=date(2026, 3, 21))
    taken_over(owner, item, flat, date(2026, 1, 1), date(2026, 3, 11))
    assert preview.totals(Month.of(item, MARCH)).unpaid_days == 10


def test_what_meters_count_and_what_is_shared(books, estate, flat, owner):
    water = make_item(estate, basis=Basis.meter, meter_kind=MeterKind.water)
    make_tariff(water, "3")
    make_reading(make_meter(estate, flat), "10", date(2026, 3, 20))
    shared = make_item(estate, **SHARED)
    make_shared_cost(shared, "100", MARCH)
    for item in (water, shared):
        taken_over(owner, item, flat, date(2026, 1, 1), date(2026, 7, 1))
        assert published(item) == []
