"""Receiving: third signature, number, register, filing, custody in one transaction; duties held in the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from crm.archive.credit import queries as credit
from crm.archive.credit import service as projects
from crm.archive.dossiers.models import Appointment, Custody, Dossier, Item
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.service.custody import current
from crm.archive.handover.clocks import is_late_entry
from crm.archive.handover.content import line_hash
from crm.archive.handover.models import (
    Handover,
    HandoverState,
    LineState,
    ListSignature,
    ListVersion,
    Party,
    Postponement,
    RegisterEntry,
    SupplementLine,
)
from crm.archive.handover.queries.authority import matter_of
from crm.archive.handover.queries.deadlines import get_postponement
from crm.archive.handover.service import auditing, lists, postponing, receiving, steps, supplements
from crm.archive.handover.service.auditing import Tick
from crm.audit.queries import verify
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.dates import business_day, utc_now
from crm.errors import DomainError
from crm.numbering import Number, NumberState
from crm.worktime.calendar import Calendar
from crm.worktime.queries import calendar
from tests import factories as make
from tests.archive.handover.desk import ARCHIVIST, A, B, Desk, actor_called, actor_of, handover_row, open_desk

S = HandoverState


def test_receiving_does_everything_at_once(desk: Desk, db) -> None:
    desk.bring_to(S.filed)
    handover = handover_row(db, desk)
    dossier = db.get_one(Dossier, handover.dossier_id)
    entry = db.scalars(select(RegisterEntry).filter_by(handover_id=handover.id)).one()
    assert handover.archivist_id == make.user_called(ARCHIVIST).id
    assert dossier.state is DossierState.filed
    assert dossier.code
    assert db.get_one(Number, dossier.number_id).state is NumberState.committed
    contracts = select(Item.derived_no).filter_by(dossier_id=dossier.id).where(Item.derived_no.is_not(None))
    assert db.scalars(contracts).all() == [dossier.code.replace("号", "-01号")]
    custody = db.scalars(select(Custody).filter_by(dossier_id=dossier.id, ends_at=None)).one()
    assert custody.location_id is not None
    signatures = db.scalars(select(ListSignature).filter_by(version_id=entry.version_id)).all()
    assert {each.party for each in signatures} == set(Party)
    assert len({each.signer_id for each in signatures}) == 3
    assert {entry.a_signature_id, entry.giver_signature_id, entry.archivist_signature_id} == {
        each.id for each in signatures
    }
    assert (entry.late, entry.received_on) == (False, desk.today())
    assert verify(db).sound


def test_serials_of_the_register_have_no_gap(desk: Desk, work, db) -> None:
    desk.bring_to(S.filed)
    second = open_desk(work).bring_to(S.checking)
    second.tick(Party.archivist)
    with pytest.raises(DomainError):
        second.receive(day=desk.today() + timedelta(days=1))
    second.receive()
    serials = db.scalars(
        select(Number.serial).join(RegisterEntry, RegisterEntry.number_id == Number.id).order_by(RegisterEntry.id)
    ).all()
    assert serials == list(range(serials[0], serials[0] + 2))


def test_a_refusal_on_the_way_leaves_nothing(desk: Desk, db) -> None:
    """The day lies before B's submission: no signature, no number, no entry."""
    desk.bring_to(S.checking)
    desk.tick(Party.archivist)
    with pytest.raises(DomainError):
        desk.receive(day=desk.today() - timedelta(days=1))
    handover = handover_row(db, desk)
    assert handover.state is S.checking
    assert db.scalars(select(RegisterEntry).filter_by(handover_id=handover.id)).all() == []
    signed = select(ListSignature.party).join(ListVersion).where(ListVersion.handover_id == handover.id)
    assert Party.archivist not in db.scalars(signed).all()
    number = db.get_one(Number, db.get_one(Dossier, handover.dossier_id).number_id)
    assert number.state is NumberState.reserved


def test_an_unchecked_line_keeps_it_out(desk: Desk) -> None:
    desk.bring_to(S.checking)
    desk.tick(Party.archivist, only=2)
    with pytest.raises(DomainError):
        desk.receive()


def test_who_has_no_appointment_receives_nothing(desk: Desk) -> None:
    desk.bring_to(S.checking)
    desk.tick(Party.archivist)
    other = actor_of(make.make_user(RoleName.archivist), RoleName.archivist)
    with desk.at(other) as standing, pytest.raises(DomainError):
        receiving.receive(standing, desk.signing(standing), business_day())


def test_who_ever_was_a_or_b_receives_nothing(desk: Desk) -> None:
    """王磊 with an appointment as archivist is still A."""
    make.make_appointment(make.user_called(A))
    desk.bring_to(S.checking)
    with desk.at(A) as standing:
        assert standing.appointed
        with pytest.raises(DomainError):
            receiving.receive(standing, desk.signing(standing), business_day())


@pytest.mark.parametrize(
    ("received", "entered", "late"),
    [
        ("2026-05-07", "2026-05-07", False),
        ("2026-05-07", "2026-05-08", True),
        ("2026-05-09", "2026-05-09", False),  # Saturday that is worked
        ("2026-05-10", "2026-05-11", False),  # received on a Sunday, entered on the Monday
        ("2026-05-10", "2026-05-12", True),
        ("2026-05-08", "2026-05-11", True),
    ],
)
def test_an_entry_is_late_when_a_working_day_went_by(work, received: str, entered: str, late: bool) -> None:
    with work():
        assert is_late_entry(calendar(), date.fromisoformat(received), date.fromisoformat(entered)) is late
    assert is_late_entry(Calendar(), date(2026, 5, 7), date(2026, 5, 6)) is False


# What the database refuses, whoever writes


RULES = r"(?i)check constraint|append-only|three_signatures|own_archivist|own_decision|in_the_register"


def refused(db, statement: str, **values: object) -> None:
    """By a rule of ours, not because the statement itself was wrong."""
    with pytest.raises(DatabaseError) as refusal, db.begin_nested():
        db.execute(text(statement), values)
    assert re.search(RULES, str(refusal.value.orig)), refusal.value.orig


@pytest.fixture
def ids(desk: Desk, db) -> dict[str, int]:
    desk.bring_to(S.checking)
    handover = handover_row(db, desk)
    version = db.scalars(select(ListVersion).filter_by(handover_id=handover.id)).one()
    people = {"a": make.user_called(A).id, "b": make.user_called(B).id, "archivist": make.user_called(ARCHIVIST).id}
    return people | {"handover": handover.id, "version": version.id}


SIGN = (
    "INSERT INTO list_signature (version_id, party, signer_id, a_id, b_id, grade, hash, address, signed_at) "
    "VALUES (:version, :party, :signer, :a, :b, 'password', 'x', '', :at)"
)


@pytest.mark.parametrize(
    ("party", "signer"), [("archivist", "a"), ("archivist", "b"), ("a", "b"), ("b", "a"), ("a", "archivist")]
)
def test_no_party_signs_for_another(db, ids: dict[str, int], party: str, signer: str) -> None:
    refused(db, SIGN, version=ids["version"], party=party, signer=ids[signer], a=ids["a"], b=ids["b"], at=utc_now())


def test_nothing_is_filed_without_three_signatures(db, ids: dict[str, int]) -> None:
    filing = "UPDATE handover SET state = 'filed', archivist_id = :who WHERE id = :id"
    refused(db, filing, who=ids["archivist"], id=ids["handover"])
    refused(db, "UPDATE handover SET archivist_id = :who WHERE id = :id", who=ids["a"], id=ids["handover"])


def test_what_is_filed_moves_no_more(desk: Desk, db) -> None:
    desk.bring_to(S.filed)
    for table in ("handover", "register_entry", "list_version", "list_signature", "line_check", "handover_step"):
        refused(db, f"DELETE FROM {table}")
    refused(db, "UPDATE handover SET state = 'checking' WHERE id = :id", id=desk.handover_id)


def test_nobody_decides_about_oneself(db, desk: Desk) -> None:
    desk.bring_to(S.supplementing)
    handover = handover_row(db, desk)
    a, b = make.user_called(A).id, make.user_called(B).id
    line = db.scalars(select(SupplementLine)).all()[-1]
    waiving = "UPDATE supplement_line SET state = 'waived', reason = 'x', decided_by_id = :who WHERE id = :id"
    for who in (a, b):
        refused(db, waiving, who=who, id=line.id)
    refused(db, "UPDATE supplement_line SET state = 'verified', decided_by_id = :who WHERE id = :id", who=a, id=line.id)
    asked = make._kept(
        Postponement(
            handover_id=handover.id,
            clock="b",
            reason="x",
            old_due=date(2026, 5, 1),
            new_due=date(2026, 5, 9),
            after_due=False,
            state="asked",
            asked_by_id=b,
            asked_at=utc_now(),
            a_id=a,
            b_id=b,
        )
    )
    deciding = "UPDATE postponement SET state = 'approved', decided_by_id = :who WHERE id = :id"
    for who in (a, b):
        refused(db, deciding, who=who, id=asked.id)


def test_signing_twice_for_one_party_is_refused(desk: Desk) -> None:
    desk.enter()
    desk.issue()
    desk.sign(Party.a)
    with desk.at(A) as standing, pytest.raises(DomainError):
        lists.sign_as(standing, Party.a, desk.signing(standing))


def replace(work, desk: Desk, role: str, successor: User) -> None:
    with work(actor_called("hanbing")) as session:
        project = credit.get_project(desk.project_id)
        projects.replace(project, role, session.get_one(User, successor.id), "赵倩休产假", "全部纸质资料")


def test_a_replaced_b_signs_no_more_and_the_new_one_looks_signs_and_submits(desk: Desk, work, db) -> None:
    """The list names A and B: it is issued anew, and what the former B ticked is no check of the new one's."""
    desk.bring_to(S.coded)
    desk.sign(Party.b)
    successor = make.make_user(RoleName.project_manager, full_name="林青")
    replace(work, desk, "b", successor)
    new_b = actor_of(successor, RoleName.project_manager)
    with desk.at(new_b) as standing:
        assert standing.state is S.coded, "everything stays"
        assert current(standing.handover.dossier).holder_id == successor.id
        assert standing.signature_of(Party.b) is None
        assert len(standing.unchecked(Party.b)) == len(standing.lines)
        with pytest.raises(DomainError):
            steps.take(standing, "submit")
    desk.issue()
    desk.sign(Party.a)
    with desk.at(new_b) as standing:
        assert standing.version
        assert standing.version.content["b"] == "林青"
        with pytest.raises(DomainError, match="1-01"):
            lists.sign_as(standing, Party.b, desk.signing(standing))
        steps.take(standing, "audit_again")
        found = {line["item_id"]: Tick(read=line_hash(line), matches=True, signed=True) for line in standing.lines}
        auditing.check(standing, Party.b, found)
    desk.do(new_b, lambda standing: auditing.code(standing, {}))
    desk.sign(Party.b, new_b)
    desk.step(new_b, "submit")
    assert db.get_one(Handover, desk.handover_id, populate_existing=True).state is S.checking


@pytest.mark.parametrize("role", ["a", "b"])
def test_who_was_a_or_b_and_never_signed_neither_receives_nor_decides(desk: Desk, work, db, role: str) -> None:
    """There and back before anything was signed: the one in between was A or B all the same."""
    former = make.make_user(RoleName.project_manager, full_name="林青")
    present = make.user_called({"a": A, "b": B}[role])
    replace(work, desk, role, former)
    replace(work, desk, role, present)
    with desk.at(ARCHIVIST) as standing:
        assert former.id in matter_of(standing).parties
    make.make_appointment(former)
    desk.bring_to(S.checking)
    desk.tick(Party.archivist)
    with desk.at(actor_of(former, RoleName.archivist)) as standing:
        assert standing.appointed
        with pytest.raises(DomainError):
            receiving.receive(standing, desk.signing(standing), business_day())
    handover = handover_row(db, desk)
    receiving_as = "UPDATE handover SET archivist_id = :who WHERE id = :id"
    refused(db, receiving_as, who=former.id, id=handover.id)
    db.execute(text(receiving_as), {"who": make.user_called(ARCHIVIST).id, "id": handover.id})


@pytest.mark.parametrize("what", ["waived", "approved"])
def test_who_decided_receives_nothing(desk: Desk, db, what: str) -> None:
    """An archivist of the same rank as those above: who waived or approved is no third party to it any more."""
    both = make.make_user(RoleName.archivist, full_name="林青")
    decider = actor_of(both, RoleName.archivist, RoleName.general_manager)
    if what == "waived":
        desk.bring_to(S.supplementing)
        desk.line(decider, supplements.waive, "董事出国")
        desk.issue()
        desk.sign(Party.a)
    else:
        asked = desk.do(A, lambda each: postponing.ask(each, business_day() + timedelta(days=20), "客户在外地"))
        desk.do(decider, lambda each: postponing.decide(each, get_postponement(asked.id), "approve", ""))
        desk.bring_to(S.with_b)
    make.make_appointment(both)
    desk.tick(Party.b)
    desk.code()
    desk.sign(Party.b)
    desk.step(B, "submit")
    desk.tick(Party.archivist)
    with desk.at(decider) as standing:
        assert standing.appointed
        with pytest.raises(DomainError):
            receiving.receive(standing, desk.signing(standing), business_day())
    refused(db, "UPDATE handover SET archivist_id = :who WHERE id = :id", who=both.id, id=desk.handover_id)
    desk.receive()
    assert desk.state is S.filed


def test_what_is_charged_is_kept_with_the_entry(desk_at: Callable[[date], Desk], db, sign_in) -> None:
    """Long after the due date: A's days and the total's are in the register, by the calendar of the receipt."""
    desk = desk_at(date(2026, 5, 7)).bring_to(S.filed)
    entry = db.scalars(select(RegisterEntry).filter_by(handover_id=desk.handover_id)).one()
    with desk.at(A):
        days = calendar().between(date(2026, 5, 11), business_day())
        total = calendar().between(date(2026, 5, 13), business_day())
    assert (entry.late_a, entry.late_b, entry.late_total) == (days, 0, total)
    assert days > 0
    page = sign_in(ARCHIVIST).get("/archive/handover/register").text
    assert re.search(rf">\s*{days}\s*<", page)


def test_receiving_without_an_appointment_is_no_right(desk: Desk, db, sign_in) -> None:
    """403 with the sentence that says who makes one (L-04)."""
    desk.bring_to(S.checking)
    db.execute(update(Appointment).values(ends=desk.today()))
    db.commit()
    answer = sign_in(ARCHIVIST).get(f"/archive/handover/{desk.handover_id}/receive")
    assert answer.status_code == 403
    assert "总经理" in answer.text


@pytest.mark.parametrize("party", ["b", "archivist"])
def test_no_line_is_checked_for_another(db, ids: dict[str, int], party: str) -> None:
    checking = (
        "INSERT INTO line_check (handover_id, item_id, line_hash, party, matches, signed, note, checked_by_id, a_id, "
        "b_id, checked_at) VALUES (:handover, 1, 'x', :party, true, true, '', :who, :a, :b, :at)"
    )
    given = {"handover": ids["handover"], "party": party, "a": ids["a"], "b": ids["b"], "at": utc_now()}
    for who in {"a", "b", "archivist"} - {party}:
        if (party, who) != ("archivist", "archivist"):
            refused(db, checking, who=ids[who], **given)
    db.execute(text(checking), {"who": ids[party], **given})


def test_what_is_in_the_register_is_not_taken_back(desk: Desk, db) -> None:
    desk.bring_to(S.filed)
    entry = db.scalars(select(RegisterEntry).filter_by(handover_id=desk.handover_id)).one()
    voiding = "INSERT INTO signature_void (signature_id, reason, voided_at) VALUES (:id, 'x', :at)"
    for signature_id in (entry.a_signature_id, entry.giver_signature_id, entry.archivist_signature_id):
        refused(db, voiding, id=signature_id, at=utc_now())
    other = make.make_list_signature(make.make_list_version(make.make_handover()))
    db.execute(text(voiding), {"id": other.id, "at": utc_now()})


def test_a_decision_comes_in_by_no_other_way(desk: Desk, db) -> None:
    """As rows: approved by A, verified by A, filed by nobody."""
    handover, people = handover_row(db, desk), (make.user_called(A).id, make.user_called(B).id)
    for who in people:
        with pytest.raises(IntegrityError):
            make.make_postponement(handover, state="approved", decided_by_id=who, decided_at=utc_now())
        with pytest.raises(IntegrityError):
            make.make_supplement_line(handover, state=LineState.waived, reason="x", decided_by_id=who)
    with pytest.raises(IntegrityError):
        make.make_supplement_line(handover, state=LineState.verified, decided_by_id=people[0])
    with pytest.raises(IntegrityError):
        make.make_handover(archivist_id=None)
    make.make_supplement_line(handover, state=LineState.verified, decided_by_id=people[1])
    above = make.user_called("hanbing").id
    make.make_postponement(handover, state="approved", decided_by_id=above, decided_at=utc_now())
