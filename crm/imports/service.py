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

from flask_babel import gettext as _
from sqlalchemy import text

from crm.audit.log import record
from crm.auth.actor import actor
from crm.dates import business_day, utc_now
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
from crm.imports.storing import store
from crm.imports.understanding.fields import SheetKind
from crm.imports.understanding.mapping import (
    Block,
    Mapping,
    SheetMapping,
    SheetPicture,
    blocks,
    guess,
    guess_as,
    picture,
    plain_mapping,
)
from crm.jobs.models import Job
from crm.jobs.service import enqueue
from crm.secrecy import blind_index
from crm.workbooks.cells import Sheet
from crm.workbooks.columns import ColumnPicture
from crm.workbooks.container import kept_name
from crm.workbooks.process import read

PURPOSE = "import"
LARGE = 2_000  # rows: more are checked and carried out in the background
IMPORT_LOCK = 7_003  # PostgreSQL advisory lock: imports take turns; SQLite has one writer anyway

Counts = dict[str, dict[str, dict[str, int]]]  # estate -> change -> kind -> how many


class EstateTaken(DomainError):
    """Another import is being stored into the estate; `job_id` is its background work, dead or alive."""

    def __init__(self, estate: str, job_id: int) -> None:
        super().__init__(_("Another import into %(name)s is running. Wait until it is done.", name=estate))
        self.estate, self.job_id = estate, job_id


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
    kept = files.keep(content, kept_name(content, file.name), purpose=PURPOSE, estate_id=estate_id)
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
    result = drafted_of(run, file).result()
    note_check(run, result)
    return result


def note_check(run: ImportRun, result: dict[str, Any]) -> None:
    if run.state in (ImportState.uploaded, ImportState.checked):
        run.state, run.result = ImportState.checked, result


def carry_out(run: ImportRun, file: File) -> dict[str, Any]:
    """Store everything the draft says, in the caller's unit of work."""
    _refuse_done(run)
    _take_turn(run, file)
    drafted = drafted_of(run, file)
    run.result = drafted.result()  # before storing: afterwards nothing would be new
    counts = counts_of(drafted)
    at, day = utc_now(), business_day()
    for part in drafted.estates:
        store(part, run, at, day)
    conclude(run, counts)
    return run.result


def ask_check(run: ImportRun, file: File) -> Job:
    """Have a large file checked in the background."""
    _refuse_done(run)
    return _ask(run, "imports.check", _("Check %(file)s", file=file.name))


def ask_carry_out(run: ImportRun, file: File) -> Job:
    """Have a large file stored in the background, or what an ended try has left of it."""
    _refuse_done(run)
    names = _take_turn(run, file)
    run.state, run.result = ImportState.running, run.result or {"estate": names}
    return _ask(run, "imports.carry_out", _("Import %(file)s", file=file.name))


def _ask(run: ImportRun, kind: str, title: str) -> Job:
    """Asking twice on the same state is asking once."""
    key = f"{kind}:{run.id}:{run.version}"
    job = enqueue(kind, title, {"run_id": run.id}, key=key, estate_id=run.estate_id)
    run.job_id = job.id
    return job


def counts_of(drafted: Draft) -> Counts:
    return {part.name: {change: dict(kinds) for change, kinds in part.counts().items()} for part in drafted.estates}


def conclude(run: ImportRun, counts: Counts) -> None:
    """Everything is stored: say so, once for each estate."""
    name = name_of(run)
    for estate_name, counted in counts.items():
        estate = queries.find_estate(estate_name)
        if estate is None:
            raise LookupError(f"{estate_name} was not stored")
        record(ImportFinished(run_id=run.id, estate_id=estate.id, file=name, counts=counted))
        run.estate_id = estate.id if len(counts) == 1 else None
    run.state, run.done_at = ImportState.done, utc_now()
    session().flush()


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


def drafted_of(run: ImportRun, file: File) -> Draft:
    return _drafted(blocks_of(run, file), run.estate_name, file.stem)


def _drafted(understood: list[Block], chosen: str, stem: str) -> Draft:
    day = business_day()
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
    if queries.is_working(run.id):
        raise DomainError(_("This import is being worked on at the moment. Wait until it is done."))


def _take_turn(run: ImportRun, file: File) -> list[str]:
    """The estates it goes into. One import at a time into each: two would both call the same customer new.

    Raises `EstateTaken`.
    """
    if session().get_bind().dialect.name == "postgresql":
        session().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": IMPORT_LOCK})
    _names, touched = estate_names(blocks_of(run, file), run.estate_name, file.stem)
    taken = queries.taken_estates(run.id)
    for name in touched:
        if name in taken:
            raise EstateTaken(name, taken[name])
    return touched
