"""补充归档: registered by the archivist, confirmed by the giver, then filed under a new list version (2.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.archive.dossiers.content import content_hash, list_content
from crm.archive.dossiers.models import Item, TemplateSlot
from crm.archive.dossiers.service import Giver, ItemFacts, expect_supplement, file_supplement
from crm.archive.handover import content
from crm.archive.handover.days import minute_of
from crm.archive.handover.events import LateConfirmed, LateRefused, LateRegistered
from crm.archive.handover.late import LATE, Bringing, document_said, facts_of
from crm.archive.handover.models import Handover, LateFiling, LatePart, LateSignature, LateState, ListVersion
from crm.archive.handover.models.late import LATE_ADDRESS
from crm.archive.handover.path import PATH
from crm.archive.handover.queries.late import givers, upload_of
from crm.archive.handover.service.lists import Signing, publish
from crm.archive.handover.service.telling import tell_at
from crm.archive.handover.standing import Standing
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files.models import Upload


def register(
    standing: Standing, facts: ItemFacts, bringing: Bringing, address: str, upload: Upload | None = None
) -> LateFiling:
    """The archivist takes the document and signs for it with the password. Nothing is filed before the giver confirms.

    Raises `DomainError` when the giver is the archivist or nobody who could confirm it.
    """
    PATH.expect(standing, "register_late")
    _expect_giver(standing, bringing)
    handover = standing.handover
    expect_supplement(handover.dossier, facts)
    filing = _pending(handover, facts, bringing, upload)
    _sign(filing, LatePart.archivist, Signing(seen=filing.hash, address=address))
    told: dict[str, Any] = {"title": facts.title, "pages": facts.pages, "giver": bringing.name}
    record(LateRegistered(**_about(standing, filing), **told, reason=bringing.reason, hash=filing.hash))
    _tell(filing, filing.giver_id, words=_to_confirm(filing))
    return filing


def _pending(handover: Handover, facts: ItemFacts, bringing: Bringing, upload: Upload | None) -> LateFiling:
    slot, now = session().get_one(TemplateSlot, facts.slot_id), utc_now()
    said = {
        "number": handover.dossier.code or "",
        "title": handover.dossier.title,
        "document": document_said(facts, slot, upload.sha256 if upload else ""),
        "giver": bringing.name,
        "archivist": g.actor.name,
        "reason": bringing.reason,
        "registered_at": minute_of(now),
    }
    filing = LateFiling(
        handover_id=handover.id,
        slot_id=slot.id,
        upload_id=upload.id if upload else None,
        giver_id=bringing.user_id,
        archivist_id=g.actor.user_id,
        content=said,
        hash=content_hash(said),
        registered_at=now,
        state=LateState.pending,
    )
    session().add(filing)
    session().flush()
    return filing


def _expect_giver(standing: Standing, bringing: Bringing) -> None:
    if not bringing.name.strip() or not bringing.reason.strip():
        raise DomainError(_("Say who brought it and why it comes later."))
    if bringing.user_id == g.actor.user_id:
        raise DomainError(_("Whoever brings a supplement cannot be who files it. Let somebody else do one of the two."))
    if bringing.user_id is not None and bringing.user_id not in givers(standing.handover):
        raise DomainError(_("Name A, B or somebody who oversees the projects: whoever gives it has to confirm it."))


def confirm(standing: Standing, filing: LateFiling, signing: Signing) -> Item:
    """The giver's signature, and with it the filing."""
    return _file(standing, filing, "confirm", signing)


def attest(standing: Standing, filing: LateFiling, signing: Signing) -> Item:
    """Somebody from outside signed the slip in ink: the scan takes the place of the confirmation."""
    PATH.expect(standing, "register_late")
    if signing.scan is None:
        raise DomainError(_("Attach the scan of the slip that %(who)s signed in ink.", who=filing.content["giver"]))
    return _file(standing, filing, "attest", signing)


def decline(standing: Standing, filing: LateFiling, reason: str) -> None:
    """By the giver, before signing."""
    _refuse(standing, filing, "decline", reason)


def withdraw(standing: Standing, filing: LateFiling, reason: str) -> None:
    """By an archivist, while the giver has not confirmed."""
    PATH.expect(standing, "register_late")
    _refuse(standing, filing, "withdraw", reason)


def _file(standing: Standing, filing: LateFiling, action: str, signing: Signing) -> Item:
    """All or nothing: signature, document, list version."""
    LATE.expect(filing, action)
    signature = _sign(filing, LatePart.giver, signing)
    dossier, slot = standing.handover.dossier, session().get_one(TemplateSlot, filing.slot_id)
    giver = Giver(name=filing.content["giver"], user_id=filing.giver_id)
    facts, upload = facts_of(filing, slot.section_id), upload_of(filing)
    item = file_supplement(dossier, facts, giver, filing.content["reason"], upload, archivist=filing.archivist)
    version = _next_list(standing, filing, item)
    filing.item_id, filing.list_version_id = item.id, version.id
    LATE.take(filing, action)
    session().flush()
    told: dict[str, Any] = {"code": item.code or "", "title": item.title, "giver": giver.name}
    told |= {"list_version_id": version.id, "version": version.version, "grade": signature.grade.value}
    record(LateConfirmed(**_about(standing, filing), **told))
    _tell(filing, filing.archivist_id, standing.a_id, standing.b_id, words=_is_filed(filing, item))
    return item


def _next_list(standing: Standing, filing: LateFiling, item: Item) -> ListVersion:
    came = {
        "code": item.code or "",
        "title": item.title,
        "giver": filing.content["giver"],
        "archivist": filing.content["archivist"],
        "reason": filing.content["reason"],
        "slip": filing.hash,
    }
    said = content.supplemented(standing.content, list_content(standing.handover.dossier), came)
    return publish(standing, said, filing.archivist_id)


def _sign(filing: LateFiling, part: LatePart, signing: Signing) -> LateSignature:
    if signing.seen != filing.hash:
        raise DomainError(_("This is not the slip you opened. Read it again, then sign."))
    outside = part is LatePart.giver and filing.giver_id is None
    signature = LateSignature(
        filing_id=filing.id,
        part=part,
        signer_id=None if outside else g.actor.user_id,
        name=filing.content[part.value],
        grade=signing.grade,
        hash=filing.hash,
        drawing_id=signing.drawing.id if signing.drawing and not outside else None,
        scan_id=signing.scan.id if signing.scan else None,
        address=signing.address,
        signed_at=utc_now(),
    )
    session().add(signature)
    session().flush()
    session().expire(filing, ["signatures"])
    return signature


def _refuse(standing: Standing, filing: LateFiling, action: str, reason: str) -> None:
    LATE.expect(filing, action)
    if not reason.strip():
        raise DomainError(_("Write the reason: it stays on record with the slip."))
    filing.decision, filing.decided_by_id = reason, g.actor.user_id
    LATE.take(filing, action)
    session().flush()
    title = filing.content["document"]["title"]
    record(LateRefused(**_about(standing, filing), title=title, action=action, words=reason))
    _tell(filing, filing.archivist_id, filing.giver_id, words=_is_refused(filing))


def _about(standing: Standing, filing: LateFiling) -> dict[str, Any]:
    return {
        "handover_id": standing.handover.id,
        "dossier_id": standing.handover.dossier_id,
        "late_filing_id": filing.id,
    }


# The bell


def _tell(filing: LateFiling, *user_ids: int | None, words: Callable[[], str]) -> None:
    wanted = {key for key in user_ids if key is not None} - {g.actor.user_id}
    tell_at(LATE_ADDRESS.format(filing.id), wanted, words)


def _to_confirm(filing: LateFiling) -> Callable[[], str]:
    said = filing.content
    named = {"number": said["number"], "title": said["document"]["title"], "who": said["archivist"]}
    return lambda: _("%(number)s: %(who)s registered “%(title)s” as brought by you. Confirm or decline it.", **named)


def _is_filed(filing: LateFiling, item: Item) -> Callable[[], str]:
    named = {"number": filing.content["number"], "code": item.code, "title": item.title}
    return lambda: _("%(number)s: the supplement %(code)s %(title)s is filed, a new list is issued.", **named)


def _is_refused(filing: LateFiling) -> Callable[[], str]:
    named = {"number": filing.content["number"], "title": filing.content["document"]["title"]}
    return lambda: _(
        "%(number)s: the supplement “%(title)s” was not filed. %(reason)s", **named, reason=filing.decision
    )
