"""Compensation: every state × step, four eyes and the department complained about, what may be promised, closing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from crm.auth.permissions import RoleName
from crm.complaints.cases.models import (
    COMPENSATING,
    Compensation,
    CompensationKind,
    CompensationState,
    ComplaintState,
    Outcome,
)
from crm.complaints.cases.queries import get_case
from crm.complaints.cases.service import Found, close
from crm.complaints.compensation import service
from crm.complaints.compensation.closing import hindrance as not_to_close
from crm.complaints.compensation.figures import MAY_PROMISE
from crm.complaints.compensation.queries import get_compensation, receivers
from crm.complaints.compensation.service import Wish
from crm.errors import DomainError, IllegalTransition, NotEntitled, UsedElsewhere
from crm.notifications.models import Notification
from crm.policy.models import FigureValue
from crm.properties.models import Estate
from tests import factories as make
from tests.acting import as_
from tests.complaints.hanging import ENGINEERS, another, make_compensation, of_department
from tests.complaints.making import NOW, department_called, make_caller, make_case, make_complained
from tests.repairs.making import kept, user_called

C, S = CompensationState, ComplaintState
AFTER = {
    (C.asked, "approve"): C.approved,
    (C.asked, "refuse"): C.refused,
    (C.asked, "take_back"): C.taken_back,
    (C.approved, "take_back"): C.taken_back,
    (C.approved, "give"): C.given,
}
SAID: dict[str, tuple[Any, ...]] = {"give": (date(2026, 11, 25), "减免单0012")}
Work = Callable[..., Any]


def wish(amount: str = "200.00", **given: Any) -> Wish:
    return Wish(kind=CompensationKind.waiver, amount=Decimal(amount), reason="三天没有热水", **given)


def told(user: str) -> list[str]:
    with make.open_session() as db:
        found = select(Notification.text).where(Notification.user_id == user_called(user).id)
        return list(db.scalars(found.order_by(Notification.id)))


@pytest.mark.parametrize("step", COMPENSATING)
@pytest.mark.parametrize("state", C)
def test_every_state_and_step(work: Work, estate: Estate, state: CompensationState, step: str) -> None:
    """沈涛 decides, 李敏 has asked and gives."""
    made = make_compensation(make_complained(estate, S.acting), state)
    with work(as_("shentao" if step in service.DECIDE else "limin")):
        found = get_compensation(made.id)
        verb, said = getattr(service, step), SAID.get(step, ("因为停水三天",))
        if (state, step) in AFTER:
            assert step in service.offered(found)
            verb(found, *said)
            assert found.state is AFTER[state, step]
        else:
            assert step not in service.offered(found)
            with pytest.raises(IllegalTransition):
                verb(found, *said)
            assert found.state is state


@pytest.mark.parametrize("step", sorted(service.DECIDE))
def test_neither_whoever_asked_nor_the_department_decides(work: Work, estate: Estate, step: str) -> None:
    case = make_complained(estate, S.acting)
    made = make_compensation(case, asked_by_id=user_called("shentao").id, asked_by="沈涛")
    own = another(RoleName.deputy_general_manager, department_called(ENGINEERS))
    for actor in (as_("shentao"), own, of_department("hanbing", None)):
        with work(actor), pytest.raises(NotEntitled):
            getattr(service, step)(get_compensation(made.id), "好")
    with work(as_("hanbing")):
        getattr(service, step)(get_compensation(made.id), "好")


def test_the_database_refuses_two_eyes(work: Work, estate: Estate) -> None:
    limin = user_called("limin").id
    with pytest.raises(DBAPIError):
        make_compensation(make_complained(estate), C.approved, asked_by_id=limin, decided_by_id=limin)


def test_whoever_is_complained_about_does_not_decide(work: Work, estate: Estate) -> None:
    case = make_complained(estate, S.acting, about_user_id=user_called("shentao").id, about_department_id=None)
    made = make_compensation(case)
    with work(as_("shentao")), pytest.raises(NotEntitled):
        service.approve(get_compensation(made.id))


@pytest.mark.parametrize("state", S)
def test_where_one_can_be_asked_for(work: Work, estate: Estate, state: ComplaintState) -> None:
    case = make_case(estate, state, **({"joined_to_id": make_case(estate).id} if state is S.joined else {}))
    with work(as_("limin")):
        if state in service.CAN_BE_ASKED:
            assert service.ask(get_case(case.id), wish()).state is C.asked
        else:
            with pytest.raises(IllegalTransition):
                service.ask(get_case(case.id), wish())


def test_asked_for_once_and_the_deciders_are_told(work: Work, estate: Estate) -> None:
    case, other = make_complained(estate, S.acting), make_complained(estate, S.acting)
    with work(as_("limin")):
        first = service.ask(get_case(case.id), wish(key="k1", customer_id=case.customer_id))
        assert service.ask(get_case(case.id), wish(key="k1")) is first
        with pytest.raises(UsedElsewhere):
            service.ask(get_case(other.id), wish(key="k1"))
    assert len(told("shentao")) == len(told("hanbing")) == 1
    assert told("sunhao") == told("zhouhui") == []
    with work(as_("shentao")):
        service.approve(get_compensation(first.id), "同意")
    assert case.number in told("limin")[-1]


def test_only_a_caller_who_gave_their_name_gets_it(work: Work, estate: Estate) -> None:
    case = make_complained(estate, S.acting)
    hidden, stranger = make.make_customer(estate, "匿名人"), make.make_customer(estate, "外人")
    make_caller(case, hidden, anonymous=True)
    with work(as_("limin")):
        assert [*receivers(case.id)] == [case.customer_id]
        for customer in (hidden, stranger):
            with pytest.raises(DomainError):
                service.ask(get_case(case.id), wish(customer_id=customer.id))


def may_promise(amount: int) -> None:
    facts = {"key": MAY_PROMISE.key, "value": amount, "valid_from": date(2026, 1, 1), "confirmed": True}
    kept(FigureValue(**facts, basis="总经理办公会", set_by="刘洋", set_at=NOW))


@pytest.mark.parametrize(("amount", "state"), [("100.00", C.approved), ("100.01", C.asked)])
def test_what_handlers_may_promise_waits_for_nobody(
    work: Work, estate: Estate, amount: str, state: CompensationState
) -> None:
    may_promise(100)
    case = make_complained(estate, S.acting)
    with work(as_("limin")):
        made = service.ask(get_case(case.id), wish(amount))
        assert (made.state, made.decided_by_id) == (state, None)
        assert bool(made.decision) is (state is C.approved)


def test_several_small_sums_of_a_case_are_one(work: Work, estate: Estate) -> None:
    may_promise(100)
    case, other = make_complained(estate, S.acting), make_complained(estate, S.acting)
    with work(as_("limin")):
        first = service.ask(get_case(case.id), wish("60.00"))
        assert (first.state, service.ask(get_case(case.id), wish("60.00")).state) == (C.approved, C.asked)
        assert service.ask(get_case(other.id), wish("60.00")).state is C.approved
        service.take_back(first, "不需要了")
        assert service.ask(get_case(case.id), wish("60.00")).state is C.approved


def test_nothing_can_be_promised_as_long_as_the_company_says_nothing(work: Work, estate: Estate) -> None:
    with work(as_("limin")):
        assert service.ask(get_case(make_complained(estate, S.acting).id), wish("0.01")).state is C.asked


def test_the_department_complained_about_promises_nothing_by_itself(work: Work, estate: Estate) -> None:
    """孙浩 is of the engineers, whom the case is about."""
    may_promise(100)
    with work(as_("sunhao")):
        assert service.ask(get_case(make_complained(estate, S.acting).id), wish("50.00")).state is C.asked


@pytest.mark.parametrize("state", C)
def test_what_is_not_settled_keeps_a_case_from_being_closed(
    work: Work, estate: Estate, state: CompensationState
) -> None:
    case = make_complained(estate, S.called_back)
    make_compensation(case, C.given)
    make_compensation(case, state)
    with work(as_("zhouhui")):
        assert bool(not_to_close(get_case(case.id))) is (state in (C.asked, C.approved))


def test_the_verb_refuses_and_then_closes(work: Work, estate: Estate) -> None:
    case = make_complained(estate, S.called_back)
    made = make_compensation(case, C.approved)
    found = Found(cause="outside", words="市政停水", outcome=Outcome.unjustified)
    with work(as_("zhouhui")), pytest.raises(DomainError):
        close(get_case(case.id), found)
    with work(as_("zhouhui")):
        service.give(get_compensation(made.id), date(2026, 11, 25), "减免单0012")
        close(get_case(case.id), found)
        assert get_case(case.id).state is S.closed


def test_what_is_over_is_closed_to_every_change(work: Work, estate: Estate) -> None:
    made = make_compensation(make_complained(estate), C.given)
    with pytest.raises(DBAPIError), work() as db:
        db.get_one(Compensation, made.id).amount = Decimal(1)
