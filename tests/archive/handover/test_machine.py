"""Whatever the three and those above them try, in whatever order: the invariants hold (I1, I5, I8, I11, I12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from crm.archive.credit import queries as credit
from crm.archive.credit import service as projects
from crm.archive.credit.models import Project
from crm.archive.dossiers.content import content_hash
from crm.archive.dossiers.models import Attachment, Dossier, Item
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.queries import items_of
from crm.archive.dossiers.service import ItemFacts
from crm.archive.handover.models import (
    AskState,
    Clock,
    Deadline,
    Handover,
    HandoverState,
    LineState,
    ListSignature,
    ListVersion,
    Party,
    Postponement,
    RegisterEntry,
    SupplementLine,
    SupplementList,
)
from crm.archive.handover.queries.deadlines import approved, get_postponement, newest
from crm.archive.handover.queries.standing import get_line, supplement_lines, versions_of
from crm.archive.handover.reckoning import reckoned
from crm.archive.handover.service import auditing, lists, postponing, preparing, supplements
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.dates import business_day
from crm.errors import DomainError
from crm.worktime.queries import calendar
from tests import factories as make
from tests.archive.handover.desk import ARCHIVIST, DEPUTY, MANAGER, A, B, Desk, actor_called, appoint, open_desk

PEOPLE = st.sampled_from([A, B, ARCHIVIST, DEPUTY, MANAGER])
STEPS = ("return_to_a", "audit_again", "submit", "reject", "code", "supplemented", "receive")


class Attempts(RuleBasedStateMachine):
    """Everybody tries everything; a `DomainError` is a good answer, any other error is not."""

    def __init__(self, work: Callable[..., Any], db: Session, start: HandoverState) -> None:
        super().__init__()
        self.work, self.db, self.start = work, db, start

    @initialize()
    def open(self) -> None:
        self.desk: Desk = open_desk(self.work).bring_to(self.start)
        self.refusals: list[str] = []

    def attempt(self, act: Callable[[], Any]) -> None:
        try:
            act()
        except DomainError as refusal:
            self.refusals.append(str(refusal))

    @rule()
    def enter(self) -> None:
        self.attempt(self.desk.enter)

    @rule(pages=st.integers(-1, 4))
    def count(self, pages: int) -> None:
        def act() -> None:
            with self.desk.at(A) as standing:
                for item in items_of(standing.handover.dossier_id)[:1]:
                    facts = {name: getattr(item, name) for name in ItemFacts.__slots__}
                    preparing.change_item(standing, item, ItemFacts(**(facts | {"pages": pages, "sheets": 1})))

        self.attempt(act)

    @rule(who=PEOPLE)
    def attach(self, who: str) -> None:
        def act(standing: Any) -> None:
            preparing.add_attachment(standing, "客户留存合同副本", "鑫源商贸", copies=1)

        self.attempt(lambda: self.desk.do(who, act))

    @rule(who=PEOPLE)
    def issue(self, who: str) -> None:
        self.attempt(lambda: self.desk.do(who, lists.issue))

    @rule(who=PEOPLE, party=st.sampled_from(Party))
    def sign(self, who: str, party: Party) -> None:
        if party is not Party.archivist:
            self.attempt(lambda: self.desk.sign(party, who))

    @rule(who=PEOPLE)
    def take_back(self, who: str) -> None:
        def act() -> None:
            with self.desk.at(who) as standing:
                for version in versions_of(self.desk.handover_id)[-1:]:
                    for signature in version.signatures[-1:]:
                        lists.take_back_own(standing, version, signature, "看错了")

        self.attempt(act)

    @rule(who=PEOPLE)
    def hand_over(self, who: str) -> None:
        self.attempt(lambda: self.desk.do(who, preparing.hand_to_b))

    @rule(party=st.sampled_from([Party.b, Party.archivist]), signed=st.sampled_from([True, True, False]))
    def tick(self, party: Party, signed: bool) -> None:
        self.attempt(lambda: self.desk.tick(party, signed=signed))

    @rule(who=PEOPLE, action=st.sampled_from(STEPS), reason=st.sampled_from(["", "缺页"]))
    def step(self, who: str, action: str, reason: str) -> None:
        """`code` and `receive` are tried by their own verbs as well: a bare step must not get further than they do."""
        verbs = {
            "code": lambda: self.desk.do(who, lambda standing: auditing.code(standing, {})),
            "receive": lambda: self.desk.receive(who),
            "return_to_a": lambda: self.desk.do(who, lambda standing: auditing.return_to_a(standing, reason)),
        }
        self.attempt(verbs.get(action, lambda: self.desk.step(who, action, reason)))

    @rule()
    def go_on(self) -> None:
        """The next thing on the straight path, so that the far end is reached."""
        desk, signs = self.desk, lambda: self.desk.sign(Party.a)
        ways: dict[HandoverState, list[Callable[[], Any]]] = {
            HandoverState.preparing: [desk.enter, desk.issue, signs, desk.hand_to_b],
            HandoverState.with_b: [desk.issue, signs, lambda: desk.tick(Party.b), desk.code],
            HandoverState.supplementing: [
                lambda: desk.line(A, supplements.provide, "已补"),
                lambda: desk.line(B, supplements.verify),
            ],
            HandoverState.coded: [signs, lambda: desk.sign(Party.b), lambda: desk.step(B, "submit")],
            HandoverState.checking: [lambda: desk.tick(Party.archivist), desk.receive],
        }
        for act in ways.get(self.desk.state, []):
            self.attempt(act)

    @rule()
    def ask_supplement(self) -> None:
        self.attempt(self.desk.ask)

    @rule(who=PEOPLE, act=st.sampled_from([supplements.provide, supplements.bounce, supplements.waive]))
    def move_line(self, who: str, act: Callable[..., Any]) -> None:
        if self.lines():
            self.attempt(lambda: self.desk.line(who, act, "说明"))

    @rule(who=PEOPLE)
    def verify_line(self, who: str) -> None:
        if self.lines():
            self.attempt(lambda: self.desk.line(who, supplements.verify))

    def lines(self) -> Any:
        with self.desk.at(A) as standing:
            return [get_line(standing.handover, line.id) for line in supplement_lines(self.desk.handover_id)]

    @rule(who=PEOPLE, days=st.integers(0, 30))
    def ask_for_time(self, who: str, days: int) -> None:
        def act(standing: Any) -> None:
            postponing.ask(standing, business_day() + timedelta(days=days), "客户在外地")

        self.attempt(lambda: self.desk.do(who, act))

    @rule(who=PEOPLE, action=st.sampled_from(["approve", "refuse"]))
    def decide(self, who: str, action: str) -> None:
        asked = self.db.scalars(select(Postponement.id).filter_by(handover_id=self.desk.handover_id)).all()
        if asked:
            self.attempt(
                lambda: self.desk.do(
                    who, lambda standing: postponing.decide(standing, get_postponement(asked[-1]), action, "意见")
                )
            )

    @rule(role=st.sampled_from(["a", "b"]))
    def replace(self, role: str) -> None:
        """Somebody else and back again: the one of the cast goes on."""
        for successor in (make.make_user(RoleName.project_manager), make.user_called({"a": A, "b": B}[role])):
            with self.work(actor_called(MANAGER)) as session:
                project = credit.get_project(self.desk.project_id)
                projects.replace(project, role, session.get_one(User, successor.id), "调岗", "全部资料")

    # What must hold after every attempt

    @invariant()
    def every_refusal_is_a_sentence(self) -> None:
        assert [text for text in self.refusals if len(text) < 10] == []

    @invariant()
    def filed_means_three_valid_signatures_on_the_current_list(self) -> None:
        handover, newest_version = self.read()
        dossier = self.db.get_one(Dossier, handover.dossier_id, populate_existing=True)
        assert (dossier.state is DossierState.filed) == (handover.state is HandoverState.filed)
        entries = self.db.scalars(select(RegisterEntry).filter_by(handover_id=handover.id)).all()
        assert len(entries) == (handover.state is HandoverState.filed)
        if handover.state is not HandoverState.filed:
            return
        assert newest_version
        valid = [each for each in newest_version.signatures if each.void is None and each.hash == newest_version.hash]
        assert {each.party for each in valid} == set(Party)
        assert len({each.signer_id for each in valid}) == 3

    @invariant()
    def every_list_hashes_to_what_it_says_and_counts_on(self) -> None:
        versions = self.db.scalars(
            select(ListVersion).filter_by(handover_id=self.desk.handover_id).order_by(ListVersion.version)
        ).all()
        assert [each.version for each in versions] == list(range(1, len(versions) + 1))
        for version in versions:
            assert content_hash(version.content) == version.hash
            lines = [line for section in version.content["sections"] for line in section["lines"]]
            assert sum(line["pages"] for line in lines) == version.pages == lines[-1]["page_to"]
            for one, other in pairwise(lines):
                assert other["page_from"] == one["page_to"] + 1
            assert "客户留存合同副本" not in {line["title"] for line in lines}
            assert all(each.keys() == {"title", "owner", "copies", "note"} for each in version.content["attachments"])

    @invariant()
    def no_attachment_has_a_code(self) -> None:
        handover, _version = self.read()
        attached = self.db.scalars(select(Attachment).filter_by(dossier_id=handover.dossier_id)).all()
        items = self.db.scalars(select(Item).filter_by(dossier_id=handover.dossier_id)).all()
        assert not {each.title for each in attached} & {item.title for item in items}

    @invariant()
    def nobody_decides_about_oneself(self) -> None:
        handover, _version = self.read()
        project = self.db.get_one(Project, handover.project_id, populate_existing=True)
        assert project.a_id != project.b_id
        for asked in self.db.scalars(select(Postponement).filter_by(handover_id=handover.id)):
            assert (asked.state is AskState.asked) == (asked.decided_by_id is None)
            assert asked.decided_by_id not in (asked.asked_by_id, project.a_id, project.b_id)
        lines = select(SupplementLine).join(SupplementList).where(SupplementList.handover_id == handover.id)
        for line in self.db.scalars(lines):
            if line.state is LineState.waived:
                assert line.decided_by_id not in (project.a_id, project.b_id, None)

    @invariant()
    def every_due_date_says_by_which_calendar_and_how_firm(self) -> None:
        rows = self.db.scalars(
            select(Deadline).filter_by(handover_id=self.desk.handover_id).order_by(Deadline.id)
        ).all()
        held = newest(rows)
        assert {Clock.a, Clock.total} <= set(held)
        assert all(row.calendar_version > 0 and row.due_on > row.starts_on for row in rows)
        with self.work():
            granted = approved(Handover.id == self.desk.handover_id)[self.desk.handover_id]
            for row in held.values():
                due = reckoned(calendar(), row.clock, row.starts_on, row.days, granted)
                assert (row.due_on, row.provisional) == (due.day, due.provisional)

    def read(self) -> tuple[Handover, ListVersion | None]:
        self.db.expire_all()
        handover = self.db.get_one(Handover, self.desk.handover_id)
        signed = selectinload(ListVersion.signatures).joinedload(ListSignature.void)
        found = select(ListVersion).filter_by(handover_id=handover.id).order_by(ListVersion.version.desc()).limit(1)
        return handover, self.db.scalars(found.options(signed)).one_or_none()


@pytest.mark.parametrize("start", HandoverState)
def test_whatever_is_tried_the_invariants_hold(work: Callable[..., Any], db: Session, start: HandoverState) -> None:
    """From each state on, so that every part of the path is tried."""
    appoint(db)
    wanted = settings(max_examples=6, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lambda: Attempts(work, db, start), settings=wanted)
