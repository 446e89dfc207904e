"""The settlement of a renovation's deposit: line by line, decided by others, paid out, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.billing.deposits import queries as deposits
from crm.billing.deposits import service as book
from crm.billing.deposits.models import DepositMovement, DepositRequest, MovementKind
from crm.billing.ledger.models import Bill
from crm.errors import DomainError, NotEntitled, Stale
from crm.properties.models import Estate
from crm.renovations.cases.models import Renovation, RenovationState
from crm.renovations.cases.queries import get_renovation
from crm.renovations.settlement import queries, service
from crm.renovations.settlement.models import RenovationSettlement, SettlementState
from crm.violations.cases.models import Violation, ViolationState
from tests import factories as make
from tests.acting import as_
from tests.billing.deposits.making import cashier, make_request, supervisor, wish
from tests.billing.making import make_bill
from tests.renovations.settling import (
    ask_refund,
    carry_out,
    deposit_of,
    key,
    line,
    make_case,
    payout,
    propose,
    sign,
    upload_of,
)
from tests.violations.making import make_violation

Work = Callable[..., Any]
R, S = RenovationState, SettlementState


def desk() -> Any:
    return as_("limin")


def lead() -> Any:
    return as_("shentao")


def decided(work: Work, settlement: RenovationSettlement, verb: str, *words: str) -> None:
    """About the deposit's request that is under way."""
    actor = cashier() if verb in ("pay_out", "withdraw") else supervisor()
    with work(actor):
        live = deposits.request_under_way(settlement.deposit_id or 0)
        assert live is not None
        getattr(book, verb)(deposits.get_request(live.id), *words)


def key_with(reason: str) -> Any:
    return replace(key(), reason=reason)


def states(db: Session, renovation: Renovation) -> tuple[RenovationState, SettlementState | None]:
    db.expire_all()
    found = select(RenovationSettlement.state).where(RenovationSettlement.renovation_id == renovation.id)
    last = db.scalars(found.order_by(RenovationSettlement.id.desc())).first()
    return db.get_one(Renovation, renovation.id).state, last


def settled(work: Work, renovation: Renovation, *lines: service.Line) -> RenovationSettlement:
    made = propose(work, desk(), renovation, *lines)
    sign(work, desk(), made)
    carry_out(work, lead(), made)
    if lines and made.deducted > 500:
        decided(work, made, "approve")
    if made.back:
        ask_refund(work, desk(), made)
        decided(work, made, "approve")
        decided(work, made, "pay_out")
    return made


def test_from_the_sheet_to_the_money(work: Work, db: Session, estate: Estate) -> None:
    """Held 3000: 800 for a damaged wall, 2200 go back; decided and paid out by others than who asked."""
    case = make_case(estate)
    made = propose(work, desk(), case, line("800.00"))
    assert (made.held, made.deducted, made.back, made.billed) == (3000, 800, 2200, 0)
    sign(work, desk(), made)
    assert states(db, case) == (R.checked, S.agreed)
    carry_out(work, lead(), made)
    assert states(db, case) == (R.checked, S.deducting)
    decided(work, made, "approve")
    assert states(db, case) == (R.checked, S.deducted)
    assert deposit_of(case).balance == 2200
    ask_refund(work, desk(), made)
    decided(work, made, "approve")
    assert states(db, case) == (R.checked, S.refund_asked)
    decided(work, made, "pay_out")
    assert states(db, case) == (R.settled, S.paid)
    assert deposit_of(case).balance == 0
    with work(desk()):
        service.close(get_renovation(case.id), key())
    assert states(db, case)[0] is R.closed


def test_a_small_sum_is_deducted_by_one(work: Work, db: Session, estate: Estate) -> None:
    """The deposits' own rule: below the figure nobody else decides."""
    case = make_case(estate)
    made = propose(work, desk(), case, line("100.00"))
    sign(work, desk(), made)
    carry_out(work, lead(), made)
    assert states(db, case) == (R.checked, S.deducted)


def test_all_of_it_is_kept(work: Work, db: Session, estate: Estate) -> None:
    """Nothing goes back: with the deduction the renovation is settled."""
    case = make_case(estate)
    settled(work, case, line("2999.99"), line("0.01", "垃圾清运"))
    assert states(db, case) == (R.settled, S.paid)


def test_more_damage_than_is_held_becomes_a_bill(work: Work, db: Session, estate: Estate) -> None:
    case = make_case(estate)
    made = settled(work, case, line("2500.00"), line("800.50", "电梯门"))
    assert (made.deducted, made.back, made.billed) == (3000, 0, Decimal("300.50"))
    bill = db.scalars(select(Bill).where(Bill.customer_id == case.customer_id)).one()
    assert (bill.amount, bill.open, bill.note) == (Decimal("300.50"), Decimal("300.50"), made.number)
    assert states(db, case) == (R.settled, S.paid)


def test_no_deposit_and_nothing_to_pay(work: Work, db: Session, estate: Estate) -> None:
    """Settled with nought: nothing is to be signed, but another than who asked decides."""
    case = make_case(estate, deposit="")
    made = propose(work, desk(), case)
    assert made.state is S.agreed
    with pytest.raises(NotEntitled):
        carry_out(work, desk(), made)
    carry_out(work, lead(), made)
    assert states(db, case) == (R.settled, S.paid)


def test_no_deposit_and_damage(work: Work, db: Session, estate: Estate) -> None:
    case = make_case(estate, deposit="")
    made = settled(work, case, line("120.00"))
    assert made.billed == 120
    assert db.scalars(select(Bill.amount).where(Bill.customer_id == case.customer_id)).one() == 120
    assert states(db, case) == (R.settled, S.paid)


def test_a_bill_is_paid_from_it(work: Work, db: Session, estate: Estate) -> None:
    case = make_case(estate)
    bill = make_bill(db.get_one(type(make.make_customer(estate)), case.customer_id), "450.00")
    settled(work, case, line("450.00", "装修垃圾清运费", bill_id=bill.id))
    db.expire_all()
    assert db.get_one(Bill, bill.id).open == 0
    assert states(db, case) == (R.settled, S.paid)


def test_what_is_left_of_a_bill_stays_open(work: Work, db: Session, estate: Estate) -> None:
    case = make_case(estate, deposit="1000.00")
    bill = make_bill(db.get_one(type(make.make_customer(estate)), case.customer_id), "450.00")
    made = settled(work, case, line("800.00"), line("450.00", "装修垃圾清运费", bill_id=bill.id))
    assert (made.deducted, made.billed) == (1000, 0)
    db.expire_all()
    assert db.get_one(Bill, bill.id).open == 250


@pytest.mark.parametrize("state", [s for s in R if s not in (R.checked, R.refused, R.withdrawn)])
def test_only_when_the_checks_are_passed(work: Work, estate: Estate, state: RenovationState) -> None:
    case = make_case(estate, state)
    with pytest.raises(DomainError):
        propose(work, desk(), case)


def test_not_with_an_open_violation(work: Work, db: Session, estate: Estate) -> None:
    """Asked when it is made, when it is carried out, when it is paid, by whomever it is noted."""
    case = make_case(estate)
    unit = case.unit_id
    violation = make_violation(estate, ViolationState.notice_served, db.get_one(type(make.make_unit(estate)), unit))
    with pytest.raises(DomainError, match=violation.number):
        propose(work, desk(), case)


@pytest.mark.parametrize("when", ["carry_out", "approve", "refund", "pay_out"])
def test_a_violation_comes_up_on_the_way(work: Work, db: Session, estate: Estate, when: str) -> None:
    case = make_case(estate)
    made = propose(work, desk(), case, line("2000.00" if when != "pay_out" else "100.00"))
    sign(work, desk(), made)
    if when != "carry_out":
        carry_out(work, lead(), made)
    if when == "pay_out":
        ask_refund(work, desk(), made)
        decided(work, made, "approve")
    if when == "refund":
        decided(work, made, "approve")
    violation = make_violation(estate, ViolationState.noted, customer_id=case.customer_id, person="")
    before = deposit_of(case).balance
    if when == "approve":  # the deduction may stand; nothing is given back, and nothing is settled
        decided(work, made, "approve")
        with pytest.raises(DomainError, match=violation.number):
            ask_refund(work, desk(), made)
        assert states(db, case) == (R.checked, S.deducted)
        return
    last = {
        "carry_out": lambda: carry_out(work, lead(), made),
        "refund": lambda: ask_refund(work, desk(), made),
        "pay_out": lambda: decided(work, made, "pay_out"),
    }
    with pytest.raises(DomainError, match=violation.number):
        last[when]()
    assert states(db, case)[0] is R.checked
    assert deposit_of(case).balance == before


def test_a_settled_violation_is_named_once(work: Work, db: Session, estate: Estate) -> None:
    case = make_case(estate)
    unit = db.get_one(type(make.make_unit(estate)), case.unit_id)
    violation = make_violation(estate, ViolationState.settled, unit)
    other = make_violation(estate, ViolationState.settled)
    made = propose(work, desk(), case, line("200.00", violation_id=violation.id))
    with work(desk()):
        service.drop(queries.get_settlement(made.id), key_with("重做"))
    with pytest.raises(DomainError):
        propose(work, desk(), case, line("200.00", violation_id=other.id))
    with work() as session:
        session.get_one(Violation, violation.id).deducted = Decimal("50.00")
    with pytest.raises(DomainError, match=violation.number):
        propose(work, desk(), case, line("200.00", violation_id=violation.id))


def test_the_deposit_goes_back_by_its_settlement_only(work: Work, estate: Estate) -> None:
    case = make_case(estate)
    held = deposit_of(case)
    for kind in (MovementKind.refund, MovementKind.forfeiture):
        with work(cashier()), pytest.raises(DomainError, match=case.number):
            book.ask(deposits.get_deposit(held.id), wish(kind, "100.00"))


def test_a_refund_that_is_turned_down(work: Work, db: Session, estate: Estate) -> None:
    case = make_case(estate)
    made = propose(work, desk(), case)
    sign(work, desk(), made)
    carry_out(work, lead(), made)
    ask_refund(work, desk(), made)
    decided(work, made, "refuse", "账号不符")
    assert states(db, case) == (R.checked, S.deducted)
    ask_refund(work, desk(), made)
    decided(work, made, "approve")
    decided(work, made, "withdraw")
    assert states(db, case) == (R.checked, S.deducted)
    ask_refund(work, desk(), made)
    decided(work, made, "approve")
    decided(work, made, "pay_out")
    assert states(db, case) == (R.settled, S.paid)


def test_a_deduction_that_is_turned_down_can_be_asked_for_again_or_dropped(
    work: Work, db: Session, estate: Estate
) -> None:
    case = make_case(estate)
    made = propose(work, desk(), case, line("900.00"))
    sign(work, desk(), made)
    carry_out(work, lead(), made)
    decided(work, made, "refuse", "照片不清楚")
    assert states(db, case) == (R.checked, S.agreed)
    carry_out(work, lead(), made)
    decided(work, made, "approve")
    assert states(db, case) == (R.checked, S.deducted)


def test_what_was_deducted_otherwise_makes_the_sheet_void(work: Work, db: Session, estate: Estate) -> None:
    """Somebody deducted at the counter after it was signed: another sheet is made, which says so."""
    case = make_case(estate)
    made = propose(work, desk(), case)
    sign(work, desk(), made)
    with work(cashier()):
        book.ask(deposits.get_deposit(made.deposit_id or 0), wish(MovementKind.deduction, "100.00"))
    with pytest.raises(DomainError, match="3,000"):
        carry_out(work, lead(), made)
    with work(desk()):
        service.drop(queries.get_settlement(made.id), key_with("押金已变"))
    again = propose(work, desk(), case)
    assert (again.round, again.held, again.back) == (2, 2900, 2900)
    with work(desk()):
        assert [each.amount for each in queries.taken_before(made.deposit_id or 0, None)] == [100]


@pytest.mark.parametrize("what", ["deduction", "refund"])
def test_what_is_taken_back_opens_the_settlement_again(work: Work, db: Session, estate: Estate, what: str) -> None:
    """By new records: the old sheet says that it was taken back, another one is made and paid."""
    case = make_case(estate)
    made = settled(work, case, line("800.00"))
    with work(cashier()):
        rows = deposits.movements_of(made.deposit_id or 0)
        movement = next(row for row in rows if row.kind.value == what)
        asked = book.take_back(movement, "录错了", f"back-{movement.id}")
    if not asked.alone:
        decided(work, made, "approve")
    assert states(db, case) == (R.checked, S.undone)
    held = deposit_of(case).balance
    assert held == (800 if what == "deduction" else 2200)
    again = settled(work, case)
    assert again.back == held
    assert states(db, case) == (R.settled, S.paid)
    assert deposit_of(case).balance == 0


def test_what_is_closed_is_opened_first(work: Work, db: Session, estate: Estate) -> None:
    case = make_case(estate)
    made = settled(work, case, line("800.00"))
    with work(desk()):
        service.close(get_renovation(case.id), key())
    with work(cashier()):
        movement = next(row for row in deposits.movements_of(made.deposit_id or 0) if row.kind == "deduction")
        with pytest.raises(DomainError, match=case.number):
            book.take_back(movement, "录错了", "back-closed")
    with work(lead()), pytest.raises(DomainError):
        service.reopen(get_renovation(case.id), key())
    with work(lead()):
        service.reopen(get_renovation(case.id), key_with("法院判决退还"))
    assert states(db, case) == (R.checked, S.undone)
    with work(cashier()):
        movement = next(row for row in deposits.movements_of(made.deposit_id or 0) if row.kind == "deduction")
        book.take_back(movement, "法院判决退还", "back-opened")
    decided(work, made, "approve")
    again = settled(work, case)
    assert again.back == 800
    with work(desk()):
        service.close(get_renovation(case.id), key())
    assert states(db, case) == (R.closed, S.paid)


@pytest.mark.parametrize("state", [R.withdrawn, R.refused])
def test_what_is_given_up_gets_its_deposit_back(
    work: Work, db: Session, estate: Estate, state: RenovationState
) -> None:
    case = make_case(estate, state)
    settled(work, case)
    assert states(db, case) == (state, S.paid)
    assert deposit_of(case).balance == 0


def test_what_is_given_up_without_a_deposit(work: Work, estate: Estate) -> None:
    with pytest.raises(DomainError):
        propose(work, desk(), make_case(estate, R.withdrawn, deposit=""))


def test_objection_and_reply(work: Work, db: Session, estate: Estate) -> None:
    case = make_case(estate)
    made = propose(work, desk(), case, line("800.00"))
    with work(desk()), pytest.raises(DomainError):
        service.object_to(queries.get_settlement(made.id), key())
    with work(desk()):
        service.object_to(queries.get_settlement(made.id), key_with("墙面本来就坏了"))
    assert states(db, case)[1] is S.objected
    with work(desk()), pytest.raises(DomainError):
        sign_now(made)
    with work(desk()), pytest.raises(NotEntitled):
        service.reply(queries.get_settlement(made.id), key_with("有开工前照片"))
    with work(lead()):
        service.reply(queries.get_settlement(made.id), key_with("有开工前照片"))
    sign(work, desk(), made)
    assert states(db, case)[1] is S.agreed


def sign_now(made: RenovationSettlement) -> None:
    service.sign(queries.get_settlement(made.id), service.Signed(name="欧阳", upload_id=1), key())


def test_not_signed_needs_a_witness(work: Work, db: Session, estate: Estate) -> None:
    case = make_case(estate)
    made = propose(work, desk(), case)
    for signed in (
        service.Signed(name="欧阳"),
        service.Signed(name="", upload_id=upload_of(estate.id).id),
        service.Signed(name="欧阳", refusal="不认可"),
    ):
        with work(desk()), pytest.raises(DomainError):
            service.sign(queries.get_settlement(made.id), signed, key())
    with work(desk()):
        told = service.Signed(name="欧阳", refusal="不认可", witness="王强")
        service.sign(queries.get_settlement(made.id), told, key())
    assert states(db, case)[1] is S.agreed


@pytest.mark.parametrize(
    "lines",
    [
        [line("0.00")],
        [line("-5.00")],
        [line("5.00", reason=" ")],
        [line("5.00", bill_id=10**6)],
        [line("5.00", violation_id=10**6)],
    ],
)
def test_lines_that_are_wrong(work: Work, db: Session, estate: Estate, lines: list[service.Line]) -> None:
    case = make_case(estate)
    with pytest.raises(DomainError):
        propose(work, desk(), case, *lines)
    assert db.scalar(select(func.count(RenovationSettlement.id))) == 0


def test_sent_twice_it_is_one(work: Work, db: Session, estate: Estate) -> None:
    case = make_case(estate)
    said = key()
    for _again in range(2):
        with work(desk()):
            service.propose(get_renovation(case.id), [line("100.00")], said=said)
    assert db.scalar(select(func.count(RenovationSettlement.id))) == 1
    with pytest.raises(DomainError):
        propose(work, desk(), case)


def test_somebody_else_was_faster(work: Work, estate: Estate) -> None:
    case = make_case(estate)
    made = propose(work, desk(), case)
    with work(desk()) as db:
        whole = queries.get_settlement(made.id)
        db.execute(RenovationSettlement.__table__.update().where(RenovationSettlement.id == made.id).values(version=99))
        with pytest.raises(Stale):
            service.drop(whole, key_with("重做"))


def test_a_deposit_with_a_request_under_way(work: Work, estate: Estate) -> None:
    case = make_case(estate)
    made = propose(work, desk(), case, line("900.00"))
    sign(work, desk(), made)
    make_request(deposit_of(case), MovementKind.deduction)
    with pytest.raises(DomainError):
        carry_out(work, lead(), made)


def test_every_movement_stands_on_one_line(work: Work, db: Session, estate: Estate) -> None:
    case = make_case(estate)
    made = settled(work, case, line("300.00"), line("400.00", "门"))
    rows = db.execute(
        select(DepositMovement.kind, DepositMovement.amount).join(
            DepositRequest, DepositRequest.id == DepositMovement.request_id
        )
    ).all()
    assert sorted((kind.value, amount) for kind, amount in rows) == [
        ("deduction", 300),
        ("deduction", 400),
        ("refund", 2300),
    ]
    assert made.held == sum(amount for _kind, amount in rows)
    assert payout().payee
