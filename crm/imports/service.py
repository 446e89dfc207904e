"""The verbs of an import: upload, understand, correct, check, carry out.

A file is parsed outside the unit of work wherever the caller can: the parser is slow, the write lock is shared.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
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
from crm.imports.understanding.fields import SheetKind
from crm.imports.understanding.mapping import (
    Block,
    ColumnPicture,
    Mapping,
    SheetMapping,
    SheetPicture,
    blocks,
    guess,
    guess_as,
    picture,
    plain_mapping,
)
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


@contextmanager
def undisturbed() -> Iterator[None]:
    """Half a million live objects and no cycles: the collector would take a quarter of the time to find nothing."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def open_file(content: bytes, name: str) -> File:
    """Raises `Unreadable`."""
    stem = Path(name.replace("\\", "/")).stem
    return File(name, read(content, stem))


def name_of(run: ImportRun) -> str:
    return session().get_one(Upload, run.upload_id).name


def content_of(run: ImportRun) -> tuple[bytes, str]:
    """The kept file and its name."""
    upload = session().get_one(Upload, run.upload_id)
    return files.read(upload), upload.name


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
        mapping={},
        started_by=actor().name,
        user_id=actor().user_id,
        started_at=utc_now(),
    )
    correct(run, file, guess(file.sheets))
    session().add(run)
    session().flush()
    return run


def understand(run: ImportRun) -> list[SheetPicture]:
    """What the person checks before anything is written."""
    return [_seen(name, entry["seen"]) for name, entry in run.mapping.items() if "seen" in entry]


def correct(run: ImportRun, file: File, mapping: Mapping) -> None:
    """Take a mapping, with a picture of what it sees; raises `DomainError` naming the sheet and what is wrong."""
    _refuse_done(run)
    pictures = {block.sheet.name: asdict(picture(block)) for block in blocks(file.sheets, mapping)}
    run.mapping = {name: {**entry, "seen": pictures[name]} for name, entry in mapping.items()}
    run.state, run.result = ImportState.uploaded, {}


def correction(file: File, run: ImportRun, wanted: Mapping) -> Mapping:
    """What a person sent back. A sheet whose kind or heading row was changed has its columns found anew."""
    before = plain_mapping(run.mapping)
    return {sheet.name: _corrected(sheet, before.get(sheet.name), wanted.get(sheet.name)) for sheet in file.sheets}


def _corrected(sheet: Sheet, before: SheetMapping | None, wanted: SheetMapping | None) -> SheetMapping:
    if wanted is None or before is None:
        return before or guess([sheet])[sheet.name]
    if (wanted["kind"], wanted["heading_row"]) == (before["kind"], before["heading_row"]):
        return wanted
    kind = SheetKind(wanted["kind"]) if wanted["kind"] in set(SheetKind) else SheetKind.unknown
    return guess_as(sheet, kind, wanted["heading_row"] or 1)


def _seen(name: str, seen: dict[str, Any]) -> SheetPicture:
    columns = [ColumnPicture(**column) for column in seen["columns"]]
    return SheetPicture(**(seen | {"name": name, "kind": SheetKind(seen["kind"]), "columns": columns}))


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
    return _drafted(understood(file), estate_name, file.stem).result()


def understood(file: File) -> list[Block]:
    """The file as headings and synonyms explain it, before anybody corrects it."""
    return blocks(file.sheets, guess(file.sheets))


def note_download(run: ImportRun) -> None:
    record(RefusedRowsDownloaded(run_id=run.id, rows=len(run.result.get("refused", []))))


def blocks_of(run: ImportRun, file: File) -> list[Block]:
    return blocks(file.sheets, plain_mapping(run.mapping))


def _draft(run: ImportRun, file: File) -> Draft:
    return _drafted(blocks_of(run, file), run.estate_name, file.stem)


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
