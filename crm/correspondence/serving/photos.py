"""The photograph or slip that a form of serving brings along, and how it is shown."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from crm.files.store import keep_proof


def keep_photo(form: Any, purpose: str, estate_id: int) -> int | None:
    """The upload of what was chosen, or None. Raises `DomainError` for what proves nothing."""
    file = form.file
    if file is None:
        return None
    return keep_proof(file.read(), file.filename, purpose=purpose, estate_id=estate_id).id


def ask_again(form: Any) -> None:
    """Whoever chose a file and is asked something else must choose it again."""
    if form.is_submitted() and form.file is not None:
        form.form_errors.append(_("Choose the photograph again: a browser does not keep it."))
