"""The verbs of importing a payment history: upload, correct, check, carry out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

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
from crm.billing.importing.history.row import SUM_FIELDS, Row
from crm.billing.importing.history.storing import Changed, store
from crm.billing.importing.models import FeeImport
from crm.billing.importing.tally import Tally
from crm.dates import utc_now
from crm.db import session
from crm.files.models import Upload
from crm.imports.histories import service as histories
from crm.imports.histories.row import plain
from crm.imports.models import ImportState
from crm.jobs.models import Job
from crm.properties.models import Estate
from crm.web.language import kept
from crm.workbooks.cells import as_text
from crm.workbooks.file import File
from crm.workbooks.registers import Block, guess, mapped
from crm.workbooks.registers import Mapping as SheetMapping
from crm.workbooks.rows import RowRefused

PURPOSE = "fee_import"
LARGE = histories.LARGE
CARRY_OUT = "billing.take_over_history"
SAMPLED = 500  # rows that tell how the file ends its periods
MAKEABLE = (Basis.single, Basis.fixed, Basis.built_area, Basis.inner_area, Basis.number)


def upload(file: File, estate: Estate) -> FeeImport:
    """Keep the file and what it was understood as; nothing else is stored."""
    run = FeeImport()
    histories.begin(run, file, estate, PURPOSE)
    mapping = guess(HISTORY, file.sheets)
    run.last_counts = not _ends_on_the_first(histories.understood(HISTORY, file, mapping))
    _take_mapping(run, file, mapping, {})
    session().add(run)
    session().flush()
    return run


def correct(run: FeeImport, file: File, wanted: SheetMapping, items: Mapping[str, str], *, last_counts: bool) -> bool:
    """Take what a person sent back, and say whether it can be read; raises `DomainError` naming what is missing."""
    histories.expect_open(run)
    if queries.in_the_books(run.id).rows:
        return True  # a part is stored as it was understood: the rest follows it
    mapping, is_whole = histories.corrected_by(HISTORY, run, file, wanted)
    run.last_counts = last_counts
    _take_mapping(run, file, mapping, items)
    return is_whole


def _take_mapping(run: FeeImport, file: File, mapping: SheetMapping, items: Mapping[str, str]) -> None:
    run.mapping = mapped(file.sheets, mapping)
    rows = _rows(histories.understood(HISTORY, file, mapping))
    run.items = _matched(run.estate_id, _names(rows), items)
    run.state, run.result = ImportState.uploaded, {}


def _names(rows: Sequence[Row]) -> list[str]:
    """What the file calls its charge items."""
    return histories.most_frequent(plain(as_text(row.cell("item"))) for row in rows if not row.is_sum(*SUM_FIELDS))


def _rows(understood: Sequence[Block]) -> list[Row]:
    return [Row(block, number, cells) for block in understood for number, cells in block.data()]


def _matched(estate_id: int, names: Sequence[str], said: Mapping[str, str]) -> dict[str, str]:
    """What a person has said of each, else the item here that is called so."""
    items = queries.items_of(estate_id)
    offered = {*map(str, items), *(f"{NEW}{basis}" for basis in MAKEABLE), ""}
    called = {plain(name): str(item_id) for item_id, name in reversed(items.items())}
    return histories.matched(names, said, offered, lambda name: called.get(name, ""))


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


def blocks_of(run: FeeImport, file: File) -> list[Block]:
    return histories.blocks_of(HISTORY, run, file)


def drafted_of(run: FeeImport, file: File) -> Draft:
    blocks = histories.blocks_to_draft(HISTORY, run, file)
    return draft(blocks, present(run), last_counts=run.last_counts)


def carry_out(run: FeeImport, file: File) -> None:
    """Store everything the draft says, in the caller's unit of work."""
    histories.expect_turn(run)
    drafted = drafted_of(run, file)
    result = drafted.result()
    make_items(run, drafted.by_item)
    for part in drafted.parts():
        store(run, part, file.name)
    conclude(run, result, file.name)


def ask_carry_out(run: FeeImport, file: File) -> Job:
    return histories.ask_carry_out(run, CARRY_OUT, file)


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
