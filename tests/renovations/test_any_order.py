"""Whatever is done in which order: no settlement with an open violation, no fen lost, never more back than is held."""

from __future__ import annotations

from dataclasses import replace
"""Whatever comes in which order: no permit without its deposit, and no deposit goes while the renovation is open."""
from datetime import timedelta
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
from sqlalchemy import select
from crm.auth.actor import Actor
from crm.billing.deposits import queries as books
from crm.billing.deposits import service as deposits
from crm.dates import business_day
from crm.renovations.cases import service
from crm.renovations.cases.models import ENDED, Renovation, RenovationState, RenovationStep
from crm.renovations.cases.securing import TO_SETTLE
from crm.renovations.cases.service import Permit, Said
from tests import factories as make
from tests.billing.deposits.making import cashier, supervisor, taking, wish
from tests.renovations.making import do, make_renovation
K, S = MovementKind, RenovationState
ASKED = Decimal(3000)
    "take take_small tie let_go permit begin stop resume withdraw refund forfeit cancel deduct approve pay_out back"
steps = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 3)), min_size=6, max_size=22)
BY = {"permit": "zhouhui", "stop": "zhouhui", "resume": "zhouhui"}
OF_MONEY = {"take", "take_small", "refund", "forfeit", "cancel", "deduct", "pay_out", "back"}
class Site:
    """A renovation whose agreement is signed, a desk, a supervisor, a cashier: `do` refuses as the product does."""
        self.work = work
        self.unit = make.make_unit(estate)
        self.customer = make.make_customer(estate, unit=self.unit)
        self.id = make_renovation(self.unit, self.customer, S.agreed, deposit_asked=ASKED).id
        do(self.renovation_alone(), "水电改造")
        self.serial = 0
    def renovation_alone(self) -> Renovation:
        with self.work() as db:
            found: Renovation = db.get_one(Renovation, self.id)
            return found
    def do(self, act: str, place: int) -> None:
        self.serial += 1
            with self.work(self._actor(act)):
                getattr(self, f"_{act}")(place)
    def _actor(self, act: str) -> Actor:
        if act == "approve":
            return supervisor()
        return cashier() if act in OF_MONEY else as_(BY.get(act, "limin"))
    @property
    def renovation(self) -> Renovation:
        return get_renovation(self.id)
    def _deposit(self, place: int) -> Deposit:
        found = session().scalars(select(Deposit.id).filter_by(unit_id=self.unit.id).order_by(Deposit.id)).all()
        if not found:
        return books.get_deposit(found[place % len(found)])
    def _take(self, _place: int, amount: str = "3000.00") -> None:
        deposits.take(self.customer, taking(amount), self.unit)
    def _take_small(self, place: int) -> None:
        self._take(place, "1000.00")
    def _tie(self, place: int) -> None:
        service.tie(self.renovation, self._deposit(place))
    def _let_go(self, _place: int) -> None:
        service.let_go(self.renovation, Said(reason="换一笔"))
    def _permit(self, _place: int) -> None:
        day = business_day()
        service.permit(self.renovation, Permit(valid_from=day, valid_to=day + timedelta(days=30)), Said())
        tied = self._tied()
        assert tied.balance >= ASKED
        assert books.request_under_way(tied.id) is None
    def _tied(self) -> Deposit:
        return session().get_one(Deposit, self.renovation.deposit_id)
    def _begin(self, _place: int) -> None:
        service.begin(self.renovation, business_day(), Said())
    def _stop(self, _place: int) -> None:
        service.stop(self.renovation, Said(reason="检查"))
    def _resume(self, _place: int) -> None:
        service.resume(self.renovation, Said())
    def _withdraw(self, _place: int) -> None:
        service.withdraw(self.renovation, Said(reason="不装了"))
    def _ask(self, place: int, kind: MovementKind, *amounts: str) -> None:
        deposits.ask(self._deposit(place), wish(kind, *amounts))
    def _refund(self, place: int) -> None:
        self._ask(place, K.refund, "1000.00")
    def _forfeit(self, place: int) -> None:
        self._ask(place, K.forfeiture, "1000.00")
    def _cancel(self, place: int) -> None:
        self._ask(place, K.cancellation, str(self._deposit(place).amount))
    def _deduct(self, place: int) -> None:
        self._ask(place, K.deduction, "600.00")
    def _under_way(self, place: int) -> Any:
        found = books.request_under_way(self._deposit(place).id)
        return books.get_request(found.id)
    def _approve(self, place: int) -> None:
        deposits.approve(self._under_way(place))
    def _pay_out(self, place: int) -> None:
        deposits.pay_out(self._under_way(place))
    def _back(self, place: int) -> None:
        rows = books.movements_of(self._deposit(place).id)
            deposits.take_back(rows[place % len(rows)], "录错了", f"back {self.serial}")
    max_examples=25,
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
def test_no_permit_without_the_deposit_and_no_deposit_without_its_end(work, db, estate, steps):
    site = Site(work, estate)
    for step in steps:
        site.do(*step)
    db.expire_all()
    made = db.get_one(Renovation, site.id)
    permitted = db.scalars(select(RenovationStep.taken_at).filter_by(renovation_id=made.id, action="permit")).first()
    assert (permitted is not None) == (made.permit_number is not None)
    if permitted is None:
        return
    assert made.deposit_id is not None
    gone = select(DepositMovement.kind).where(
        DepositMovement.deposit_id == made.deposit_id, DepositMovement.reverses_id.is_(None)
    )
    if made.state not in (*ENDED, *TO_SETTLE):
        left = db.scalars(gone.where(DepositMovement.made_at >= permitted)).all()
        assert set(left) <= {MovementKind.deduction}
