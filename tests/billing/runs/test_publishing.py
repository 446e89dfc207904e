"""A run is published once: what was shown or nothing, never again, whatever is priced later."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from crm.audit.models import LogEntry
from crm.auth.actor import Actor
from crm.auth.permissions import Permission
from crm.billing.charges.models import Basis, ChargeItem, Terms
from crm.billing.ledger import invariants
from crm.billing.ledger.models import Bill, Method, PeriodClose
from crm.billing.ledger.service import Money, receive
from crm.billing.runs import service
from crm.billing.runs.figures import Counted, FiguresChanged
from crm.billing.runs.models import Publication, RunState
from crm.billing.runs.settling import in_credit, settle
from crm.errors import DomainError
from crm.policy.figures import keep
from crm.policy.models import FigureValue
from crm.tenants.models import Customer
from tests import factories as make
from tests.billing.making import MOMENT, make_bill, make_item, make_tariff
from tests.billing.runs.making import NOVEMBER

CLERK = Actor(name="郑凯", permissions=frozenset(Permission))


@pytest.fixture
def flat(estate):
    return make.make_unit(estate, "3-1-502", built_area=Decimal("120.50"))


@pytest.fixture
def owner(estate, flat):
    return make.make_customer(estate, "欧阳娜娜", flat)


@pytest.fixture
def item(estate, owner):
    made = make_item(estate, "物业服务费")
    make_tariff(made)
    return made


def publish(work, item, period=NOVEMBER, expected=None, verb=service.publish):
    with work(CLERK) as db:
        return verb(service.draft(db.get(ChargeItem, item.id), period), db.get(ChargeItem, item.id), expected)


def bills(db, item):
    found = select(Bill).where(Bill.item_id == item.id).order_by(Bill.unit_id, Bill.begins)
    return db.scalars(found.execution_options(populate_existing=True)).all()


def test_a_bill_says_all_that_its_arithmetic_needs(work, db, item, owner, flat):
    run = publish(work, item)
    [bill] = bills(db, item)
    assert (run.state, run.bills, run.total) == (RunState.published, 1, Decimal("337.40"))
    told = "source period begins ends due_on month amount open quantity price days days_of issued_by".split()
    assert {name: str(getattr(bill, name)) for name in told} == {
        "source": "run",
        "period": "2026-11-01",
        "begins": "2026-11-01",
        "ends": "2026-12-01",
        "due_on": "2026-11-28",
        "month": str(bill.issued_on.replace(day=1)),
        "amount": "337.40",
        "open": "337.40",
        "quantity": "120.500",
        "price": "2.800000",
        "days": "30",
        "days_of": "30",
        "issued_by": "郑凯",
    }
    for check in (invariants.bills_not_as_reckoned, invariants.bills_not_as_settled, invariants.days_charged_twice):
        assert db.execute(check()).all() == []


def test_a_second_time_gives_what_the_first_published(work, db, item, estate):
    first = publish(work, item)
    make.make_customer(estate, "司马青", make.make_unit(estate, built_area=Decimal(80)))
    second = publish(work, item)
    assert (second.id, second.bills, second.total) == (first.id, 1, Decimal("337.40"))
    assert len(bills(db, item)) == db.scalar(select(func.count(Publication.id))) == 1
    assert db.scalar(select(func.count(LogEntry.id)).where(LogEntry.kind == "BillsPublished")) == 1


def test_what_was_skipped_is_supplemented_once(work, db, item, estate):
    publish(work, item)
    make.make_customer(estate, "司马青", make.make_unit(estate, built_area=Decimal(100)))
    for _ in range(2):
        run = publish(work, item, verb=service.supplement)
    assert (run.bills, run.total) == (2, Decimal("617.40"))
    sums = db.execute(select(Publication.bills, Publication.total).order_by(Publication.id)).all()
    assert [tuple(row) for row in sums] == [(1, Decimal("337.40")), (1, Decimal("280.00"))]


def test_nothing_is_published_but_what_was_expected(work, db, item):
    seen = Counted(1, Decimal("300.00"))
    with pytest.raises(FiguresChanged, match=r"原为 1 笔账单，共 300.00 元，现为 1 笔账单，共 337.40 元"):
        publish(work, item, expected=seen)
    assert bills(db, item) == []
    assert publish(work, item, expected=Counted(1, Decimal("337.40"))).bills == 1
    assert publish(work, item, expected=Counted(1, Decimal("337.40"))).bills == 1
    with pytest.raises(FiguresChanged):
        publish(work, item, expected=seen)


def test_of_several_all_are_published_or_none(work, db, item, estate):
    other = make_item(estate, basis=Basis.fixed)
    make_tariff(other, "25")
    right, wrong = Counted(1, Decimal("337.40")), Counted(7, Decimal(7))
    with work(CLERK) as opened:
        both = {opened.get(ChargeItem, item.id): right, opened.get(ChargeItem, other.id): wrong}
        with pytest.raises(FiguresChanged):
            service.publish_all(NOVEMBER, both)
    assert bills(db, item) == []


@pytest.mark.parametrize("price", ["9.99", None])
def test_a_later_price_changes_no_bill(work, db, item, price):
    """Neither from a day ahead nor from one that is billed; the next month takes it up."""
    publish(work, item)
    make_tariff(item, price, date(2026, 12, 1))
    make_tariff(item, "1.00", date(2026, 11, 1))
    publish(work, item)
    publish(work, item, verb=service.supplement)
    assert [str(bill.amount) for bill in bills(db, item)] == ["337.40"]
    december = publish(work, item, date(2026, 12, 1))
    assert december.total == (0 if price is None else Decimal("1203.80"))  # 120.50 × 9.99 = 1203.795


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"basis": Basis.single}, "不由出账生成"),
        ({"active": False}, "已停止收取"),
        ({"period": date(2030, 1, 1)}, "最多提前 12 个月"),
    ],
)
def test_what_no_run_can_publish(work, estate, change, says):
    period = change.pop("period", NOVEMBER)
    refused = make_item(estate, **change)
    with pytest.raises(DomainError, match=says):
        publish(work, refused, period)


def test_what_is_late_stands_in_the_open_month(work, db, item, estate):
    today = MOMENT.date()
    with work(CLERK) as opened:
        figures = {"figures": {}, "closed_by": "郑凯", "closed_at": MOMENT}
        opened.add(PeriodClose(estate_id=estate.id, month=date(2099, 1, 1), **figures))
    publish(work, item)
    assert [bill.month for bill in bills(db, item)] == [date(2099, 2, 1)]
    assert today < date(2099, 1, 1)


@pytest.mark.parametrize(("source", "charged"), [("transfer", []), ("import", [date(2026, 11, 16)])])
def test_days_that_are_billed_otherwise_are_left_alone(work, db, item, owner, flat, source, charged):
    """What is left of a line that was billed in part is not charged, unless it was taken over: see spanning."""
    given = {"item": item, "unit_id": flat.id, "source": source, "ends": date(2026, 11, 16)}
    make_bill(owner, "1.00", NOVEMBER, **given)
    assert publish(work, item).bills == len(charged)
    assert [bill.begins for bill in bills(db, item)] == [NOVEMBER, *charged]


def test_a_product_beyond_counting_is_no_bill(work, db, item, estate, flat):
    """100,000 of something at 100,000 yuan is 10^19 of the smallest parts: never a wrong sum."""
    make_tariff(item, "100000", unit=flat, quantity="100000")
    huge = make.make_unit(estate, built_area=Decimal("90000000000000"))
    make.make_customer(estate, "司马青", huge)
    assert publish(work, item).bills == 0


# Credit


def pay(work, customer, sum_, key="k"):
    with work(CLERK) as db:
        paid = Money(amount=Decimal(sum_), method=Method.cash, paid_on=MOMENT.date(), key=key)
        receive(db.get(Customer, customer.id), paid)


def test_credit_settles_new_bills(work, db, item, owner, estate):
    pay(work, owner, "500")
    stranger = make.make_customer(estate, "司马青")
    pay(work, stranger, "70", "other")
    run = publish(work, item)
    with work(CLERK):
        assert list(in_credit([run.id])) == [owner.id]
        assert settle(in_credit([run.id])) == Decimal("337.40")
        assert list(in_credit([run.id])) == []
    assert [bill.open for bill in bills(db, item)] == [0]


def test_credit_of_a_merged_file_settles_too(work, db, item, owner, estate):
    pay(work, owner, "100")
    kept = make.make_customer(estate, "欧阳娜")
    make.make_merge(kept, owner)
    run = publish(work, item)
    with work(CLERK):
        assert list(in_credit([run.id])) == [kept.id]
        settle([kept.id])
    assert [str(bill.open) for bill in bills(db, item)] == ["237.40"]


def test_credit_is_left_where_the_company_has_decided_so(work, item, owner):
    pay(work, owner, "500")
    run = publish(work, item)
    with work(CLERK):
        said = {"basis": "会议纪要", "confirmed": True, "set_by": "刘洋", "set_at": MOMENT}
        keep(FigureValue(key="billing.credit_settles", value=False, valid_from=date(2020, 1, 1), **said))
        assert in_credit([run.id]) == []


def test_free_units_pay_nothing(work, item, flat):
    make_tariff(item, None, unit=flat, terms=Terms.free)
    assert publish(work, item).bills == 0
