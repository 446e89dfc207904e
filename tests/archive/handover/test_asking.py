"""Supplement lines and postponements: state × action × person, refused in a sentence unless it is one's turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm.archive.handover.models import (
    POSTPONING,
    SUPPLEMENTING,
    AskState,
    HandoverState,
    LineState,
    Postponement,
    SupplementLine,
)
from crm.archive.handover.queries.deadlines import get_postponement
from crm.archive.handover.service import postponing, supplements
from crm.errors import DomainError
from tests import factories as make
from tests.archive.handover.desk import ARCHIVIST, DEPUTY, MANAGER, A, B, Desk, handover_row

CHAIRMAN, AUDITOR = "tangfeng", "caoning"
PEOPLE = (A, B, ARCHIVIST, DEPUTY, MANAGER, CHAIRMAN, AUDITOR)
ABOVE = {DEPUTY, MANAGER, CHAIRMAN}
WHOSE = {"provide": {A}, "verify": {B}, "bounce": {B}, "waive": ABOVE}
ACTS: dict[str, Callable[..., None]] = {
    "provide": lambda standing, line: supplements.provide(standing, line, "已补，在卷内"),
    "verify": supplements.verify,
    "bounce": lambda standing, line: supplements.bounce(standing, line, "签的是别人的名字"),
    "waive": lambda standing, line: supplements.waive(standing, line, "董事出国"),
}


def decided_by(state: LineState) -> dict[str, Any]:
    who = {LineState.verified: B, LineState.waived: MANAGER}.get(state)
    closed = {"decided_by_id": make.user_called(who).id, "decided_at": make.NOW, "reason": "说明"} if who else {}
    return {"state": state} | closed


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("action", SUPPLEMENTING)
@pytest.mark.parametrize("state", LineState)
def test_every_line_action_and_person(desk: Desk, db: Session, state: LineState, action: str, who: str) -> None:
    handover = handover_row(db, desk)
    handover.state = HandoverState.supplementing
    db.commit()
    line_id = make.make_supplement_line(handover, **decided_by(state)).id
    step, allowed = SUPPLEMENTING[action], who in WHOSE[action] and state in SUPPLEMENTING[action].sources
    refusal = attempt(lambda: desk.line(who, ACTS[action]))
    after = db.get_one(SupplementLine, line_id, populate_existing=True).state
    assert (refusal == "", after) == (allowed, step.target if allowed else state)
    assert allowed or is_sentence(refusal)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("action", POSTPONING)
@pytest.mark.parametrize("state", AskState)
def test_every_decision_and_person(desk: Desk, db: Session, state: AskState, action: str, who: str) -> None:
    decided = {} if state is AskState.asked else {"decided_by_id": make.user_called(MANAGER).id, "decided_at": make.NOW}
    asked_id = make.make_postponement(handover_row(db, desk), state=state, new_due=date(2026, 12, 30), **decided).id
    allowed = who in ABOVE and state is AskState.asked
    refusal = attempt(
        lambda: desk.do(who, lambda each: postponing.decide(each, get_postponement(asked_id), action, "意见"))
    )
    after = db.get_one(Postponement, asked_id, populate_existing=True).state
    assert (refusal == "", after) == (allowed, POSTPONING[action].target if allowed else state)
    assert allowed or is_sentence(refusal)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", HandoverState)
def test_more_time_is_asked_for_by_whose_clock_runs(desk: Desk, state: HandoverState, who: str) -> None:
    desk.bring_to(state)
    holder = {HandoverState.preparing: A, HandoverState.checking: "", HandoverState.filed: ""}.get(state, B)
    later = desk.today() + timedelta(days=30)
    refusal = attempt(lambda: desk.do(who, lambda each: postponing.ask(each, later, "客户在外地")))
    assert (refusal == "") == (who == holder), refusal
    assert who == holder or is_sentence(refusal)


def attempt(act: Callable[[], Any]) -> str:
    """The refusal, "" when it was done."""
    try:
        act()
    except DomainError as refusal:
        return str(refusal)
    return ""


def is_sentence(text: str) -> bool:
    return len(text) > 8 and text[-1] in ".。"
