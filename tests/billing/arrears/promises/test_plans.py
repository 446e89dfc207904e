"""Instalment plans: to the fen, by two people, through the whole workflow; late fees rest exactly while one is kept."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import g
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from crm.auth.permissions import ROLES, RoleName
from crm.billing.arrears.promises import parts, queries, service
from crm.billing.arrears.promises.models import PLAN_WORKFLOW, InstalmentPlan, PlanStanding, PlanState
from crm.billing.arrears.promises.parts import Part
from crm.billing.latefees.reckoning import Terms, overdue
from crm.billing.ledger import service as ledger
from crm.billing.ledger.models import AdjustmentKind
from crm.billing.ledger.queries import get_bill
from crm.dates import telling
from crm.db import session
from crm.errors import IllegalTransition
from tests import factories as make
from tests.billing.arrears import making
from tests.billing.ledger.books import NOW, TODAY, acting, adjust, pay, refused
from tests.billing.making import make_bill

DAY = timedelta(days=1)
S = PlanState


def wish(bills, **given):
    total = sum((bill.open for bill in bills), Decimal(0))
    facts = {
        "bill_ids": [bill.id for bill in bills],
        "parts": parts.monthly(total, 3, TODAY + 20 * DAY) if total else [],
        "agreed_on": TODAY,
        "reason": "暂时困难",
        "key": f"plan {bills[0].id if bills else 0} {given.get('agreed_on')}",
    }
    return service.PlanWish(**(facts | given))


def agreed(customer, bills, **given):
    plan = service.request(customer, wish(bills, **given))
    with acting("zhengkai"):
        service.approve(queries.get_plan(plan.id))
    return plan


def standing(plan, day):
    session().flush()
    return queries.standing_of(plan.id, day)


@pytest.mark.parametrize(("total", "number"), [("100.00", 3), ("0.02", 3), ("1234.56", 7), ("60.00", 2)])
def test_equal_instalments_add_up_to_the_fen(total, number):
    made = parts.monthly(Decimal(total), number, date(2026, 1, 31))
    assert parts.sum_of(made) == Decimal(total)
    assert max(part.amount for part in made) - min(part.amount for part in made) <= Decimal("0.01")
    assert [part.due_on for part in made[:2]] == [date(2026, 1, 31), date(2026, 2, 28)]
    assert parts.ascend(made)


def test_a_plan_is_asked_for_once_and_covers_what_was_chosen(books, owner):
    bills = [make_bill(owner, "100.00"), make_bill(owner, "50.01")]
    made = [service.request(owner, wish(bills)) for _twice in range(2)]
    assert made[0].id == made[1].id
    plan = queries.get_plan(made[0].id)
    assert (plan.total, [row.amount for row in plan.bills]) == (Decimal("150.01"), [Decimal(100), Decimal("50.01")])
    assert [row.amount for row in plan.instalments] == [Decimal("50.01"), Decimal("50.00"), Decimal("50.00")]
    assert plan.code in refused(service.request, owner, wish(bills, key="another"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"bill_ids": []}, "Choose the bills"),
        ({"bill_ids": [999_999_999]}, "Choose the bills"),
        ({"reason": ""}, "why"),
        ({"agreed_on": TODAY + DAY}, "not be later"),
        ({"parts": []}, "more than nought"),
        ({"parts": [Part(TODAY, Decimal("0.00"))]}, "more than nought"),
        ({"parts": [Part(TODAY - DAY, Decimal(300))]}, "today or later"),
        ({"parts": [Part(TODAY + DAY, Decimal(150)), Part(TODAY + DAY, Decimal(150))]}, "after the one before"),
        ({"parts": [Part(TODAY, Decimal("299.99"))]}, "come to 299.99 yuan, the bills to 300.00"),
        ({"parts": [Part(TODAY + n * DAY, Decimal(5)) for n in range(61)]}, "at most"),
    ],
)
def test_what_does_not_add_up_is_refused(books, owner, given, words):
    assert words in refused(service.request, owner, wish([make_bill(owner, "300.00")], **given))


def test_neither_disputed_nor_other_peoples_bills_are_covered(books, estate, owner):
    mine, disputed = make_bill(owner, "300.00"), make_bill(owner, "20.00")
    strange = make_bill(make.make_customer(estate))
    ledger.dispute(get_bill(disputed.id), "水管漏水未修", TODAY + DAY)
    assert session().scalars(queries.coverable_bills(owner.id)).all() == [session().get(type(mine), mine.id)]
    for other in (disputed, strange):
        assert "meanwhile" in refused(service.request, owner, wish([mine, other]))


ALLOWED = {
    (S.requested, "approve"): S.agreed,
    (S.requested, "refuse"): S.refused,
    (S.requested, "withdraw"): S.withdrawn,
    (S.agreed, "end"): S.ended,
}
MAY = {
    "approve": {
        RoleName.billing_supervisor,
        RoleName.deputy_general_manager,
        RoleName.general_manager,
        RoleName.chairman,
    },
    "withdraw": {RoleName.arrears_reviewer},
}
MAY |= {"refuse": MAY["approve"], "end": MAY["withdraw"]}


@pytest.mark.parametrize("action", PLAN_WORKFLOW)
@pytest.mark.parametrize("state", PlanState)
def test_every_cell_of_the_workflow(state, action):
    plan = InstalmentPlan(state=state)
    with nullcontext() if (state, action) in ALLOWED else pytest.raises(IllegalTransition):
        PLAN_WORKFLOW.take(plan, action)
    assert plan.state is ALLOWED.get((state, action), state)
    for role in RoleName:
        offered = action in PLAN_WORKFLOW.offered(InstalmentPlan(state=state), ROLES[role])
        assert offered == ((state, action) in ALLOWED and role in MAY[action]), role


def test_somebody_else_decides_and_whoever_asked_withdraws(db, books, owner):
    plan = queries.get_plan(service.request(owner, wish([make_bill(owner)])).id)
    assert "Somebody else" in refused(service.approve, plan)
    with acting("zhengkai"):
        assert "Only whoever asked" in refused(service.withdraw_plan, plan)
        assert "why it is refused" in refused(service.refuse, plan, " ")
        with telling(datetime(2026, 4, 10, 2, tzinfo=UTC)):
            assert "due on 2026-03-30" in refused(service.approve, plan)
    own = update(InstalmentPlan).where(InstalmentPlan.id == plan.id).values(decided_by_id=g.actor.user_id)
    with pytest.raises(IntegrityError, match="four_eyes"), session().begin_nested():
        session().execute(own)
    service.withdraw_plan(plan)
    assert service.plan_hindrance(owner) == ""


def test_it_is_broken_on_the_day_after_the_one_that_was_missed_and_stays_so(books, owner):
    """100 by 30 March, 200 by 30 April, 300 by 30 May."""
    bill = make_bill(owner, "300.00")
    plan, missed = agreed(owner, [bill]), date(2026, 3, 30)
    pay(owner, "99.99")
    assert standing(plan, missed).standing == PlanStanding.kept
    assert (standing(plan, missed + DAY).standing, standing(plan, missed + DAY).missed_on) == ("broken", missed)
    with telling(datetime(2026, 4, 1, 2, tzinfo=UTC)):
        late = pay(owner, "0.01", paid_on=missed + DAY)
        assert standing(plan, missed + 2 * DAY).missed_on == missed
        adjust(late, AdjustmentKind.reversal)
        pay(owner, "0.01", paid_on=missed)  # it had come in time, and was entered late
        assert standing(plan, missed + 2 * DAY).missed_on is None
        last = pay(owner, "200.00")
        assert standing(plan, missed + 2 * DAY).standing == PlanStanding.paid_off
        adjust(last, AdjustmentKind.reversal)
        assert standing(plan, missed + 2 * DAY).standing == PlanStanding.kept


def test_money_counts_by_its_day_whichever_bill_it_met(books, owner):
    """100 by 30 March of what was due first; another bill is left out. Entered the wrong way round, half goes there."""
    covered, left_out = make_bill(owner, "100.00"), make_bill(owner, "100.00", due_on=TODAY + DAY)
    once = [Part(TODAY + 20 * DAY, Decimal(100))]
    plan = agreed(owner, [covered], parts=once)
    with telling(datetime(2026, 4, 10, 2, tzinfo=UTC)):
        pay(owner, "50.00", paid_on=date(2026, 4, 9))
        assert standing(plan, date(2026, 4, 10)).missed_on == once[0].due_on
        pay(owner, "100.00", paid_on=once[0].due_on)
        assert (get_bill(covered.id).open, get_bill(left_out.id).open) == (0, 50)
        found = standing(plan, date(2026, 4, 10))
        assert (found.standing, found.missed_on, found.settled) == (PlanStanding.paid_off, None, 100)


def test_what_the_payer_gives_for_another_bill_does_not_count(books, owner):
    covered, left_out = make_bill(owner, "100.00"), make_bill(owner, "100.00")
    pay(owner, "30.00", [left_out.id])
    with telling(NOW + DAY):
        plan = agreed(owner, [covered], parts=[Part(TODAY + 20 * DAY, Decimal(100))])
        pay(owner, "60.00", [left_out.id])
        assert standing(plan, TODAY + DAY).settled == 0
        pay(owner, "20.00", [left_out.id])  # ten more than it still wants: they are credit
        assert standing(plan, TODAY + DAY).settled == 10


def test_what_was_settled_before_it_was_asked_for_does_not_count(books, owner):
    before, covered = make_bill(owner, "30.00"), make_bill(owner, "100.00", due_on=TODAY + DAY)
    pay(owner, "40.00")
    with telling(NOW + DAY):
        plan = agreed(owner, [covered], parts=[Part(TODAY + 20 * DAY, Decimal(90))])
        assert (get_bill(before.id).open, standing(plan, TODAY + DAY).settled) == (0, 0)
        pay(owner, "25.00", paid_on=TODAY)
        assert standing(plan, TODAY + DAY).settled == 25


def test_ending_needs_a_reason_and_frees_the_way_for_another(books, owner):
    plan = queries.get_plan(agreed(owner, [make_bill(owner)]).id)
    assert "why" in refused(service.end, plan, "")
    with telling(datetime(2026, 3, 15, 2, tzinfo=UTC)):
        service.end(plan, "改为一次付清")
        assert (plan.state, plan.ended_on) == (S.ended, date(2026, 3, 15))
        assert "until 2026-03-15" in refused(service.request, owner, wish([make_bill(owner)], key="another"))
        again = wish([make_bill(owner)], key="another", agreed_on=date(2026, 3, 15))
        assert service.request(owner, again).state is S.requested


# Late fees: 1000 yuan due on 1 October 2025, 30 days of grace, 0.05 % a day, reckoned on 10 March 2026: 130 days count,
# from 31 October on. The plan is agreed on 29 January, when 90 of them have passed; 400 are due on 8 February, the rest
# on 28 February.


def fen_days(*stretches):
    """Half up of 0.05 % of the sum over (yuan, days)."""
    total = sum(Decimal(yuan) * days for yuan, days in stretches)
    return int((total * Decimal("0.0005") * 100 + Decimal("0.5")) // 1)


WANTED = {
    "kept": fen_days(("1000", 90)),
    "nothing was paid": fen_days(("1000", 90), ("1000", 29)),  # from 9 February, the day after the first was missed
    "one fen was missing": fen_days(("1000", 90), ("600.01", 29)),
    "broken at the second": fen_days(("1000", 90), ("600", 9)),  # from 1 March
    "ended": fen_days(("1000", 90), ("600", 20)),  # from 18 February
}


@pytest.mark.parametrize("name", WANTED)
def test_late_fees_rest_exactly_while_it_is_kept(books, estate, owner, name):
    paid = {
        "kept": [("400.00", date(2026, 2, 8)), ("599.00", date(2026, 2, 28)), ("0.50", date(2026, 2, 27))],
        "one fen was missing": [("399.99", date(2026, 2, 8))],
        "broken at the second": [("400.00", date(2026, 2, 8))],
        "ended": [("400.00", date(2026, 2, 8))],
    }.get(name, [])
    bill = make_bill(owner, "1000.00", date(2025, 9, 1), due_on=date(2025, 10, 1))
    other = make_bill(owner, "1000.00", date(2025, 9, 1), due_on=date(2025, 10, 1))  # not covered
    first, second = ("400.00", "600.00") if name != "kept" else ("400.00", "599.50")
    days = [(date(2026, 2, 8), first), (date(2026, 2, 28), second)]
    if name == "kept":  # half a yuan more is to be paid later, so that the bill stays open
        days.append((date(2026, 6, 1), "0.50"))
    ended = {"state": S.ended, "ended_on": date(2026, 2, 18)} if name == "ended" else {}
    making.make_plan([bill], days, agreed_on=date(2026, 1, 29), **ended)
    for amount, day in paid:
        pay(owner, amount, [bill.id], paid_on=day)
    session().flush()
    terms = Terms(rate=Decimal("0.0005"), grace=30, cap=Decimal(90), longest=730)
    found = {row.bill_id: row.amount for row in session().execute(overdue(estate.id, TODAY, terms))}
    assert found == {bill.id: WANTED[name], other.id: fen_days(("1000", 130))}
