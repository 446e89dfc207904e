"""What the customer says to the sheet: signs it, does not sign before a witness, or objects and is answered."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import gettext as _

from crm.errors import DomainError
from crm.renovations.acceptance.service import Signed
from crm.renovations.settlement.models import RenovationSettlement
from crm.renovations.settlement.service.steps import STEPS, tell
from crm.steps.taking import NOW, Said

__all__ = ["Signed", "drop", "object_to", "reply", "sign"]


def sign(settlement: RenovationSettlement, signed: Signed, said: Said) -> None:
    """Raises `DomainError` where neither a signature nor a refusal before a witness is there."""
    if not signed.name.strip():
        raise DomainError(_("Write who signs for the customer."))
    if signed.upload_id is None and not (signed.refusal.strip() and signed.witness.strip()):
        raise DomainError(_("Let the customer sign, or write why not and who was there as witness."))
    refused = signed.upload_id is None
    facts = {
        "signer": signed.name,
        "signature_id": signed.upload_id,
        "refusal": signed.refusal if refused else "",
        "witness": signed.witness if refused else "",
    }
    told = replace(said, reason=signed.refusal if refused else "", note=signed.name)
    STEPS.take(settlement, "sign", told, signed_at=NOW, **facts)
    tell(settlement, "sign", told)


def object_to(settlement: RenovationSettlement, said: Said) -> None:
    """What the customer holds against it; it is answered before anything goes on."""
    _with_reason(settlement, "object", said)


def reply(settlement: RenovationSettlement, said: Said) -> None:
    """The sheet stands as it is, for the reason given, and is shown again; one that is to change is dropped."""
    _with_reason(settlement, "reply", said)


def drop(settlement: RenovationSettlement, said: Said) -> None:
    """Another can be made then. What was booked already stays booked, and stands on the next one."""
    _with_reason(settlement, "drop", said)


def _with_reason(settlement: RenovationSettlement, action: str, said: Said) -> None:
    if not said.reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    STEPS.take(settlement, action, said)
    tell(settlement, action, said)
