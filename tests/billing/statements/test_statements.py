"""A statement says every document once and ends in the balance; figures add up to what the books hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import g

from crm.auth.actor import system_actor
from crm.billing.charges.models import Basis
from crm.billing.ledger import service as books
from crm.billing.ledger.models import AdjustmentKind, Method
from crm.billing.ledger.queries import balance_of, get_bill, get_payment
from crm.billing.statements.figures import By, bars, figures, rate
from crm.billing.statements.statement import statement
from crm.dates import today
from tests import factories as make
from tests.billing.making import make_bill, make_item


@pytest.fixture
def day(app):
    return today(app.settings.timezone)


@pytest.fixture
def customer(estate):
    return make.make_customer(estate, "欧阳娜娜", make.make_unit(estate, "3-1-502"))


def pay(customer, amount, day, key):
    return books.receive(customer, books.Money(amount=Decimal(amount), method=Method.wechat, paid_on=day, key=key))


@pytest.fixture
def busy(work, estate, customer, day):
    """Three bills, one part paid, one waived in part, one void; a payment taken back, another partly given back."""
    item = make_item(estate, "停车费", Basis.single)
    bills = [
        make_bill(customer, amount, date(2025, month, 1), item=item)
        for month, amount in ((11, "100.00"), (12, "200.00"), (12, "50.00"))
    ]
    with work():
        first = pay(customer, "130.00", date(2026, 1, 10), "a")
        second = pay(customer, "400.00", date(2026, 2, 10), "b")
    acts = [
        (get_payment, first.id, AdjustmentKind.reversal, "130.00"),
        (get_payment, second.id, AdjustmentKind.refund, "20.00"),
        (get_bill, bills[2].id, AdjustmentKind.void, "50.00"),
    ]
    for find, key, kind, amount in acts:
        with work():
            method = Method.transfer if kind is AdjustmentKind.refund else None
            books.carry_out(
                find(key), books.Wish(kind=kind, amount=Decimal(amount), reason="核对后更正", method=method)
            )
    return bills


def told(app, customer, begins, last):
    with app.test_request_context():
        g.actor = system_actor("tests")
        return statement(customer, begins, last)


def test_it_ends_in_the_balance(app, customer, busy, day):
    whole = told(app, customer, date(2025, 1, 1), day)
    with app.app_context():
        g.actor = system_actor("tests")
        assert whole.closing == balance_of(customer.id, day).total == Decimal("-80.00")
    assert whole.opening == 0
    assert [(line.kind, line.charged - line.settled) for line in whole.lines] == [
        ("bill", Decimal(100)),
        ("bill", Decimal(200)),
        ("bill", Decimal(50)),
        ("payment", Decimal(-130)),
        ("payment", Decimal(-400)),
        ("adjustment", Decimal(130)),
        ("adjustment", Decimal(20)),
        ("adjustment", Decimal(-50)),
    ]
    assert whole.charged - whole.settled == whole.closing


def test_two_statements_join(app, customer, busy, day):
    first = told(app, customer, date(2025, 1, 1), date(2026, 1, 31))
    second = told(app, customer, date(2026, 2, 1), day)
    assert first.closing == second.opening == Decimal("220.00")
    assert second.closing == Decimal("-80.00")


def test_of_a_merged_customer_the_whole_file(app, work, estate, customer, busy, day):
    kept = make.make_customer(estate, "欧阳娜")
    make.make_merge(kept, customer)
    assert told(app, kept, date(2025, 1, 1), day).closing == Decimal("-80.00")


def test_as_many_statements_for_one_as_for_many(app, customer, busy, day, queries):
    with queries() as few:
        told(app, customer, date(2026, 2, 1), date(2026, 2, 28))
    with queries() as many:
        told(app, customer, date(2025, 1, 1), day)
    assert len(few) == len(many)


def test_the_figures(app, db, work, estate, customer, busy):
    """Of December 170 of 280 were paid by the payment that stands, 30 waived; what the other had paid is open again."""
    item = make_item(estate, "垃圾费", Basis.single)
    bill = make_bill(customer, "80.00", date(2025, 12, 1), item=item)
    with work():
        books.carry_out(
            get_bill(bill.id), books.Wish(kind=AdjustmentKind.waiver, amount=Decimal("30.00"), reason="经理同意")
        )
    with app.app_context():
        g.actor = system_actor("tests")
        rows = {by: db.execute(figures(by)).all() for by in By if by is not By.building}
    months = {row.group: row for row in rows[By.month]}
    december = months[date(2025, 12, 1)]
    assert (december.bills, december.charged, december.waived, december.paid, december.open) == (
        2,
        Decimal(280),
        Decimal(30),
        Decimal(170),
        Decimal(80),
    )
    assert rate(december) == Decimal("68.0")
    assert rate(months[date(2025, 11, 1)]) == Decimal("0.0")
    assert {row.group for row in rows[By.item]} == {"停车费", "垃圾费"}
    [estates] = rows[By.estate]
    assert estates.charged == sum(row.charged for row in rows[By.month])
    drawn = bars(rows[By.month], lambda row: row.group.isoformat())
    assert max(bar.height for bar in drawn) == 100


def test_the_pages(app, sign_in, other_estate, customer, busy, day):
    clerk = sign_in("limin")
    page = f"/billing/statements/customers/{customer.id}"
    assert "-80.00" in clerk.get(f"{page}?begins=2025-01-01&last={day}").text
    assert "不能早于" in clerk.get(f"{page}?begins=2026-02-01&last=2026-01-01").text
    assert "-80.00" in clerk.get(page).text  # of this year
    wrong = clerk.get(f"{page}?begins=gestern&last={day}")
    assert (wrong.status_code, 'value="gestern"' in wrong.text) == (422, True)
    assert clerk.get(f"{page}/statement.pdf?begins=2025-01-01&last={day}").data[:4] == b"%PDF"
    other = make.make_customer(other_estate)
    assert clerk.get(f"/billing/statements/customers/{other.id}").status_code == 404
    for by in By:
        assert clerk.get(f"/billing/statements/figures?by={by}").status_code == 200
    assert "300.00" in clerk.get("/billing/statements/figures?by=item&year=2025").text
    assert sign_in("dispatcher").get("/billing/statements/figures").status_code == 403
