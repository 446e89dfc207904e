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
from crm.archive.handover.standing import Standing
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


@pytest.mark.parametrize("action", SUPPLEMENTING)
@pytest.mark.parametrize("state", LineState)
def test_every_line_action_and_person(desk: Desk, db: Session, state: LineState, action: str) -> None:
    """Each on a new line."""
    step = SUPPLEMENTING[action]
    for who in PEOPLE:
        handover = handover_row(db, desk)
        handover.state = HandoverState.supplementing
        db.commit()
        line_id = make.make_supplement_line(handover, **decided_by(state)).id
        allowed = who in WHOSE[action] and state in step.sources
        refusal = attempt(lambda who=who: desk.line(who, ACTS[action]))  # type: ignore[misc]
        after = db.get_one(SupplementLine, line_id, populate_existing=True).state
        assert (refusal == "", after) == (allowed, step.target if allowed else state), who
        assert allowed or is_sentence(refusal)


@pytest.mark.parametrize("action", POSTPONING)
@pytest.mark.parametrize("state", AskState)
def test_every_decision_and_person(desk: Desk, db: Session, state: AskState, action: str) -> None:
    """Those who may not try first, all on the same; then each who may, on a new one."""
    decided = {} if state is AskState.asked else {"decided_by_id": make.user_called(MANAGER).id, "decided_at": make.NOW}
    may = ABOVE if state is AskState.asked else set()
    asked_id = None
    for who in sorted(PEOPLE, key=may.__contains__):
        if asked_id is None:
            row = handover_row(db, desk)
            asked_id = make.make_postponement(row, state=state, new_due=date(2026, 12, 30), **decided).id
        refusal = attempt(lambda who=who, key=asked_id: desk.do(who, lambda each: decide(each, key, action)))  # type: ignore[misc]
        after = db.get_one(Postponement, asked_id, populate_existing=True).state
        assert (refusal == "", after) == (who in may, POSTPONING[action].target if who in may else state), who
        assert who in may or is_sentence(refusal)
        asked_id = None if who in may else asked_id


def decide(standing: Standing, key: int, action: str) -> None:
    postponing.decide(standing, get_postponement(key), action, "意见")


@pytest.mark.parametrize("state", HandoverState)
def test_more_time_is_asked_for_by_whose_clock_runs(desk: Desk, state: HandoverState) -> None:
    """The one who may tries last."""
    desk.bring_to(state)
    holder = {HandoverState.preparing: A, HandoverState.checking: "", HandoverState.filed: ""}.get(state, B)
    later = desk.today() + timedelta(days=30)
    for who in sorted(PEOPLE, key=holder.__eq__):
        refusal = attempt(lambda who=who: desk.do(who, lambda each: postponing.ask(each, later, "客户在外地")))  # type: ignore[misc]
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
