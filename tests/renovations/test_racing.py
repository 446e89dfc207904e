"""What meets at a renovation, at the same moment and on real connections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from crm.billing.deposits import queries as books
from crm.billing.deposits import service as deposits
from crm.billing.deposits.models import DepositRequest, MovementKind
from crm.dates import business_day
from crm.properties.models import Estate
from crm.renovations.cases import queries, service
from crm.renovations.cases.models import Renovation, RenovationExtension, RenovationState, RenovationStep
from crm.renovations.cases.service import Permit, Plan, Said, Verdict
from tests import factories as make
from tests.acting import as_
from tests.billing.deposits.making import make_deposit, wish
from tests.meeting import REFUSED, OwnCompany, both
from tests.renovations.making import do, make_extension, make_renovation, work_called

pytestmark = pytest.mark.timeout(300)
Work = Callable[..., Any]
S = RenovationState


@pytest.fixture
def committing(own_company: OwnCompany) -> tuple[Work, Estate]:
    """Units of work of 沈涛."""
    return lambda actor=None: own_company.work(actor or as_("shentao")), own_company.estate


def signed(estate: Estate, state: RenovationState = S.agreed, *, tied: bool = True, **given: Any) -> Renovation:
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    deposit = make_deposit(customer, "3000.00", unit=unit)
    made = make_renovation(unit, customer, state, **({"deposit_id": deposit.id} if tied else {}), **given)
    do(made, "水电改造")
    return made


def issue(renovation_id: int) -> str:
    day = business_day()
    wanted = Permit(valid_from=day, valid_to=day + timedelta(days=30))
    service.permit(queries.get_renovation(renovation_id), wanted, Said())
    return "permit"


@pytest.mark.parametrize("kind", [MovementKind.refund, MovementKind.cancellation])
def test_the_deposit_goes_while_it_is_tied_and_the_permit_issued(
    committing: tuple[Work, Estate], kind: MovementKind
) -> None:
    """Whoever is second is refused: never both."""
    work, estate = committing
    made = signed(estate, tied=False)
    with work():
        [deposit] = books.held_of(made.customer_id)

    def permit() -> str:
        service.tie(queries.get_renovation(made.id), books.get_deposit(deposit.id))
        return issue(made.id)

    def back() -> str:
        deposits.ask(books.get_deposit(deposit.id), wish(kind, "3000.00"))
        return "back"

    assert both(work, permit, back) in (["back", REFUSED], ["permit", REFUSED])
    with work() as db:
        asked = db.scalar(select(func.count(DepositRequest.id)))
        state = db.get_one(Renovation, made.id).state
        assert (state, asked) in ((S.permitted, 0), (S.agreed, 1))


def test_two_issue_the_permit(committing: tuple[Work, Estate]) -> None:
    work, estate = committing
    made = signed(estate)
    assert both(work, lambda: issue(made.id), lambda: issue(made.id)) == ["permit", REFUSED]
    with work() as db:
        assert db.scalar(select(func.count(RenovationStep.id)).filter_by(action="permit")) == 1


def test_two_decide_about_more_time(committing: tuple[Work, Estate]) -> None:
    work, estate = committing
    made = signed(estate, S.under_way)
    asked = make_extension(made)

    def decide(approved: bool) -> Callable[[], str]:
        def act() -> str:
            verdict = Verdict(approved=approved, words="已定")
            service.decide_extension(queries.get_extension(asked.id), verdict)
            return str(approved)

        return act

    said = both(work, decide(True), decide(False))
    assert REFUSED in said
    with work() as db:
        extension = db.get_one(RenovationExtension, asked.id)
        renovation = db.get_one(Renovation, made.id)
        assert (renovation.valid_to == extension.until) is (extension.decision.value == "approved")


def test_two_apply_for_one_unit(committing: tuple[Work, Estate]) -> None:
    """The second is told of the first."""
    work, estate = committing
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    day, work_id = business_day_of_test(work), work_called("水电改造").id

    def apply() -> str:
        plan = Plan(
            contact="欧阳", description="水电", starts_on=day, ends_on=day + timedelta(days=30), work_ids=[work_id]
        )
        service.apply(unit, customer.id, plan)
        return "applied"

    assert both(work, apply, apply) == ["applied", REFUSED]


def business_day_of_test(work: Work) -> Any:
    with work():
        return business_day()


def test_stopped_while_it_is_resumed(committing: tuple[Work, Estate]) -> None:
    work, estate = committing
    made = signed(estate, S.stopped)

    def resume() -> str:
        service.resume(queries.get_renovation(made.id), Said())
        return "resumed"

    said = both(work, resume, resume)
    assert said == [REFUSED, "resumed"] or said == ["resumed", REFUSED]
