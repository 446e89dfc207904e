"""Issuing the list, signing it, taking a signature back (L-10, L-11; 2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.archive.dossiers import proof
from crm.archive.dossiers.content import content_hash
from crm.archive.handover import content
from crm.archive.handover.events import ListIssued, ListSigned, SignatureVoided
from crm.archive.handover.models import (
    Grade,
    Handover,
    HandoverState,
    ListSignature,
    ListVersion,
    Party,
    SignatureVoid,
)
from crm.archive.handover.path import PATH
from crm.archive.handover.standing import Standing
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files.models import Upload


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What somebody signs with, beside the password given for it; `seen` is the hash of the list that was read."""

    seen: str
    address: str
    drawing: Upload | None = None
    scan: Upload | None = None

    @property
    def grade(self) -> Grade:
        if self.scan is not None:
            return Grade.ink_scan
        return Grade.password if self.drawing is None else Grade.password_drawn


def issue(standing: Standing) -> ListVersion:
    """Freeze what lies in the dossier as the next version; what was signed before is kept and counts no longer."""
    PATH.expect(standing, "issue")
    return publish(standing, standing.content, g.actor.user_id)


def publish(standing: Standing, said: Mapping[str, Any], by_id: int) -> ListVersion:
    """As the next version; whether there may be one, the caller has asked."""
    handover, number = standing.handover, standing.issued + 1
    frozen = content.of_version(said, number)
    version = ListVersion(
        handover_id=handover.id,
        version=number,
        content=frozen,
        hash=content_hash(frozen),
        pages=frozen["pages"],
        sheets=frozen["sheets"],
        issued_by_id=by_id,
        issued_at=utc_now(),
    )
    session().add(version)
    session().flush()
    proof.issue(content.FORM, handover.id, frozen["number"], frozen, dossier_id=handover.dossier_id)
    record(
        ListIssued(
            handover_id=handover.id,
            dossier_id=handover.dossier_id,
            list_version_id=version.id,
            version=number,
            hash=version.hash,
            pages=version.pages,
            sheets=version.sheets,
        )
    )
    return version


def sign(standing: Standing, party: Party, signing: Signing) -> ListSignature:
    """The caller has asked the path whether that party signs now. Raises `DomainError` when another list was read."""
    version = standing.version
    if version is None or signing.seen != version.hash:
        raise DomainError(_("Another version was issued since you opened this page. Read it, then sign that one."))
    signature = ListSignature(
        version_id=version.id,
        party=party,
        signer_id=g.actor.user_id,
        a_id=standing.a_id,
        b_id=standing.b_id,
        grade=signing.grade,
        hash=version.hash,
        drawing_id=signing.drawing.id if signing.drawing else None,
        scan_id=signing.scan.id if signing.scan else None,
        address=signing.address,
        signed_at=utc_now(),
    )
    session().add(signature)
    session().flush()
    record(
        ListSigned(
            handover_id=standing.handover.id,
            dossier_id=standing.handover.dossier_id,
            list_version_id=version.id,
            user_id=signature.signer_id,
            version=version.version,
            party=party.value,
            grade=signature.grade.value,
            hash=version.hash,
        )
    )
    return signature


def sign_as(standing: Standing, party: Party, signing: Signing) -> ListSignature:
    """A's or B's signature; the archivist's is given by receiving."""
    PATH.expect(standing, f"sign_{party.value}")
    return sign(standing, party, signing)


def take_back_own(standing: Standing, version: ListVersion, signature: ListSignature, reason: str) -> None:
    """One's own, with a reason, before the dossier is filed: it is kept and counts no longer."""
    if signature.signer_id != g.actor.user_id:
        raise DomainError(_("Only whoever signed takes a signature back."))
    if standing.state is HandoverState.filed:
        raise DomainError(_("The dossier is filed, and its signatures stay. Use a correction instead."))
    if signature.void is not None:
        raise DomainError(_("This signature was taken back already."))
    if not reason.strip():
        raise DomainError(_("Write why the signature is taken back: it stays on record with the reason."))
    take_back(standing.handover, version, signature, reason, by_id=signature.signer_id)


def take_back(
    handover: Handover, version: ListVersion, signature: ListSignature, reason: str, *, by_id: int | None
) -> None:
    session().add(SignatureVoid(signature_id=signature.id, reason=reason, voided_by_id=by_id, voided_at=utc_now()))
    session().flush()
    session().expire(signature, ["void"])
    record(
        SignatureVoided(
            handover_id=handover.id,
            dossier_id=handover.dossier_id,
            list_version_id=version.id,
            user_id=signature.signer_id,
            version=version.version,
            party=signature.party.value,
            reason=reason,
        )
    )
