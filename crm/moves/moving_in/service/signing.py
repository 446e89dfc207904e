"""The pack is signed: what stands is frozen, the unit is lived in, and its papers go into the dossier by a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.archive.dossiers.content import content_hash
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.moves.keys.models import Signing
from crm.moves.keys.queries import slips_about
from crm.moves.moving_in.content import content_of
from crm.moves.moving_in.events import MoveInSigned
from crm.moves.moving_in.models import MoveIn
from crm.moves.moving_in.queries import KIND, documents_of
from crm.moves.moving_in.service.steps import NOW, STEPS, Said, subjects
from crm.properties.models import Unit, UnitStatus
from crm.properties.service import change_units
from crm.tenants.closing import file_all_soon, file_soon
from crm.tenants.models import OccupancyRole

DOCUMENT, SLIP = "move_in_document", "key_slip"  # kinds of papers beside the pack itself
OWNERS = (OccupancyRole.owner, OccupancyRole.co_owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """`signer`: who signed for the customer; `clerk_upload_id`: the clerk's own drawing, where there is one."""

    signer: str
    signing: Signing
    upload_id: int
    clerk_upload_id: int | None = None


def sign(move_in: MoveIn, signature: Signature, said: Said) -> None:
    """Raises `IllegalTransition` that says what is missing and where."""
    if not signature.signer.strip():
        raise DomainError(_("Write who signs for the customer."))
    STEPS.hold_unchanged(move_in)
    STEPS.expect(move_in, "sign")
    _live_in(move_in)
    signed: dict[str, Any] = {
        "signer": signature.signer.strip(),
        "signing": signature.signing,
        "signature_id": signature.upload_id,
        "clerk_signature_id": signature.clerk_upload_id,
        "signed_by": g.actor.name,
    }
    content = content_of(move_in, signature.signer.strip(), signature.signing, utc_now())
    frozen = {"content": content, "content_hash": content_hash(content)}
    STEPS.take(move_in, "sign", said, signed_at=NOW, **signed, **frozen)
    session().expire(move_in, ["signature", "clerk_signature"])
    record(
        MoveInSigned(
            signer=move_in.signer,
            signing=signature.signing.value,
            content_hash=move_in.content_hash,
            **subjects(move_in),
        )
    )
    file_papers(move_in)


def _live_in(move_in: MoveIn) -> None:
    """The unit's status follows; an owner's first day is the handover where nobody knows another."""
    lived_in = UnitStatus.let if move_in.role is OccupancyRole.tenant else UnitStatus.occupied
    unit: Unit = move_in.unit
    if unit.status is not lived_in:
        change_units([unit.id], "status", lived_in)
    if unit.handover_on is None and move_in.role in OWNERS:
        change_units([unit.id], "handover_on", move_in.starts_on)
    session().refresh(unit)


def file_papers(move_in: MoveIn) -> None:
    """Each paper once, however often this is done; the pack last: with it the move-in is filed."""
    number, estate_id = move_in.number, move_in.estate_id
    signed = [each.id for each in documents_of(move_in.id).values() if each.upload_id]
    if signed:
        file_all_soon(DOCUMENT, signed, _("Papers of %(number)s", number=number), estate_id)
    if slips := [slip.id for slip in slips_about(KIND, move_in.id)]:
        file_all_soon(SLIP, slips, _("Keys of %(number)s", number=number), estate_id)
    file_soon(KIND, move_in.id, number, estate_id)
