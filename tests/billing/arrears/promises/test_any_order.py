"""Whatever is entered in which order: the same balances, the same promises kept, the same plan broken on the same day.

What happened lies on its own days: money that was there before, payments, some taken back, a promise, an instalment
plan approved at any moment between them. The plan covers some of what is owed, a payment may be more than is open, and
some are given expressly for a bill outside it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from flask import g
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm.billing.arrears.contacts.models import ContactChannel
from crm.billing.arrears.promises import parts, queries, service
from crm.billing.arrears.promises.suspension import covered_days
from crm.billing.ledger import service as ledger
from crm.billing.ledger.models import AdjustmentKind, Bill
from crm.billing.ledger.queries import balance_of, get_payment
from crm.dates import telling
from crm.db import session
from tests import factories as make
from tests.billing.ledger.books import actor_called, adjust, pay, sound
from tests.billing.making import make_bill

AGREED, LOOKED = date(2026, 3, 10), date(2026, 6, 20)
NOW = datetime(2026, 6, 20, 2, tzinfo=UTC)
BILLS = ("300.00", "150.00", "33.33")
APART = "1000.00"  # what is paid expressly is for this one
DAYS = [AGREED + timedelta(days=days) for days in (0, 3, 31, 32, 61, 62, 92, 93)]
payments = st.lists(
    st.tuples(
        st.sampled_from(("10.00", "61.11", "150.00", "320.00")),
        st.sampled_from(DAYS),
        st.sampled_from((False, False, False, True)),
    ),
    min_size=3,
    max_size=4,
)
keys = count(1)


class Story:
    """One customer to whom everything happens once, in the order given."""

    def __init__(
        self, estate: Any, made: list[tuple[str, date, bool]], credit: str, back: set[int], covered: set[int]
    ) -> None:
        self.customer, self.credit = make.make_customer(estate), credit
        self.payments: dict[int, int] = {}
        self.acts: list[Any] = [lambda each=each, row=row: self.pay(each, *row) for each, row in enumerate(made)]
        self.acts += [lambda each=each: self.take_back(each) for each in back]
        self.acts += [self.promise, self.use_credit, self.approve]
        self.made = made
        pay(self.customer, credit, paid_on=AGREED - timedelta(days=30))  # nothing was charged yet
        bills = [make_bill(self.customer, amount) for amount in BILLS]
        self.apart = make_bill(self.customer, APART, due_on=LOOKED)
        self.plan_id = self.request([bills[place] for place in covered])

    def request(self, bills: list[Bill]) -> int:
        total = sum((bill.amount for bill in bills), Decimal(0))
        wish = service.PlanWish(
            bill_ids=[bill.id for bill in bills],
            parts=parts.monthly(total, 3, date(2026, 4, 10)),  # then on 10 May and 10 June
            agreed_on=AGREED,
            reason="暂时困难",
            key=f"order {next(keys)}",
        )
        with telling(datetime(2026, 3, 10, 2, tzinfo=UTC)):
            return service.request(self.customer, wish).id

    def pay(self, place: int, amount: str, day: date, apart: bool) -> None:
        self.payments[place] = pay(self.customer, amount, [self.apart.id] if apart else [], paid_on=day).id

    def take_back(self, place: int) -> None:
        """Only what came in can be taken back: so it comes first where the order has it later."""
        if place not in self.payments:
            self.pay(place, *self.made[place])
            self.acts[place] = lambda: None
        adjust(get_payment(self.payments[place]), AdjustmentKind.reversal)

    def promise(self) -> None:
        vow = {"channel": ContactChannel.phone, "given_by": "欧阳娜娜", "made_on": AGREED, "due_on": DAYS[2]}
        with telling(datetime(2026, 3, 10, 2, tzinfo=UTC)):
            self.promised = service.promise(self.customer, service.Vow(amount=Decimal("75.00"), **vow)).id

    def use_credit(self) -> None:
        ledger.use_credit(self.customer)

    def approve(self) -> None:
        with telling(datetime(2026, 3, 10, 2, tzinfo=UTC)):
            own, g.actor = g.actor, actor_called("zhengkai")
            service.approve(queries.get_plan(self.plan_id))
            g.actor = own

    def tell(self, order: list[int]) -> tuple[Any, ...]:
        for place in order:
            self.acts[place]()
        ledger.use_credit(self.customer)
        session().flush()
        stand = queries.standing_of(self.plan_id, LOOKED)
        instalments = [row.settled for row in queries.figures_of(self.plan_id)]
        rests = session().execute(covered_days(self.customer.estate_id, LOOKED)).all()
        own = set(session().scalars(select(Bill.id).filter_by(customer_id=self.customer.id)))
        days = {(row.begins, row.ends) for row in rests if row.bill_id in own}
        balance = balance_of(self.customer.id, LOOKED)
        told = queries.state_of(self.promised, LOOKED)
        plan = (stand.standing, stand.missed_on, stand.settled)
        return (balance.total, balance.credit, *told, *plan, instalments, days)


@settings(
    max_examples=10, deadline=None, derandomize=True, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
)
@given(st.data())
def test_the_order_of_entry_changes_nothing(books, estate, data):
    made = data.draw(payments)
    credit = data.draw(st.sampled_from(("0.01", "50.00", "161.12")))
    back = data.draw(st.sets(st.integers(0, len(made) - 1), max_size=2))
    covered = data.draw(st.sampled_from(({0}, {0, 1}, {1}, {1, 2}, {0, 1, 2})))
    with telling(NOW):
        stories = [Story(estate, made, credit, back, covered) for _twice in range(2)]
        places = list(range(len(stories[0].acts)))
        order = data.draw(st.permutations(places))
        first, second = stories[0].tell(places), stories[1].tell(order)
    assert first == second
    assert sound()
