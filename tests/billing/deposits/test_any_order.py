"""Whatever is done in which order, the register is the ledger, nothing falls below nought, and each paper stands."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from crm.billing.deposits import queries, reports, service
from crm.billing.deposits.invariants import CHECKS
from crm.billing.deposits.models import Deposit, DepositMovement, DepositRequest, MovementKind
from crm.billing.ledger.invariants import CHECKS as BOOKS
from crm.billing.ledger.queries import open_bills
from crm.dates import business_day
from crm.db import session
from crm.errors import DomainError
from tests import factories as make
from tests.billing.deposits.making import cashier, supervisor, taking, wish
from tests.billing.making import make_bill

K = MovementKind
SUMS = ("1.00", "100.00", "499.99", "700.01", "2000.00")
ACTS = ("take", "deduct", "pay", "refund", "forfeit", "cancel", "approve", "refuse", "pay_out", "withdraw", "back")
steps = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 4), st.sampled_from(SUMS)), min_size=4, max_size=14)


class Desk:
    """A cashier, a supervisor and a customer with two bills; `do` refuses as the product does."""

    def __init__(self, work: Any, estate: Any) -> None:
        self.work, self.estate = work, estate
        self.customer = make.make_customer(estate)
        for amount in ("300.00", "45.67"):
            make_bill(self.customer, amount)
        self.deposits: list[int] = []
        self.do("take", 0, "2000.00")

    def do(self, act: str, place: int, amount: str) -> None:
        actor = supervisor() if act in ("approve", "refuse") else cashier()
        try:
            with self.work(actor):
                getattr(self, f"_{act}")(place, amount)
        except DomainError:
            pass

    def _take(self, place: int, amount: str) -> None:
        day = business_day() if place % 2 else taking().taken_on
        self.deposits.append(service.take(self.customer, taking(amount, taken_on=day)).id)

    def _one(self, place: int) -> Deposit:
        return queries.get_deposit(self.deposits[place % len(self.deposits)])

    def _ask(self, place: int, kind: MovementKind, *amounts: str, **given: Any) -> None:
        service.ask(self._one(place), wish(kind, *amounts, **given))

    def _deduct(self, place: int, amount: str) -> None:
        self._ask(place, K.deduction, amount, "1.00")

    def _pay(self, place: int, amount: str) -> None:
        bill = session().scalars(open_bills(self.customer.id)).first()
        if bill:
            line = service.Line(amount=min(Decimal(amount), bill.open), reason="抵缴", bill_id=bill.id)
            self._ask(place, K.deduction, lines=[line])

    def _refund(self, place: int, amount: str) -> None:
        self._ask(place, K.refund, amount)

    def _forfeit(self, place: int, amount: str) -> None:
        self._ask(place, K.forfeiture, amount)

    def _cancel(self, place: int, _amount: str) -> None:
        self._ask(place, K.cancellation, str(self._one(place).amount))

    def _request(self, place: int) -> DepositRequest | None:
        found = queries.request_under_way(self._one(place).id)
        return queries.get_request(found.id) if found else None

    def _decide(self, verb: str, place: int, *arguments: str) -> None:
        if request := self._request(place):
            getattr(service, verb)(request, *arguments)

    def _approve(self, place: int, _amount: str) -> None:
        self._decide("approve", place)

    def _refuse(self, place: int, _amount: str) -> None:
        self._decide("refuse", place, "不同意")

    def _pay_out(self, place: int, _amount: str) -> None:
        self._decide("pay_out", place)

    def _withdraw(self, place: int, _amount: str) -> None:
        self._decide("withdraw", place)

    def _back(self, place: int, amount: str) -> None:
        rows = queries.movements_of(self._one(place).id)
        if rows:
            movement = rows[place % len(rows)]
            service.take_back(movement, "录错了", f"back {movement.id} {len(rows)} {amount}")


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),  # making a failure smaller would take minutes
    suppress_health_check=list(HealthCheck),
)
@given(steps)
def test_the_register_is_the_ledger(work, db, estate, steps):
    desk = Desk(work, estate)
    for step in steps:
        desk.do(*step)
    db.expire_all()
    books = {name: BOOKS[name] for name in ("bill_open", "payment_open", "account")}
    for name, (_title, check) in (CHECKS | books).items():
        assert db.execute(check()).all() == [], name
    with work():
        figures = reports.figures_on(estate.id, business_day())
        assert figures.register == figures.ledger
    taken = db.scalar(select(func.sum(Deposit.amount)).where(Deposit.id.in_(desk.deposits)))
    moved = db.scalar(select(func.sum(DepositMovement.amount)).where(DepositMovement.deposit_id.in_(desk.deposits)))
    left = db.scalars(select(Deposit.balance).where(Deposit.id.in_(desk.deposits))).all()
    assert sum(left) == taken - (moved or 0)
    assert min(left) >= 0
