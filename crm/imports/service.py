"""The verbs of an import: upload, understand, correct, check, carry out.

A file is parsed outside the unit of work wherever the caller can: the parser is slow, the write lock is shared.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import text

from crm.audit.log import record
from crm.auth.actor import actor
from crm.dates import today, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files import store as files
from crm.files.models import Upload
from crm.imports import queries
from crm.imports.drafting.draft import Draft
from crm.imports.drafting.drafter import draft, estate_names
from crm.imports.drafting.people import Tools
from crm.imports.events import ImportFinished, RefusedRowsDownloaded
from crm.imports.models import ImportRun, ImportState
from crm.imports.reading.cells import Sheet
from crm.imports.reading.process import read
from crm.imports.storing import store
from crm.imports.understanding.mapping import Block, Mapping, SheetPicture, blocks, guess, picture, plain_mapping
from crm.secrecy import blind_index

PURPOSE = "import"
IMPORT_LOCK = 7_003  # PostgreSQL advisory lock: imports take turns; SQLite has one writer anyway


@dataclass(frozen=True, slots=True)
class File:
    """A file's content as sheets: what every verb needs and no unit of work should wait for."""

    name: str
    sheets: list[Sheet]

    @property
    def stem(self) -> str:
        return Path(self.name.replace("\\", "/")).stem.strip() or "upload"


def open_file(content: bytes, name: str) -> File:
    """Raises `Unreadable`."""
    stem = Path(name.replace("\\", "/")).stem
    return File(name, read(content, stem))


def file_of(run: ImportRun) -> File:
    upload = session().get_one(Upload, run.upload_id)
    return open_file(files.read(upload), upload.name)


def upload(file: File, content: bytes, estate_name: str) -> ImportRun:
    """Keep the file and what it was understood as; nothing else is stored."""
    estate = queries.find_estate(estate_name) if estate_name else None
    _refuse_foreign([estate_name])
    estate_id = estate.id if estate else None
    kept = files.keep(content, _kept_name(content, file.name), purpose=PURPOSE, estate_id=estate_id)
    run = ImportRun(
        upload_id=kept.id,
        estate_name=estate_name,
        estate_id=estate_id,
        state=ImportState.uploaded,
        mapping=guess(file.sheets),
        started_by=actor().name,
        user_id=actor().user_id,
        started_at=utc_now(),
    )
    session().add(run)
    session().flush()
    return run


def understand(run: ImportRun, file: File) -> list[SheetPicture]:
    """What the person checks before anything is written."""
    return [picture(block) for block in _blocks(run, file)]


def correct(run: ImportRun, file: File, mapping: Mapping) -> None:
    """Take a corrected mapping; raises `DomainError` naming the sheet and what is wrong."""
    _refuse_done(run)
    blocks(file.sheets, mapping)
    run.mapping = dict(mapping)
    run.state, run.result = ImportState.uploaded, {}


def check(run: ImportRun, file: File) -> dict[str, Any]:
    """The dry run: the result as it would be."""
    result = _draft(run, file).result()
    if run.state is not ImportState.done:
        run.state, run.result = ImportState.checked, result
    return result


def carry_out(run: ImportRun, file: File) -> dict[str, Any]:
    """Store everything the draft says, in the caller's unit of work."""
    _refuse_done(run)
    _take_turn()
    drafted = _draft(run, file)
    result = drafted.result()  # before storing: afterwards nothing would be new
    at, day = utc_now(), today(current_app.config["SETTINGS"].timezone)
    for part in drafted.estates:
        counts = {change: dict(kinds) for change, kinds in part.counts().items()}
        estate_id = store(part, run, at, day)
        record(ImportFinished(run_id=run.id, estate_id=estate_id, file=file.name, counts=counts))
        run.estate_id = estate_id if len(drafted.estates) == 1 else None
    run.state, run.result, run.done_at = ImportState.done, result, at
    session().flush()
    return result


def dry_run(file: File, estate_name: str) -> dict[str, Any]:
    """The result an import of this file would have; stores nothing, not even the file."""
    return _drafted(blocks(file.sheets, guess(file.sheets)), estate_name, file.stem).result()


def note_download(run: ImportRun) -> None:
    record(RefusedRowsDownloaded(run_id=run.id, rows=len(run.result.get("refused", []))))


def _blocks(run: ImportRun, file: File) -> list[Block]:
    return blocks(file.sheets, plain_mapping(run.mapping))


def _draft(run: ImportRun, file: File) -> Draft:
    return _drafted(_blocks(run, file), run.estate_name, file.stem)


def _drafted(understood: list[Block], chosen: str, stem: str) -> Draft:
    day = today(current_app.config["SETTINGS"].timezone)
    names, touched = estate_names(understood, chosen, stem)
    _refuse_foreign(touched)
    presents = {name: queries.present(name, day) for name in touched}
    return draft(understood, names, presents, Tools(blind_index, day))


def _refuse_foreign(names: list[str]) -> None:
    """Whoever sees some estates only imports into those, and makes no new ones."""
    if actor().estate_ids is None:
        return
    for name in names:
        estate = queries.find_estate(name)
        if estate is None or not actor().sees(estate.id):
            raise DomainError(_("Choose one of your estates; “%(name)s” is none of them.", name=name))


def _refuse_done(run: ImportRun) -> None:
    if run.state is ImportState.done:
        raise DomainError(_("This import was carried out already. Upload the file again for another one."))


def _take_turn() -> None:
    if session().get_bind().dialect.name == "postgresql":
        session().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": IMPORT_LOCK})


def _kept_name(content: bytes, name: str) -> str:
    """The store goes by the ending where the content has none of its own: an old workbook, a text."""
    kind = ".xlsx" if content.startswith(b"PK") else ".xls" if content.startswith(b"\xd0\xcf") else ".csv"
    return name if name.lower().endswith(kind) else f"{name}{kind}"
