"""Whatever everybody tries at the vault, in whatever order: balance, book and objects agree, each is at one place."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.credit.models import ProjectState
from crm.archive.dossiers.models import Location
from crm.archive.vault.counts import service as counts
from crm.archive.vault.counts.comparing import Found
from crm.archive.vault.counts.queries import get_count
from crm.archive.vault.incidents import service as incidents
from crm.archive.vault.incidents.queries import get_incident
from crm.archive.vault.models import (
    CountKind,
    Purpose,
    TitleDocument,
    TitleIncident,
    TitleState,
    TitleVoucher,
    VaultCount,
    VoucherState,
)
from crm.archive.vault.vouchers import service
from crm.auth.models import User
from crm.errors import DomainError
from tests.archive.handover.desk import actor_called
from tests.archive.vault.making import CHAIRMAN, CUSTODIAN, MANAGER, WITNESS, A, B
from tests.archive.vault.vault import Vault

PEOPLE = st.sampled_from([A, B, CUSTODIAN, WITNESS, MANAGER, CHAIRMAN])
PURPOSES = st.sampled_from([each for each in Purpose if each is not Purpose.receipt])
DEEP = int(os.environ.get("CRM_MACHINE_STEPS", "0"))  # as many steps when looked at in depth


class Attempts(RuleBasedStateMachine):
    """Everybody tries everything; a `DomainError` is a good answer, any other error is not."""

    def __init__(self, work: Callable[..., Any], db: Session) -> None:
        super().__init__()
        self.work, self.db = work, db

    @initialize(settled=st.booleans())
    def open(self, settled: bool) -> None:
        self.vault = Vault(self.work, ProjectState.settled if settled else ProjectState.approved)
        self.vault.filled(2)
        self.vault.received()

    def attempt(self, act: Callable[..., Any], *given: Any) -> Any:
        try:
            return act(*given)
        except DomainError:
            return None

    def documents(self) -> list[int]:
        with self.work() as db:
            mine = select(TitleDocument.id).where(TitleDocument.dossier_id == self.vault.project.dossier_id)
            return list(db.scalars(mine.order_by(TitleDocument.id)))

    def vouchers(self) -> list[int]:
        with self.work() as db:
            live = TitleVoucher.state.in_((VoucherState.asked, VoucherState.ready))
            mine = select(TitleVoucher.id).where(TitleVoucher.dossier_id == self.vault.project.dossier_id, live)
            return list(db.scalars(mine.order_by(TitleVoucher.id)))

    @rule()
    def receive(self) -> None:
        if len(self.documents()) < 5:
            self.vault.received()

    @rule(who=PEOPLE, purpose=PURPOSES, first=st.integers(0, 4), many=st.integers(1, 2))
    def ask(self, who: str, purpose: Purpose, first: int, many: int) -> None:
        chosen = self.documents()[first : first + many]
        self.attempt(self.vault.ask, who, purpose, chosen)

    @rule(who=PEOPLE, which=st.integers(0, 3))
    def report(self, who: str, which: int) -> None:
        documents = self.documents()
        self.vault.lose(documents[which % len(documents)], who)

    @rule(who=PEOPLE)
    def close(self, who: str) -> None:
        with self.work() as db:
            mine = db.scalars(select(TitleIncident.id).filter_by(closed_at=None)).all()

        def act(incident_id: int) -> None:
            with self.vault.work(actor_called(who)):
                incidents.close(get_incident(incident_id, lock=True), "算了")

        for each in mine:
            self.attempt(act, each)

    @rule(who=PEOPLE, which=st.integers(0, 3), action=st.sampled_from(["approve", "refuse", "cancel"]))
    def decide(self, who: str, which: int, action: str) -> None:
        given = () if action == "approve" else ("不合适",)
        for voucher_id in self.vouchers()[which : which + 1]:
            self.attempt(self.vault.do, who, voucher_id, getattr(service, action), *given)

    @rule(which=st.integers(0, 3), slot=st.integers(0, 1))
    def prepare(self, which: int, slot: int) -> None:
        for voucher_id in self.vouchers()[which : which + 1]:
            self.attempt(self.vault.lay, voucher_id, self.vault.places[slot])

    @rule(who=PEOPLE, which=st.integers(0, 3))
    def confirm(self, who: str, which: int) -> None:
        for voucher_id in self.vouchers()[which : which + 1]:
            self.attempt(self.vault.confirm, who, voucher_id)

    @rule(first=st.integers(0, 4), purpose=PURPOSES)
    def go_on(self, first: int, purpose: Purpose) -> None:
        """The straight way, so that the far ends are reached."""
        chosen = self.documents()[first : first + 1]
        if chosen and self.attempt(self.vault.go, purpose, chosen) is None:
            for voucher_id in self.vouchers():
                self.attempt(self.vault.approve, voucher_id)
                self.attempt(self.vault.lay, voucher_id)
                self.attempt(self.vault.both, voucher_id)

    @rule()
    def order(self) -> None:
        def act() -> None:
            with self.vault.work(actor_called(MANAGER)) as db:
                made = counts.order(db.get_one(Location, self.vault.safe.id), CountKind.surprise)
                named = select(User).where(User.username.in_((CUSTODIAN, WITNESS)))
                counts.begin(get_count(made.id, lock=True), db.scalars(named).all())

        self.attempt(act)

    @rule(who=PEOPLE, find=st.booleans())
    def hand_in(self, who: str, find: bool) -> None:
        def act(count_id: int) -> None:
            with self.vault.work(actor_called(who)) as db:
                there = select(TitleDocument.certificate_no).where(TitleDocument.state == TitleState.in_vault)
                lines = [
                    Found(location_id=self.vault.places[0].id, certificate_no=number, pieces=1)
                    for number in db.scalars(there)
                ]
                counts.hand_in(get_count(count_id, lock=True), lines if find else lines[1:])

        self.each_count(act)

    @rule(who=PEOPLE)
    def sign(self, who: str) -> None:
        def act(count_id: int) -> None:
            with self.vault.work(actor_called(who)):
                standing = get_count(count_id, lock=True)
                for each in standing.unexplained:
                    counts.explain(standing, each, "放错了格")
            with self.vault.work(actor_called(who)):
                standing = get_count(count_id, lock=True)
                counts.sign(standing, standing.hash)

        self.each_count(act)

    def each_count(self, act: Callable[[int], None]) -> None:
        with self.work() as db:
            mine = list(db.scalars(select(VaultCount.id).where(VaultCount.safe_id == self.vault.safe.id)))
        for count_id in mine[-1:]:
            self.attempt(act, count_id)

    @invariant()
    def holds(self) -> None:
        if hasattr(self, "vault"):
            assert self.vault.faults() == []


def test_whatever_is_tried(work: Callable[..., Any], db: Session) -> None:
    examples, steps = (max(1, DEEP // 50), 50) if DEEP else (3, 15)
    run_state_machine_as_test(
        lambda: Attempts(work, db),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not DEEP,
            suppress_health_check=list(HealthCheck),
        ),
    )
