"""What follows for the vault when another title custodian is appointed."""

from __future__ import annotations

from crm.archive.dossiers.events import CustodianAppointed
from crm.archive.dossiers.models.custody import CustodianRole
from crm.archive.vault.keeping import hand_over_received


def custodian_appointed(event: CustodianAppointed) -> None:
    if event.role == CustodianRole.title_custodian.value:
        hand_over_received()
