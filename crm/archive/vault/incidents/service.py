"""Reporting what is wrong, writing down what is done about it, saying how it ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.handover.service.telling import tell_at
from crm.archive.vault.incidents.events import TitleIncidentClosed, TitleIncidentNoted, TitleIncidentReported
from crm.archive.vault.incidents.path import PATH, Case
from crm.archive.vault.models import IncidentKind, IncidentNote, TitleDocument, TitleIncident
from crm.archive.vault.models.count import INCIDENT_TITLES
from crm.audit.log import record
from crm.auth.permissions import Permission
from crm.auth.queries import who_may
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files.models import Upload
from crm.numbering import reserve

SERIES, PATTERN = "权证异常", "异{year:04d}-{serial:03d}"
ADDRESS = "/archive/vault/incidents/{}"


def report(kind: IncidentKind, document: TitleDocument | None, description: str) -> TitleIncident:
    """Raises `DomainError` without a document where something is lost or damaged, and without words."""
    if not description.strip():
        raise DomainError(_("Write what happened: it stands on the file for good."))
    if document is None and kind in (IncidentKind.loss, IncidentKind.damage):
        raise DomainError(_("Choose which document it is."))
    [number] = reserve(SERIES, PATTERN, year=business_day().year)
    number.commit()
    made = TitleIncident(
        number=number,
        kind=kind,
        document_id=document.id if document else None,
        description=description,
        reported_by_id=g.actor.user_id,
        reported_at=utc_now(),
    )
    session().add(made)
    session().flush()
    told = {"number": number.text, "kind": kind.value, "description": description}
    record(TitleIncidentReported(title_incident_id=made.id, title_document_id=made.document_id, **told))
    _tell(made, number.text)
    return made


def _tell(incident: TitleIncident, number: str) -> None:
    """Those who close it hear of it at once."""
    who = {user.id for user in who_may(Permission.title_approve)} - {g.actor.user_id}
    title = INCIDENT_TITLES[incident.kind]
    tell_at(
        ADDRESS.format(incident.id), who, lambda: _("Vault: incident %(number)s, %(kind)s.", number=number, kind=title)
    )


def note(case: Case, words: str, evidence: Upload | None = None) -> IncidentNote:
    PATH.expect(case, "note")
    if not words.strip():
        raise DomainError(_("Write what was done."))
    made = IncidentNote(
        incident_id=case.incident.id,
        words=words,
        evidence_id=evidence.id if evidence else None,
        noted_by=g.actor.name,
        noted_at=utc_now(),
    )
    session().add(made)
    session().flush()
    about: dict[str, Any] = {"title_incident_id": case.incident.id, "title_document_id": case.incident.document_id}
    record(TitleIncidentNoted(**about, words=words, upload_id=made.evidence_id))
    return made


def close(case: Case, result: str) -> None:
    """By another person than reported it, with the result."""
    PATH.expect(case, "close")
    if not result.strip():
        raise DomainError(_("Write how it ended: it stands on the file for good."))
    _end(case.incident, result, g.actor.user_id)


def end_losses(
    document_ids: Collection[int], words: str, people: Sequence[int], *, before: datetime | None = None
) -> None:
    """Two people have the documents before them: what was reported lost, `before` that, is found. The one of the two
    who did not report it closes it."""
    found = select(TitleIncident).where(
        TitleIncident.kind == IncidentKind.loss,
        TitleIncident.closed_at.is_(None),
        TitleIncident.document_id.in_(document_ids),
        TitleIncident.reported_at <= (before or utc_now()),
    )
    for incident in session().scalars(found.order_by(TitleIncident.id).with_for_update()).all():
        _end(incident, words, next(each for each in people if each != incident.reported_by_id))


def _end(incident: TitleIncident, result: str, closer_id: int | None) -> None:
    incident.result, incident.closed_by_id, incident.closed_at = result, closer_id, utc_now()
    session().flush()
    about: dict[str, Any] = {"title_incident_id": incident.id, "title_document_id": incident.document_id}
    record(TitleIncidentClosed(**about, number=incident.number.text, result=result))
