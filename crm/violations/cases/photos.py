"""Pictures of a violation: each once, however often a phone sends it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError, UsedElsewhere
from crm.files import store
from crm.violations.cases.events import ViolationPhotoTaken
from crm.violations.cases.models import ENDED, Violation, ViolationPhoto, ViolationPhotoStage
from crm.violations.cases.service.steps import STEPS, subjects

PURPOSE = "violation"
LARGEST = 12 * 1024 * 1024  # bytes
MOST = 9  # of one form


def hindrance(violation: Violation) -> str:
    """Why the acting person can add no picture, or ""."""
    if violation.state in ENDED:
        return _("%(number)s is over.", number=violation.number)
    if actor().may(Permission.violation_log):
        return ""
    return _("Your role does not include this. Ask your supervisor or the administrator.")


def chosen(field: Any) -> list[Any]:
    """What was chosen in a field for one file or several."""
    held = field.data if isinstance(field.data, list | tuple) else [field.data]
    return [file for file in held if file and getattr(file, "filename", "")]


def keep_photos(
    violation: Violation, files: Iterable[Any], stage: ViolationPhotoStage, key: str | None
) -> list[ViolationPhoto]:
    """Raises `DomainError` for what is no picture, or too many of them."""
    held = list(files)
    if len(held) > MOST:
        raise DomainError(_("At most %(most)s photos at once.", most=MOST))
    return [
        add_photo(violation, file.read(), file.filename, stage, f"{key}-{stage}-{place}" if key else None)
        for place, file in enumerate(held)
    ]


def add_photo(
    violation: Violation, content: bytes, name: str, stage: ViolationPhotoStage, key: str | None
) -> ViolationPhoto:
    STEPS.hold(violation)  # sent twice at once, the second waits and finds the first
    standing = session().scalars(select(ViolationPhoto).filter_by(key=key)).one_or_none() if key else None
    if standing and standing.violation_id != violation.id:
        raise UsedElsewhere
    if standing:
        return standing
    upload = store.keep_picture(content, name, purpose=PURPOSE, estate_id=violation.estate_id, largest=LARGEST)
    made = ViolationPhoto(
        violation_id=violation.id,
        upload_id=upload.id,
        stage=stage,
        key=key,
        taken_by=g.actor.name,
        taken_at=utc_now(),
    )
    session().add(made)
    session().flush()
    record(ViolationPhotoTaken(stage=stage.value, **subjects(violation)))
    return made
