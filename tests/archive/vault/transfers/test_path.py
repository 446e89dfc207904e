"""A transfer list from issue to receipt: each step by each person at each state, and what is told to whom cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from crm.archive.credit import queries as credit
from crm.archive.credit import service as projects
from crm.archive.dossiers.history import happenings
from crm.archive.dossiers.models import Appointment
from crm.archive.handover.models import Party
from crm.archive.handover.service.lists import Signing
from crm.archive.vault.documents import service as titles
from crm.archive.vault.documents.queries import with_former
from crm.archive.vault.models import (
    Direction,
    Purpose,
    TitleSignature,
    TitleState,
    TitleVoucher,
    TransferState,
    VoucherLine,
    VoucherState,
)
from crm.archive.vault.transfers import reports, service
from crm.archive.vault.transfers.queries import standing_of
from crm.archive.vault.transfers.service import Compared
from crm.archive.vault.transfers.standing import Standing
from crm.auth.actor import Actor
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.dates import business_day
from crm.errors import DomainError, IllegalTransition, NotEntitled
from crm.notifications.models import Notification
from tests import factories as make
from tests.archive.handover.desk import actor_called, actor_of
from tests.archive.vault.making import (
    CUSTODIAN,
    MANAGER,
    A,
    B,
    make_lent_project,
    make_title,
)
from tests.archive.vault.transfers.desk import AGREES, DIFFERS, Desk

S = TitleState


@pytest.fixture
def desk(work: Callable[..., Any], db: Session) -> Desk:
    return Desk(work)


def test_from_a_to_the_custodian(desk: Desk, db: Session) -> None:
    desk.issue()
    assert desk.states() == {S.verifying}
    desk.compare_all()
    desk.sign(A)
    desk.sign(B)
    assert desk.holders() == [make.user_called(A).id] * 2
    desk.sign(CUSTODIAN)

    assert (desk.state, desk.states()) == (TransferState.complete, {S.received})
    assert desk.holders() == [make.user_called(CUSTODIAN).id] * 2
    voucher = db.scalars(select(TitleVoucher).filter_by(transfer_id=desk.transfer_id)).one()
    told = (voucher.direction, voucher.purpose, voucher.state, voucher.authority)
    assert told == (Direction.into, Purpose.receipt, VoucherState.ready, "权移2026-0001")
    lines = db.scalars(select(VoucherLine.document_id).filter_by(voucher_id=voucher.id)).all()
    assert sorted(lines) == sorted(desk.documents)
    signed = db.scalars(select(TitleSignature).filter_by(transfer_id=desk.transfer_id)).all()
    assert {each.hash for each in signed} == {desk.do(A, lambda standing: standing.transfer.hash)}


STEPS: dict[str, Callable[[Desk, str], None]] = {
    "compare": lambda desk, who: desk.compare(who),
    "sign": lambda desk, who: desk.sign(who),
    "withdraw": lambda desk, who: desk.withdraw(who),
}
BRING: dict[str, Callable[[Desk], Any]] = {
    "issued": lambda desk: desk.issue(),
    "compared": lambda desk: (desk.issue(), desk.compare_all()),
    "signed by A": lambda desk: (desk.issue(), desk.compare_all(), desk.sign(A)),
    "signed by A and B": lambda desk: (desk.issue(), desk.compare_all(), desk.sign(A), desk.sign(B)),
    "complete": lambda desk: desk.complete(),
    "withdrawn": lambda desk: (desk.issue(), desk.withdraw()),
}
POSSIBLE = {
    ("issued", "compare", A),
    ("issued", "compare", B),
    ("issued", "compare", CUSTODIAN),
    ("issued", "withdraw", A),
    ("issued", "withdraw", B),
    ("compared", "compare", A),
    ("compared", "compare", B),
    ("compared", "compare", CUSTODIAN),
    ("compared", "sign", A),
    ("compared", "withdraw", A),
    ("compared", "withdraw", B),
    ("signed by A", "sign", B),
    ("signed by A", "withdraw", A),
    ("signed by A", "withdraw", B),
    ("signed by A and B", "sign", CUSTODIAN),
    ("signed by A and B", "withdraw", A),
    ("signed by A and B", "withdraw", B),
}


@pytest.mark.parametrize("stage", BRING)
def test_who_does_what_when(work: Callable[..., Any], db: Session, stage: str) -> None:
    desk = Desk(work, documents=1)
    BRING[stage](desk)
    for step, act in STEPS.items():
        for who in (A, B, CUSTODIAN, MANAGER):
            if (stage, step, who) not in POSSIBLE:
                with pytest.raises(IllegalTransition):
                    act(desk, who)
    for step, act in STEPS.items():  # comparing, signing, withdrawing: none of them is in the way of the next
        possible = [who for known, name, who in sorted(POSSIBLE) if (known, name) == (stage, step)]
        for who in possible[: 1 if step == "withdraw" else None]:
            if desk.state is TransferState.issued:
                act(desk, who)


def test_a_difference_stops_all_three_and_says_which_line_and_by_whom(desk: Desk) -> None:
    desk.issue()
    desk.compare(A)
    desk.compare(B, DIFFERS)
    desk.compare(CUSTODIAN)
    for who in (A, B, CUSTODIAN):
        with pytest.raises(
            IllegalTransition, match=r"B 赵倩: line 1, 不动产权证书, certificate number \(证号末位不同\)"
        ):
            desk.sign(who)
    desk.compare(B)  # a slip of B's
    desk.sign(A)


def test_nobody_sees_what_another_found_before_having_compared_every_line(desk: Desk) -> None:
    desk.issue()
    desk.compare(A, DIFFERS)
    with desk.acting(B):
        told = [each.text for each in happenings(desk.project.dossier_id or 0)]
    assert not any("differ" in text for text in told)
    seen = desk.do(B, lambda standing: [set(row.ticks) for row in reports.rows(standing)])
    assert seen == [{Party.b}] * 2
    desk.do(B, _one_line)
    assert desk.do(B, lambda standing: standing.shows(Party.a)) is False
    desk.compare(B)
    assert desk.do(B, lambda standing: set(reports.rows(standing)[0].ticks)) == set(Party)
    assert desk.do(MANAGER, lambda standing: set(reports.rows(standing)[0].ticks)) == set()


def _one_line(standing: Standing) -> None:
    service.compare(standing, {standing.lines[0].id: AGREES})


def test_what_differs_is_said_in_words(desk: Desk) -> None:
    desk.issue()
    with pytest.raises(DomainError, match="Line 1: tick all three fields, or write what differs"):
        desk.compare(A, Compared(name=True, certificate_no=True, quantity=False))
    with pytest.raises(DomainError, match="Nothing was compared"):
        desk.do(A, lambda standing: service.compare(standing, {}))


def test_another_list_than_the_one_read_is_not_signed(desk: Desk) -> None:
    desk.issue()
    desk.compare_all()
    with pytest.raises(DomainError, match="another list than the one you have read"):
        desk.sign(A, seen="0" * 64)


def test_withdrawn_the_documents_are_with_a_and_go_on_another_list(desk: Desk) -> None:
    first = desk.issue()
    with pytest.raises(DomainError, match="Write why"):
        desk.withdraw(reason=" ")
    desk.withdraw()
    assert desk.states() == {S.with_a}
    assert desk.issue() != first


def test_a_list_names_only_what_a_of_one_project_has_in_hand(desk: Desk) -> None:
    for wanted, words in (
        ([], "at least one"),
        ([make_title(make_lent_project()).id], "of one project only"),
        ([10_000_000], "of one project only"),
        ([make_title(desk.project, S.expected).id], "is not possible now"),
    ):
        with pytest.raises(DomainError, match=words):
            desk.issue(documents=wanted)
    with pytest.raises(NotEntitled, match="Only A does this"):
        desk.issue(B)
    desk.issue()
    with pytest.raises(DomainError, match=r"is on the list 权移2026-\d{4} already"):
        desk.issue()


def test_without_an_appointment_nobody_receives(desk: Desk, db: Session) -> None:
    desk.issue()
    desk.compare_all()
    desk.sign(A)
    desk.sign(B)
    with desk.work() as own:
        for each in own.scalars(select(Appointment).filter_by(role="title_custodian")):
            each.ends = business_day()
    with pytest.raises(NotEntitled, match="no appointment as title custodian"):
        desk.sign(CUSTODIAN)


@pytest.mark.parametrize("signed", [(), (A, B)])
def test_a_new_custodian_compares_anew(desk: Desk, signed: tuple[str, ...]) -> None:
    desk.issue()
    desk.compare_all()
    for who in signed:
        desk.sign(who)
    with desk.work() as own:
        for each in own.scalars(select(Appointment).filter_by(role="title_custodian")):
            each.ends = business_day()
    successor = make.make_user(RoleName.title_custodian)
    make.make_appointment(successor, "title_custodian")
    if not signed:
        with pytest.raises(IllegalTransition, match="Not compared yet by: Title custodian"):
            desk.sign(A)
        return
    with desk.work(actor_of(successor, RoleName.title_custodian)):
        standing = standing_of(desk.transfer_id, lock=True)
        service.compare(standing, {line.id: AGREES for line in standing.lines})
        service.receive(standing_of(desk.transfer_id), Signing(seen=standing.transfer.hash, address="10.0.0.8"))
    assert desk.holders() == [successor.id] * 2


def test_of_two_custodians_either_receives_who_has_compared(desk: Desk) -> None:
    deputy = make.make_user(RoleName.title_custodian)
    make.make_appointment(deputy, "title_custodian")
    desk.issue()
    desk.compare_all()
    desk.sign(A)
    desk.sign(B)
    with desk.work(actor_of(deputy, RoleName.title_custodian)), force_locale("en"):
        standing = standing_of(desk.transfer_id, lock=True)
        with pytest.raises(IllegalTransition, match="Not compared yet by: Title custodian"):
            service.receive(standing, Signing(seen=standing.transfer.hash, address="10.0.0.8"))
    desk.sign(CUSTODIAN)
    assert desk.state is TransferState.complete


def test_with_another_a_the_list_is_withdrawn_and_the_documents_are_the_new_ones(desk: Desk) -> None:
    desk.issue()
    desk.compare_all()
    successor = make.make_user(RoleName.project_manager, full_name="孙悦")
    with desk.acting(MANAGER) as db:
        project = credit.get_project(desk.project.id)
        projects.replace(project, "a", db.get_one(User, successor.id), "调岗", "已交接")

    former = make.user_called(A).id
    assert desk.holders() == [former] * 2  # and answers, until the new one has confirmed
    with pytest.raises(IllegalTransition, match="A or B was replaced"):
        desk.sign(B)
    with desk.acting(A), pytest.raises(NotFound):
        standing_of(desk.transfer_id)
    desk.withdraw(B, "A 已更换")
    assert desk.states() == {S.with_a}

    def take_over(who: Actor, seen: str = "") -> int:
        with desk.work(who), force_locale("en"):
            project = credit.get_project(desk.project.id)
            return len(titles.take_over(project, seen or titles.told_of(with_former(project))))

    new = actor_of(successor, RoleName.project_manager)
    with pytest.raises(DomainError, match="taken over"), desk.work(new), force_locale("en"):
        service.issue(credit.get_project(desk.project.id), desk.documents)
    with pytest.raises(NotEntitled, match="Only A does this"):
        take_over(actor_called(B))
    with pytest.raises(DomainError, match="was changed since"):
        take_over(new, "0" * 64)
    assert (take_over(new), desk.holders()) == (2, [successor.id] * 2)
    with pytest.raises(DomainError, match="Nothing of this project"):
        take_over(new)


def test_whose_turn_it_is_is_told(desk: Desk, db: Session) -> None:
    desk.complete()
    rung = db.execute(
        select(User.username, Notification.url).join(User, User.id == Notification.user_id).order_by(Notification.id)
    ).all()
    address = f"/archive/vault/transfers/{desk.transfer_id}"
    told = [row.username for row in rung if row.url == address]
    assert sorted(told[:2]) == sorted([B, CUSTODIAN])  # issued
    assert told[2:5] == [A, B, CUSTODIAN]  # each signs after the other
    assert sorted(told[5:7]) == sorted([A, B])  # received
