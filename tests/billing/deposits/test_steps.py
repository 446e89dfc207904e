"""Taking, deducting, giving back, forfeiting and taking back: what is possible, who may, and what the book says."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from crm.billing.deposits import hindrances, queries, service
from crm.billing.deposits.flows import given_back
from crm.billing.deposits.invariants import CHECKS
from crm.billing.deposits.models import (
    Deposit,
    DepositMovement,
    DepositRequest,
    DepositState,
    MovementKind,
    RequestState,
)
from crm.billing.ledger import queries as ledger_queries
from crm.billing.ledger import service as ledger
from crm.billing.ledger.models import AdjustmentKind, Bill, Method, Payment
from crm.dates import business_day
from crm.errors import DomainError, IllegalTransition
from tests import factories as make
from tests.billing.cashier.making import make_close
from tests.billing.deposits.making import cashier, make_deposit, make_movement, make_request, supervisor, taking, wish
from tests.billing.making import make_bill

K = MovementKind


@pytest.fixture
def customer(estate):
    return make.make_customer(estate, unit=make.make_unit(estate))


@pytest.fixture
def deposit(work, customer):
    """Taken by the cashier, long ago."""
    with work(cashier()):
        return service.take(customer, taking())


@pytest.fixture
def ask(work, db):
    """`ask(deposit, kind, "100.00", …)` by the cashier; returns the request."""

    def asked(deposit, kind, *amounts, **given):
        with work(cashier()):
            found = queries.get_deposit(deposit.id)
            made = service.ask(found, wish(kind, *(amounts or (str(found.balance),)), **given))
        db.expire_all()
        return made

    return asked


@pytest.fixture
def decide(work, db):
    def decided(request, verb="approve", actor=None, *arguments):
        with work(actor or supervisor()):
            getattr(service, verb)(queries.get_request(request.id), *arguments)
        db.expire_all()

    return decided


@pytest.fixture
def give_back(ask, decide):
    def given(deposit, *amounts, **wishes):
        request = ask(deposit, K.refund, *amounts, **wishes)
        decide(request)
        decide(request, "pay_out", cashier())
        return request

    return given


@pytest.fixture
def take_back(work, db):
    def taken(movement_id, reason="录错了", actor=None):
        with work(actor or cashier()):
            made = service.take_back(queries.get_movement(movement_id), reason, f"t{movement_id}{reason}")
        db.expire_all()
        return made

    return taken


def sound(db) -> list[tuple[str, Any]]:
    return [(name, row) for name, (_title, check) in CHECKS.items() for row in db.execute(check())]


def last_movement(db) -> DepositMovement:
    return db.scalars(select(DepositMovement).order_by(DepositMovement.id.desc()).limit(1)).one()


def state_of(work, deposit) -> DepositState:
    with work():
        return queries.get_state(deposit.id)


def test_a_deposit_is_taken_once_however_often_the_button_is_pressed(work, db, customer):
    form = taking(key="one", due_back_on=date(2026, 7, 5))
    for _ in range(2):
        with work(cashier()):
            made = service.take(customer, form)
    assert db.scalars(select(Deposit.id).where(Deposit.key == "one")).all() == [made.id]
    assert (made.balance, made.code, made.month) == (Decimal(2000), f"BZ{made.id:06d}", business_day_first(work))
    with work(cashier()), pytest.raises(DomainError, match="another sum"):
        service.take(customer, taking("3000.00", key="one"))


def business_day_first(work):
    with work():
        return business_day().replace(day=1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"amount": "0.00"}, "more than nought"),
        ({"payer": " "}, "who paid"),
        ({"method": Method.deposit}, "how it was paid"),
        ({"method": Method.imported}, "how it was paid"),
        ({"taken_on": date(2099, 1, 1)}, "not be later"),
        ({"due_back_on": date(2025, 1, 1)}, "before it was taken"),
    ],
)
def test_what_is_missing_is_said(work, customer, given, words):
    with work(cashier()), pytest.raises(DomainError, match=words):
        service.take(customer, taking(given.pop("amount", "1.00"), **given))


def test_a_unit_of_another_estate_is_refused(work, customer, other_estate):
    with work(cashier()), pytest.raises(DomainError, match="another estate"):
        service.take(customer, taking(), make.make_unit(other_estate))


def test_small_deductions_are_done_alone_until_the_figure_is_reached(db, work, deposit, ask, decide):
    first = ask(deposit, K.deduction, "200.00", "100.00")
    assert (first.state, first.alone) == (RequestState.done, True)
    second = ask(deposit, K.deduction, "200.01")
    assert (second.state, second.alone) == (RequestState.requested, False)
    assert db.get_one(Deposit, deposit.id).balance == Decimal(1700)
    decide(second)
    assert db.get_one(Deposit, deposit.id).balance == Decimal("1499.99")
    rows = db.scalars(select(DepositMovement).order_by(DepositMovement.id)).all()
    assert [(row.amount, row.reason, row.clause) for row in rows[:1]] == [(Decimal(200), "墙面损坏", "第 6 条")]
    assert len(rows) == 3
    assert state_of(work, deposit) is DepositState.part
    assert sound(db) == []


def test_nobody_decides_about_the_own_request(db, work, deposit, ask, decide):
    request = ask(deposit, K.forfeiture)
    with pytest.raises(DomainError, match="Somebody else"):
        decide(request, "approve", cashier())
    row = {"decided_by_id": request.requested_by_id, "state": "refused"}
    with pytest.raises(IntegrityError, match="four_eyes"), db.begin_nested():
        db.execute(update(DepositRequest).where(DepositRequest.id == request.id).values(**row))


def test_a_refund_is_approved_and_then_paid_out(db, work, deposit, ask, decide):
    request = ask(deposit, K.refund, "500.00")
    decide(request)
    assert db.get_one(Deposit, deposit.id).balance == Decimal(2000)
    decide(request, "pay_out", cashier())
    assert db.get_one(Deposit, deposit.id).balance == Decimal(1500)
    movement = last_movement(db)
    assert (movement.payee, movement.method, movement.made_by) == ("欧阳娜娜", Method.cash, "吴丹")
    with pytest.raises(IllegalTransition):
        decide(request, "pay_out", cashier())
    assert sound(db) == []


@pytest.mark.parametrize(
    ("amounts", "given", "words"),
    [
        (("2000.01",), {}, "Only 2,000.00 yuan"),
        (("-1.00",), {}, "more than nought"),
        (("100.00",), {"method": None}, "how the money goes back"),
        (("100.00",), {"payee": ""}, "who gets"),
        (("100.00",), {"payee": "别人"}, "欧阳娜娜 paid this deposit"),
    ],
)
def test_a_refund_goes_to_who_paid_and_never_above_the_balance(deposit, ask, amounts, given, words):
    with pytest.raises(DomainError, match=words):
        ask(deposit, K.refund, *amounts, **given)


def test_another_gets_it_with_a_reason(db, deposit, give_back):
    give_back(deposit, payee="欧阳志远", payee_reason="业主书面委托父亲领取")
    assert last_movement(db).payee == "欧阳志远"
    assert sound(db) == []


def test_one_thing_at_a_time_is_asked_of_a_deposit(db, deposit, ask, decide):
    request = ask(deposit, K.deduction, "800.00")
    for kind in K:
        with pytest.raises(DomainError, match=r"Deduction of 800.00 yuan is waiting"):
            ask(deposit, kind)
    decide(request, "refuse", None, "凭据不足")
    allowed = ask(deposit, K.refund)
    decide(allowed)
    with pytest.raises(DomainError, match="not paid out yet"):
        ask(deposit, K.deduction, "1.00")
    decide(allowed, "withdraw", cashier())
    assert ask(deposit, K.deduction, "1.00").state is RequestState.done
    other = {**row_of(allowed), "state": "requested", "key": "again"}
    second = {**other, "key": "third"}
    with pytest.raises(IntegrityError), db.begin_nested():
        db.execute(DepositRequest.__table__.insert(), [other, second])


def row_of(request):
    skipped = ("id", "decided_by_id", "decided_at")
    names = [column.name for column in DepositRequest.__table__.columns if column.name not in skipped]
    return {name: getattr(request, name) for name in names}


def test_refusing_and_withdrawing_want_a_reason_and_the_right_person(deposit, ask, decide):
    request = ask(deposit, K.forfeiture)
    with pytest.raises(DomainError, match="why it is refused"):
        decide(request, "refuse", None, " ")
    with pytest.raises(DomainError, match="Only whoever asked"):
        decide(request, "withdraw", supervisor())
    decide(request, "withdraw", cashier())
    with pytest.raises(IllegalTransition):
        decide(request)


def test_a_double_click_asks_once(db, work, deposit):
    for _ in range(2):
        with work(cashier()):
            service.ask(queries.get_deposit(deposit.id), wish(K.deduction, "100.00", key="click"))
    db.expire_all()
    assert db.get_one(Deposit, deposit.id).balance == Decimal(1900)
    with work(cashier()), pytest.raises(DomainError, match="another sum"):
        service.ask(queries.get_deposit(deposit.id), wish(K.deduction, "101.00", key="click"))


def test_an_open_violation_keeps_it_from_going_back(monkeypatch, deposit, ask, decide):
    open_violations = [""]
    monkeypatch.setattr(hindrances, "refund_hindrances", [lambda _deposit: open_violations[0]])
    request = ask(deposit, K.refund, "500.00")
    open_violations[0] = "违章 WZ-001 未处理完"
    with pytest.raises(DomainError, match="WZ-001"):
        decide(request)
    open_violations[0] = ""
    decide(request)
    open_violations[0] = "违章 WZ-001 未处理完"
    with pytest.raises(DomainError, match="WZ-001"):
        decide(request, "pay_out", cashier())
    decide(request, "withdraw", cashier())
    for kind in (K.refund, K.forfeiture):
        with pytest.raises(DomainError, match="WZ-001"):
            ask(deposit, kind)
    assert ask(deposit, K.deduction, "100.00").state is RequestState.done


def test_nothing_is_promised_before_the_money_is_here(db, deposit, give_back):
    hindrances.expect_received(deposit)
    give_back(deposit)
    gone = db.get_one(Deposit, deposit.id)
    for missing in (None, gone):
        assert not hindrances.is_received(missing)
        with pytest.raises(DomainError, match="has not been received"):
            hindrances.expect_received(missing)


def test_a_deduction_pays_a_bill_and_gives_it_back(db, work, customer, deposit, ask, take_back, decide):
    bill = make_bill(customer, "300.00")
    line = service.Line(amount=Decimal(250), reason="抵物业费", bill_id=bill.id)
    request = ask(deposit, K.deduction, lines=[line])
    assert request.alone
    movement = last_movement(db)
    payment = db.get_one(Payment, movement.payment_id)
    assert (payment.amount, payment.open, payment.method) == (Decimal(250), Decimal(0), Method.deposit)
    assert db.get_one(Bill, bill.id).open == Decimal(50)
    with work(supervisor()):
        found = ledger_queries.get_payment(payment.id)
        assert "from a deposit" in ledger.hindrance(found, AdjustmentKind.reversal)
    assert sound(db) == []
    take_back(movement.id)
    assert db.get_one(Bill, bill.id).open == Decimal(300)
    assert db.get_one(Deposit, deposit.id).balance == Decimal(2000)
    assert state_of(work, deposit) is DepositState.held
    assert sound(db) == []
    with pytest.raises(DomainError, match="taken back already"):
        take_back(movement.id, "再来一次")


@pytest.mark.parametrize(
    ("amount", "words"), [("300.01", "larger than what is open"), ("150.00", "Two lines pay the same bill")]
)
def test_a_line_pays_no_more_than_its_bill_and_each_once(customer, deposit, ask, amount, words):
    bill = make_bill(customer, "300.00")
    line = service.Line(amount=Decimal(amount), reason="抵物业费", bill_id=bill.id)
    with pytest.raises(DomainError, match=words):
        ask(deposit, K.deduction, lines=[line] * (1 if amount == "300.01" else 2))


def test_anothers_bill_is_not_paid(estate, deposit, ask):
    bill = make_bill(make.make_customer(estate, "陈伟"), "300.00")
    line = service.Line(amount=Decimal(10), reason="抵物业费", bill_id=bill.id)
    with pytest.raises(DomainError, match="not this customer's"):
        ask(deposit, K.deduction, lines=[line])


def test_a_bill_settled_meanwhile_stops_the_approval(db, work, customer, deposit, ask, decide):
    bill = make_bill(customer, "900.00")
    line = service.Line(amount=Decimal(900), reason="抵物业费", bill_id=bill.id)
    request = ask(deposit, K.deduction, lines=[line])
    with work(cashier()):
        money = ledger.Money(amount=Decimal(100), method=Method.cash, paid_on=date(2026, 1, 5), key="cash")
        ledger.receive(customer, money)
    with pytest.raises(DomainError, match="less of it is open"):
        decide(request)
    db.expire_all()
    assert db.get_one(Deposit, deposit.id).balance == Decimal(2000)


def test_large_movements_are_taken_back_by_two(db, work, deposit, ask, decide, take_back):
    request = ask(deposit, K.forfeiture)
    decide(request)
    assert state_of(work, deposit) is DepositState.forfeited
    movement = last_movement(db)
    back = take_back(movement.id)
    assert back.state is RequestState.requested
    decide(back)
    assert db.get_one(Deposit, deposit.id).balance == Decimal(2000)
    undoing = last_movement(db)
    assert (undoing.amount, undoing.reverses_id) == (Decimal(-2000), movement.id)
    with pytest.raises(DomainError, match="cannot be taken back itself"):
        take_back(undoing.id)
    assert sound(db) == []


def test_a_refund_is_taken_back_only_while_the_money_is_here(db, work, deposit, give_back, take_back, decide, estate):
    give_back(deposit, "500.00")
    movement = last_movement(db)
    back = take_back(movement.id, "客户未到场")
    decide(back)
    assert db.get_one(Deposit, deposit.id).balance == Decimal(2000)
    with work():
        drawer = db.execute(given_back()).all()
    assert {row.amount for row in drawer} == {Decimal(-500), Decimal(500)}
    assert {row.cashier_id for row in drawer} == {movement.made_by_id}
    assert sound(db) == []
    give_back(deposit, "600.00")
    movement = last_movement(db)
    movement.day_close_id = make_close(estate).id
    db.commit()
    with pytest.raises(DomainError, match="money has left"):
        take_back(movement.id, "迟了")


def test_a_wrong_entry_is_taken_back(db, work, customer, ask, decide):
    with work(cashier()):
        today = business_day()
        small = service.take(customer, taking("300.00", taken_on=today))
        large = service.take(customer, taking("3000.00", taken_on=today))
        old = service.take(customer, taking("300.00", taken_on=today - timedelta(days=1)))
    assert ask(small, K.cancellation).state is RequestState.done
    assert state_of(work, small) is DepositState.cancelled
    assert ask(old, K.cancellation).state is RequestState.requested
    request = ask(large, K.cancellation)
    assert request.state is RequestState.requested
    decide(request)
    decide(request, "pay_out", cashier())
    assert state_of(work, large) is DepositState.cancelled
    assert last_movement(db).method is Method.cash
    assert sound(db) == []


def test_an_entry_with_movements_is_not_taken_back(deposit, ask):
    ask(deposit, K.deduction, "10.00")
    with pytest.raises(DomainError, match="Part of it"):
        ask(deposit, K.cancellation)


def test_what_is_settled_is_settled(work, deposit, give_back, ask):
    give_back(deposit)
    assert state_of(work, deposit) is DepositState.returned
    for kind in K:
        with pytest.raises(DomainError, match="Nothing of this deposit is left"):
            ask(deposit, kind, "1.00")


@pytest.mark.parametrize("balance", [-1, 200_001])
def test_the_database_holds_the_balance(db, deposit, balance):
    with pytest.raises(IntegrityError, match="balance"), db.begin_nested():
        db.execute(text("UPDATE deposit SET balance = :balance WHERE id = :id"), {"balance": balance, "id": deposit.id})


def test_every_check_finds_what_is_wrong(db, estate, customer):
    deposit = make_deposit(customer)
    make_movement(deposit)
    make_movement(deposit, K.refund)
    make_request(deposit, K.refund, payee="别人", payee_reason="")
    make_request(deposit, K.forfeiture, state=RequestState.done, alone=True, decided_by_id=None, decided_at=None)
    db.add(
        Payment(
            estate_id=estate.id, customer_id=customer.id, amount=Decimal(5), open=Decimal(0), method=Method.deposit,
            paid_on=date(2026, 1, 5), month=date(2026, 1, 1), key="x", received_by="吴丹", received_at=make.NOW,
        )
    )  # fmt: skip
    db.commit()
    found = {name for name, _row in sound(db)}
    assert found == set(CHECKS) - {"deposit_closed"}
