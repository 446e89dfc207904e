"""What an import of a history may do when: one at a time into an estate, each once."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from crm.db import session
from crm.errors import DomainError
from crm.files import store as files
from crm.files.models import Upload
from crm.imports.histories.models import HistoryImport
from crm.imports.histories.queries import working_on
from crm.imports.models import ImportState
from crm.properties.models import Estate

LARGE = 500  # rows: more are stored in the background


class Changed(DomainError):
    """Somebody has taken over, or made, the same since the rows were read: the file is to be checked anew."""


def file_of(run: HistoryImport) -> tuple[bytes, str]:
    """The kept file and its name; parse it outside the unit of work."""
    upload = session().get_one(Upload, run.upload_id)
    return files.read(upload), upload.name


def note_check(run: HistoryImport, result: dict[str, Any]) -> None:
    """The dry run: the result as it would be."""
    expect_open(run)
    run.result, run.state = result, ImportState.checked


def hold(estate_id: int) -> None:
    """Nobody publishes bills, closes a month or takes over anything here until the unit of work ends."""
    session().execute(select(Estate.id).where(Estate.id == estate_id).with_for_update())


def expect_open(run: HistoryImport) -> None:
    if run.state is ImportState.done:
        raise DomainError(_("This import was carried out already. Upload the file again for another one."))
    if working_on(type(run), run.estate_id) == run.id:
        raise DomainError(_("This import is being worked on at the moment. Wait until it is done."))


def expect_turn(run: HistoryImport) -> None:
    """One at a time into an estate: two would both find the same place free."""
    hold(run.estate_id)
    expect_open(run)
    if working_on(type(run), run.estate_id) is not None:
        raise DomainError(_("Another history is being taken over into this estate. Wait until it is done."))
    if run.state is not ImportState.checked:
        raise DomainError(_("Check the file first: see what would be taken over."))
