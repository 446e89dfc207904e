"""Whatever people do with slips, in whatever order: I2, I6 and I11 hold after every step."""

from __future__ import annotations

import os

import pytest
from flask import Flask, g
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from crm.archive.dossiers import invariants as dossiers
from crm.archive.dossiers.models import Custody, Dossier
from crm.archive.lending import invariants, queries, service
from crm.archive.lending.models import OUT, LendingIncidentKind, LendingSlip, SlipForm, SlipLine, SlipState
from crm.archive.lending.service import Found, Loss, Said, Wish
from crm.auth.actor import Actor, system_actor
from crm.dates import business_day
from crm.db import close_session, session, wholly
from crm.errors import DomainError
from tests.acting import as_
from tests.archive.lending.making import ARCHIVIST, CHAIRMAN, CLERK, DEPUTY, MANAGER, WORKER, appointed, filed_loan

PEOPLE = (CLERK, WORKER, ARCHIVIST, DEPUTY, MANAGER, CHAIRMAN)
CHECKS = [check for checks in invariants.CHECKS.values() for check in checks]
BACK = st.integers(0, 4)
DEEP = int(os.environ.get("CRM_MACHINE_STEPS", "0"))  # as many steps when looked at in depth


class Lending(RuleBasedStateMachine):
    """Two small dossiers, six people, and as many slips as they write."""

    app: Flask
    dossiers: tuple[int, ...]

    def __init__(self) -> None:
        super().__init__()
        self.context = self.app.app_context()
        self.context.push()
        g.actor, g.request_id = system_actor("machine"), ""
        self.people: dict[str, Actor] = {name: as_(name) for name in PEOPLE}
        self.slips: list[int] = []

    def teardown(self) -> None:
        session().rollback()
        close_session()
        self.context.pop()

    def _slip(self, which: int) -> LendingSlip | None:
        return queries.find_slip(self.slips[which % len(self.slips)]) if self.slips else None

    def _as(self, who: str, act, *arguments, **given) -> bool:
        """Whether it was done; of what is refused nothing stands."""
        g.actor = self.people[who]
        try:
            with wholly():
                act(*arguments, **given)
        except (DomainError, NotFound):  # somebody else's slip is not there
            return False
        finally:
            g.actor = system_actor("machine")
        return True

    @rule(who=st.sampled_from(PEOPLE), whole=st.booleans(), which=st.integers(0, 1))
    def write(self, who: str, whole: bool, which: int) -> None:
        def make() -> None:
            slip = service.make(Wish(form=SlipForm.paper, purpose="audit", reason="核对", due_on=business_day()))
            items = queries.lendable_of(self.dossiers[which])
            service.put_on(slip, items if whole else items[:1])
            service.hand_in(slip)
            self.slips.append(slip.id)

        self._as(who, make)

    @rule(who=st.sampled_from(PEOPLE), which=st.integers(0, 30), approve=st.booleans())
    def decide(self, who: str, which: int, approve: bool) -> None:
        if slip := self._slip(which):
            own, before = slip.borrower_id == self.people[who].user_id, slip.state
            done = self._as(who, service.approve if approve else service.reject, slip, Said(reason="说明"))
            assert not (done and own), "nobody decides about the own slip"
            assert not done or before is SlipState.submitted

    @rule(who=st.sampled_from((ARCHIVIST, ARCHIVIST, CLERK)), which=st.integers(0, 30), some=st.booleans())
    def issue(self, who: str, which: int, some: bool) -> None:
        if slip := self._slip(which):
            lines = queries.lines_of(slip.id)
            ticked = {line.id for line in (lines[:1] if some else lines)}
            free = not queries.taken([line.item_id for line in lines if line.id in ticked])
            done = self._as(who, service.issue, slip, ticked, Said(note="装订中"))
            assert not done or free

    @rule(which=st.integers(0, 30), pages=st.lists(BACK, min_size=1, max_size=2))
    def take_back(self, which: int, pages: list[int]) -> None:
        if slip := self._slip(which):
            lines = queries.lines_of(slip.id)
            counted = {line.id: count for line, count in zip(lines, pages, strict=False)}
            over = any(line.returned_pages + counted.get(line.id, 0) > line.issued_pages for line in lines)
            assert not (self._as(ARCHIVIST, service.take_back, slip, counted) and over)

    @rule(which=st.integers(0, 30), pages=st.integers(1, 3), kind=st.sampled_from(LendingIncidentKind))
    def report(self, which: int, pages: int, kind: LendingIncidentKind) -> None:
        if slip := self._slip(which):
            line = queries.lines_of(slip.id)[0]
            self._as(ARCHIVIST, service.report, slip, line, Loss(kind=kind, pages=pages, description="缺页"))

    @rule(which=st.integers(0, 30), pages=BACK, whole=st.booleans())
    def check(self, which: int, pages: int, whole: bool) -> None:
        if slip := self._slip(which):
            lines = queries.lines_of(slip.id)
            found = {line.id: Found(pages=line.returned_pages, whole=whole, note="缺页") for line in lines}
            found[lines[0].id] = Found(pages=pages, whole=True, note="缺页")
            self._as(ARCHIVIST, service.check, slip, found)

    @rule(which=st.integers(0, 30))
    def reshelve(self, which: int) -> None:
        if slip := self._slip(which):
            self._as(ARCHIVIST, service.reshelve, slip)

    @rule(who=st.sampled_from(PEOPLE), which=st.integers(0, 30))
    def close_incident(self, who: str, which: int) -> None:
        if slip := self._slip(which):
            for each in [each for each in queries.incidents_of(slip.id) if not each.closed_at][:1]:
                self._as(who, service.close_incident, each.id, "补了复印件", each.version)

    @rule(who=st.sampled_from(PEOPLE), which=st.integers(0, 30))
    def recall(self, who: str, which: int) -> None:
        if slip := self._slip(which):
            self._as(who, service.recall, slip, Said(reason="要用"))

    @invariant()
    def holds(self) -> None:
        session().flush()
        assert [fault for check in CHECKS for fault in check()] == []
        assert dossiers.each_is_somewhere() == []
        whole = select(Custody.dossier_id).where(Custody.ends_at.is_(None), Custody.cause == "lent")
        for dossier_id in session().scalars(whole):
            lines = select(SlipLine.out).where(SlipLine.dossier_id == dossier_id, SlipLine.out)
            assert len(session().scalars(lines).all()) == len(queries.lendable_of(dossier_id))
        lent = select(LendingSlip.id).join(SlipLine, SlipLine.slip_id == LendingSlip.id)
        assert not session().scalars(lent.where(LendingSlip.state.in_(OUT), ~SlipLine.out)).all()


@pytest.mark.timeout(1800 if DEEP else 600)
def test_the_invariants_hold_whatever_is_done(app: Flask, db: Session) -> None:
    appointed()
    made: tuple[Dossier, ...] = (filed_loan(3), filed_loan(3))
    machine = type("Machine", (Lending,), {"app": app, "dossiers": tuple(each.id for each in made)})
    examples = max(1, DEEP // 40) if DEEP else 12
    wanted = settings(max_examples=examples, stateful_step_count=40, deadline=None)
    run_state_machine_as_test(machine, settings=wanted)
