"""Waivers, write-offs, void bills, refunds, payments taken back: two people, every state, every hindrance."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from crm.billing.ledger import service
from crm.billing.ledger.models import WORKFLOW, Adjustment, AdjustmentKind, BillState, Method, RequestState
from crm.billing.ledger.queries import get_request
from crm.dates import telling
from crm.errors import DomainError
from tests.billing.ledger.books import (
    CASHIER,
    CLERK,
    NOW,
    SUPERVISOR,
    TODAY,
    acting,
    adjust,
    bill,
    open_of,
    pay,
    refused,
    sound,
    state,
    total,
    wish,
)

K = AdjustmentKind
STEPS = {
    "approve": lambda asked: service.approve(asked, "情况属实"),
    "refuse": lambda asked: service.refuse(asked, "依据不足"),
    "withdraw": service.withdraw,
}


def take(step, asked):
    with acting(CASHIER if step == "withdraw" else SUPERVISOR):
        STEPS[step](asked)


def asked_for(document, kind=K.waiver, amount="100"):
    return get_request(service.request(document, wish(kind, amount)).id)


@pytest.mark.parametrize("action", WORKFLOW)
@pytest.mark.parametrize("before", RequestState)
def test_every_state_and_step(books, owner, before, action):
    owed = bill(owner, "300")
    asked = asked_for(owed)
    first = next((name for name, step in WORKFLOW.items() if step.target is before), None)
    if first:
        take(first, asked)
        with pytest.raises(DomainError):
            take(action, asked)
    else:
        take(action, asked)
    ends = before if before is not RequestState.requested else WORKFLOW[action].target
    assert asked.state is ends
    assert open_of(owed) == ["200.00" if ends is RequestState.approved else "300.00"]
    assert sound()


@pytest.mark.parametrize(
    ("step", "who", "said"),
    [
        ("approve", CASHIER, "Somebody else"),
        ("refuse", CASHIER, "Somebody else"),
        ("withdraw", SUPERVISOR, "Only whoever asked"),
    ],
)
def test_who_decides_is_another(books, owner, step, who, said):
    asked = asked_for(bill(owner))
    with acting(who):
        assert said in refused(STEPS[step], asked)
    assert asked.state is RequestState.requested


def test_why_it_is_refused_is_written(books, owner):
    asked = asked_for(bill(owner))
    with acting(SUPERVISOR):
        assert "why" in refused(service.refuse, asked, "  ")


@pytest.mark.parametrize(
    ("kind", "amount", "left", "ends"),
    [
        (K.waiver, "100", "100.00", BillState.part_paid),
        (K.waiver, "200", "0.00", BillState.paid),
        (K.write_off, "200", "0.00", BillState.written_off),
        (K.void, "300", "0.00", BillState.void),
    ],
)
def test_a_bill_of_300_with_100_paid(books, owner, kind, amount, left, ends):
    owed = bill(owner, "300")
    payment = pay(owner, "100")
    adjust(owed, kind, amount)
    assert open_of(owed, payment) == [left, "100.00" if kind is K.void else "0.00"]
    assert state(owed) is ends
    assert sound()


def test_a_refund_gives_back_credit_and_no_more(books, owner):
    owed = bill(owner, "100")
    payment = pay(owner, "150")
    assert "50.00 yuan at most" in refused(service.request, payment, wish(K.refund, "50.01"))
    assert "how the money" in refused(service.request, payment, replace(wish(K.refund, "50"), method=None))
    assert adjust(payment, K.refund, "20").method is Method.cash
    assert adjust(payment, K.refund).amount == 30
    assert open_of(owed, payment) == ["0.00", "0.00"]
    assert "no credit" in refused(service.request, payment, wish(K.refund, "1"))
    assert "given back" in refused(service.request, payment, wish(K.reversal, "150"))
    assert total(owner) == "0.00"
    assert sound()


def test_a_payment_taken_back_opens_what_it_settled(books, owner):
    one, other = bill(owner, "100"), bill(owner, "100")
    first = pay(owner, "60")
    payment = pay(owner, "200")
    adjust(payment, K.reversal)
    assert open_of(one, other, first, payment) == ["40.00", "100.00", "0.00", "0.00"]
    assert total(owner) == "140.00"
    assert "taken back already" in refused(service.request, payment, wish(K.reversal, "200"))
    assert sound()


HINDRANCES = [
    ("an open bill", K.refund, "100", "not possible here"),
    ("a void bill", K.void, "300", "void already"),
    ("a void bill", K.waiver, "1", "void already"),
    ("a settled bill", K.waiver, "1", "Nothing of this bill is open"),
    ("a settled bill", K.write_off, "300", "Nothing of this bill is open"),
    ("a waived bill", K.void, "300", "Take that back first"),
    ("an open bill", K.waiver, "300.01", "300.00 yuan at most"),
    ("an open bill", K.waiver, "0", "300.00 yuan at most"),
    ("an open bill", K.waiver, "-5", "300.00 yuan at most"),
    ("an open bill", K.write_off, "299.99", "the whole sum of 300.00 yuan"),
    ("an open bill", K.void, "299.99", "the whole sum of 300.00 yuan"),
]


@pytest.mark.parametrize(("which", "kind", "amount", "said"), HINDRANCES)
def test_what_hinders_it(books, owner, which, kind, amount, said):
    owed = bill(owner, "300")
    match which:
        case "a void bill":
            adjust(owed, K.void)
        case "a settled bill":
            pay(owner, "300")
        case "a waived bill":
            adjust(owed, K.waiver, "1")
    assert said in refused(service.request, owed, wish(kind, amount))
    assert said in refused(service.carry_out, owed, wish(kind, amount))
    assert sound()


def test_a_payment_is_not_written_off(books, owner):
    assert "not possible" in refused(service.request, pay(owner, "10"), wish(K.write_off, "10"))


def test_a_reason_is_written_and_one_request_waits_at_a_time(books, owner):
    owed = bill(owner)
    assert "why" in refused(service.request, owed, wish(K.waiver, "1", reason=" "))
    asked_for(owed)
    assert "waiting" in refused(service.request, owed, wish(K.write_off, "300"))


def test_what_became_impossible_is_not_approved(books, owner):
    """Between the request and the decision the customer paid."""
    owed = bill(owner, "300")
    asked = asked_for(owed, K.write_off, "300")
    pay(owner, "100")
    with acting(SUPERVISOR):
        assert "the whole sum of 200.00 yuan" in refused(service.approve, asked)


@pytest.mark.parametrize("kind", [K.waiver, K.write_off])
def test_a_debt_is_restored_once(books, owner, kind):
    owed = bill(owner, "300")
    pay(owner, "100")
    done = adjust(owed, kind)
    service.undo(done, "客户恢复付款能力")
    assert open_of(owed) == ["200.00"]
    assert state(owed) is BillState.part_paid
    assert "already" in refused(service.undo, done, "再来一次")
    assert [str(each.amount) for each in books.query(Adjustment).order_by(Adjustment.id)] == ["200.00", "-200.00"]
    adjust(owed, K.void)
    assert sound()


def test_only_a_waiver_or_a_write_off_is_undone(books, owner):
    owed = bill(owner)
    waived = adjust(owed, K.waiver, "1")
    assert "why" in refused(service.undo, waived, "")
    undone = service.undo(waived, "算错")
    for done in (undone, adjust(owed, K.void), adjust(pay(owner, "10"), K.reversal)):
        assert "Only a waiver" in refused(service.undo, done, "再来一次")


def test_one_takes_back_ones_own_small_payment_of_today(books, owner):
    owed = bill(owner, "300")
    payment = pay(owner, "500.00")
    service.take_back_alone(payment, "录错客户")
    assert open_of(owed, payment) == ["300.00", "0.00"]
    assert sound()


def test_where_a_second_person_takes_back(books, owner):
    """More than the figure, another's, of an earlier day: entered, or paid."""
    large, own, earlier = pay(owner, "500.01"), pay(owner, "10"), pay(owner, "10", paid_on=TODAY - timedelta(days=1))
    for payment in (large, earlier):
        assert "second person" in refused(service.take_back_alone, payment, "录错")
    with acting(CLERK):
        assert "second person" in refused(service.take_back_alone, own, "录错")
    with telling(NOW + timedelta(days=1)):
        assert "second person" in refused(service.take_back_alone, own, "录错")
    assert "why" in refused(service.take_back_alone, own, "")
    assert total(owner) == str(-Decimal("520.01"))
