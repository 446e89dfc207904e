"""Every state × action, every role × action, and who is too close to a renovation to decide about it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crm.auth.permissions import ROLES, RoleName
from crm.errors import IllegalTransition
from crm.properties.models import Estate
from crm.renovations.cases.models import (
    ENDED,
    STATE_TITLES,
    STATE_TONES,
    WORKFLOW,
    Decision,
    Renovation,
    RenovationState,
)
from crm.renovations.cases.views.steps import PAGES
from tests import factories as make
from tests.renovations.making import do, make_alteration, make_extension, make_renovation

SignIn = Callable[[str], FlaskClient]
S = RenovationState
BEFORE = {S.applied, S.complete, S.reviewed, S.agreed}
ALLOWED = {
    "change": BEFORE,
    "complete": {S.applied},
    "examine": {S.complete},
    "give_back": {S.complete, S.reviewed},
    "refuse": {S.applied, S.complete, S.reviewed},
    "sign": {S.reviewed},
    "permit": {S.agreed},
    "begin": {S.permitted},
    "extend": {S.permitted, S.under_way, S.stopped},
    "stop": {S.permitted, S.under_way},
    "resume": {S.stopped},
    "finish": {S.under_way},
    "pass_first": {S.completion, S.fixing},
    "fail_first": {S.completion, S.fixing},
    "pass_second": {S.waiting, S.mending},
    "fail_second": {S.waiting, S.mending},
    "settle": {S.checked},
    "close": {S.settled},
    "shorten": {S.waiting},
    "reopen": {S.settled, S.closed},
    "withdraw": {*BEFORE, S.permitted},
}


def test_the_table_is_what_was_agreed() -> None:
    assert {name: set(step.sources) for name, step in WORKFLOW.items()} == ALLOWED


@pytest.mark.parametrize("action", WORKFLOW)
@pytest.mark.parametrize("state", S)
def test_every_cell(state: RenovationState, action: str) -> None:
    renovation = Renovation(state=state)
    with nullcontext() if state in ALLOWED[action] else pytest.raises(IllegalTransition):
        WORKFLOW.take(renovation, action)
        assert renovation.state is (WORKFLOW[action].target or state)


def test_every_state_has_its_words_and_tone() -> None:
    assert set(STATE_TITLES) == set(STATE_TONES) == set(S)


def test_every_end_is_reached_and_left_by_nothing() -> None:
    left = {name for name, step in WORKFLOW.items() if step.sources & set(ENDED)}  # type: ignore[operator]
    assert left == {"reopen"}  # its settlement was taken back
    reached = {step.target for step in WORKFLOW.values()} | {S.applied}
    assert reached - {None} == set(S)


@pytest.mark.parametrize("action", PAGES)
@pytest.mark.parametrize("state", [S.applied, S.agreed, S.under_way, S.stopped, S.waiting, S.withdrawn])
def test_a_page_of_a_step_opens_where_the_table_lets_it(
    sign_in: SignIn, estate: Estate, state: RenovationState, action: str
) -> None:
    """Each by somebody who may; what is not possible is said and changes nothing."""
    unit = make.make_unit(estate)
    made = make_renovation(unit, make.make_customer(estate, unit=unit), state, deposit_asked=0, deposit_reason="小修")
    do(made, "水电改造")
    role = next(
        role for role in (RoleName.service_desk, RoleName.dispatcher, RoleName.desk_supervisor) if may(role, action)
    )
    answer = sign_in(role).get(f"/renovations/{made.id}/{action}")
    possible = state in ALLOWED[action] and (state, action) != (S.applied, "complete")  # its papers are missing
    assert answer.status_code == (200 if possible else 409)


def may(role: RoleName, action: str) -> bool:
    return WORKFLOW[action].permission in ROLES[role]


@pytest.mark.parametrize("role", RoleName)
@pytest.mark.parametrize("action", PAGES)
def test_each_role_by_each_action(sign_in: SignIn, estate: Estate, role: RoleName, action: str) -> None:
    unit = make.make_unit(estate)
    state = sorted(ALLOWED[action])[0]
    made = make_renovation(unit, make.make_customer(estate, unit=unit), state, deposit_asked=0, deposit_reason="小修")
    answer = sign_in(role).get(f"/renovations/{made.id}/{action}")
    assert (answer.status_code == 403) is not may(role, action)


def test_what_is_over_is_touched_by_nobody(estate: Estate, db: Session) -> None:
    unit = make.make_unit(estate)
    made = make_renovation(unit, make.make_customer(estate, unit=unit), S.withdrawn)
    db.get_one(Renovation, made.id).description = "etwas anderes"
    with pytest.raises(DBAPIError):
        db.flush()


@pytest.mark.parametrize("make_asked", [make_extension, make_alteration])
def test_what_is_decided_stays_decided(estate: Estate, db: Session, make_asked: Callable[..., Any]) -> None:
    unit = make.make_unit(estate)
    made = make_renovation(unit, make.make_customer(estate, unit=unit), S.under_way)
    asked = make_asked(made, decision=Decision.refused, decided_by="周慧", decided_at=made.applied_at)
    db.get_one(type(asked), asked.id).decision = Decision.approved
    with pytest.raises(DBAPIError):
        db.flush()
