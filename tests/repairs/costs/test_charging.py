"""Finished work that the customer pays becomes one bill, whatever happens afterwards."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.audit.models import LogEntry
from crm.billing.charges.models import Basis, ChargeItem
from crm.billing.ledger import service as ledger
from crm.billing.ledger.models import Bill, BillSource
from crm.dates import telling
from crm.errors import DomainError
from crm.properties.models import Estate
from crm.repairs.costs import service as costs
from crm.repairs.costs.lines import Line
from crm.repairs.orders import service
from crm.repairs.orders.models import LineKind, OrderState, Payer, RepairLine, RepairOrder
from crm.repairs.orders.queries import get_order
from crm.repairs.orders.service import Said
from tests import factories as make
from tests.acting import as_
from tests.billing.making import make_bill, make_item
from tests.repairs.costs.making import make_answer, make_line, make_quote
from tests.repairs.making import make_order, user_called

D, S = Decimal, OrderState
NAME = "有偿维修费"
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture
def noon():
    with telling(NOON):
        yield


@pytest.fixture
def flat(estate):
    return make.make_unit(estate)


@pytest.fixture
def customer(estate, flat):
    return make.make_customer(estate, unit=flat)


@pytest.fixture
def order(estate, flat, customer):
    """At work, 120 yuan agreed, 60 used."""
    made = make_order(
        estate,
        S.working,
        flat,
        payer=Payer.customer,
        customer_id=customer.id,
        arrived_at=NOON - timedelta(hours=1),
        consented_at=NOON - timedelta(minutes=30),
    )
    make_answer(make_quote(made))
    make_line(made, "60.00")
    return made


def finish(work, order, **given):
    with work(as_("zhangjg")):
        service.finish(get_order(order.id), "换了水管", **given)


def bills(db):
    db.expire_all()
    return db.scalars(select(Bill)).all()


def items(db, estate):
    return db.scalars(select(ChargeItem).filter_by(estate_id=estate.id).order_by(ChargeItem.id)).all()


@pytest.mark.parametrize("signed", [False, True])
def test_one_bill_with_sum_payer_and_day(work, db, noon, order, customer, flat, estate, signed):
    finish(work, order, signed=signed)
    [bill] = bills(db)
    assert (bill.amount, bill.open, bill.customer_id, bill.unit_id) == (D("60.00"), D("60.00"), customer.id, flat.id)
    assert (bill.due_on, bill.note, bill.source) == (date(2026, 12, 9), order.number, BillSource.single)
    job = db.get(RepairOrder, order.id)
    assert (job.bill_id, job.state) == (bill.id, S.confirmed if signed else S.done)
    [item] = items(db, estate)
    assert (item.name, item.basis, bool(item.note)) == (NAME, Basis.single, True)
    told = db.scalars(select(LogEntry).filter_by(kind="ChargedForWork")).one()
    assert (told.data["bill_id"], told.data["repair_order_id"]) == (bill.id, order.id)


def test_done_again_it_is_free(work, db, noon, order):
    finish(work, order)
    with work(as_("sunhao")):
        job = get_order(order.id)
        service.redo(job, Said(reason="还在漏"))
        service.assign(job, user_called("zhangjg").id)
    make_line(order, "900.00", name="又换一次")  # more than was agreed: nobody is charged for it
    with work(as_("zhangjg")):
        job = get_order(order.id)
        service.accept(job)
        service.arrive(job)
    finish(work, order)
    [bill] = bills(db)
    assert bill.amount == D("60.00")
    assert db.get(RepairOrder, order.id).state is S.done


def test_a_merged_customer_is_charged_in_the_kept_file(work, db, noon, order, customer, estate):
    kept = make.make_customer(estate, "司马青")
    make.make_merge(kept, customer)
    finish(work, order)
    [bill] = bills(db)
    assert bill.customer_id == kept.id


def test_a_closed_month_leaves_it_in_the_open_one(work, db, order, estate):
    after = datetime(2026, 12, 1, 2, tzinfo=UTC)
    with telling(after), work():
        ledger.close(db.get(Estate, estate.id), date(2026, 11, 1))
    with telling(after):
        finish(work, order)
    [bill] = bills(db)
    assert bill.month == date(2026, 12, 1)


def test_a_month_closed_ahead_of_the_clock_breaks_nothing(work, db, noon, order, estate):
    """The month's books were closed on a server that was ahead: the bill stands in the next one."""
    with telling(datetime(2026, 12, 1, 2, tzinfo=UTC)), work():
        ledger.close(db.get(Estate, estate.id), date(2026, 11, 1))
    finish(work, order)
    [bill] = bills(db)
    assert bill.month == date(2026, 12, 1)


@pytest.mark.parametrize("payer", [Payer.company, Payer.builder, Payer.fund])
def test_nobody_else_is_charged(work, db, noon, estate, flat, customer, payer):
    made = make_order(estate, S.working, flat, payer=payer, customer_id=customer.id)
    make_line(made, "60.00")
    finish(work, made)
    assert bills(db) == []
    assert items(db, estate) == []


def test_work_that_cost_nothing_is_not_charged(work, db, noon, estate, flat, customer):
    made = make_order(estate, S.working, flat, payer=Payer.customer, customer_id=customer.id, emergency=True)
    finish(work, made)
    assert bills(db) == []


@pytest.mark.parametrize(
    ("standing", "used"),
    [
        ({"basis": Basis.single}, NAME),
        ({"basis": Basis.single, "active": False}, NAME),
        ({"basis": Basis.fixed}, "有偿维修费（单次）"),
    ],
)
def test_the_estates_own_item_is_used_where_it_fits(work, db, noon, order, estate, standing, used):
    make_item(estate, name=NAME, **standing)
    finish(work, order)
    [bill] = bills(db)
    assert db.get(ChargeItem, bill.item_id).name == used
    assert len(items(db, estate)) == (1 if used == NAME else 2)


def test_the_bill_leads_to_the_job(sign_in, work, db, order, estate):
    with telling(NOON):
        finish(work, order)
    [bill] = bills(db)
    client, address = sign_in("billing_supervisor"), f'href="/repairs/{order.id}"'
    assert address in client.get(f"/billing/bills/{bill.id}").text
    plain = make_bill(make.make_customer(estate), note=order.number)
    assert address not in client.get(f"/billing/bills/{plain.id}").text


def test_what_is_charged_stays_charged(work, db, noon, order):
    """Finished or billed, nobody else pays it; done again, nothing is quoted and no line of the bill is taken back."""
    finish(work, order)
    [line] = db.scalars(select(RepairLine)).all()
    with work(as_("sunhao")):
        job = get_order(order.id)
        with pytest.raises(DomainError):
            service.classify(job, job.category, job.priority, Payer.company, Said(reason="算了"))
        service.redo(job, Said(reason="还在漏"))
        with pytest.raises(DomainError):
            service.classify(job, job.category, job.priority, Payer.builder, Said(reason="算了"))
        service.assign(job, user_called("zhangjg").id)
    with work(as_("zhangjg")):
        job = get_order(order.id)
        service.accept(job)
        service.arrive(job)
        with pytest.raises(DomainError):
            costs.quote(job, [Line(kind=LineKind.labour, name="再修", quantity=D(1), price=D(80))])
        with pytest.raises(DomainError):
            costs.take_back(job, db.get(RepairLine, line.id))
    with work(as_("zhangjg")), telling(NOON + timedelta(hours=1)):
        job = get_order(order.id)
        more = costs.add(job, Line(kind=LineKind.labour, name="再修", quantity=D(1), price=D(80)))
        costs.take_back(job, more)
        service.start(job)
    finish(work, order)
    assert [bill.amount for bill in bills(db)] == [D("60.00")]


def test_what_was_finished_free_is_not_charged_afterwards(work, db, noon, estate, flat, customer):
    made = make_order(estate, S.working, flat, customer_id=customer.id)
    make_line(made, "60.00")
    finish(work, made)
    with work(as_("sunhao")):
        job = get_order(made.id)
        with pytest.raises(DomainError):
            service.classify(job, job.category, job.priority, Payer.customer, Said(reason="客户付"))
    assert bills(db) == []
