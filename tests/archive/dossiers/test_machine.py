"""Whatever people do to dossiers, in whatever order: I1, I2, I4, I8 and I11 hold after every step."""

from __future__ import annotations

import pytest
from flask import Flask, g
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from crm.archive.dossiers import invariants, service
from crm.archive.dossiers.models import Correction, Dossier, Item, Removal
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.models.records import AskState
from crm.archive.dossiers.models.template import DossierKind
from crm.archive.dossiers.queries import items_of, locations
from crm.archive.dossiers.service import DocumentFacts, Giver
from crm.archive.numbers import service as numbers
from crm.auth.actor import system_actor
from crm.db import close_session, session
from crm.errors import DomainError
from crm.properties.models import Estate
from tests.archive.dossiers.acting import APPROVER, ARCHIVIST, DAY, A, acting, appointed, loan, said, user_called

SLOTS = ("application", "decision", "loan_contract", "surety_contract", "iou", "credit_report", "identity")
LATER = ("receipt", "repair_order", "registration_form", "complaint")
HELD = ("I1", "I2", "I4", "I8", "I11")
COUNTS = st.integers(1, 30)


class Archive(RuleBasedStateMachine):
    """One loan and one customer at a time; filed ones make room for the next."""

    app: Flask
    estate_id: int

    def __init__(self) -> None:
        super().__init__()
        self.context = self.app.app_context()
        self.context.push()
        g.actor = system_actor("machine")
        self.count = 0
        self._open()
        given = {"opened_on": DAY, "estate_id": self.estate_id, "code": "9-1-1/01"}
        self.customer = service.open_dossier(DossierKind.property, "customer", 800_000, "欧阳娜娜", **given)

    def teardown(self) -> None:
        session().rollback()
        close_session()
        self.context.pop()

    def _open(self) -> None:
        self.count += 1
        with acting(A):
            self.dossier: Dossier = loan(700_000 + self.count)

    @property
    def items(self) -> list[Item]:
        return list(items_of(self.dossier.id))

    @property
    def forming(self) -> bool:
        return self.dossier.state is DossierState.forming

    @rule(code=st.sampled_from(SLOTS), pages=COUNTS)
    def add(self, code: str, pages: int) -> None:
        self._try(self.forming, service.add_item, self.dossier, said(self.dossier, code, pages=pages, sheets=1))

    @precondition(lambda self: self.items)
    @rule(which=st.integers(0, 20), code=st.sampled_from(SLOTS), pages=COUNTS)
    def change(self, which: int, code: str, pages: int) -> None:
        self._try(self.forming, service.change_item, self._item(which), said(self.dossier, code, pages=pages, sheets=1))

    @precondition(lambda self: self.items)
    @rule(which=st.integers(0, 20))
    def take_out(self, which: int) -> None:
        self._try(self.forming, service.take_out, self._item(which))

    @precondition(lambda self: self.items)
    @rule(which=st.integers(0, 20), place=st.integers(-1, 9))
    def move(self, which: int, place: int) -> None:
        self._try(self.forming, service.move_item, self._item(which), place)

    @rule()
    def arrange(self) -> None:
        self._try(self.forming and bool(self.items), service.arrange, self.dossier)

    @rule()
    def attach(self) -> None:
        service.add_attachment(self.dossier, "客户留存合同", "鑫源商贸")

    @rule()
    def file(self) -> None:
        with acting(ARCHIVIST):
            number = numbers.reserve("鸿借", 2026, self.dossier.title)
            filed = self._try(self.forming and bool(self.items), service.file_sealed, self.dossier, number, DAY)
            if not filed:
                service.give_up_number(number, "未能归档")

    @rule(code=st.sampled_from(SLOTS), pages=COUNTS)
    def supplement(self, code: str, pages: int) -> None:
        with acting(ARCHIVIST):
            facts = said(self.dossier, code, pages=pages, sheets=1)
            giver = Giver(name="王磊", user_id=user_called(A).id)
            self._try(not self.forming, service.file_supplement, self.dossier, facts, giver, "后补")

    @precondition(lambda self: not self.forming)
    @rule(which=st.integers(0, 20), approve=st.booleans())
    def correct(self, which: int, approve: bool) -> None:
        with acting(ARCHIVIST):
            asked: Correction = service.ask_correction(
                self.dossier, self._item(which), "title", f"题名 {self._fresh()}", "写错"
            )
            self._try(False, service.decide_correction, asked, approve=True, decision="")
        with acting(APPROVER):
            service.decide_correction(asked, approve=approve, decision="不属实")

    @precondition(lambda self: not self.forming)
    @rule(which=st.integers(0, 20), approve=st.booleans())
    def remove(self, which: int, approve: bool) -> None:
        item = self._item(which)
        gone = session().query(Removal).filter_by(item_id=item.id, state=AskState.approved).count()
        with acting(ARCHIVIST):
            asked = self._try(not gone, service.ask_removal, self.dossier, item, "客户取回", "鑫源商贸")
        if asked:
            with acting(APPROVER):
                service.decide_removal(asked, approve=approve, decision="不同意")

    @rule(held=st.booleans(), which=st.integers(0, 20))
    def move_dossier(self, held: bool, which: int) -> None:
        for dossier in (self.dossier, self.customer):
            if held:
                service.take_custody(dossier, holder_id=user_called(ARCHIVIST).id, cause="handed_over")
            else:
                places = locations()
                service.put(dossier, places[which % len(places)], "placed", home=True)

    @rule(code=st.sampled_from(LATER), pages=COUNTS, source=st.integers(1, 4))
    def file_document(self, code: str, pages: int, source: int) -> None:
        facts = DocumentFacts(title=code, pages=pages, source_kind="bill", source_id=source)
        once = service.file_document("customer", 800_000, code, facts)
        assert service.file_document("customer", 800_000, code, facts) is once

    @precondition(lambda self: not self.forming)
    @rule()
    def next_loan(self) -> None:
        self._open()

    @rule()
    def void(self) -> None:
        numbers.void(numbers.reserve("鸿保", 2026, "撤回的项目"), "项目撤回")

    @invariant()
    def holds(self) -> None:
        session().flush()
        assert {name: check() for name in HELD for check in invariants.checks[name] if check()} == {}

    def _item(self, which: int) -> Item:
        return self.items[which % len(self.items)]

    def _fresh(self) -> int:
        self.count += 1
        return self.count

    def _try(self, allowed: bool, act, *arguments, **given):
        """What is allowed works, what is not is refused with a sentence and changes nothing."""
        if allowed:
            return act(*arguments, **given) or True
        with pytest.raises(DomainError) as refused:
            act(*arguments, **given)
        assert len(str(refused.value)) > 8
        return None


@pytest.mark.timeout(600)
def test_the_invariants_hold_whatever_is_done(app: Flask, db: Session, estate: Estate) -> None:
    appointed()
    machine = type("Machine", (Archive,), {"app": app, "estate_id": estate.id})
    few = settings(max_examples=12, stateful_step_count=25, deadline=None)
    run_state_machine_as_test(machine, settings=few)
