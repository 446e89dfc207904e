"""What the demo company's hand-overs tell: every state, what goes wrong on the way, and nothing against the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from random import Random

import pytest
from flask import Flask, g
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crm.archive.dossiers.invariants import examine
from crm.archive.dossiers.models import Correction, Removal
from crm.archive.dossiers.models.records import AskState
from crm.archive.handover.models import (
    Grade,
    Handover,
    HandoverState,
    HandoverStep,
    LateFiling,
    LateState,
    LineState,
    ListSignature,
    ListVersion,
    Postponement,
    RegisterEntry,
    SupplementLine,
)
from crm.audit.models import LogEntry
from crm.audit.queries import verify
from crm.auth.actor import system_actor
from crm.auth.models import User
from crm.db import unit_of_work
from crm.demo import afterwards, credit, handover
from crm.demo.place import Ground
from tests.conftest import thrown_away
from tests.demo.test_credit import NO_HISTORY

pytestmark = pytest.mark.told


@pytest.fixture(scope="module")
def told(app: Flask, engine: Engine) -> Iterator[Session]:
    """Told once; the tests read it."""
    with thrown_away(engine) as kept:
        with app.app_context():
            g.actor = system_actor("tests")
            with unit_of_work() as session:
                ground = Ground({}, {user.username: user.id for user in session.scalars(select(User))})
                for store in (credit.store, handover.store, afterwards.store):
                    store(ground, Random(f"1:{store.__module__}"), NO_HISTORY)
        yield kept


def test_every_state_and_every_turn_is_told(told: Session, app: Flask) -> None:
    states = Counter(told.scalars(select(Handover.state)))
    assert set(states) == set(HandoverState)
    assert states[HandoverState.filed] >= 12
    assert set(told.scalars(select(SupplementLine.state))) >= {LineState.open, LineState.verified, LineState.waived}
    asked = told.scalars(select(Postponement)).all()
    assert {each.state.value for each in asked} == {"asked", "approved", "refused"}
    assert {each.after_due for each in asked} == {True, False}
    assert "reject" in set(told.scalars(select(HandoverStep.action)))
    assert max(told.scalars(select(ListVersion.version))) == 2
    assert {each.late for each in told.scalars(select(RegisterEntry))} == {True, False}
    assert set(told.scalars(select(ListSignature.grade))) == {Grade.password}


def test_the_past_stands_in_its_own_days_under_its_own_names(told: Session) -> None:
    steps = told.scalars(select(HandoverStep).order_by(HandoverStep.handover_id, HandoverStep.id)).all()
    assert all(one.taken_at <= other.taken_at for one, other in pairwise(steps) if one.handover_id == other.handover_id)
    actors = set(told.scalars(select(LogEntry.actor).where(LogEntry.kind == "HandoverMoved")))
    assert actors == {"王磊", "赵倩", "冯雪", "沈涛"}, "the deputy's waiver ends a supplement"


def test_nothing_of_it_is_against_the_rules(told: Session, app: Flask) -> None:
    with app.app_context():
        g.actor = system_actor("tests")
        with unit_of_work(writes=False):
            found = examine()
    assert {name: faults for name, faults in found.items() if faults and name != "I10"} == {}
    assert verify(told).sound


def test_after_filing_there_are_supplements_corrections_and_uses(told: Session) -> None:
    assert set(told.scalars(select(LateFiling.state))) == {LateState.filed, LateState.pending}
    asked = told.execute(select(Correction.field, Correction.state)).all()
    assert {(each.field, each.state.value) for each in asked} == {
        ("responsible", "approved"), ("security", "approved"), ("doc_no", "asked"),
    }  # fmt: skip
    assert set(told.scalars(select(Removal.state))) == {AskState.asked}
    uses = told.scalars(select(LogEntry).where(LogEntry.kind == "DossierUsed")).all()
    assert {use.data["purpose"] for use in uses} == {"keeping", "management", "audit", "other"}
    assert {use.actor for use in uses} == {"冯雪", "沈涛", "曹宁", "韩冰"}
