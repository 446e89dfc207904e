"""Look-ups of incidents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort
from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload

from crm.archive.vault.custody import hold
from crm.archive.vault.incidents.path import Case
from crm.archive.vault.models import IncidentKind, IncidentNote, TitleDocument, TitleIncident
from crm.auth.actor import actor
from crm.auth.models import User
from crm.db import session
from crm.files.models import Upload
from crm.numbering import Number

Closer = aliased(User)


def get_incident(incident_id: int, *, lock: bool = False) -> Case:
    if lock:
        named = session().scalar(select(TitleIncident.document_id).where(TitleIncident.id == incident_id))
        hold([named] if named else [])
        session().execute(select(TitleIncident.id).where(TitleIncident.id == incident_id).with_for_update())
    whole = joinedload(TitleIncident.document), joinedload(TitleIncident.reported_by)
    found = select(TitleIncident).where(TitleIncident.id == incident_id)
    whole_found = found.options(*whole, joinedload(TitleIncident.closed_by))
    fresh = whole_found.execution_options(populate_existing=lock)
    incident = session().scalars(fresh).one_or_none() or abort(404)
    return Case(incident=incident, actor_id=actor().user_id)


def notes_of(incident_id: int) -> Sequence[tuple[IncidentNote, Upload | None]]:
    found = select(IncidentNote, Upload).outerjoin(Upload, Upload.id == IncidentNote.evidence_id)
    mine = found.where(IncidentNote.incident_id == incident_id).order_by(IncidentNote.id)
    return [(row.IncidentNote, row.Upload) for row in session().execute(mine)]


def get_evidence(incident_id: int, note_id: int) -> Upload:
    found = select(Upload).join(IncidentNote, IncidentNote.evidence_id == Upload.id)
    mine = found.where(IncidentNote.id == note_id, IncidentNote.incident_id == incident_id)
    return session().scalars(mine.options(joinedload(Upload.stored))).one_or_none() or abort(404)


def losses(document_ids: Sequence[int]) -> dict[int, str]:
    """Open incidents of loss: document -> number."""
    found = (
        select(TitleIncident.document_id, Number.text)
        .join(Number, Number.id == TitleIncident.number_id)
        .where(TitleIncident.kind == IncidentKind.loss, TitleIncident.closed_at.is_(None))
        .where(TitleIncident.document_id.in_(document_ids))
        .order_by(TitleIncident.id)
    )
    return {row.document_id: row.text for row in session().execute(found)}


def open_count() -> int:
    return session().scalar(select(func.count(TitleIncident.id)).where(TitleIncident.closed_at.is_(None))) or 0


def listed() -> Select[*tuple[Any, ...]]:
    return (
        select(
            TitleIncident.id,
            Number.text.label("number"),
            TitleIncident.kind,
            TitleIncident.description,
            TitleIncident.reported_at,
            TitleIncident.closed_at,
            TitleIncident.result,
            TitleDocument.certificate_no,
            User.full_name.label("reporter"),
            Closer.full_name.label("closer"),
        )
        .select_from(TitleIncident)
        .join(Number, Number.id == TitleIncident.number_id)
        .join(User, User.id == TitleIncident.reported_by_id)
        .outerjoin(TitleDocument, TitleDocument.id == TitleIncident.document_id)
        .outerjoin(Closer, Closer.id == TitleIncident.closed_by_id)
    )
