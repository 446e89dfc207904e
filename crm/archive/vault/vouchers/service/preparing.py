"""What the title custodian adds before two people carry it out: places, the receiver, papers. L-30."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm.archive.credit.models import Collateral, ProjectState
from crm.archive.vault.custody import expect_safe
from crm.archive.vault.vouchers.events import VoucherPrepared
from crm.archive.vault.vouchers.path import PATH
from crm.archive.vault.vouchers.service.deciding import about
from crm.archive.vault.vouchers.standing import Standing
from crm.audit.log import record
from crm.db import session
from crm.files.models import Upload
from crm.secrecy import seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """`places`: line -> safe or slot. What is empty stays as it is."""

    places: Mapping[int, int] = field(default_factory=dict)
    receiver: str = ""
    id_number: str = ""
    proof: Upload | None = None
    receipt: Upload | None = None


def prepare(standing: Standing, prepared: Prepared) -> None:
    """Whoever had confirmed before confirms anew: the voucher says something else now."""
    PATH.expect(standing, "prepare")
    if not standing.goes_out:
        _lay(standing, prepared.places)
    if standing.is_release:
        _complete(standing, prepared)
    session().flush()
    paths = [line.location.path for line in standing.lines if line.location]
    record(VoucherPrepared(**about(standing), places=paths, receiver=standing.voucher.receiver))


def _lay(standing: Standing, places: Mapping[int, int]) -> None:
    for line in standing.lines:
        if line.id in places:
            line.location = expect_safe(places[line.id])
            line.location_id = line.location.id


def _complete(standing: Standing, prepared: Prepared) -> None:
    voucher = standing.voucher
    voucher.receiver = prepared.receiver or voucher.receiver
    if prepared.id_number:
        voucher.receiver_sealed = seal(prepared.id_number).hex()
    voucher.receipt_id = prepared.receipt.id if prepared.receipt else voucher.receipt_id
    voucher.proof_id = prepared.proof.id if prepared.proof else voucher.proof_id or _evidence(standing)


def _evidence(standing: Standing) -> int | None:
    """What the settlement, or the release of the collateral, was proved by."""
    if standing.project.state is ProjectState.settled:
        return standing.project.settled_evidence_id
    keys = {line.document.collateral_id for line in standing.lines} - {None}
    found = [session().get_one(Collateral, key).end_evidence_id for key in sorted(key for key in keys if key)]
    return next((each for each in found if each), None)
