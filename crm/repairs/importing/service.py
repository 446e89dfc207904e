"""The verbs of importing repairs: upload, correct, check, carry out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.imports.histories import service as histories
from crm.imports.models import ImportState
from crm.jobs.models import Job
from crm.properties.models import Estate
from crm.repairs.categories.queries import problems
from crm.repairs.importing import queries
from crm.repairs.importing.draft import Draft
from crm.repairs.importing.drafting import draft
from crm.repairs.importing.events import PastRepairsTakenOver, RefusedRepairsDownloaded, RepairsTakenOver
from crm.repairs.importing.fields import REPAIRS
from crm.repairs.importing.models import RepairImport
from crm.repairs.importing.present import present
from crm.repairs.importing.row import SUM_FIELDS, Row
from crm.repairs.importing.storing import Changed, store
from crm.repairs.importing.words import category_called
from crm.workbooks.file import File
from crm.workbooks.registers import Block, guess, mapped
from crm.workbooks.registers import Mapping as SheetMapping

PURPOSE = "repair_import"
LARGE = histories.LARGE
CARRY_OUT = "repairs.take_over"


def upload(file: File, estate: Estate) -> RepairImport:
    """Keep the file and what it was understood as; nothing else is stored."""
    run = RepairImport(open_jobs=False)
    histories.begin(run, file, estate, PURPOSE)
    _take_mapping(run, file, guess(REPAIRS, file.sheets), {})
    session().add(run)
    session().flush()
    return run


def correct(
    run: RepairImport, file: File, wanted: SheetMapping, categories: Mapping[str, str], *, open_jobs: bool
) -> bool:
    """Take what a person sent back, and say whether it can be read; raises `DomainError` naming what is missing."""
    histories.expect_open(run)
    if queries.orders_of(run.id):
        return True  # a part is stored as it was understood: the rest follows it
    mapping, is_whole = histories.corrected_by(REPAIRS, run, file, wanted)
    run.open_jobs = open_jobs
    _take_mapping(run, file, mapping, categories)
    return is_whole


def _take_mapping(run: RepairImport, file: File, mapping: SheetMapping, said: Mapping[str, str]) -> None:
    run.mapping = mapped(file.sheets, mapping)
    offered = problems()
    rows = (
        Row(block, number, cells)
        for block in histories.understood(REPAIRS, file, mapping)
        for number, cells in block.data()
    )
    names = histories.most_frequent(row.category for row in rows if not row.is_sum(*SUM_FIELDS))
    choices = {"", *(str(each.id) for each in offered)}
    run.categories = histories.matched(names, said, choices, lambda name: category_called(name, offered))
    run.state, run.result = ImportState.uploaded, {}


def blocks_of(run: RepairImport, file: File) -> list[Block]:
    return histories.blocks_of(REPAIRS, run, file)


def drafted_of(run: RepairImport, file: File) -> Draft:
    return draft(histories.blocks_to_draft(REPAIRS, run, file), present(run), open_jobs=run.open_jobs)


def carry_out(run: RepairImport, file: File) -> None:
    """Store everything the draft says, in the caller's unit of work."""
    histories.expect_turn(run)
    drafted = drafted_of(run, file)
    for part in drafted.parts():
        store(run, part, file.name)
    conclude(run, drafted.result(), file.name)


def ask_carry_out(run: RepairImport, file: File) -> Job:
    return histories.ask_carry_out(run, CARRY_OUT, file)


def conclude(run: RepairImport, result: dict[str, Any], file: str) -> None:
    """Everything is stored. Each customer's file says so once, however many repairs there are."""
    orders = queries.orders_of(run.id)
    if orders != result["taken"]:
        raise Changed(_("Repairs were taken over in the meantime. Check the file again."))
    run.result, run.state, run.done_at = result, ImportState.done, utc_now()
    session().flush()
    record(
        RepairsTakenOver(
            repair_import_id=run.id,
            estate_id=run.estate_id,
            file=file,
            orders=orders,
            unfinished=result["unfinished"],
            refused=len(result["refused"]),
        )
    )
    for share in queries.shares_of(run.id):
        record(PastRepairsTakenOver(repair_import_id=run.id, file=file, **share._asdict()))


def note_download(run: RepairImport) -> None:
    rows = len(run.result["refused"])
    record(RefusedRepairsDownloaded(repair_import_id=run.id, estate_id=run.estate_id, rows=rows))
