"""What meets in a renovation under way, at the same moment and on real connections."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.billing.deposits import service as deposits
from crm.billing.deposits.models import Deposit, MovementKind
from crm.dates import business_day, utc_now
from crm.db import session
from crm.properties.models import Estate
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.service.steps import STEPS as CASE
from crm.renovations.passes import queries as passes
from crm.renovations.passes import service
from crm.renovations.passes.models import PassState, RenovationPass
from crm.renovations.passes.service import Person, Terms
from crm.renovations.patrols import service as patrols
from crm.renovations.patrols.models import Outcome, RenovationPatrol, RenovationPatrolPlan
from crm.renovations.patrols.queries import get_plan
from crm.renovations.patrols.service import PointSeen, Seen
from crm.steps.taking import Said
from crm.tenants.models import Customer
from crm.violations.cases.models import Violation
from crm.violations.types.models import ViolationType
from tests.acting import as_
from tests.billing.deposits.making import make_deposit, wish
from tests.meeting import REFUSED, OwnCompany, both
from tests.renovations.on_site import IDS, make_pass, make_patrol_plan, make_site, make_worker

pytestmark = pytest.mark.timeout(300)
Work = Callable[..., AbstractContextManager[Session]]


@pytest.fixture
def committing(own_company: OwnCompany) -> tuple[Work, Estate]:
    """Units of work of 周慧."""
    return lambda actor=None: own_company.work(actor or as_("zhouhui")), own_company.estate


def begun(work: Work, estate: Estate) -> tuple[Renovation, date]:
    with work():
        day = business_day()
    permit = {"valid_from": day, "valid_to": day + timedelta(days=30), "permitted_at": utc_now() - timedelta(days=1)}
    return make_site(estate, **permit), day


def case_of(renovation: Renovation) -> Renovation:
    return session().get_one(Renovation, renovation.id)


def counted(work: Work, model: Any) -> int:
    with work() as db:
        return db.scalar(select(func.count(model.id))) or 0


def test_two_patrollers_at_once(committing: tuple[Work, Estate]) -> None:
    """Both entries stand with their violations; the next patrol is due once, by the plan."""
    work, estate = committing
    case, day = begun(work, estate)
    make_patrol_plan(case, day)

    def there(code: str) -> Callable[[], str]:
        def walk() -> str:
            kind = session().scalars(select(ViolationType).filter_by(name="违规施工时间")).one()
            point = PointSeen(code=code, outcome=Outcome.found, words="午休时间打孔", type=kind)
            patrols.patrol(case_of(case), Seen(points=[point], key=f"key-{code}"))
            return "kept"

        return walk

    assert both(work, there("noise"), there("hours")) == ["kept", "kept"]
    with work() as db:
        assert db.scalar(select(func.count(RenovationPatrol.id))) == 2
        assert db.scalar(select(func.count(Violation.id))) == 2
        dues = db.scalars(select(RenovationPatrol.due_on).order_by(RenovationPatrol.id)).all()
        assert list(dues) == [day, None]
        plan = db.scalars(select(RenovationPatrolPlan)).one()
        assert plan.next_on == day + timedelta(days=3)


def test_one_entry_sent_twice_at_once(committing: tuple[Work, Estate]) -> None:
    work, estate = committing
    case, day = begun(work, estate)
    make_patrol_plan(case, day)

    def walk() -> str:
        return str(patrols.patrol(case_of(case), Seen(nobody=True, key="once")).id)

    one, other = both(work, walk, walk)
    assert one == other
    assert counted(work, RenovationPatrol) == 1


def test_a_walk_that_two_want_is_one_persons(committing: tuple[Work, Estate]) -> None:
    work, estate = committing
    case, day = begun(work, estate)
    make_patrol_plan(case, day)

    def take() -> str:
        patrols.take_over(get_plan(case.id))
        return "mine"

    assert both(work, take, take) == ["mine", REFUSED]


def test_the_work_ends_while_somebody_is_on_patrol(committing: tuple[Work, Estate]) -> None:
    """Whoever comes first: the entry stands, and nobody is to go there any more."""
    work, estate = committing
    case, day = begun(work, estate)
    make_patrol_plan(case, day)

    def walk() -> str:
        patrols.patrol(case_of(case), Seen(nobody=True, key="once"))
        return "kept"

    def finish() -> str:
        renovation = case_of(case)
        CASE.take(renovation, "finish", Said(), done_on=day)
        patrols.follow(renovation)
        return "finished"

    said = both(work, walk, finish)
    assert "kept" in said
    assert said in (["finished", "kept"], [REFUSED, "kept"])
    with work() as db:
        plan = db.scalars(select(RenovationPatrolPlan)).one()
        assert (plan.next_on is None) == ("finished" in said)


def test_one_worker_gets_one_pass(committing: tuple[Work, Estate]) -> None:
    work, estate = committing
    case, day = begun(work, estate)
    worker = make_worker(case)

    def issue(key: str) -> Callable[[], str]:
        def act() -> str:
            [made] = service.issue(case_of(case), [worker.id], Terms(valid_to=day, key=key))
            return made.number

        return act

    said = both(work, issue("a"), issue("b"))
    assert REFUSED in said
    assert counted(work, RenovationPass) == 1
    again = both(work, issue("a"), issue("a")) if said[0].startswith("CR") else both(work, issue("b"), issue("b"))
    assert len(set(again)) <= 2
    assert counted(work, RenovationPass) == 1


def test_one_person_is_registered_once(committing: tuple[Work, Estate]) -> None:
    work, estate = committing
    case, _day = begun(work, estate)

    def register(key: str) -> Callable[[], str]:
        def act() -> str:
            service.register(case_of(case), [Person(name="王建国", id_number=IDS[0])], key)
            return "registered"

        return act

    assert both(work, register("a"), register("b")) == [REFUSED, "registered"]


def test_a_pass_is_lost_and_handed_in_at_once(committing: tuple[Work, Estate]) -> None:
    """One card is never both; where it was lost first, a new one may be out and the old one lies on the counter."""
    work, estate = committing
    case, day = begun(work, estate)
    made = make_pass(case, valid_from=day, valid_to=day)

    def lose() -> str:
        service.lose(passes.get_pass(made.id), Said(reason="丢了", key="a"), again=True)
        return "lost"

    def hand_in() -> str:
        service.hand_in(passes.get_pass(made.id), Said(key="b"))
        return "handed in"

    said = both(work, lose, hand_in)
    assert said in (["handed in", REFUSED], ["lost", REFUSED], ["handed in", "lost"])
    with work():
        assert len(passes.out_of(case.id)) == (1 if "lost" in said else 0)
        state = session().get_one(RenovationPass, made.id).state
        assert state is (PassState.returned if "handed in" in said else PassState.lost)


def test_the_deposit_goes_back_while_a_card_is_made_out_on_it(committing: tuple[Work, Estate]) -> None:
    """Either the money goes back, or it stands for the card: never both."""
    work, estate = committing
    case, day = begun(work, estate)
    worker = make_worker(case)
    with work() as db:
        owner = db.get_one(Customer, case.customer_id)
    deposit_id = make_deposit(owner, "100.00", unit_id=case.unit_id, kind="access_card").id

    def issue() -> str:
        service.issue(case_of(case), [worker.id], Terms(valid_to=day, deposit_id=deposit_id, key="a"))
        return "issued"

    def give_back() -> str:
        deposit = session().get_one(Deposit, deposit_id)
        deposits.ask(deposit, wish(MovementKind.refund, "100.00"))
        return "asked"

    said = both(work, issue, give_back)
    assert REFUSED in said
    assert len(set(said)) == 2
    assert counted(work, RenovationPass) == (1 if "issued" in said else 0)
