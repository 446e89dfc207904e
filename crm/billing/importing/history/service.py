"""The verbs of importing a payment history: upload, correct, check, carry out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.log import record
from crm.billing.charges.models import Basis, ChargeItem
from crm.billing.charges.queries import find_item
from crm.billing.charges.service import add_item
from crm.billing.importing import queries
from crm.billing.importing.events import HistoryTakenOver, RefusedHistoryDownloaded
from crm.billing.importing.history.draft import Draft
from crm.billing.importing.history.drafting import draft
from crm.billing.importing.history.fields import HISTORY
from crm.billing.importing.history.present import NEW, present
from crm.billing.importing.history.row import SUM_FIELDS, Row, plain
from crm.billing.importing.history.storing import Changed, hold, store
from crm.billing.importing.models import FeeImport
from crm.billing.importing.tally import Tally
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files import store as files
from crm.files.models import Upload
from crm.imports.models import ImportState
from crm.jobs.models import Job
from crm.jobs.service import enqueue
from crm.properties.models import Estate
from crm.web.language import kept
from crm.workbooks.cells import as_text
from crm.workbooks.container import kept_name
from crm.workbooks.file import File
from crm.workbooks.registers import Block, blocks, corrected, guess, mapped, plain_mapping
from crm.workbooks.registers import Mapping as SheetMapping
from crm.workbooks.rows import RowRefused

PURPOSE = "fee_import"
CARRY_OUT = "billing.take_over_history"
LARGE = 500  # rows: more are stored in the background
MOST = 100_000  # rows of one file
SAMPLED = 500  # rows that tell how the file ends its periods
MOST_NAMES = 200  # charge items of one file
MAKEABLE = (Basis.single, Basis.fixed, Basis.built_area, Basis.inner_area, Basis.number)


def file_of(run: FeeImport) -> tuple[bytes, str]:
    """The kept file and its name; parse it outside the unit of work."""
    upload = session().get_one(Upload, run.upload_id)
    return files.read(upload), upload.name


def upload(file: File, estate: Estate) -> FeeImport:
    """Keep the file and what it was understood as; nothing else is stored."""
    kept_file = files.keep(file.content, kept_name(file.content, file.name), purpose=PURPOSE, estate_id=estate.id)
    run = FeeImport(
        estate_id=estate.id,
        upload_id=kept_file.id,
        state=ImportState.uploaded,
        mapping={},
        started_by=g.actor.name,
        started_at=utc_now(),
    )
    mapping = guess(HISTORY, file.sheets)
    run.last_counts = not _ends_on_the_first(_understood(file, mapping))
    _take_mapping(run, file, mapping, {})
    session().add(run)
    session().flush()
    return run


def correct(run: FeeImport, file: File, wanted: SheetMapping, items: Mapping[str, str], *, last_counts: bool) -> None:
    """Take what a person sent back; raises `DomainError` naming the sheet and what is missing."""
    _expect_open(run)
    if queries.in_the_books(run.id).rows:
        return  # a part is stored as it was understood: the rest follows it
    mapping = corrected(HISTORY, file.sheets, plain_mapping(run.mapping), wanted)
    blocks(HISTORY, file.sheets, mapping)
    run.last_counts = last_counts
    _take_mapping(run, file, mapping, items)


def _take_mapping(run: FeeImport, file: File, mapping: SheetMapping, items: Mapping[str, str]) -> None:
    run.mapping = mapped(file.sheets, mapping)
    run.items = _matched(run.estate_id, _names(_understood(file, mapping)), items)
    run.state, run.result = ImportState.uploaded, {}


def _understood(file: File, mapping: SheetMapping) -> list[Block]:
    """Nothing, as long as columns are missing: a person says which they are."""
    try:
        return blocks(HISTORY, file.sheets, mapping)
    except DomainError:
        return []


def _rows(understood: Sequence[Block]) -> list[Row]:
    return [Row(block, number, cells) for block in understood for number, cells in block.data()]


def _names(understood: Sequence[Block]) -> list[str]:
    """What the file calls its charge items, the most frequent first."""
    found = Counter[str]()
    for row in _rows(understood):
        name = plain(as_text(row.cell("item")))
        if name and not row.is_sum(*SUM_FIELDS):
            found[name] += 1
    return [name for name, _count in found.most_common(MOST_NAMES)]


def _matched(estate_id: int, names: Sequence[str], said: Mapping[str, str]) -> dict[str, str]:
    """What a person has said of each, else the item here that is called so."""
    items = queries.items_of(estate_id)
    offered = {*map(str, items), *(f"{NEW}{basis}" for basis in MAKEABLE), ""}
    called = {plain(name): str(item_id) for item_id, name in reversed(items.items())}
    return {name: said[name] if said.get(name, None) in offered else called.get(name, "") for name in names}


def _ends_on_the_first(understood: Sequence[Block]) -> bool:
    """Whether periods end on the day on which the next begins: 2026-01-01 to 2026-02-01."""
    ends = Counter[bool]()
    for row in _rows(understood)[:SAMPLED]:
        try:
            begins, until = row.days(last_counts=False)
        except RowRefused:
            continue
        ends[until.day == begins.day] += 1
    return ends[True] > ends[False]


def note_check(run: FeeImport, result: dict[str, Any]) -> None:
    """The dry run: the result as it would be."""
    _expect_open(run)
    run.result, run.state = result, ImportState.checked


def blocks_of(run: FeeImport, file: File) -> list[Block]:
    return blocks(HISTORY, file.sheets, plain_mapping(run.mapping))


def drafted_of(run: FeeImport, file: File) -> Draft:
    understood = blocks_of(run, file)
    if sum(1 for block in understood for _row in block.data()) > MOST:
        raise DomainError(_("A history of more than %(most)s rows is taken over in parts. Split the file.", most=MOST))
    return draft(understood, present(run), last_counts=run.last_counts)


def carry_out(run: FeeImport, file: File) -> None:
    """Store everything the draft says, in the caller's unit of work."""
    _expect_turn(run)
    drafted = drafted_of(run, file)
    result = drafted.result()
    make_items(run, drafted.by_item)
    for part in drafted.parts():
        store(run, part, file.name)
    conclude(run, result, file.name)


def ask_carry_out(run: FeeImport, file: File) -> Job:
    """Have a large file stored in the background, or what an ended try has left of it."""
    _expect_turn(run)
    title, key = _("Take over %(file)s", file=file.name), f"{CARRY_OUT}:{run.id}:{run.version}"
    job = enqueue(CARRY_OUT, title, {"fee_import_id": run.id}, key=key, estate_id=run.estate_id)
    run.job_id = job.id
    return job


def make_items(run: FeeImport, names: Collection[str]) -> None:
    """The charge items that somebody wants made, of those that a row is taken of."""
    estate = session().get_one(Estate, run.estate_id)
    made = {
        name: str(_made(estate, run, name, Basis(choice.removeprefix(NEW))).id)
        for name, choice in run.items.items()
        if choice.startswith(NEW) and name in names
    }
    if made:
        run.items = {**run.items, **made}
        session().flush()


def _made(estate: Estate, run: FeeImport, name: str, basis: Basis) -> ChargeItem:
    """Or the one that has come to be called so."""
    note = kept(_l("Taken over from %(file)s", file=session().get_one(Upload, run.upload_id).name))
    return find_item(estate.id, name) or add_item(estate, name=name, basis=basis, note=note)


def conclude(run: FeeImport, result: dict[str, Any], file: str) -> None:
    """Everything is stored. What was taken is what is in the books, whoever stored which part of it."""
    taken = queries.in_the_books(run.id)
    if taken != replace(Tally.kept(result["taken"]), unread=0):
        raise Changed(_("Bills were made in the meantime. Check the file again."))
    run.result, run.state, run.done_at = result, ImportState.done, utc_now()
    session().flush()
    record(
        HistoryTakenOver(
            fee_import_id=run.id,
            estate_id=run.estate_id,
            file=file,
            bills=taken.rows,
            due=taken.due,
            payments=result["payments"],
            paid=taken.paid,
            refused=len(result["refused"]),
        )
    )


def note_download(run: FeeImport) -> None:
    record(RefusedHistoryDownloaded(fee_import_id=run.id, estate_id=run.estate_id, rows=len(run.result["refused"])))


def _expect_open(run: FeeImport) -> None:
    if run.state is ImportState.done:
        raise DomainError(_("This import was carried out already. Upload the file again for another one."))
    if queries.working_import(run.estate_id) == run.id:
        raise DomainError(_("This import is being worked on at the moment. Wait until it is done."))


def _expect_turn(run: FeeImport) -> None:
    """One at a time into an estate: two would both find the same days free."""
    hold(run.estate_id)
    _expect_open(run)
    if queries.working_import(run.estate_id) is not None:
        raise DomainError(_("Another history is being taken over into this estate. Wait until it is done."))
    if run.state is not ImportState.checked:
        raise DomainError(_("Check the file first: see what would be taken over."))
