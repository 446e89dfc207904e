"""Scans and enclosures of a letter: each once, however often a form is sent. Nothing is taken away again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.audit.log import record
from crm.correspondence.letters.events import LetterFileAdded
from crm.correspondence.letters.models import ENDED, FileRole, Letter, LetterFile
from crm.correspondence.letters.service.steps import STEPS, subjects
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError, UsedElsewhere
from crm.files.store import keep_proof

PURPOSE = "letter"  # of its files in the store; fetched from the letter they belong to


def attaching_hindrance(letter: Letter) -> str:
    return _("%(number)s is over.", number=letter.number) if letter.state in ENDED else ""


def attach(letter: Letter, files: Iterable[Any], role: FileRole, key: str | None) -> list[LetterFile]:
    """What was chosen in a form. Raises `DomainError` for what is neither a PDF nor a picture."""
    chosen = [file for file in files or () if file and getattr(file, "filename", "")]
    if not chosen:
        return []
    STEPS.hold(letter)  # sent twice at once, the second waits and finds the first
    if reason := attaching_hindrance(letter):
        raise DomainError(reason)
    return [
        add_file(letter, file.read(), file.filename, role, f"{key}-{place}" if key else None)
        for place, file in enumerate(chosen)
    ]


def add_file(letter: Letter, content: bytes, name: str, role: FileRole, key: str | None = None) -> LetterFile:
    if standing := _standing(letter, key):
        return standing
    upload = keep_proof(content, name, purpose=PURPOSE, estate_id=letter.estate_id)
    made = LetterFile(letter_id=letter.id, upload=upload, role=role, key=key, added_by=g.actor.name, added_at=utc_now())
    session().add(made)
    session().flush()
    record(LetterFileAdded(letter_file_id=made.id, role=role.value, file=upload.name, **subjects(letter)))
    return made


def _standing(letter: Letter, key: str | None) -> LetterFile | None:
    if key is None:
        return None
    found = select(LetterFile).filter_by(key=key).options(joinedload(LetterFile.upload))
    standing = session().scalars(found).one_or_none()
    if standing and standing.letter_id != letter.id:
        raise UsedElsewhere
    return standing
