"""What the pages of every history do alike. A file is parsed between units of work: nobody waits for the parser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.db import unit_of_work
from crm.errors import DomainError
from crm.imports.histories.forms import UploadForm
from crm.imports.histories.queries import History, get_history
from crm.imports.histories.service import file_of
from crm.properties.models import Estate
from crm.properties.queries import get_estate
from crm.workbooks.file import File, open_file

SHOWN_REFUSALS = 500  # the workbook holds them all


def uploaded(form: UploadForm, upload: Callable[[File, Estate], History]) -> int | None:
    """The new import's id; None with the reason at the field when the file cannot be read."""
    content, name = form.file.data.read(), form.file.data.filename or ""
    try:
        file = open_file(content, name)
        with unit_of_work():
            return upload(file, get_estate(form.estate_id.data)).id
    except DomainError as refusal:
        form.file.errors = [str(refusal)]
        return None


def look_at_columns(page: str, **address: int) -> ResponseReturnValue:
    """Of a sheet whose headings were just found, before it can be read."""
    flash(_("Say what the columns are: some that are needed were not found."), "warning")
    values: dict[str, Any] = dict(address)
    return redirect(url_for(page, **values))


def refusals_of(told: dict[str, Any]) -> dict[str, Any]:
    """Of a kept result, as far as the page shows them: what wants correcting, and what was there before."""
    return {
        "refused": told["refused"][:SHOWN_REFUSALS],
        "refused_count": len(told["refused"]),
        "standing_rows": told["standing_rows"][:SHOWN_REFUSALS],
        "standing_count": len(told["standing_rows"]),
    }


def kept_file(kind: type[History], import_id: int) -> File:
    """The import's file, read and parsed before the unit of work that uses it."""
    with unit_of_work(writes=False):
        content, name = file_of(get_history(kind, import_id))
    return open_file(content, name)
