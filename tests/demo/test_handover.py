"""What the demo company's archive tells: hand-overs, title documents, slips and a destruction list in every state, what
goes wrong on the way, and nothing against the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from random import Random

import pytest
from flask import Flask, g
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crm.archive.disposal.models import ArchiveHold, DisposalLine, DisposalList, DisposalState, Opinion, Seat
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
from crm.archive.lending.models import (
    ExtensionState,
    LendingIncident,
    LendingSlip,
    SlipExtension,
    SlipForm,
    SlipKind,
    SlipState,
)
from crm.archive.vault.counts.queries import unsealed_days
from crm.archive.vault.models import (
    CountState,
    Difference,
    Presence,
    Purpose,
    TitleDocument,
    TitleIncident,
    TitleKind,
    TitleState,
    TitleTransfer,
    TitleVoucher,
    TransferState,
    Variance,
    VaultCount,
    VoucherState,
)
from crm.archive.vault.vouchers.queries import outside
from crm.audit.models import LogEntry
from crm.audit.queries import verify
from crm.auth.actor import system_actor
from crm.auth.models import User
from crm.dates import business_day
from crm.db import unit_of_work
from crm.demo import afterwards, archive, credit, disposal, handover, lending, vault
from crm.demo.place import Ground
from tests.conftest import thrown_away
from tests.demo.test_credit import NO_HISTORY

pytestmark = pytest.mark.told
STORES = credit.store, handover.store, afterwards.store, vault.store, lending.store, disposal.store


@pytest.fixture(scope="module")
def told(app: Flask, engine: Engine) -> Iterator[Session]:
    """Told once; the tests read it."""
    with thrown_away(engine) as kept:
        with app.app_context():
            g.actor = system_actor("tests")
            with unit_of_work() as session:
                ground = Ground({}, {user.username: user.id for user in session.scalars(select(User))})
                archive.store_room(ground.users)
                for store in STORES:
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
    used = told.scalars(select(LogEntry).where(LogEntry.kind == "DossierUsed")).all()
    uses = [use for use in used if not use.data["note"].startswith("借")]  # the others are of slips
    assert {use.data["purpose"] for use in uses} == {"keeping", "management", "audit", "other"}
    assert {use.actor for use in uses} == {"冯雪", "沈涛", "曹宁", "韩冰"}


def test_title_documents_stand_in_every_state(told: Session, app: Flask) -> None:
    documents = told.scalars(select(TitleDocument)).all()
    assert {each.state for each in documents} == set(TitleState) - {TitleState.void}
    assert {each.kind for each in documents} == set(TitleKind)
    assert len({each.dossier_id for each in documents}) == 20
    assert set(told.scalars(select(TitleTransfer.state))) == set(TransferState)
    made = told.scalars(select(TitleVoucher)).all()
    assert {each.state for each in made} == {VoucherState.asked, VoucherState.ready, VoucherState.done}
    assert {each.purpose for each in made if each.state is VoucherState.done} >= {
        Purpose.receipt, Purpose.registration, Purpose.court, Purpose.back, Purpose.release, Purpose.loss,
    }  # fmt: skip
    alone = {each.voucher_id for each in told.scalars(select(Presence))} & {
        each.id for each in made if each.state is VoucherState.ready
    }
    assert len(alone) == 1, "one waits for its second person"


def test_the_vault_was_counted_and_its_days_sealed(told: Session, app: Flask) -> None:
    states = Counter(told.scalars(select(VaultCount.state)))
    assert states == {CountState.signed: 3, CountState.ordered: 1}
    assert set(told.scalars(select(Variance.kind))) == {Difference.misplaced, Difference.missing}
    [incident] = told.scalars(select(TitleIncident)).all()
    assert incident.closed_at is None
    with app.app_context():
        g.actor = system_actor("tests")
        with unit_of_work(writes=False):
            assert set(unsealed_days()) <= {business_day()}
            late = [row for row in told.execute(outside()) if row.back_on < business_day()]
            assert len(late) == 1


def test_slips_stand_in_every_state(told: Session, app: Flask) -> None:
    slips = told.scalars(select(LendingSlip)).all()
    assert {each.state for each in slips} == set(SlipState)
    with app.app_context():
        assert any(each.state is SlipState.issued and each.due_on < business_day() for each in slips)
    assert [each.form for each in slips if each.state is SlipState.issued].count(SlipForm.digital) == 1
    assert {each.kind for each in slips} == {SlipKind.staff, SlipKind.direct}
    assert set(told.scalars(select(SlipExtension.state))) == {ExtensionState.asked, ExtensionState.approved}
    assert [each.pages for each in told.scalars(select(LendingIncident).filter_by(closed_at=None))] == [1]
    assert told.scalars(select(LogEntry.actor).where(LogEntry.kind == "CopyRead")).all() == ["曹宁"]


def test_old_refusals_are_on_a_list_and_one_is_held(told: Session) -> None:
    [listed] = told.scalars(select(DisposalList)).all()
    assert listed.state is DisposalState.appraised
    seats = Counter(told.scalars(select(Opinion.seat)))
    assert seats == dict.fromkeys(Seat, 4)
    held = told.scalars(select(ArchiveHold.dossier_id)).all()
    assert len(held) == 1
    assert not set(held) & set(told.scalars(select(DisposalLine.dossier_id)))
