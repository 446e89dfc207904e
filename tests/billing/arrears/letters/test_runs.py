"""Letters of a review: held against the books as they are now, made once, rolled back as if they had never been."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.billing.arrears.dunning.models import RUN_WORKFLOW, Demand, DemandLine, DunningStep, RunState, StepKind
from crm.billing.arrears.letters import queries, service
from crm.billing.arrears.letters.preview import Preview, Reason, preview
from crm.billing.arrears.letters.reports import audit_rows
from crm.billing.arrears.reviews.models import ArrearsLine, Review
from crm.billing.arrears.reviews.service import steps_in_use
from crm.billing.arrears.reviews.snapshot import judged
from crm.billing.ledger.models import Bill
from crm.dates import months_later, utc_now
from crm.db import session
from crm.errors import IllegalTransition
from crm.money import in_capitals
from crm.numbering import Number, NumberState
from crm.properties.models import Estate
from crm.tenants.models import Customer
from tests import factories as make
from tests.billing.arrears import making
from tests.billing.arrears.letters.making import decide, make_delivery
from tests.billing.ledger.books import TODAY, pay, refused
from tests.billing.ledger.making import make_dispute, make_payment
from tests.billing.making import make_bill

numbers = count(1)
SOON = TODAY + timedelta(days=5)


def due(days: int) -> dict[str, Any]:
    due_on = TODAY - timedelta(days=days)
    return {"period": due_on.replace(day=1), "due_on": due_on}


@pytest.fixture
def step(estate: Estate) -> DunningStep:
    return making.make_step(estate, 1, least=Decimal(100), subject="", body="")


@pytest.fixture
def review(estate: Estate) -> Review:
    return making.make_review(estate)


def got(review: Review) -> Review:
    return queries.get_review(review.id)


def make_letters(review: Review, key: str = "k1", shown: str = "") -> Any:
    return service.make(got(review), key, shown)


Act = Callable[[Customer, Bill], object]
SINCE: list[tuple[Act, Reason | None]] = [
    (lambda _owner, _bill: None, None),
    (lambda owner, _bill: pay(owner, "300.00"), Reason.settled),
    (lambda owner, _bill: pay(owner, "100.00"), None),
    (lambda owner, _bill: pay(owner, "200.01"), Reason.below),
    (lambda _owner, bill: make_dispute(bill), Reason.disputed),
    (lambda owner, _bill: make_payment(owner, "300.00"), Reason.credit),
    (lambda owner, _bill: make_payment(owner, "299.00"), None),
    (lambda _owner, bill: making.make_case([bill]), Reason.at_lawyer),
    (lambda owner, _bill: making.make_exclusion(owner), Reason.excluded),
    (lambda owner, _bill: making.make_exclusion(owner, TODAY), Reason.excluded),
    (lambda owner, _bill: making.make_exclusion(owner, TODAY - timedelta(days=1)), None),
    (lambda _owner, bill: making.make_plan([bill], [(SOON, "300.00")]), Reason.plan),
    (lambda _owner, bill: making.make_plan([bill], [(TODAY - timedelta(days=1), "300.00")]), None),
    (lambda owner, _bill: making.make_promise(owner, due_on=SOON), Reason.promise),
    (lambda owner, _bill: making.make_promise(owner, due_on=TODAY - timedelta(days=1)), None),
    (lambda owner, _bill: making.make_promise(owner, due_on=SOON, withdrawn_by="何芳", withdrawn_at=utc_now()), None),
]


@pytest.mark.parametrize(("act", "reason"), SINCE)
def test_what_happened_since_the_review(
    books: Session, estate: Estate, owner: Customer, review: Review, step: DunningStep, act: Act, reason: Reason | None
) -> None:
    bill = make_bill(owner, "300.00", **due(40))
    decide(review, owner, step)
    act(owner, bill)
    books.expire_all()
    found = preview(got(review), TODAY)
    assert [each.reason for each in (*found.letters, *found.left_out)] == [reason]
    if reason is None:
        run = make_letters(review)
        assert (run.demands, run.total) == (1, found.total)
    else:
        assert found.left_out[0].why
        assert "no letter" in refused(make_letters, review)


def test_a_promise_that_the_review_knew_holds_no_letter_back(
    books: Session, owner: Customer, review: Review, step: DunningStep
) -> None:
    make_bill(owner, "300.00", **due(40))
    promise = making.make_promise(owner, due_on=SOON)
    decide(review, owner, step, promise_id=promise.id)
    assert len(preview(got(review), TODAY).letters) == 1


@pytest.mark.parametrize("kind", list(StepKind))
def test_only_written_steps_that_were_decided(
    books: Session, estate: Estate, owner: Customer, review: Review, kind: StepKind
) -> None:
    make_bill(owner, "300.00", **due(40))
    making.make_line(review, make.make_customer(estate))
    decide(review, owner, making.make_step(estate, 2, kind))
    written = kind in (StepKind.letter, StepKind.lawyers_letter)
    assert len(preview(got(review), TODAY).letters) == written


def test_a_letter_names_every_bill_that_is_overdue_now(
    books: Session, estate: Estate, owner: Customer, review: Review, step: DunningStep
) -> None:
    unit = make.make_unit(estate, "3-1-502")
    twin = make.make_customer(estate, merged_into_id=owner.id)
    old, new = make_bill(owner, "300.00", unit_id=unit.id, **due(90)), make_bill(twin, "20.50", **due(1))
    disputed = make_bill(owner, "50.00", **due(60))
    make_dispute(disputed)
    make_bill(owner, "70.00", **due(0))
    decide(review, owner, step)
    run = make_letters(review)
    demand = books.scalars(select(Demand)).one()
    assert books.scalars(select(DemandLine.bill_id).order_by(DemandLine.id)).all() == [old.id, new.id]
    assert (demand.amount, demand.customer_id, demand.pay_until) == (Decimal("320.50"), owner.id, TODAY + timedelta(7))
    said = demand.content
    assert (said["amount"], said["capitals"], said["disputed"]) == ("320.50", in_capitals(Decimal("320.50")), 1)
    assert [line["days"] for line in said["lines"]] == [90, 1]
    assert said["number"] == f"2026催缴{estate.id:02d}字第0001号"
    assert (said["subject"], said["units"]) == ("物业服务费催缴函", "3-1-502")
    for told in ("欧阳娜娜", "320.50", "已逾期90天", "2笔", "2026年3月17日"):
        assert told in said["body"]
    assert (run.demands, run.total, run.left_out) == (1, Decimal("320.50"), [])


def test_the_same_form_is_one_run(books: Session, owner: Customer, review: Review, step: DunningStep) -> None:
    make_bill(owner, "300.00", **due(40))
    decide(review, owner, step)
    assert make_letters(review, "one").id == make_letters(review, "one").id
    assert "no letter" in refused(make_letters, review, "two")
    [out] = preview(got(review), TODAY).left_out
    assert out.reason is Reason.made
    assert books.scalar(select(func.count(Demand.id))) == 1


def test_what_was_shown_is_what_is_made(books: Session, owner: Customer, review: Review, step: DunningStep) -> None:
    make_bill(owner, "300.00", **due(40))
    decide(review, owner, step)
    shown = preview(got(review), TODAY).figures
    pay(owner, "50.00")
    assert "has changed" in refused(make_letters, review, "one", shown)
    assert make_letters(review, "one", preview(got(review), TODAY).figures).total == Decimal(250)


def test_letters_are_made_of_the_latest_review(
    books: Session, estate: Estate, owner: Customer, review: Review, step: DunningStep
) -> None:
    make_bill(owner, "300.00", **due(40))
    decide(review, owner, step)
    making.make_review(estate, TODAY.replace(month=4, day=1))
    assert "2026-04 is the latest" in refused(make_letters, review)


def test_two_lines_of_files_that_were_merged_are_one_letter(
    books: Session, estate: Estate, owner: Customer, review: Review, step: DunningStep
) -> None:
    twin = make.make_customer(estate)
    for each in (owner, twin):
        make_bill(each, "300.00", **due(40))
        decide(review, each, step)
    books.get_one(Customer, twin.id).merged_into_id = owner.id
    books.flush()
    found = preview(got(review), TODAY)
    assert [each.reason for each in found.left_out] == [Reason.merged]
    assert make_letters(review).total == Decimal(600)


def test_ten_letters_cost_as_many_statements_as_one(
    books: Session, estate: Estate, review: Review, step: DunningStep, queries: Any
) -> None:
    def some(letters: int) -> int:
        for _each in range(letters):
            customer = make.make_customer(estate)
            make_bill(customer, "300.00", **due(40))
            decide(review, customer, step)
        with queries() as seen:
            make_letters(review, f"k{next(numbers)}")
            books.flush()
        return len(seen)

    some(1)
    assert some(1) == some(10)


# Rolling back


def queue(estate: Estate, review: Review) -> tuple[list[Any], Preview]:
    """How every account stands, what is advised, and what letters would be made."""
    rows = session().execute(judged(estate.id, TODAY, steps_in_use(estate.id))).all()
    return [tuple(row) for row in rows], preview(got(review), TODAY)


def test_rolled_back_the_queue_is_as_before(books: Session, estate: Estate, review: Review, step: DunningStep) -> None:
    making.make_step(estate, 2, days=80, gap=10)
    for number in range(3):
        customer = make.make_customer(estate)
        make_bill(customer, f"{300 + number}.00", **due(90 + number))
        decide(review, customer, step)
    before = queue(estate, review)
    run = make_letters(review)
    assert queue(estate, review) != before
    service.roll_back(run, "单价录错")
    assert queue(estate, review) == before
    assert books.scalars(select(Demand.voided)).all() == [True] * 3
    assert set(books.scalars(select(Number.state).where(Number.text.contains("催缴")))) == {NumberState.committed}
    again = make_letters(review, "again")
    assert books.scalars(select(Number.serial).join(Demand).where(Demand.run_id == again.id)).all() == [4, 5, 6]
    assert [row[0] for row in audit_rows(run)] == ["Letter"] * 3
    assert "单价录错" in audit_rows(run)[0][-1]


def test_another_step_for_the_same_sum_is_a_change(
    books: Session, estate: Estate, owner: Customer, review: Review, step: DunningStep
) -> None:
    lawyers = making.make_step(estate, 2, StepKind.lawyers_letter)
    make_bill(owner, "300.00", **due(40))
    line = decide(review, owner, step)
    shown = preview(got(review), TODAY).figures
    books.get_one(ArrearsLine, line.id).decided_step_id = lawyers.id
    books.flush()
    assert "changed" in refused(make_letters, review, "one", shown)


def test_a_step_that_spares_our_own_matters_looks_again(
    books: Session, estate: Estate, owner: Customer, review: Review
) -> None:
    sparing = making.make_step(estate, 2, least=Decimal(0), spares_matters=True)
    make_bill(owner, "300.00", **due(40))
    decide(review, owner, sparing)
    assert len(preview(got(review), TODAY).letters) == 1
    make.make_follow_up(estate, customer=owner)
    assert [each.reason for each in preview(got(review), TODAY).left_out] == [Reason.matters]


def test_what_has_left_the_house_is_not_rolled_back(
    books: Session, owner: Customer, review: Review, step: DunningStep
) -> None:
    make_bill(owner, "300.00", **due(40))
    decide(review, owner, step)
    run = make_letters(review)
    demand = books.scalars(select(Demand)).one()
    delivery = make_delivery(demand)
    assert "brought already" in refused(service.roll_back, run, "错")
    make_delivery(demand, reverses_id=delivery.id)
    assert "Write why" in refused(service.roll_back, run, " ")
    service.roll_back(run, "错")
    assert "already" in refused(service.roll_back, run, "错")


@pytest.mark.parametrize("state", list(RunState))
def test_every_step_of_a_run(state: RunState) -> None:
    class Run:
        pass

    run: Any = Run()
    run.state = state
    if state is RunState.made:
        RUN_WORKFLOW.take(run, "roll_back")
        assert run.state is RunState.rolled_back
    else:
        with pytest.raises(IllegalTransition):
            RUN_WORKFLOW.take(run, "roll_back")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(-3, 60), st.booleans(), st.integers(-2, 2)), min_size=1, max_size=6))
def test_a_disputed_line_never_enters_a_letter(
    books: Session, estate: Estate, step: DunningStep, bills: list[tuple[int, bool, int]]
) -> None:
    """Of each bill: days overdue, whether somebody disputes it, and until when from today on."""
    review = making.make_review(estate, months_later(TODAY.replace(day=1), next(numbers)))
    owner, wanted = make.make_customer(estate), []
    for days, disputed, until in bills:
        bill = make_bill(owner, "300.00", **due(days))
        if disputed:
            make_dispute(bill, TODAY + timedelta(days=until))
        if days > 0 and not (disputed and until >= 0):
            wanted.append(bill.id)
    decide(review, owner, step)
    if wanted:
        make_letters(review, f"h{review.id}")
    else:
        assert "no letter" in refused(make_letters, review)
    named = select(DemandLine.bill_id).join(Demand).where(Demand.customer_id == owner.id)
    assert sorted(books.scalars(named)) == sorted(wanted)
