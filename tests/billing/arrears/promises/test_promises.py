"""Promises: what is missing is said, kept or broken turns by itself, a wrong entry is withdrawn and why."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import g

from crm.auth.permissions import ROLES, RoleName
from crm.billing.arrears.contacts.models import ContactChannel
from crm.billing.arrears.promises import listings, queries, service
from crm.billing.arrears.promises.models import PromiseState
from crm.billing.ledger.models import AdjustmentKind
from crm.dates import telling
from crm.db import session
from tests import factories as make
from tests.billing.arrears import making
from tests.billing.ledger.books import TODAY, actor_called, adjust, pay, refused
from tests.billing.making import make_bill

DAY = timedelta(days=1)


def vow(amount="300.00", due_on=TODAY + 5 * DAY, **given):
    facts = {"channel": ContactChannel.phone, "given_by": "欧阳娜娜", "made_on": TODAY}
    return service.Vow(amount=Decimal(amount), due_on=due_on, **(facts | given))


def state(promise, day=TODAY):
    session().flush()
    return queries.state_of(promise.id, day)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"amount": "0.00"}, "more than nought"),
        ({"given_by": " "}, "who gave"),
        ({"made_on": TODAY + DAY}, "not be later"),
        ({"due_on": TODAY - DAY}, "before it was made"),
    ],
)
def test_what_is_missing_is_said(books, owner, given, words):
    assert words in refused(service.promise, owner, vow(**given))


def test_it_is_kept_by_what_is_paid_in_its_days_and_by_nothing_else(books, owner):
    make_bill(owner, "500.00")
    made = service.promise(owner, vow(made_on=TODAY - 3 * DAY))
    pay(owner, "100.00", paid_on=TODAY - 4 * DAY)  # before it was made
    assert state(made) == (0, PromiseState.pending)
    first = pay(owner, "200.00", paid_on=TODAY - 3 * DAY)
    pay(owner, "100.00")
    assert state(made) == (300, PromiseState.kept)
    stands = {row.Payment.id: row.stands for row in queries.payments_for(made, TODAY)}
    assert (stands[first.id], sum(stands.values())) == (200, 300)
    adjust(first, AdjustmentKind.reversal)
    assert state(made) == (100, PromiseState.pending)
    assert state(made, TODAY + 5 * DAY)[1] is PromiseState.pending  # the day itself is still in time
    assert state(made, TODAY + 6 * DAY)[1] is PromiseState.broken


def test_one_payment_counts_for_every_promise_on_whose_days_it_falls(books, owner):
    make_bill(owner, "500.00")
    both = [service.promise(owner, vow("200.00")), service.promise(owner, vow("300.00", TODAY + DAY))]
    pay(owner, "250.00")
    assert [state(each)[1] for each in both] == [PromiseState.kept, PromiseState.pending]


def test_once_its_day_is_past_only_a_reviewer_withdraws_it(books, owner):
    made = service.promise(owner, vow(due_on=TODAY))
    with telling(datetime(2026, 3, 12, 2, tzinfo=UTC)):
        assert "why" in refused(service.withdraw, made, " ")
        g.actor = actor_called("limin", ROLES[RoleName.service_desk])
        assert "whoever reviews" in refused(service.withdraw, made, "记错了")
        g.actor = actor_called("hefang", ROLES[RoleName.arrears_reviewer])
        service.withdraw(made, "记错了")
        assert "already" in refused(service.withdraw, made, "再撤回")
    assert state(made)[1] is PromiseState.withdrawn


def test_the_kept_rate_has_its_numerator_and_denominator(books, estate, owner):
    kept, broken = making.make_promise(owner), making.make_promise(owner, "9000.00", recorded_by="李敏")
    making.make_promise(make.make_customer(estate), due_on=TODAY + 9 * DAY)  # its day is still to come
    making.make_promise(owner, withdrawn_by="何芳", withdrawn_at=making.MOMENT, reason="记错了")
    pay(owner, "300.00", paid_on=kept.made_on)
    after = max(kept.due_on, broken.due_on) + DAY
    rows = {by: session().execute(queries.kept_rates(by, after)).all() for by in listings.RATES}
    assert [(row.label, row.kept, row.due) for row in rows["estate"]] == [("阳光花园", 1, 2)]
    assert {(row.label, row.kept, row.due) for row in rows["collector"]} == {("何芳", 1, 1), ("李敏", 0, 1)}
    assert [(row.year, row.month, row.kept, row.due) for row in rows["month"]] == [(2026, 3, 1, 2)]
    assert queries.kept_in_all(after) == (1, 2)
    assert listings.in_per_cent(1, 2) == "50.0 %"
    assert date(2026, 3, 11) == after
