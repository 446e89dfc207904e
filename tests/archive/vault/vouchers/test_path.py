"""Each state of a voucher and each action: possible where the table says so, refused in words elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crm.archive.vault.models import Purpose, TitleDocument, VoucherState
from crm.archive.vault.vouchers import service
from crm.archive.vault.vouchers.path import PATH
from crm.auth.permissions import ROLES, RoleName
from crm.errors import DomainError
from tests.archive.vault.making import CHAIRMAN, CUSTODIAN, MANAGER, WITNESS, A, make_safe, make_title
from tests.archive.vault.vault import Vault
from tests.factories import make_location

S = VoucherState


def voucher_in(vault: Vault, state: S) -> int:
    [document] = vault.filled()
    voucher_id = vault.ask(A, Purpose.court, [document])
    if state in (S.ready, S.done):
        vault.approve(voucher_id)
    if state is S.done:
        vault.both(voucher_id)
    if state is S.refused:
        vault.do(MANAGER, voucher_id, service.refuse, "先补材料")
    if state is S.cancelled:
        vault.do(A, voucher_id, service.cancel, "不需要了")
    return voucher_id


@pytest.mark.parametrize("state", S)
def test_every_action_in_every_state(vault: Vault, state: S) -> None:
    voucher_id = voucher_in(vault, state)
    for action, who in {
        "approve": CHAIRMAN,
        "refuse": MANAGER,
        "confirm": CUSTODIAN,
        "attach_scan": CUSTODIAN,
        "cancel": A,
    }.items():
        with vault.at(who, voucher_id) as standing:
            refused = PATH.hindrance(standing, action)
            assert bool(refused) == (state not in PATH[action].sources), (action, refused)
    with vault.at(CUSTODIAN, voucher_id) as standing:
        assert PATH.hindrance(standing, "prepare")  # what goes out for a time has no place and no papers to write


def test_who_may_do_what() -> None:
    def may(action: str) -> set[RoleName]:
        return {role for role, permissions in ROLES.items() if PATH[action].permission in permissions}

    assert may("approve") == may("refuse") == {RoleName.general_manager, RoleName.chairman}
    assert may("prepare") == may("attach_scan") == {RoleName.title_custodian}
    assert RoleName.administrator not in may("confirm") | may("cancel")


@pytest.mark.parametrize("who", [WITNESS, MANAGER])
def test_others_ask_for_nothing(vault: Vault, who: str) -> None:
    [document] = vault.filled()
    with pytest.raises(DomainError, match="Only the title custodian, or A or B"):
        vault.ask(who, Purpose.court, [document])


def test_a_document_stands_on_one_voucher(vault: Vault) -> None:
    [document] = vault.filled()
    vault.ask(A, Purpose.court, [document])
    with pytest.raises(DomainError, match="stands on voucher 权出"):
        vault.ask(CUSTODIAN, Purpose.release, [document])


def test_another_projects_document_is_not_asked_for(vault: Vault) -> None:
    with pytest.raises(DomainError, match="of this project"):
        vault.ask(A, Purpose.court, [make_title().id])


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"back_on": None}, "Write the day by which"),
        ({"receiver": " "}, "Write who takes it outside"),
        ({"reason": ""}, "Write the reason"),
        ({"authority": " "}, "Write the reason"),
        ({"days": 0}, "It is back after today"),
        ({"days": 31}, "It is back after today"),
    ],
)
def test_what_is_lacking_is_said(vault: Vault, given: dict[str, Any], why: str) -> None:
    [document] = vault.filled()
    if "days" in given:
        given = {"back_on": vault.today() + timedelta(days=given["days"])}
    with pytest.raises(DomainError, match=why):
        vault.ask(A, Purpose.court, [document], **given)


@pytest.mark.parametrize("purpose", [Purpose.back, Purpose.found, Purpose.receipt])
def test_what_is_in_the_vault_does_not_come_in(vault: Vault, purpose: Purpose) -> None:
    [document] = vault.filled()
    with pytest.raises(DomainError, match=r"cannot be moved as|comes in by the list"):
        vault.ask(A, purpose, [document])


def test_nothing_is_written_off_without_an_incident(vault: Vault) -> None:
    [document] = vault.filled()
    with pytest.raises(DomainError, match="no open incident"):
        vault.ask(CUSTODIAN, Purpose.loss, [document])


def test_into_a_safe_only(vault: Vault) -> None:
    voucher_id, _documents = vault.received()
    with pytest.raises(DomainError, match="in a safe only"):
        vault.lay(voucher_id, make_location("shelf"))


def test_into_a_safe_in_use_only(vault: Vault) -> None:
    safe = make_safe()
    voucher_id, _documents = vault.received()
    with vault.work() as db:
        db.merge(safe).in_use = False
    with pytest.raises(DomainError, match="not in use"):
        vault.lay(voucher_id, safe)


def test_what_was_received_is_not_cancelled(vault: Vault) -> None:
    voucher_id, _documents = vault.received()
    with pytest.raises(DomainError, match="has to go into the safe"):
        vault.do(CUSTODIAN, voucher_id, service.cancel, "算了")


def test_refused_only_with_a_reason_and_then_free_again(vault: Vault) -> None:
    [document] = vault.filled()
    voucher_id = vault.ask(A, Purpose.court, [document])
    with pytest.raises(DomainError, match="why it is refused"):
        vault.do(MANAGER, voucher_id, service.refuse, " ")
    vault.do(MANAGER, voucher_id, service.refuse, "先补材料")
    assert vault.ask(A, Purpose.court, [document]) != voucher_id


def test_the_receivers_number_is_sealed(settled: Vault) -> None:
    [document] = settled.filled()
    voucher_id = settled.ready(Purpose.release, [document])
    with settled.at(CUSTODIAN, voucher_id) as standing:
        assert "19900307" not in standing.voucher.receiver_sealed + str(standing.content)
        assert standing.id_masked.endswith("1234")


def test_numbers_follow_on_in_each_direction(vault: Vault) -> None:
    first, second = vault.filled(2)
    vault.go(Purpose.court, [first])
    vault.go(Purpose.court, [second])
    out = [vault.ask(A, Purpose.back, [each]) for each in (first, second)]
    numbers = [vault.do(A, key, lambda standing: standing.voucher.number.text) for key in out]
    assert [int(each[-4:]) for each in numbers] == [int(numbers[0][-4:]), int(numbers[0][-4:]) + 1]
    assert vault.do(A, out[0], lambda standing: isinstance(standing.lines[0].document, TitleDocument))
