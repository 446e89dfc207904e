"""What is reported lost is written off, or found by two; until then it goes nowhere and is not talked away."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.vault.incidents import service
from crm.archive.vault.incidents.queries import get_incident
from crm.archive.vault.models import Purpose, TitleIncident, TitleState
from crm.errors import DomainError
from tests import factories as make
from tests.archive.handover.desk import actor_called
from tests.archive.vault.making import CUSTODIAN, MANAGER, WITNESS
from tests.archive.vault.vault import Vault


def close(vault: Vault, incident_id: int) -> None:
    with vault.work(actor_called(MANAGER)):
        service.close(get_incident(incident_id, lock=True), "不找了")


def test_a_loss_ends_when_it_is_written_off(vault: Vault) -> None:
    [document] = vault.filled()
    incident_id = vault.lose(document)
    with pytest.raises(DomainError, match="A loss ends by the voucher"):
        close(vault, incident_id)
    with pytest.raises(DomainError, match="Reported lost: 异"):
        vault.ask(CUSTODIAN, Purpose.court, [document])
    voucher_id = vault.ask(CUSTODIAN, Purpose.loss, [document])
    vault.approve(voucher_id)
    vault.both(voucher_id)
    close(vault, incident_id)
    assert vault.faults() == []


def test_what_was_asked_for_before_the_loss_stays_too(vault: Vault) -> None:
    [document] = vault.filled()
    voucher_id = vault.ready(Purpose.court, [document])
    vault.lose(document)
    with pytest.raises(DomainError, match="Reported lost"):
        vault.confirm(CUSTODIAN, voucher_id)


@pytest.mark.parametrize("reporter", [CUSTODIAN, WITNESS])
@pytest.mark.parametrize("written_off", [True, False])
def test_laid_into_the_safe_again_it_is_found(vault: Vault, db: Session, reporter: str, written_off: bool) -> None:
    [document] = vault.filled()
    incident_id = vault.lose(document, reporter)
    if written_off:
        voucher_id = vault.ask(CUSTODIAN, Purpose.loss, [document])
        vault.approve(voucher_id)
        vault.both(voucher_id)
    vault.go(Purpose.found if written_off else Purpose.moved, [document])
    [incident] = db.scalars(select(TitleIncident)).all()
    other = WITNESS if reporter == CUSTODIAN else CUSTODIAN
    assert (incident.id, incident.closed_by_id) == (incident_id, make.user_called(other).id)
    assert (incident.result[:6], vault.state(document)) == ("Found:", TitleState.in_vault)
    with pytest.raises(DomainError, match="no open incident about the loss"):
        vault.ask(CUSTODIAN, Purpose.loss, [document])
