"""Whatever is done in which order: no settlement with an open violation, no fen lost, never more back than is held."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.billing.deposits import queries as deposits
from crm.billing.deposits import service as book
from crm.billing.deposits.invariants import CHECKS
from crm.billing.deposits.models import Deposit, DepositMovement, MovementKind
from crm.billing.ledger.models import Bill
from crm.db import session
from crm.errors import DomainError
from crm.renovations.cases.models import Renovation, RenovationState
from crm.renovations.cases.queries import get_renovation
from crm.renovations.settlement import queries, service
from crm.renovations.settlement.apportioning import shares
from crm.renovations.settlement.models import RenovationSettlement, SettlementState
from crm.violations.cases.models import UNSETTLED, Violation, ViolationState
from tests.acting import as_
from tests.billing.deposits.making import cashier, supervisor, wish
from tests.billing.making import make_bill
from tests.renovations.settling import deposit_of, key, line, make_case, payout, upload_of
from tests.violations.making import make_violation

SUMS = ("0.01", "100.00", "499.99", "700.01", "2999.99", "3500.00")
ACTS = (
    "propose propose_bill sign object reply carry_out refund drop approve refuse pay_out withdraw deduct back "
    "note settle_violation close reopen go go go"
).split()
ONWARD = "settle_violation propose sign carry_out approve refund approve pay_out".split()
steps = st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from(SUMS)), min_size=6, max_size=26)
money = st.decimals(min_value=0, max_value=10_000, places=2)


@given(money, st.lists(money, max_size=6))
def test_what_is_shared_is_whole(held: Decimal, amounts: list[Decimal]) -> None:
    shared = shares(held, amounts)
    assert shared.deducted + shared.back == held
    assert all(0 <= part <= amount for part, amount in zip(shared.covered, amounts, strict=True))
    assert shared.back == max(held - sum(amounts, Decimal(0)), Decimal(0))


class Desk:
    """Desk, supervisor, cashier and billing's supervisor with one renovation; `do` refuses as the product does."""

    def __init__(self, work: Any, estate: Any) -> None:
        self.work, self.estate, self.count = work, estate, 0
        self.case = make_case(estate)
        self.deposit_id = deposit_of(self.case).id
        with work() as db:
            owner = get_renovation(self.case.id).customer
            db.expunge(owner)
        self.bill_id = make_bill(owner, "450.00").id
        self.upload_id = upload_of(self.case.estate_id).id
        self.actors = {
            "reply": as_("shentao"),
            "carry_out": as_("shentao"),
            "reopen": as_("shentao"),
            "approve": supervisor(),
            "refuse": supervisor(),
        } | dict.fromkeys(("pay_out", "withdraw", "deduct", "back"), cashier())
        self.desk = as_("limin")

    def do(self, act: str, amount: str) -> None:
        if act == "go":  # all that leads to the end, as far as it is possible
            for each in ONWARD:
                self.do(each, amount)
            return
        self.count += 1
        try:
            with self.work(self.actors.get(act, self.desk)):
                getattr(self, f"_{act}")(amount)
        except DomainError:
            pass

    def _said(self) -> Any:
        return replace(key(), reason="因为")

    def _current(self) -> RenovationSettlement:
        found = queries.standing(self.case.id)
        if found is None:
            raise DomainError("none")
        return found

    def _propose(self, amount: str) -> None:
        service.propose(get_renovation(self.case.id), [line("50.00"), line(amount)], said=key())

    def _propose_bill(self, _amount: str) -> None:
        paid = line("450.00", "垃圾清运费", bill_id=self.bill_id)
        service.propose(get_renovation(self.case.id), [paid], said=key())

    def _sign(self, _amount: str) -> None:
        service.sign(self._current(), service.Signed(name="欧阳", upload_id=self.upload_id), key())

    def _object(self, _amount: str) -> None:
        service.object_to(self._current(), self._said())

    def _reply(self, _amount: str) -> None:
        service.reply(self._current(), self._said())

    def _carry_out(self, _amount: str) -> None:
        service.carry_out(self._current(), key())

    def _refund(self, _amount: str) -> None:
        service.ask_refund(self._current(), payout(), key())

    def _drop(self, _amount: str) -> None:
        service.drop(self._current(), self._said())

    def _close(self, _amount: str) -> None:
        service.close(get_renovation(self.case.id), key())

    def _reopen(self, _amount: str) -> None:
        service.reopen(get_renovation(self.case.id), self._said())

    def _request(self, verb: str, *words: str) -> None:
        if live := deposits.request_under_way(self.deposit_id):
            getattr(book, verb)(deposits.get_request(live.id), *words)

    def _approve(self, _amount: str) -> None:
        self._request("approve")

    def _refuse(self, _amount: str) -> None:
        self._request("refuse", "不同意")

    def _pay_out(self, _amount: str) -> None:
        self._request("pay_out")

    def _withdraw(self, _amount: str) -> None:
        self._request("withdraw")

    def _deduct(self, amount: str) -> None:
        book.ask(deposits.get_deposit(self.deposit_id), wish(MovementKind.deduction, amount))

    def _back(self, _amount: str) -> None:
        rows = deposits.movements_of(self.deposit_id)
        if rows:
            book.take_back(rows[-1], "录错了", f"back {rows[-1].id} {self.count}")

    def _note(self, _amount: str) -> None:
        make_violation(self.estate, ViolationState.noted, customer_id=self.case.customer_id, person="")

    def _settle_violation(self, _amount: str) -> None:
        for violation in session().scalars(select(Violation).where(Violation.state == ViolationState.noted)):
            violation.state = ViolationState.dropped


def after(desk: Desk, db: Session) -> None:
    """What holds after every step."""
    db.expire_all()
    case, deposit = db.get_one(Renovation, desk.case.id), db.get_one(Deposit, desk.deposit_id)
    moved = db.scalar(
        select(func.coalesce(func.sum(DepositMovement.amount), 0)).where(DepositMovement.deposit_id == deposit.id)
    )
    assert deposit.balance + (moved or 0) == deposit.amount
    assert 0 <= deposit.balance <= deposit.amount
    if case.state in (RenovationState.settled, RenovationState.closed):
        assert deposit.balance == 0
        stands = db.scalars(
            select(RenovationSettlement).where(
                RenovationSettlement.renovation_id == case.id, RenovationSettlement.state == SettlementState.paid
            )
        ).one()
        assert stands.held == stands.deducted + stands.back
        billed = select(func.coalesce(func.sum(Bill.amount), 0)).where(Bill.id == stands.bill_id)
        assert db.scalar(billed) == stands.billed
        refunds = select(func.coalesce(func.sum(DepositMovement.amount), 0)).where(
            DepositMovement.request_id == stands.refund_id
        )
        assert (db.scalar(refunds) or 0) == stands.back


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(steps)
def test_no_fen_is_lost(work: Any, db: Session, estate: Any, steps: list[tuple[str, str]]) -> None:
    desk = Desk(work, estate)
    for act, amount in steps:
        before = db.get_one(Renovation, desk.case.id).state
        unsettled = db.scalar(
            select(func.count(Violation.id)).where(
                Violation.state.in_(UNSETTLED), Violation.customer_id == desk.case.customer_id
            )
        )
        desk.do(act, amount)
        after(desk, db)
        became = db.get_one(Renovation, desk.case.id).state
        if before is RenovationState.checked and became is RenovationState.settled:
            assert act == "go" or unsettled == 0
    desk.do("go", "0.01")
    after(desk, db)
    books = {name: check for name, check in CHECKS.items() if name != "deposit_receipt"}  # it was not taken here
    for name, (_title, check) in books.items():
        assert db.execute(check()).all() == [], name
