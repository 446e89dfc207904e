"""Late fees: off by default, simple, by the day, with grace, cap and last day; never twice."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import g
from sqlalchemy import Date, literal, select

from crm.auth.actor import system_actor
from crm.billing.charges.models import Basis
from crm.billing.latefees import figures, service, suspensions
from crm.billing.latefees.models import LateFeeRun
from crm.billing.latefees.reckoning import Terms, overdue
from crm.billing.ledger import service as books
from crm.billing.ledger.explaining import explain
from crm.billing.ledger.models import Bill, BillSource, Method
from crm.billing.ledger.queries import get_bill
from crm.dates import telling
from crm.errors import DomainError
from crm.policy.models import FigureValue
from tests import factories as make
from tests.billing.making import make_bill, make_item

DAY = date(2026, 6, 30)
TERMS = Terms(rate=Decimal("0.0005"), grace=30, cap=Decimal(30), longest=730)


@pytest.fixture
def customer(estate):
    return make.make_customer(estate)


@pytest.fixture
def noon():
    with telling(_noon(DAY)):
        yield


def _noon(day):
    from datetime import UTC, datetime

    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def due(days, amount="1000.00", **given):
    """A bill so many days overdue on the day."""
    return {"amount": amount, "due_on": DAY - timedelta(days=days)} | given


# how late, sum, paid (sum, days before the day), terms, fee in fen
CASES = [
    ("within the grace", 30, "1000.00", [], {}, None),
    ("the first day after", 31, "1000.00", [], {}, 50),  # 1000 × 0.05 % × 1
    ("a hundred days", 130, "1000.00", [], {}, 5000),  # 1000 × 0.05 % × 100
    ("half paid half way", 130, "1000.00", [("500.00", 50)], {}, 3750),  # 1000 × 100 − 500 × 50 = 75,000; × 0.05 %
    ("half paid before it was due", 130, "1000.00", [("500.00", 200)], {}, 2500),  # 500 × 100 × 0.05 %
    ("half paid within the grace", 130, "1000.00", [("500.00", 110)], {}, 2500),
    ("half paid today", 130, "1000.00", [("500.00", 0)], {}, 5000),
    ("never above the cap", 730, "1000.00", [], {"cap": Decimal(10)}, 10000),
    ("no day after the last", 130, "1000.00", [], {"longest": 80}, 2500),  # 50 days
    ("half paid after the last", 130, "1000.00", [("500.00", 30)], {"longest": 80}, 2500),
    ("half a fen goes up", 31, "33.00", [], {"rate": Decimal("0.0015")}, 5),  # 4.95 fen
]


@pytest.mark.parametrize(
    ("late", "amount", "paid", "terms", "fen"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_reckoned_by_hand(app, work, estate, customer, noon, late, amount, paid, terms, fen):
    make_bill(customer, **due(late, amount))
    pay(work, customer, paid)
    assert amounts(work, estate, terms) == ([] if fen is None else [fen])


def pay(work, customer, paid):
    """(sum, days before the day) of each."""
    for number, (sum_, before) in enumerate(paid):
        with work():
            books.receive(
                customer,
                books.Money(
                    amount=Decimal(sum_), method=Method.cash, paid_on=DAY - timedelta(days=before), key=f"k{number}"
                ),
            )


def amounts(work, estate, terms):
    given = {**{name: getattr(TERMS, name) for name in ("rate", "grace", "cap", "longest")}, **terms}
    with work() as db:
        return [row.amount for row in db.execute(overdue(estate.id, DAY, Terms(**given)))]


# paid (sum, days before the day), days that rest (from, up to so many days before the day), terms, fee in fen.
# Always 1000 yuan 130 days overdue: the days that count begin 100 days before the day and come to 50.00.
RESTS = [
    ("twenty days", [], [(60, 40)], {}, 4000),  # 80 days
    ("begun within the grace", [], [(120, 90)], {}, 4500),  # ten of them count
    ("to this day", [], [(40, None)], {}, 3000),
    ("twice", [], [(100, 90), (60, 40)], {}, 3500),
    ("all the time", [], [(130, None)], {}, None),
    ("half paid before", [("500.00", 80)], [(60, 40)], {}, 2500),  # 1000 × 100 − 500 × 80 − 500 × 20 = 50,000
    ("half paid meanwhile", [("500.00", 50)], [(60, 40)], {}, 3000),  # 100,000 − 500 × 50 − (1000 × 20 − 500 × 10)
    ("half paid after", [("500.00", 20)], [(60, 40)], {}, 3500),  # 100,000 − 500 × 20 − 1000 × 20
    ("still above the cap", [], [(60, 40)], {"cap": Decimal(3)}, 3000),
    ("across the last day", [], [(60, 40)], {"longest": 80}, 2000),  # 50 days, of which ten rest
    ("after the last day", [], [(40, 20)], {"longest": 80}, 2500),
]


@pytest.mark.parametrize(("paid", "rests", "terms", "fen"), [case[1:] for case in RESTS], ids=[c[0] for c in RESTS])
def test_days_that_rest_cost_nothing(app, work, estate, customer, noon, monkeypatch, paid, rests, terms, fen):
    bill = make_bill(customer, **due(130))
    make_bill(customer, **due(31, "20.00"))  # of which nothing rests: 20 × 0.05 % × 1
    pay(work, customer, paid)

    def resting(begins, ends):
        days = (DAY - timedelta(days=before) if before is not None else None for before in (begins, ends))
        first, last = (literal(day, Date) for day in days)
        return lambda _estate_id, _day: select(
            Bill.id.label("bill_id"), first.label("begins"), last.label("ends")
        ).where(Bill.id == bill.id)

    monkeypatch.setattr(suspensions, "suspensions", [resting(*days) for days in rests])
    assert sorted(amounts(work, estate, terms)) == [1, *([] if fen is None else [fen])]


def switch_on(db):
    for figure, value in ((figures.CHARGED, True), (figures.CLAUSE, "合同第十二条")):
        db.add(
            FigureValue(
                key=figure.key,
                value=value,
                valid_from=date(2020, 1, 1),
                confirmed=True,
                basis="",
                set_by="-",
                set_at=make.NOW,
            )
        )
    db.commit()


def test_charged_once_a_day_and_only_the_rest_later(app, db, work, estate, customer):
    """1000 × 0.05 % × 100 = 50.00; ten days later 5.00 more."""
    switch_on(db)
    make_item(estate, "违约金", Basis.late_fee)
    make_bill(customer, **due(130))
    for days, expected in ((0, "50.00"), (0, "50.00"), (10, "5.00")):
        with telling(_noon(DAY + timedelta(days=days))), work():
            assert service.charge_late_fees(estate).total == Decimal(expected)
    fees = db.scalars(select(Bill).where(Bill.source == BillSource.late_fee).order_by(Bill.id)).all()
    assert [(fee.amount, fee.late_for_id, fee.note) for fee in fees] == [
        (Decimal("50.00"), fees[0].late_for_id, "合同第十二条"),
        (Decimal("5.00"), fees[0].late_for_id, "合同第十二条"),
    ]
    assert len(db.scalars(select(LateFeeRun)).all()) == 2
    with app.app_context():
        g.actor = system_actor("tests")
        told = explain(get_bill(fees[1].id, Bill.tariff, Bill.shared_cost)).arithmetic
    assert "110,000" in told
    assert "55.00" in told


def test_a_fee_that_was_made_void_is_charged_again_one_that_was_waived_is_not(app, db, work, estate, customer):
    switch_on(db)
    make_item(estate, "违约金", Basis.late_fee)
    make_bill(customer, **due(130)), make_bill(customer, **due(130))
    with telling(_noon(DAY)), work():
        service.charge_late_fees(estate)
    void, waived = db.scalars(select(Bill.id).where(Bill.source == BillSource.late_fee).order_by(Bill.id)).all()
    with telling(_noon(DAY)), work():
        for bill_id, kind in ((void, "void"), (waived, "waiver")):
            books.carry_out(
                get_bill(bill_id), books.Wish(kind=books_kind(kind), amount=Decimal("50.00"), reason="协商一致")
            )
    with telling(_noon(DAY + timedelta(days=10))), work():
        assert service.preview(estate.id, DAY + timedelta(days=10)) == (2, Decimal("60.00"))  # 55.00 and 5.00


def books_kind(name):
    from crm.billing.ledger.models import AdjustmentKind

    return AdjustmentKind(name)


def test_a_disputed_line_waits(app, work, estate, customer):
    bill = make_bill(customer, **due(130))
    with telling(_noon(DAY)), work():
        books.dispute(get_bill(bill.id), "水管漏水未修", DAY)
        assert service.preview(estate.id, DAY) == (0, Decimal(0))


@pytest.mark.parametrize(("on", "item", "words"), [(False, True, "未启用"), (True, False, "没有违约金收费项目")])
def test_not_charged_unless_the_company_said_so(app, db, work, estate, customer, on, item, words):
    make_bill(customer, **due(130))
    if on:
        switch_on(db)
    if item:
        make_item(estate, "违约金", Basis.late_fee)
    with pytest.raises(DomainError, match=words), work():
        service.charge_late_fees(estate)


def test_the_pages(app, db, sign_in, estate, other_estate, customer):
    client = sign_in("zhengkai")
    assert "未启用" in client.get("/billing/overdue/").text
    make_item(estate, "违约金", Basis.late_fee)
    make_bill(customer, amount="1000.00", due_on=date(2020, 1, 1))
    assert "300.00" in client.get(f"/billing/overdue/{estate.id}").text  # the cap
    assert client.post(f"/billing/overdue/{estate.id}/charge").status_code == 422
    switch_on(db)
    assert "300.00" in client.get(f"/billing/overdue/{estate.id}/charge").text
    answer = client.post(f"/billing/overdue/{estate.id}/charge", follow_redirects=True)
    assert answer.status_code == 200
    assert "300.00" in answer.text
    assert sign_in("limin").post(f"/billing/overdue/{estate.id}/charge").status_code == 403
    assert sign_in("limin").get(f"/billing/overdue/{other_estate.id}").status_code == 404
