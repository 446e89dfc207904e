"""What somebody could try around the two people and the approval, and what really happens to a title document."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.credit import queries as credit
from crm.archive.credit import service as lending
from crm.archive.credit.models import Collateral, Project, ProjectState
from crm.archive.credit.service import Resolution
from crm.archive.dossiers.models import Dossier
from crm.archive.numbers.models import ArchiveNumber
from crm.archive.vault.models import (
    OutReminder,
    Purpose,
    TitleDocument,
    TitleState,
    TitleVoucher,
    VoucherLine,
    VoucherState,
)
from crm.archive.vault.vouchers import service
from crm.archive.vault.vouchers.jobs import ring_on
from crm.archive.vault.vouchers.service import Prepared
from crm.auth.actor import system_actor
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.dates import business_day, telling, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files.models import Upload
from crm.notifications.models import Notification
from crm.numbering import NumberState
from tests import factories as make
from tests.archive.handover.desk import actor_called, actor_of
from tests.archive.vault.making import CHAIRMAN, CUSTODIAN, MANAGER, WITNESS, A, make_title
from tests.archive.vault.vault import ID_NUMBER, SOON, Vault

S, T = VoucherState, TitleState
ANOTHER = "430102198511111234"


def prepared(vault: Vault, voucher_id: int, **given: Any) -> VoucherState:
    papers = {
        name: make.make_upload(None, "title_voucher").id for name in ("power", "receipt") if given.pop(name, False)
    }
    with vault.at(CUSTODIAN, voucher_id) as standing:
        kept = {name: session().get_one(Upload, key) for name, key in papers.items()}
        service.prepare(standing, Prepared(**(given | kept)))
        return standing.state


def credit_paper(db: Session) -> Upload:
    return db.get_one(Upload, make.make_upload(None, "credit").id)


def test_another_receiver_is_decided_anew(settled: Vault) -> None:
    [document] = settled.filled()
    voucher_id = settled.ready(Purpose.release, [document])
    assert prepared(settled, voucher_id, receiver="张三", id_number=ANOTHER) is S.asked
    with pytest.raises(DomainError, match="power of attorney"):
        settled.approve(voucher_id)
    assert prepared(settled, voucher_id, power=True) is S.asked
    settled.approve(voucher_id)
    assert prepared(settled, voucher_id, receipt=True) is S.ready
    assert prepared(settled, voucher_id, power=True) is S.asked  # another paper than was approved
    settled.approve(voucher_id, CHAIRMAN)
    settled.both(voucher_id)
    assert settled.state(document) is T.released
    assert settled.faults() == []


def test_another_number_is_decided_anew_and_was_not_confirmed(settled: Vault) -> None:
    """Shown masked, so that the hash has the whole of it."""
    [document] = settled.filled()
    voucher_id = settled.ready(Purpose.release, [document])
    with settled.at(WITNESS, voucher_id) as standing:
        read = standing.hash
    assert prepared(settled, voucher_id, id_number=ID_NUMBER) is S.ready
    assert prepared(settled, voucher_id, id_number=ID_NUMBER[:-5] + "5" + ID_NUMBER[-4:]) is S.asked
    settled.approve(voucher_id)
    with settled.at(WITNESS, voucher_id) as standing:
        assert standing.hash != read


def test_who_approved_is_not_the_second(vault: Vault) -> None:
    [document] = vault.filled()
    voucher_id = vault.ready(Purpose.court, [document])
    vault.confirm(CUSTODIAN, voucher_id)
    with pytest.raises(DomainError, match="asked for it or approved it"):
        vault.confirm(MANAGER, voucher_id)


def test_who_was_a_does_not_give_back(settled: Vault) -> None:
    [document] = settled.filled()
    former, new = make.user_called(A), make.make_user(RoleName.project_manager)
    with settled.work(actor_called(MANAGER)) as db:
        lending.replace(credit.get_project(settled.project.id), "a", db.get_one(User, new.id), "调岗", "全部")
    voucher_id = settled.ask(CUSTODIAN, Purpose.release, [document])
    settled.approve(voucher_id)
    settled.papers(voucher_id)
    settled.confirm(CUSTODIAN, voucher_id)
    with (
        pytest.raises(DomainError, match="is or was A or B"),
        settled.at(actor_of(former, RoleName.archivist), voucher_id) as standing,
    ):
        service.confirm(standing, standing.hash, "10.0.0.8")


def test_each_document_by_the_release_of_its_own_collateral(vault: Vault) -> None:
    house, car = make.make_collateral(vault.project), make.make_collateral(vault.project)
    first, second = vault.filled(2)
    with vault.work() as db:
        db.get_one(TitleDocument, first).collateral_id = car.id
        db.get_one(TitleDocument, second).collateral_id = house.id
    voucher_id = vault.ask(A, Purpose.release, [first, second])

    def release(key: int) -> None:
        with vault.work(actor_called(MANAGER)) as db:
            project, paper = db.get_one(Project, vault.project.id), credit_paper(db)
            lending.release_collateral(project, db.get_one(Collateral, key), "换押", paper)

    release(car.id)
    with pytest.raises(DomainError, match="collateral not released: 湘"):
        vault.approve(voucher_id)
    with vault.at(MANAGER, voucher_id) as standing:
        assert all(car.description in line["collateral"] for line in standing.content["lines"][:1])
    release(house.id)
    vault.approve(voucher_id)
    with vault.work() as db:
        proofs = db.scalars(select(VoucherLine.proof_id).filter_by(voucher_id=voucher_id).order_by(VoucherLine.id))
        ends = [db.get_one(Collateral, each.id).end_evidence_id for each in (car, house)]
        assert list(proofs) == ends


def test_a_settlement_frees_once_another_has_confirmed_it(vault: Vault) -> None:
    [document] = vault.filled()
    with vault.work() as db:
        project = db.get_one(Project, vault.project.id)
        project.state, project.ends_on = ProjectState.settled, business_day()
        project.basis, project.settled_on = "other", business_day()
        project.end_evidence_id = project.settled_evidence_id = make.make_upload(None, "credit").id
    voucher_id = vault.ask(A, Purpose.release, [document])
    with pytest.raises(DomainError, match="settlement not confirmed"):
        vault.approve(voucher_id)
    for who, refused in ((A, True), (MANAGER, False), (CHAIRMAN, True)):
        with vault.work(actor_called(who)):
            found = credit.get_project(vault.project.id)
            if refused:
                with pytest.raises(DomainError, match=r"Neither A nor B|checked already"):
                    lending.check_settlement(found)
            else:
                lending.check_settlement(found)
    vault.approve(voucher_id)
    assert prepared(vault, voucher_id, id_number=ID_NUMBER, receipt=True) is S.ready
    vault.both(voucher_id)
    assert vault.state(document) is T.released


def test_what_was_never_lent_goes_back_and_keeps_its_number(vault: Vault) -> None:
    [document] = vault.filled()
    with vault.work(actor_called(A)) as db:
        project = db.get_one(Project, vault.project.id)
        lending.reserve_number(project, 2026)
        lending.withdraw(project, Resolution(decided_on=business_day(), evidence=credit_paper(db), reason="客户不借了"))
        number = db.get_one(ArchiveNumber, db.get_one(Dossier, project.dossier_id).number_id)
        assert number.number.state is NumberState.reserved
    vault.go(Purpose.release, [document])
    assert vault.state(document) is T.released


def test_not_handed_out_after_all(settled: Vault) -> None:
    [document] = settled.filled()
    settled.go(Purpose.release, [document])
    settled.go(Purpose.not_handed_out, [document])
    assert settled.state(document) is T.in_vault
    assert settled.faults() == []
    settled.go(Purpose.release, [document])
    with settled.work() as db:
        number = db.get_one(TitleDocument, document).certificate_no
    make_title(settled.project, certificate_no=number)
    with pytest.raises(DomainError, match="entered already"):
        settled.ask(CUSTODIAN, Purpose.not_handed_out, [document])


@pytest.mark.parametrize("found", [False, True])
def test_lost_between_hand_and_safe(vault: Vault, *, found: bool) -> None:
    """The loss takes its line over; turned down, it is received anew. The rest is laid in meanwhile."""
    receipt, [lost, kept] = vault.received(2)
    vault.lay(receipt)
    vault.lose(lost)
    loss = vault.ask(CUSTODIAN, Purpose.loss, [lost])
    vault.both(receipt)
    assert (vault.state(lost), vault.state(kept)) == (T.received, T.in_vault)
    assert vault.faults() == []
    if found:
        vault.do(MANAGER, loss, service.refuse, "在抽屉里")
        with vault.work() as db:
            again = db.scalars(select(TitleVoucher.id).order_by(TitleVoucher.id.desc()).limit(1)).one()
        vault.lay(again)
        vault.both(again)
    else:
        vault.approve(loss)
        vault.both(loss)
    assert vault.state(lost) is (T.in_vault if found else T.lost)
    assert vault.faults() == []


def test_a_receipt_of_nothing_but_what_is_lost_ends(vault: Vault) -> None:
    receipt, [lost] = vault.received()
    vault.lose(lost)
    vault.ask(CUSTODIAN, Purpose.loss, [lost])
    with vault.work() as db:
        assert db.get_one(TitleVoucher, receipt).state is S.cancelled


def test_a_new_certificate_comes_back(vault: Vault) -> None:
    old, other = vault.filled(2)
    vault.go(Purpose.registration, [old])
    voucher_id = vault.ask(CUSTODIAN, Purpose.back, [old])
    vault.lay(voucher_id)
    with vault.work() as db:
        taken = db.get_one(TitleDocument, other).certificate_no
        line = db.scalars(select(VoucherLine.id).filter_by(voucher_id=voucher_id)).one()
    with pytest.raises(DomainError, match="entered already"):
        prepared(vault, voucher_id, numbers={line: taken})
    vault.confirm(CUSTODIAN, voucher_id)
    prepared(vault, voucher_id, numbers={line: "湘〔2026〕新证 9号"})
    assert not vault.confirm(WITNESS, voucher_id)  # the custodian confirms the new number too
    assert vault.confirm(CUSTODIAN, voucher_id)
    with vault.work() as db:
        new = db.scalars(select(TitleDocument).filter_by(replaces_id=old)).one()
        assert (new.state, new.certificate_no, new.owner) == (T.in_vault, "湘（2026）新证9号", "鑫源商贸")
    assert vault.state(old) is T.replaced
    assert vault.faults() == []
    vault.go(Purpose.court, [new.id])
    assert vault.faults() == []


def test_what_stays_outside_is_told_once_and_gets_more_time(vault: Vault) -> None:
    [document] = vault.filled()
    voucher_id = vault.go(Purpose.court, [document])
    later, back_on = utc_now() + timedelta(days=9), (vault.today() + timedelta(days=SOON)).isoformat()
    with telling(later), vault.work(system_actor("vault")):
        assert ring_on(business_day()) == 2
        assert ring_on(business_day()) == 0
    with vault.work() as db:
        told = db.execute(select(Notification.user_id, Notification.text).where(Notification.text.contains(back_on)))
        approver = make.user_called(MANAGER).id
        assert {row.user_id for row in told} >= {make.user_called(A).id, approver}
    with telling(later):
        until = vault.today() + timedelta(days=10)
        for who, day, why in ((WITNESS, until, "Only the title"), (A, vault.today(), "back after today")):
            with pytest.raises(DomainError, match=why):
                vault.do(who, voucher_id, service.ask_longer, day, "法院延期")
        vault.do(A, voucher_id, service.ask_longer, until, "法院延期")
        with vault.at(MANAGER, voucher_id) as standing:
            service.decide_longer(standing, approved=True)
        with vault.work(system_actor("vault")) as db:
            assert db.get_one(TitleVoucher, voucher_id).back_on == until
            assert ring_on(business_day()) == 0
            assert len(db.scalars(select(OutReminder.outstay)).all()) == 2


def test_not_out_after_the_day_it_was_to_be_back(vault: Vault) -> None:
    [document] = vault.filled()
    voucher_id = vault.ready(Purpose.court, [document])
    with telling(utc_now() + timedelta(days=20)), pytest.raises(DomainError, match="has passed"):
        vault.confirm(CUSTODIAN, voucher_id)
