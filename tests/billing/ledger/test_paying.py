"""Money in: what it settles, in which order, once for each form; credit, and money across merged files."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm.billing.ledger import service
from crm.billing.ledger.models import Allocation, BillState, Payment, Rule
from crm.tenants.merging.service import unmerge
from tests import factories as make
from tests.billing.ledger.books import MARCH, TODAY, bill, money, open_of, pay, refused, sound, state, total

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


def test_the_oldest_due_is_settled_first(books, owner):
    march, january, february = (bill(owner, "100", month) for month in (MARCH, JANUARY, FEBRUARY))
    payment = pay(owner, "150")
    assert open_of(january, february, march, payment) == ["0.00", "50.00", "100.00", "0.00"]
    assert [state(each) for each in (january, february, march)] == [
        BillState.paid,
        BillState.part_paid,
        BillState.issued,
    ]
    assert [
        (each.bill_id, str(each.amount), each.rule) for each in books.query(Allocation).order_by(Allocation.id)
    ] == [
        (january.id, "100.00", Rule.oldest),
        (february.id, "50.00", Rule.oldest),
    ]
    assert total(owner) == "150.00"
    assert sound()


def test_what_is_chosen_is_settled_and_nothing_else(books, owner):
    january, february, march = (bill(owner, "100", month) for month in (JANUARY, FEBRUARY, MARCH))
    payment = pay(owner, "250", [march.id, february.id])
    assert open_of(january, february, march, payment) == ["100.00", "0.00", "0.00", "50.00"]
    assert {each.rule for each in books.query(Allocation)} == {Rule.chosen}
    assert total(owner) == "50.00"
    assert sound()


def test_anothers_bill_is_not_settled_though_chosen(books, owner, estate):
    another = bill(make.make_customer(estate, "司马青"), "100")
    payment = pay(owner, "100", [another.id])
    assert open_of(another, payment) == ["100.00", "100.00"]


def test_a_disputed_line_is_left_out_until_its_day(books, owner):
    disputed, other = bill(owner, "100", JANUARY), bill(owner, "100", FEBRUARY)
    lapsed = bill(owner, "100", MARCH)
    service.dispute(disputed, "电梯停运三天", TODAY)
    service.dispute(lapsed, "面积不符", TODAY).until = TODAY - timedelta(days=1)
    payment = pay(owner, "300")
    assert open_of(disputed, other, lapsed, payment) == ["100.00", "0.00", "0.00", "100.00"]
    assert pay(owner, "10", [disputed.id]).open == 10
    assert service.use_credit(owner) == 0
    service.release_dispute(disputed, "已说明，客户认可")
    assert service.use_credit(owner) == 100
    assert open_of(disputed, payment) == ["0.00", "0.00"]
    assert sound()


def test_what_is_paid_too_much_is_credit_and_used_later(books, owner):
    first, second = pay(owner, "30", paid_on=TODAY - timedelta(days=1)), pay(owner, "100")
    owed = bill(owner, "70")
    assert total(owner) == "-60.00"
    assert service.use_credit(owner) == 70
    assert open_of(owed, first, second) == ["0.00", "0.00", "60.00"]
    assert service.use_credit(owner) == 0
    assert sound()


def test_one_form_is_one_payment(books, owner):
    owed = bill(owner, "300")
    form = money("100")
    first = service.receive(owner, form)
    assert service.receive(owner, form) is first
    assert open_of(owed) == ["200.00"]
    assert "another sum" in refused(service.receive, owner, money("90", key=form.key))
    assert books.query(Payment).count() == 1


def test_one_form_is_one_customer(books, owner, estate):
    form = money("100")
    service.receive(owner, form)
    assert "another sum" in refused(service.receive, make.make_customer(estate, "司马青"), form)


@pytest.mark.parametrize(
    ("amount", "days", "said"), [("0", 0, "more than nought"), ("-5", 0, "more than nought"), ("5", 1, "later")]
)
def test_what_cannot_be_received(books, owner, amount, days, said):
    assert said in refused(pay, owner, amount, paid_on=TODAY + timedelta(days=days))
    assert books.query(Payment).count() == 0


def test_a_merged_file_is_one_account_until_it_is_told_apart(books, owner, estate):
    """What one of them paid for the other stays so; taking it back gives each its own."""
    other = make.make_customer(estate, "欧阳娜")
    owed = bill(other, "100")
    merged = make.make_merge(owner, other)
    payment = pay(owner, "100")
    assert open_of(owed) == ["0.00"]
    assert sound()
    books.expire_all()
    unmerge(books.get_one(type(merged), merged.id), "两个人")
    assert sound()
    service.take_back_alone(payment, "不是他付的")
    assert open_of(owed, payment) == ["100.00", "0.00"]
    assert (total(owner), total(other)) == ("0.00", "100.00")
    assert sound()
