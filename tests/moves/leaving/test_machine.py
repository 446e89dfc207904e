"""Whatever was billed, paid and given back before or after a sale, in whatever order: the seller's debt stays the
seller's, no fen is created or lost, and no day before the day is the buyer's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask, g
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from crm.auth.actor import Actor
from crm.billing import checks
from crm.billing.arithmetic import next_month
from crm.billing.charges.models import Basis, ChargeItem
from crm.billing.deposits import queries as of_deposits
from crm.billing.deposits import service as deposits
from crm.billing.deposits.models import Deposit, MovementKind
from crm.billing.ledger import service as ledger
from crm.billing.ledger.models import AdjustmentKind, Bill, BillSource, Payment
from crm.billing.ledger.queries import balance_of, get_bill, get_request
from crm.billing.ledger.service import Charge
from crm.billing.runs import service as runs
from crm.dates import telling
from crm.db import close_session, session
from crm.errors import DomainError
from crm.moves.leaving import service
from crm.moves.leaving.models import Leaving, LeavingKind, LeavingSheet, LeavingState
from crm.moves.leaving.queries import get_leaving
from crm.moves.leaving.service import Buyer, Papers, Started
from crm.moves.leaving.standing import division
from crm.properties.models import Estate, Unit, UnitStatus
from crm.properties.queries import get_unit
from crm.tenants.models import Occupancy
from crm.tenants.queries import get_customer
from tests import factories as make
from tests.billing.deposits.making import taking
from tests.billing.deposits.making import wish as of_deposit
from tests.billing.ledger.books import CASHIER, SUPERVISOR, actor_called, money, wish
from tests.billing.making import make_item, make_tariff

FIRST = date(2026, 1, 1)
SUMS = st.sampled_from([1, 14_000, 30_000]) | st.integers(1, 90_000)
MONTHS, PICKS, DAYS = st.integers(0, 3), st.integers(0, 50), st.integers(1, 110)
NOUGHT = Decimal(0)


class Sale(RuleBasedStateMachine):
    """A flat of 100 m², one who sells it and one who buys it."""

    app: Flask
    ids: dict[str, int]
    people: dict[str, Actor]
    proof: Any

    def __init__(self) -> None:
        super().__init__()
        self.context = self.app.test_request_context()
        self.context.push()
        self.now = datetime(2026, 5, 5, 2, tzinfo=UTC)
        self.day: date | None = None
        self.whose: dict[int, int] = {}  # bill -> whose it was when it was made
        g.actor, g.request_id = self.people[CASHIER], ""

    def teardown(self) -> None:
        session().rollback()
        close_session()
        self.context.pop()

    def attempt(self, act: Callable[[], Any], who: str = CASHIER) -> Any:
        g.actor = self.people[who]
        try:
            with session().begin_nested(), telling(self.now):
                return act()
        except DomainError:
            session().expire_all()
            return None

    def picked(self, model: Any, which: int, *conditions: Any) -> Any:
        found = session().scalars(select(model).where(*conditions).order_by(model.id)).all()
        return found[which % len(found)] if found else None

    @rule(months=MONTHS, fixed=st.booleans())
    def publish(self, months: int, fixed: bool) -> None:
        item = session().get_one(ChargeItem, self.ids["fixed" if fixed else "fee"])
        self.attempt(lambda: runs.publish(runs.draft(item, next_month(FIRST, months)), item), SUPERVISOR)

    @rule(sum_=SUMS)
    def charge(self, sum_: int) -> None:
        item, unit = session().get_one(ChargeItem, self.ids["single"]), session().get_one(Unit, self.ids["unit"])
        entered = Charge(item=item, amount=Decimal(sum_) / 100, due_on=date(2026, 5, 1), note="门禁卡", unit=unit)
        self.attempt(lambda: ledger.charge(get_customer(self.ids["seller"]), entered))

    @rule(sum_=SUMS, buyer=st.booleans())
    def pay(self, sum_: int, buyer: bool) -> None:
        payer = get_customer(self.ids["buyer" if buyer else "seller"])
        self.attempt(lambda: ledger.receive(payer, money(Decimal(sum_) / 100, paid_on=date(2026, 5, 5))))

    @rule(which=PICKS, kind=st.sampled_from(AdjustmentKind), part=st.integers(1, 2))
    def adjust(self, which: int, kind: AdjustmentKind, part: int) -> None:
        """Waived, written off, made void, refunded, taken back: asked for and approved."""
        of_bill = kind in (AdjustmentKind.waiver, AdjustmentKind.write_off, AdjustmentKind.void)
        document = self.picked(Bill if of_bill else Payment, which)
        if document is None:
            return
        parts = part if kind in (AdjustmentKind.waiver, AdjustmentKind.refund) else 1
        amount = (ledger.most(document, kind) / parts).quantize(Decimal("0.01"))
        if asked := self.attempt(lambda: ledger.request(document, wish(kind, amount))):
            self.attempt(lambda: ledger.approve(get_request(asked.id)), SUPERVISOR)

    @rule(sum_=SUMS)
    def secure(self, sum_: int) -> None:
        given = taking(str(Decimal(sum_) / 100), taken_on=date(2026, 5, 5))
        self.attempt(lambda: deposits.take(get_customer(self.ids["seller"]), given))

    @rule(which=PICKS)
    def give_back(self, which: int) -> None:
        held = self.picked(Deposit, which, Deposit.balance > 0)
        if held is None:
            return
        wanted = of_deposit(MovementKind.refund, str(held.balance))
        if asked := self.attempt(lambda: deposits.ask(held, wanted)):
            self.attempt(lambda: deposits.approve(of_deposits.get_request(asked.id)), SUPERVISOR)
            self.attempt(lambda: deposits.pay_out(of_deposits.get_request(asked.id)))

    @precondition(lambda self: self.day is None)
    @rule(days=DAYS)
    def sell(self, days: int) -> None:
        day = FIRST + timedelta(days=days)
        before = self.sums()
        if self.attempt(lambda: self.closed(day)):
            self.day = day
            after = self.sums()
            assert sum(before.values()) == sum(after.values())
            assert after["buyer"] - before["buyer"] == before["seller"] - after["seller"] >= 0

    def closed(self, day: date) -> Leaving:
        """By all the verbs; the sheet is a row without its paper, which takes long to press."""
        occupancy = session().scalars(select(Occupancy.id).where(Occupancy.customer_id == self.ids["seller"])).one()
        started = Started(kind=LeavingKind.sale, day=day, leaves=[occupancy], papers=Papers(contract="HT-1"))
        key = service.start(get_unit(self.ids["unit"]), started).id
        service.name_buyer(get_leaving(key), Buyer(customer=get_customer(self.ids["buyer"])))
        service.hand_keys(get_leaving(key), [], "两把")
        service.see_money(get_leaving(key))
        service.note_open(get_leaving(key), "月底缴清")
        leaving = get_leaving(key)
        marks, upload = [line.mark for line in division(leaving)], self.ids["upload"]
        facts = {"paper_id": upload, "leaver_drawing_id": upload, "signed_by": "李敏", "signed_at": self.now}
        session().add(LeavingSheet(leaving_id=key, content={"marks": marks}, **facts))
        leaving.state, leaving.signed_at = LeavingState.signed, self.now
        session().flush()
        service.close(get_leaving(key), UnitStatus.vacant)
        return leaving

    def sums(self) -> dict[str, Decimal]:
        """What each owes less what is in credit."""
        return {who: balance_of(self.ids[who], date(2026, 5, 5)).total for who in ("seller", "buyer")}

    @precondition(lambda self: self.day is not None)
    @rule()
    def settle(self) -> None:
        """What came since, if anything did."""
        key = session().scalars(select(Leaving.id)).one()
        self.attempt(lambda: service.settle(get_leaving(key)))

    @invariant()
    def no_fen_is_created_or_lost(self) -> None:
        session().flush()
        assert session().execute(self.proof).all() == []

    @invariant()
    def no_bill_changes_its_customer(self) -> None:
        for key, whose in session().execute(select(Bill.id, Bill.customer_id)):
            assert self.whose.setdefault(key, whose) == whose

    @invariant()
    def no_day_before_the_day_is_the_buyers(self) -> None:
        theirs = select(Bill.begins).where(Bill.customer_id == self.ids["buyer"])
        if self.day is None:
            assert session().scalars(theirs).all() == []
            return
        assert all(begins >= self.day for begins in session().scalars(theirs))
        charged = Bill.source.not_in([BillSource.single, BillSource.late_fee]), ~Bill.voided
        sellers = select(Bill.id).where(Bill.customer_id == self.ids["seller"], *charged, Bill.ends > self.day)
        assert all(get_bill(key).amount <= Decimal("0.02") for key in session().scalars(sellers))


def _named(name: str, check: checks.Check) -> Any:
    wrong = check().subquery()
    return select(literal(name), func.count()).select_from(wrong).having(func.count() > 0)


@pytest.mark.timeout(600)
def test_the_sellers_debt_stays_the_sellers_whatever_happened(app: Flask, db: Session, estate: Estate) -> None:
    flat = make.make_unit(estate, "3-1-502", built_area=Decimal("100.00"))
    seller, buyer = make.make_customer(estate, "欧阳娜娜"), make.make_customer(estate, "钱多多")
    make.make_occupancy(seller, flat, starts=date(2020, 1, 1))
    items = {"fee": make_item(estate), "fixed": make_item(estate, basis=Basis.fixed, payer="occupant")}
    for item, price in zip(items.values(), ("3.00", "0.05"), strict=True):
        make_tariff(item, price)
    rows = {"unit": flat, "seller": seller, "buyer": buyer, "upload": make.make_upload(estate, "leaving")} | items
    rows["single"] = make_item(estate, basis=Basis.single)
    facts = {
        "app": app,
        "ids": {name: row.id for name, row in rows.items()},
        "proof": union_all(*(_named(name, check) for name, (_title, check) in checks.CHECKS.items())),
        "people": {name: actor_called(name) for name in (CASHIER, SUPERVISOR)},
    }
    few = settings(max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(type("Machine", (Sale,), facts), settings=few)
