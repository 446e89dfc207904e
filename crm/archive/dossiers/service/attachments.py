"""附件: the client's own papers, kept beside the dossier, never coded, given back against a receipt. L-15, A-22."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.dossiers.events import AttachmentAdded, AttachmentReleased
from crm.archive.dossiers.models import Attachment, AttachmentRelease, Dossier
from crm.archive.dossiers.service.custody import expect_kept
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files.models import Upload

release_hindrances: list[Callable[[Dossier], str]] = []
"""Why the client's papers cannot be given back now, or "": packages that give dossiers away add theirs."""


def add_attachment(dossier: Dossier, title: str, owner: str, *, copies: int = 1, note: str = "") -> Attachment:
    if copies < 1:
        raise DomainError(_("Count the copies: one at least."))
    made = Attachment(
        dossier_id=dossier.id,
        title=title,
        owner=owner,
        copies=copies,
        note=note,
        added_by=g.actor.name,
        added_at=utc_now(),
    )
    session().add(made)
    session().flush()
    told: dict[str, Any] = {"attachment_id": made.id, "title": title, "owner": owner, "copies": copies}
    record(AttachmentAdded(dossier_id=dossier.id, **told))
    return made


def release_attachment(
    attachment: Attachment, released_to: str, receipt: str, *, upload: Upload | None = None
) -> AttachmentRelease:
    """`receipt` is its number or where it lies. Raises `DomainError` when it was given back already."""
    dossier = session().get_one(Dossier, attachment.dossier_id)
    expect_kept(dossier)
    if reason := next(filter(None, (hindrance(dossier) for hindrance in release_hindrances)), ""):
        raise DomainError(reason)
    session().execute(select(Attachment.id).filter_by(id=attachment.id).with_for_update())
    if session().scalar(select(AttachmentRelease.id).filter_by(attachment_id=attachment.id)):
        raise DomainError(_("%(title)s was given back already.", title=attachment.title))
    if not receipt.strip():
        raise DomainError(_("The client's papers are given back against a receipt only. Write its number."))
    made = AttachmentRelease(
        attachment_id=attachment.id,
        released_to=released_to,
        receipt=receipt,
        upload_id=upload.id if upload else None,
        released_by=g.actor.name,
        released_at=utc_now(),
    )
    session().add(made)
    session().flush()
    told: dict[str, Any] = {"attachment_id": attachment.id, "title": attachment.title}
    record(AttachmentReleased(dossier_id=attachment.dossier_id, released_to=released_to, receipt=receipt, **told))
    return made
