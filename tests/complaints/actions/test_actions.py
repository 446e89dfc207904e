"""Corrective actions: every state × step, who may not, what keeps a case from being closed, the daily word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import func, select

from crm.auth.actor import system_actor
from crm.auth.permissions import RoleName
from crm.complaints.actions import service
from crm.complaints.actions.closing import hindrance as not_to_close
from crm.complaints.actions.jobs import remind
from crm.complaints.actions.queries import IN_STATE, get_action
from crm.complaints.cases.models import (
    ACTING,
    ActionState,
    Complaint,
    ComplaintState,
    CorrectiveAction,
    Outcome,
)
from crm.complaints.cases.queries import get_case
from crm.complaints.cases.service import Found, close
from crm.dates import business_day
from crm.errors import DomainError, IllegalTransition, NotEntitled, UsedElsewhere
from crm.notifications.models import Notification
from crm.properties.models import Estate
from tests import factories as make
from tests.acting import as_
from tests.complaints.hanging import (
    DUE,
    ENGINEERS,
    another,
    make_action,
    make_done,
    make_dropped,
    make_verified,
    of_department,
)
from tests.complaints.making import department_called, make_case, make_complained
from tests.repairs.making import user_called

A, S = ActionState, ComplaintState
MAKERS: dict[ActionState, Callable[..., CorrectiveAction]] = {
    A.open: make_action,
    A.done: make_done,
    A.verified: make_verified,
    A.dropped: make_dropped,
}
AFTER = {
    (A.open, "finish"): A.done,
    (A.done, "verify"): A.verified,
    (A.done, "send_back"): A.open,
    (A.open, "drop"): A.dropped,
    (A.done, "drop"): A.dropped,
}
Work = Callable[..., Any]


def whoever(step: str) -> Any:
    """孙浩 owns it; 周慧 is of the service desk, which the complaint is not about."""
    return as_("sunhao" if step == "finish" else "zhouhui")


def told(user: str) -> list[str]:
    with make.open_session() as db:
        found = select(Notification.text).where(Notification.user_id == user_called(user).id)
        return list(db.scalars(found.order_by(Notification.id)))


@pytest.mark.parametrize("step", ACTING)
@pytest.mark.parametrize("state", A)
def test_every_state_and_step(work: Work, estate: Estate, state: ActionState, step: str) -> None:
    action = MAKERS[state](make_case(estate, S.acting))
    with work(whoever(step)):
        found = get_action(action.id)
        verb = getattr(service, step)
        if (state, step) in AFTER:
            assert step in service.offered(found)
            verb(found, "看过了")
            assert found.state is AFTER[state, step]
        else:
            assert step not in service.offered(found)
            with pytest.raises(IllegalTransition):
                verb(found, "看过了")
            assert found.state is state


@pytest.mark.parametrize("state", A)
def test_the_state_in_the_database_is_the_state_of_the_model(work: Work, estate: Estate, state: ActionState) -> None:
    action = MAKERS[state](make_case(estate, S.acting))
    with work() as db:
        for each, condition in IN_STATE.items():
            found = db.scalars(select(CorrectiveAction.id).where(condition)).all()
            assert (action.id in found) is (each is state)


def test_only_its_owner_says_that_it_is_done(work: Work, estate: Estate) -> None:
    action = make_action(make_case(estate, S.acting))
    for name in ("zhouhui", "limin", "shentao"):
        with work(as_(name)), pytest.raises(NotEntitled, match="孙浩"):
            service.finish(get_action(action.id), "好了")


@pytest.mark.parametrize("step", ["verify", "send_back", "drop"])
def test_the_department_complained_about_neither_verifies_nor_drops(work: Work, estate: Estate, step: str) -> None:
    action = make_done(make_case(estate, S.acting))
    own = another(RoleName.desk_supervisor, department_called(ENGINEERS))
    for actor in (own, of_department("zhouhui", None)):
        with work(actor), pytest.raises(NotEntitled):
            getattr(service, step)(get_action(action.id), "好了")


def test_whoever_is_complained_about_does_not_verify(work: Work, estate: Estate) -> None:
    case = make_case(estate, S.acting, about_user_id=user_called("zhouhui").id, about_department_id=None)
    action = make_done(case)
    with work(as_("zhouhui")), pytest.raises(NotEntitled):
        service.verify(get_action(action.id), "好了")


def test_nobody_verifies_what_is_their_own(work: Work, estate: Estate) -> None:
    action = make_done(make_case(estate, S.acting), "zhouhui")
    with work(as_("zhouhui")), pytest.raises(NotEntitled):
        service.verify(get_action(action.id), "好了")
    with work(as_("shentao")):
        service.verify(get_action(action.id), "好了")


@pytest.mark.parametrize("state", S)
def test_where_one_can_be_added(work: Work, estate: Estate, state: ComplaintState) -> None:
    joined = {"joined_to_id": make_case(estate).id} if state is S.joined else {}
    case = make_case(estate, state, **joined)
    possible = state in service.CAN_BE_ADDED
    with work(as_("limin")) as db:
        found = get_case(case.id)
        if possible:
            service.add(found, "重排夜班", user_called("sunhao").id, DUE)
        else:
            with pytest.raises(IllegalTransition):
                service.add(found, "重排夜班", user_called("sunhao").id, DUE)
        mine = select(func.count()).where(CorrectiveAction.complaint_id == case.id)
        assert db.scalar(mine) == int(possible)


def test_the_same_form_adds_one(work: Work, estate: Estate) -> None:
    case, other, owner = make_case(estate, S.acting), make_case(estate, S.acting), user_called("sunhao").id
    with work(as_("limin")):
        first = service.add(get_case(case.id), "重排夜班", owner, DUE, "k1")
        assert service.add(get_case(case.id), "重排夜班", owner, DUE, "k1") is first
        with pytest.raises(UsedElsewhere):
            service.add(get_case(other.id), "重排夜班", owner, DUE, "k1")
    assert len(told("sunhao")) == 1


def test_it_belongs_to_somebody_who_sees_complaints_there(work: Work, estate: Estate, other_estate: Estate) -> None:
    case = make_case(other_estate, S.acting)
    for name in ("zhangjg", "limin"):  # no right to complaints; another estate's
        with work(as_("zhouhui")), pytest.raises(DomainError):
            service.add(get_case(case.id), "重排夜班", user_called(name).id, DUE)


def test_sent_back_its_owner_is_told_and_does_it_again(work: Work, estate: Estate) -> None:
    action = make_done(make_case(estate, S.acting))
    with work(as_("zhouhui")):
        service.send_back(get_action(action.id), "排班表没有贴出来")
    assert "排班表没有贴出来" in told("sunhao")[-1]
    with work(as_("sunhao")):
        found = get_action(action.id)
        assert (found.done_at, found.done_by_id, found.done_words) == (None, None, "")
        service.finish(found, "贴好了")
    assert any("重排夜班" in text for text in told("zhouhui"))
    assert told("limin") == []


def test_whoever_it_is_about_is_told_of_what_is_theirs_to_do(work: Work, estate: Estate) -> None:
    case = make_case(estate, S.acting, about_user_id=user_called("sunhao").id)
    with work(as_("zhouhui")):
        action = service.add(get_case(case.id), "当面道歉", user_called("sunhao").id, DUE)
    assert len(told("sunhao")) == 1
    with work(as_("sunhao")):
        service.finish(get_action(action.id), "道过歉了")
    with work(as_("zhouhui")):
        service.send_back(get_action(action.id), "客户说没有")
    with work(as_("zhouhui")):
        service.drop(get_action(action.id), "客户不要了")
    assert [
        word in text for word, text in zip(("当面道歉", "客户说没有", "当面道歉"), told("sunhao"), strict=True)
    ] == [True] * 3


# Closing


def closing(work: Work, case: Complaint, outcome: Outcome) -> str:
    with work(as_("zhouhui")):
        return not_to_close(get_case(case.id), outcome)


@pytest.mark.parametrize("outcome", Outcome)
def test_open_ones_keep_a_case_from_being_closed(work: Work, estate: Estate, outcome: Outcome) -> None:
    case = make_case(estate, S.called_back)
    make_verified(case)
    make_done(case)
    make_action(case)
    assert "2" in closing(work, case, outcome)


def test_what_is_justified_wants_one_that_is_verified(work: Work, estate: Estate) -> None:
    case = make_case(estate, S.called_back)
    make_dropped(case)
    for outcome in Outcome:
        assert bool(closing(work, case, outcome)) is (outcome in (Outcome.justified, Outcome.partly))
    make_verified(case)
    assert [closing(work, case, outcome) for outcome in Outcome] == ["", "", "", ""]


def test_the_verb_refuses_and_then_closes(work: Work, estate: Estate) -> None:
    case = make_complained(estate, S.called_back)
    found = Found(cause="response", words="班次排少了", outcome=Outcome.justified)
    action = make_done(case)
    with work(as_("zhouhui")), pytest.raises(DomainError):
        close(get_case(case.id), found)
    with work(as_("zhouhui")):
        service.verify(get_action(action.id), "看过排班表")
        close(get_case(case.id), found)
        assert get_case(case.id).state is S.closed


# The daily word


def test_told_once_a_day_from_the_day_on(work: Work, app: Flask, estate: Estate) -> None:
    with work():
        day = business_day()
    case = make_case(estate, S.acting)
    make_action(case, due_on=day, what="今天到期")
    make_action(case, due_on=day - timedelta(days=2), what="晚了两天")
    make_action(case, due_on=day + timedelta(days=1), what="明天到期")
    make_done(case, due_on=day, what="做好了")
    make_dropped(case, due_on=day, what="放弃了")
    assert (ticked(app), ticked(app)) == (2, 0)
    texts = told("sunhao")
    assert len(texts) == 2
    assert "晚了两天" in texts[0]
    assert "2" in texts[0]
    assert "今天到期" in texts[1]
    with work() as db:
        for action in db.scalars(select(CorrectiveAction)):
            action.warned_on = None if action.warned_on is None else day - timedelta(days=1)
    assert ticked(app) == 2


@pytest.mark.parametrize("state", [S.withdrawn, S.filed])
def test_of_a_case_that_has_ended_nobody_is_told(work: Work, app: Flask, estate: Estate, state: ComplaintState) -> None:
    with work():
        day = business_day()
    make_action(make_case(estate, state), due_on=day)
    assert ticked(app) == 0
    make_action(make_case(estate, S.acting), due_on=day)
    assert ticked(app) == 1


def ticked(app: Flask) -> int:
    with app.app_context():
        g.actor = system_actor("clock")
        return remind()
