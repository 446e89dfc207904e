"""Two people before the safe: who may, in which order, for how long, and what is there afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.archive.vault.models import Part, Purpose, TitleState, VoucherState
from crm.archive.vault.models.voucher import FOR_A_TIME
from crm.archive.vault.vouchers import service
from crm.archive.vault.vouchers.book import balance
from crm.dates import telling, utc_now
from crm.errors import DomainError
from tests.archive.vault.making import CHAIRMAN, CUSTODIAN, MANAGER, WITNESS, A, B, appoint_custodian
from tests.archive.vault.vault import Vault

S, T = VoucherState, TitleState


def booked(vault: Vault) -> int:
    with vault.work():
        return balance()


def test_received_and_laid_into_the_safe(vault: Vault) -> None:
    voucher_id, documents = vault.received(2)
    vault.lay(voucher_id)
    assert not vault.confirm(CUSTODIAN, voucher_id)
    assert booked(vault) == 0
    assert vault.confirm(WITNESS, voucher_id)
    assert [vault.state(each) for each in documents] == [T.in_vault] * 2
    assert booked(vault) == 2
    assert vault.faults() == []


@pytest.mark.parametrize("purpose", FOR_A_TIME)
def test_out_for_a_time_and_back(vault: Vault, purpose: Purpose) -> None:
    [document] = vault.filled()
    vault.go(purpose, [document])
    assert (vault.state(document), booked(vault)) == (T.out, 0)
    vault.go(Purpose.back, [document])
    assert (vault.state(document), booked(vault)) == (T.in_vault, 1)
    assert vault.faults() == []


def test_moved_to_another_slot_the_balance_stays(vault: Vault) -> None:
    [document] = vault.filled()
    voucher_id = vault.ask(CUSTODIAN, Purpose.moved, [document])
    vault.lay(voucher_id, vault.places[1])
    vault.both(voucher_id)
    assert (vault.state(document), booked(vault)) == (T.in_vault, 1)
    assert vault.faults() == []
    with vault.at(CUSTODIAN, voucher_id) as standing:
        [line] = standing.content["lines"]
    assert (line["from"], line["place"]) == (vault.places[0].path, vault.places[1].path)


def test_given_back_to_the_client(settled: Vault) -> None:
    [document] = settled.filled()
    settled.go(Purpose.release, [document])
    assert (settled.state(document), booked(settled)) == (T.released, 0)
    assert settled.faults() == []


@pytest.mark.parametrize("out", [False, True])
def test_lost_and_found_again(vault: Vault, *, out: bool) -> None:
    """What is lost outside was not in the vault any more."""
    [document, _other] = vault.filled(2)
    if out:
        vault.go(Purpose.court, [document])
    vault.go(Purpose.loss, [document])
    assert (vault.state(document), booked(vault)) == (T.lost, 1)
    assert vault.faults() == []
    vault.go(Purpose.found, [document])
    assert (vault.state(document), booked(vault)) == (T.in_vault, 2)
    assert vault.faults() == []


def test_the_second_may_be_first(vault: Vault) -> None:
    voucher_id, _documents = vault.received()
    vault.lay(voucher_id)
    assert not vault.confirm(WITNESS, voucher_id)
    with vault.at(CUSTODIAN, voucher_id) as standing:
        assert (standing.missing, standing.part) == ([Part.custodian], Part.custodian)
    assert vault.confirm(CUSTODIAN, voucher_id)


def test_nobody_is_both(vault: Vault) -> None:
    voucher_id, _documents = vault.received()
    vault.lay(voucher_id)
    vault.confirm(CUSTODIAN, voucher_id)
    with pytest.raises(DomainError, match="Still missing"):
        vault.confirm(CUSTODIAN, voucher_id)


def test_without_the_custodian_nothing_moves(vault: Vault) -> None:
    voucher_id, _documents = vault.received()
    vault.lay(voucher_id)
    vault.confirm(WITNESS, voucher_id)
    with pytest.raises(DomainError, match="no appointment as title custodian"):
        vault.confirm(MANAGER, voucher_id)


def test_who_asked_is_not_the_second(vault: Vault) -> None:
    [document] = vault.filled()
    voucher_id = vault.ask(A, Purpose.court, [document])
    vault.approve(voucher_id)
    vault.confirm(CUSTODIAN, voucher_id)
    with pytest.raises(DomainError, match="asked for it or approved it is not"):
        vault.confirm(A, voucher_id)


@pytest.mark.parametrize("who", [A, B])
def test_a_and_b_do_not_release(settled: Vault, who: str) -> None:
    [document] = settled.filled()
    voucher_id = settled.ready(Purpose.release, [document])
    with pytest.raises(DomainError, match="is or was A or B"):
        settled.confirm(who, voucher_id)


def test_a_word_counts_for_minutes(vault: Vault) -> None:
    voucher_id, [document] = vault.received()
    vault.lay(voucher_id)
    with telling(utc_now() - timedelta(minutes=11)):
        vault.confirm(CUSTODIAN, voucher_id)
    assert not vault.confirm(WITNESS, voucher_id)
    assert vault.state(document) is T.received
    assert vault.confirm(CUSTODIAN, voucher_id)
    assert vault.state(document) is T.in_vault


def test_what_was_changed_is_confirmed_anew(vault: Vault) -> None:
    voucher_id, [document] = vault.received()
    vault.lay(voucher_id)
    with vault.at(WITNESS, voucher_id) as standing:
        read = standing.hash
    vault.confirm(CUSTODIAN, voucher_id)
    vault.lay(voucher_id, vault.places[1])
    with pytest.raises(DomainError, match="was changed since"), vault.at(WITNESS, voucher_id) as standing:
        service.confirm(standing, read, "10.0.0.8")
    assert not vault.confirm(WITNESS, voucher_id)
    assert vault.state(document) is T.received


def test_not_before_it_is_said_where(vault: Vault) -> None:
    voucher_id, _documents = vault.received()
    with pytest.raises(DomainError, match="in which safe or slot"):
        vault.confirm(CUSTODIAN, voucher_id)


def test_released_only_with_everything(vault: Vault) -> None:
    [document] = vault.filled()
    voucher_id = vault.ask(A, Purpose.release, [document])
    with pytest.raises(DomainError, match="not settled"):
        vault.approve(voucher_id)


def test_released_only_with_papers(settled: Vault) -> None:
    [document] = settled.filled()
    voucher_id = settled.ask(A, Purpose.release, [document])
    settled.approve(voucher_id)
    with pytest.raises(DomainError, match="with the ID number"):
        settled.confirm(CUSTODIAN, voucher_id)


def test_who_asked_does_not_approve(vault: Vault) -> None:
    """The chairman keeps the vault that day and asks."""
    [document] = vault.filled()
    appoint_custodian(CHAIRMAN)
    voucher_id = vault.ask(CHAIRMAN, Purpose.court, [document])
    with pytest.raises(DomainError, match="Who asked for it does not decide"):
        vault.approve(voucher_id, CHAIRMAN)
