"""What every import of a history does alike: keep the file, read what is understood, wait for its turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files import store as files
from crm.files.models import Upload
from crm.imports.histories.models import HistoryImport
from crm.imports.histories.queries import working_on
from crm.imports.models import ImportState
from crm.jobs.models import Job
from crm.jobs.service import enqueue
from crm.properties.models import Estate
from crm.workbooks.container import kept_name
from crm.workbooks.fields import Fields
from crm.workbooks.file import File
from crm.workbooks.registers import Block, blocks, corrected, plain_mapping
from crm.workbooks.registers import Mapping as SheetMapping

LARGE = 500  # rows: more are stored in the background
MOST = 100_000  # rows of one file
MOST_NAMES = 200  # names of one file that a person says something of


def file_of(run: HistoryImport) -> tuple[bytes, str]:
    """The kept file and its name; parse it outside the unit of work."""
    upload = session().get_one(Upload, run.upload_id)
    return files.read(upload), upload.name


def begin(run: HistoryImport, file: File, estate: Estate, purpose: str) -> None:
    """Keep the file; nothing of it is stored."""
    kept = files.keep(file.content, kept_name(file.content, file.name), purpose=purpose, estate_id=estate.id)
    run.estate_id, run.upload_id = estate.id, kept.id
    run.state, run.mapping = ImportState.uploaded, {}
    run.started_by, run.started_at = g.actor.name, utc_now()


def understood(fields: Fields, file: File, mapping: SheetMapping) -> list[Block]:
    """Nothing, as long as columns are missing: a person says which they are."""
    try:
        return blocks(fields, file.sheets, mapping)
    except DomainError:
        return []


def corrected_by(fields: Fields, run: HistoryImport, file: File, wanted: SheetMapping) -> tuple[SheetMapping, bool]:
    """What a person sent back, and whether it can be read; raises `DomainError` naming the sheet and what is missing.

    Where another row of headings was chosen, its columns were found anew: if some are missing, the person is to look.
    """
    before = plain_mapping(run.mapping)
    mapping = corrected(fields, file.sheets, before, wanted)
    moved = any(mapping[name]["heading_row"] != before[name]["heading_row"] for name in mapping)
    if moved and not understood(fields, file, mapping):
        return mapping, False
    blocks(fields, file.sheets, mapping)
    return mapping, True


def blocks_of(fields: Fields, run: HistoryImport, file: File) -> list[Block]:
    return blocks(fields, file.sheets, plain_mapping(run.mapping))


def blocks_to_draft(fields: Fields, run: HistoryImport, file: File) -> list[Block]:
    """Raises `DomainError` for a file that is too long for one import."""
    found = blocks_of(fields, run, file)
    if sum(1 for block in found for _row in block.data()) > MOST:
        raise DomainError(_("A history of more than %(most)s rows is taken over in parts. Split the file.", most=MOST))
    return found


def most_frequent(names: Iterable[str]) -> list[str]:
    """Each once, the most frequent first; as many as a person could say something of."""
    found = Counter(name for name in names if name)
    return [name for name, _count in found.most_common(MOST_NAMES)]


def matched(
    names: Sequence[str], said: Mapping[str, str], offered: Collection[str], guess: Callable[[str], str]
) -> dict[str, str]:
    """What a person has said of each name, else what it looks like."""
    return {name: said[name] if said.get(name, None) in offered else guess(name) for name in names}


def note_check(run: HistoryImport, result: dict[str, Any]) -> None:
    """The dry run: the result as it would be."""
    expect_open(run)
    run.result, run.state = result, ImportState.checked


def ask_carry_out(run: HistoryImport, kind_name: str, file: File) -> Job:
    """Have a large file stored in the background, or what an ended try has left of it."""
    expect_turn(run)
    title, key = _("Take over %(file)s", file=file.name), f"{kind_name}:{run.id}:{run.version}"
    payload = {f"{run.__tablename__}_id": run.id}
    job = enqueue(kind_name, title, payload, key=key, estate_id=run.estate_id)
    run.job_id = job.id
    return job


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
