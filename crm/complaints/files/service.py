"""Keeping what proves something with a complaint: each file once, however often the form is sent."""

from __future__ import annotations

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.complaints.cases.models import ENDED, Complaint, ComplaintFile
from crm.complaints.cases.service.steps import STEPS
from crm.complaints.files.events import ComplaintFileAdded
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError, IllegalTransition, UsedElsewhere
from crm.files import store
from crm.files.models import StoredFile, Upload

PURPOSE = "complaint"
PDF = "application/pdf"


def hindrance(case: Complaint) -> str:
    """Why no file can be added now, or ""."""
    return _("%(number)s is over.", number=case.number) if case.state in ENDED else ""


def find_added(key: str | None) -> ComplaintFile | None:
    """What a form with this key has added already."""
    return session().scalars(select(ComplaintFile).filter_by(key=key)).one_or_none() if key else None


def add(case: Complaint, content: bytes, name: str, about: str, key: str | None = None) -> ComplaintFile:
    """Raises `DomainError` for what is neither a picture nor a PDF."""
    STEPS.hold(case)  # sent twice at once, the second waits and finds the first
    if standing := find_added(key):
        if standing.complaint_id != case.id:
            raise UsedElsewhere
        return standing
    if reason := hindrance(case):
        raise IllegalTransition(reason)
    upload = store.keep(content, name, purpose=PURPOSE, estate_id=case.estate_id)
    _expect_readable(upload)
    told = {"about": about, "key": key, "added_by": g.actor.name, "added_at": utc_now()}
    made = ComplaintFile(complaint_id=case.id, upload_id=upload.id, **told)
    session().add(made)
    session().flush()
    added = ComplaintFileAdded(
        complaint_id=case.id, complaint_file_id=made.id, number=case.number, name=upload.name, shows=about
    )
    record(added)
    return made


def _expect_readable(upload: Upload) -> None:
    kind = session().get_one(StoredFile, upload.sha256).media_type
    if kind != PDF and not kind.startswith("image/"):
        raise DomainError(
            _("The file %(name)s is neither a picture nor a PDF. Take a photo or scan it.", name=upload.name)
        )
