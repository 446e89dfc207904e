"""The photograph or slip that a form of serving brings along, and how it is shown."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from crm.db import session
from crm.errors import DomainError
from crm.files import store
from crm.files.models import StoredFile, Upload
from crm.files.types import LARGEST

SHOWN = ("application/pdf", "image/png", "image/jpeg")  # what a browser shows; anything else is saved


def keep_photo(form: Any, purpose: str, estate_id: int) -> int | None:
    """The upload of what was chosen, or None. Raises `DomainError` for what proves nothing."""
    file = form.file
    if file is None:
        return None
    return keep_proof(file.read(), file.filename, purpose=purpose, estate_id=estate_id).id


def keep_proof(content: bytes, name: str, *, purpose: str, estate_id: int, largest: int = LARGEST) -> Upload:
    """Something to look at. Raises `DomainError` for any other file: a table proves nothing."""
    upload = store.keep(content, name, purpose=purpose, estate_id=estate_id, largest=largest)
    if session().get_one(StoredFile, upload.sha256).media_type not in SHOWN:
        raise DomainError(_("The file %(name)s is neither a PDF nor a picture.", name=upload.name))
    return upload


def ask_again(form: Any) -> None:
    """Whoever chose a file and is asked something else must choose it again."""
    if form.is_submitted() and form.file is not None:
        form.form_errors.append(_("Choose the photograph again: a browser does not keep it."))
