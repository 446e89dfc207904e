"""Whatever comes in which order: no permit without its deposit, and no deposit goes while the renovation is open."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm.auth.actor import Actor
from crm.billing.deposits import queries as books
from crm.billing.deposits import service as deposits
from crm.billing.deposits.models import Deposit, DepositMovement, MovementKind
from crm.dates import business_day
from crm.db import session
from crm.errors import DomainError
from crm.renovations.cases import service
from crm.renovations.cases.models import ENDED, Renovation, RenovationState, RenovationStep
from crm.renovations.cases.queries import get_renovation
from crm.renovations.cases.securing import TO_SETTLE
from crm.renovations.cases.service import Permit, Said
from tests import factories as make
from tests.acting import as_
from tests.billing.deposits.making import cashier, supervisor, taking, wish
from tests.renovations.making import do, make_renovation

K, S = MovementKind, RenovationState
ASKED = Decimal(3000)
ACTS = (
    "take take_small tie let_go permit begin stop resume withdraw refund forfeit cancel deduct approve pay_out back"
).split()
steps = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 3)), min_size=6, max_size=22)
BY = {"permit": "zhouhui", "stop": "zhouhui", "resume": "zhouhui"}
OF_MONEY = {"take", "take_small", "refund", "forfeit", "cancel", "deduct", "pay_out", "back"}


class Site:
    """A renovation whose agreement is signed, a desk, a supervisor, a cashier: `do` refuses as the product does."""

    def __init__(self, work: Any, estate: Any) -> None:
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
        try:
            with self.work(self._actor(act)):
                getattr(self, f"_{act}")(place)
        except DomainError:
            pass

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
            raise DomainError("none")
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
        if found is None:
            raise DomainError("none")
        return books.get_request(found.id)

    def _approve(self, place: int) -> None:
        deposits.approve(self._under_way(place))

    def _pay_out(self, place: int) -> None:
        deposits.pay_out(self._under_way(place))

    def _back(self, place: int) -> None:
        rows = books.movements_of(self._deposit(place).id)
        if rows:
            deposits.take_back(rows[place % len(rows)], "录错了", f"back {self.serial}")


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(steps)
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
