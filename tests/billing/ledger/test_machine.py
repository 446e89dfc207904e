"""Whatever is done to the books, in whatever order: after each step every check holds, and a reckoning apart agrees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
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
from crm.billing.charges.models import Basis, ChargeItem, LegalBasis, Tariff, Terms
from crm.billing.ledger import queries, service
from crm.billing.ledger.models import (
    OF_A_BILL,
    Adjustment,
    AdjustmentKind,
    AdjustmentRequest,
    Bill,
    Payment,
    RequestState,
)
from crm.billing.ledger.service import Charge
from crm.billing.runs import service as runs
from crm.dates import business_day, telling
from crm.db import close_session, session
from crm.errors import DomainError
from crm.properties.models import Estate
from crm.tenants.models import Customer
from tests import factories as make
from tests.billing.ledger.books import CASHIER, SUPERVISOR, WHY, actor_called, money, wish
from tests.billing.ledger.reckoning import Line, Paid, Reckoning, of_month
from tests.billing.making import make_item

K = AdjustmentKind
FIRST = date(2026, 1, 1)
AREAS = {"3-1-502": "120.50", "3-1-601": "88.88"}
CUSTOMERS, PICKS = st.integers(0, 2), st.integers(0, 50)
SUMS = st.sampled_from([1, 9_999, 21_769, 33_740, 70_001]) | st.integers(1, 60_000)
MONTHS, PRICES = st.integers(0, 3), st.integers(0, 4_999_999)


def fen(yuan: Decimal) -> int:
    return int(yuan * 100)


class Books(RuleBasedStateMachine):
    """Two flats with an owner each, a third customer who buys; one charge by area, one entered by hand."""

    app: Flask
    estate: Estate
    ids: dict[str, list[int]]
    people: dict[str, Actor]
    proof: Any  # every check in one statement, made once

    def __init__(self) -> None:
        super().__init__()
        self.context = self.app.app_context()
        self.context.push()
        self.now = datetime(2026, 1, 5, 2, tzinfo=UTC)
        self.books = Reckoning()
        self.prices: list[tuple[date, Fraction]] = []
        self.done: dict[int, tuple[int, int, int]] = {}  # waivers and write-offs in force: id, bill, fen
        g.actor, g.request_id = self.people[CASHIER], ""
        self.customers = [session().get_one(Customer, key) for key in self.ids["customers"]]
        self.item, self.single = (session().get_one(ChargeItem, key) for key in self.ids["items"])
        self.price(0, 2_800_000)
        self.publish(0, again=False)

    def teardown(self) -> None:
        for customer in self.ids["customers"]:
            assert fen(queries.balance_of(customer, self.today()).total) == self.books.owed(customer)
        session().rollback()
        close_session()
        self.context.pop()

    def attempt(self, act: Callable[[], Any], who: str = CASHIER) -> Any:
        """What the verb gives; nothing when it is refused, which undoes what it had begun."""
        g.actor = self.people[who]
        try:
            with session().begin_nested(), telling(self.now):
                return act()
        except DomainError:
            return None

    def pick(self, found: dict[int, Any], which: int) -> Any:
        return found[sorted(found)[which % len(found)]] if found else None

    # Bills

    @rule(months=MONTHS, price=PRICES)
    def price(self, months: int, price: int) -> None:
        """From the first of a month on, past or to come: no bill that stands changes."""
        since = next_month(FIRST, months) + timedelta(days=months * 5)
        tariff = Tariff(item_id=self.item.id, since=since, terms=Terms.priced, price=Decimal(price).scaleb(-6))
        tariff.legal_basis, tariff.entered_by, tariff.entered_at = LegalBasis.contract, "郑凯", self.now
        session().add(tariff)
        self.prices.append((since, Fraction(price, 1_000_000)))

    @rule(months=MONTHS, again=st.booleans())
    def publish(self, months: int, again: bool) -> None:
        month = next_month(FIRST, months)
        with telling(self.now):
            run = runs.draft(self.item, month)
            fresh = run.state == "draft"
            (runs.supplement if again and not fresh else runs.publish)(run, self.item)
        expected = self.reckoned(month) if fresh or again else {}
        made = session().scalars(select(Bill).where(Bill.run_id == run.id, Bill.id.not_in(self.books.lines)))
        found = {(bill.unit_id, bill.begins): bill for bill in made}
        assert {key: (bill.customer_id, bill.ends, fen(bill.amount)) for key, bill in found.items()} == expected
        for bill in found.values():
            self.enter(bill)

    def reckoned(self, month: date) -> dict[tuple[int, date], tuple[int, date, int]]:
        """What nothing charges yet, by hand: unit and first day -> customer, end, fen."""
        expected = {}
        for unit, customer, area in zip(self.ids["units"], self.ids["customers"], AREAS.values(), strict=False):
            for begins, ends, sum_ in of_month(month, Fraction(area), self.prices):
                days = [begins + timedelta(days=n) for n in range((ends - begins).days)]
                if sum_ and not any(self.books.charged(unit, day) for day in days):
                    expected[unit, begins] = customer, ends, sum_
        return expected

    def enter(self, bill: Bill) -> Line:
        unit = bill.unit_id if bill.item_id == self.item.id else None
        facts = {"due": bill.due_on, "begins": bill.begins, "ends": bill.ends, "unit": unit}
        line = Line(id=bill.id, of=bill.customer_id, fen=fen(bill.amount), open=fen(bill.amount), **facts)
        return self.books.lines.setdefault(bill.id, line)

    @rule(who=CUSTOMERS, sum_=SUMS)
    def charge(self, who: int, sum_: int) -> None:
        def act() -> Bill:
            entered = Charge(item=self.single, amount=Decimal(sum_) / 100, due_on=business_day(), note="门禁卡")
            return service.charge(self.customers[who], entered)

        assert self.enter(self.attempt(act)).fen == sum_

    @precondition(lambda self: self.books.live())
    @rule(which=PICKS, day=st.integers(1, 25), buyer=CUSTOMERS)
    def split(self, which: int, day: int, buyer: int) -> None:
        line = self.pick(self.books.live(), which)
        cut = line.begins + timedelta(days=day)
        parts = self.attempt(lambda: service.split(queries.get_bill(line.id), cut, self.customers[buyer]))
        if parts:
            sellers, buyers = (self.enter(part) for part in parts)
            assert (sellers.fen + buyers.fen, sellers.of, buyers.of) == (
                line.fen,
                line.of,
                self.ids["customers"][buyer],
            )
            self.books.settle(self.books.void(line), [sellers])

    # Money

    @rule(who=CUSTOMERS, sum_=SUMS, chosen=st.just([]) | st.lists(PICKS, max_size=2), credit=st.booleans())
    def pay(self, who: int, sum_: int, chosen: list[int], credit: bool) -> None:
        """By the rule or to chosen lines, the form sent twice; then perhaps from what is in credit."""
        ids = [self.pick(self.books.lines, which).id for which in chosen]
        form = money(Decimal(sum_) / 100, paid_on=self.today())
        payment = self.attempt(lambda: service.receive(self.customers[who], form, ids))
        assert self.attempt(lambda: service.receive(self.customers[who], form, ids)) is payment
        paid = Paid(id=payment.id, of=payment.customer_id, fen=sum_, open=sum_, on=payment.paid_on)
        self.books.paid[payment.id] = paid
        self.books.settle([paid], self.books.payable(paid.of, ids))
        if credit:
            self.use_credit(who)

    def use_credit(self, who: int) -> None:
        used = self.attempt(lambda: service.use_credit(self.customers[who]))
        of = self.ids["customers"][who]
        assert fen(used) == self.books.settle(self.books.credit(of), self.books.payable(of))

    # Adjustments

    @rule(kind=st.sampled_from(K), which=PICKS, share=st.integers(1, 3), now=st.sampled_from([True, True, False]))
    def adjust(self, kind: K, which: int, share: int, now: bool) -> None:
        """For all that is possible, or for a part of it where a part may be; decided at once, or later."""
        model, found = (Bill, self.books.live()) if kind in OF_A_BILL else (Payment, self.books.paid)
        if not found:
            return
        document = session().get_one(model, self.pick(found, which).id)
        parts = share if kind in (K.waiver, K.refund) else 1
        amount = (service.most(document, kind) / parts).quantize(Decimal("0.01"))
        asked = self.attempt(lambda: service.request(document, wish(kind, amount)))
        if asked and now:
            self.take_over(self.attempt(lambda: service.approve(queries.get_request(asked.id)), SUPERVISOR))

    @rule(which=PICKS, step=st.sampled_from(["approve", "approve", "refuse", "withdraw"]))
    def decide(self, which: int, step: str) -> None:
        waiting = select(AdjustmentRequest.id).where(AdjustmentRequest.state == RequestState.requested)
        asked = self.pick({key: key for key in session().scalars(waiting)}, which)
        if asked is None:
            return
        verbs = {
            "approve": lambda: service.approve(queries.get_request(asked)),
            "refuse": lambda: service.refuse(queries.get_request(asked), WHY),
            "withdraw": lambda: service.withdraw(queries.get_request(asked)),
        }
        self.take_over(self.attempt(verbs[step], CASHIER if step == "withdraw" else SUPERVISOR))

    def take_over(self, done: Adjustment | None) -> None:
        if done is None:
            return
        match done.kind:
            case K.void:
                self.books.void(self.books.lines[done.bill_id or 0])
            case K.reversal:
                self.books.release(payment=done.payment_id or 0)
                self.books.paid[done.payment_id or 0].open = 0
            case K.refund:
                self.books.paid[done.payment_id or 0].open -= fen(done.amount)
            case _:
                self.books.lines[done.bill_id or 0].open -= fen(done.amount)
                self.done[done.id] = done.id, done.bill_id or 0, fen(done.amount)

    @rule(which=PICKS, alone=st.booleans())
    def take_back(self, which: int, alone: bool) -> None:
        """A payment by the cashier alone, or a waiver or write-off."""
        if alone and self.books.paid:
            payment = session().get_one(Payment, self.pick(self.books.paid, which).id)
            self.take_over(self.attempt(lambda: service.take_back_alone(payment, WHY)))
        elif self.done:
            key, bill, back = self.pick(self.done, which)
            assert self.attempt(lambda: service.undo(session().get_one(Adjustment, key), WHY))
            self.books.lines[bill].open += back
            del self.done[key]

    # Disputes, days, months

    @precondition(lambda self: self.books.live())
    @rule(which=PICKS, park=st.booleans())
    def dispute(self, which: int, park: bool) -> None:
        line = self.pick(self.books.live(), which)
        bill = session().get_one(Bill, line.id)
        if park:
            line.disputed |= self.attempt(lambda: service.dispute(bill, "面积不符", date(2027, 1, 1))) is not None
        elif line.disputed:
            self.attempt(lambda: service.release_dispute(bill, WHY))
            line.disputed = False

    @rule(days=st.integers(1, 25), close=st.booleans())
    def wait(self, days: int, close: bool) -> None:
        """And close the first month that is open, once it is over."""
        self.now += timedelta(days=days)
        if close:
            month = queries.open_month(self.estate.id, FIRST)
            closed = self.attempt(lambda: service.close(self.estate, month))
            assert (closed is not None) == (next_month(month) <= self.today())
            self.now += timedelta(seconds=1)

    def today(self) -> date:
        with telling(self.now):
            return business_day()

    # What must hold after every step

    @invariant()
    def no_fen_is_created_or_lost(self) -> None:
        session().flush()
        assert session().execute(self.proof).all() == []

    @invariant()
    def the_books_are_as_reckoned_apart(self) -> None:
        bills = session().execute(select(Bill.id, Bill.customer_id, Bill.amount, Bill.open, Bill.voided)).all()
        lines = {line.id: (line.of, line.fen, line.open, line.void) for line in self.books.lines.values()}
        assert {row[0]: (row[1], fen(row[2]), fen(row[3]), row[4]) for row in bills} == lines
        payments = session().execute(select(Payment.id, Payment.customer_id, Payment.amount, Payment.open)).all()
        paid = {paid.id: (paid.of, paid.fen, paid.open) for paid in self.books.paid.values()}
        assert {row[0]: (row[1], fen(row[2]), fen(row[3])) for row in payments} == paid


def _named(name: str, check: checks.Check) -> Any:
    wrong = check().subquery()
    return select(literal(name), func.count()).select_from(wrong).having(func.count() > 0)


@pytest.mark.timeout(600)
def test_no_fen_is_created_or_lost_whatever_is_done(app: Flask, db: Session, estate: Estate) -> None:
    units = [make.make_unit(estate, label, built_area=Decimal(area)) for label, area in AREAS.items()]
    customers = [make.make_customer(estate, name) for name in ("欧阳娜娜", "司马青", "上官云")]
    for customer, unit in zip(customers, units, strict=False):
        make.make_occupancy(customer, unit)
    items = [make_item(estate), make_item(estate, basis=Basis.single)]
    ids = {"units": units, "customers": customers, "items": items}
    facts = {
        "app": app,
        "estate": estate,
        "ids": {name: [row.id for row in rows] for name, rows in ids.items()},
        "proof": union_all(*(_named(name, check) for name, (_title, check) in checks.CHECKS.items())),
        "people": {name: actor_called(name) for name in (CASHIER, SUPERVISOR)},
    }
    few = settings(max_examples=10, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(type("Machine", (Books,), facts), settings=few)
