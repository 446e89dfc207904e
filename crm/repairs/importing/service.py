"""Taking over repairs: what the general way wants to know of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from flask_babel import gettext as _

from crm.audit.log import record
from crm.imports.histories.queries import stored_count
from crm.imports.histories.service import Changed
from crm.imports.histories.taking import TakingOver
from crm.imports.histories.words import called
from crm.repairs.categories.models import Place, RepairCategory
from crm.repairs.categories.queries import problems
from crm.repairs.importing import queries
from crm.repairs.importing.draft import Draft, Line
from crm.repairs.importing.drafting import draft
from crm.repairs.importing.events import PastRepairsTakenOver, RefusedRepairsDownloaded, RepairsTakenOver
from crm.repairs.importing.fields import REPAIRS
from crm.repairs.importing.models import RepairImport, RepairImportRow
from crm.repairs.importing.present import present
from crm.repairs.importing.row import Row
from crm.repairs.importing.storing import store
from crm.workbooks.registers import Block


class _Repairs(TakingOver[RepairImport]):
    kind, became, fields, row = RepairImport, RepairImportRow, REPAIRS, Row
    words, job = "categories", "repairs.take_over"

    def word(self, row: Row) -> str:
        return row.category

    def meanings(self, run: RepairImport) -> tuple[Collection[str], Callable[[str], str]]:
        offered = problems()
        return [str(each.id) for each in offered], lambda name: called(name, offered, _is_inside)

    def draft(self, run: RepairImport, found: Sequence[Block]) -> Draft:
        return draft(found, present(run), open_jobs=run.open_jobs)

    def store(self, run: RepairImport, lines: Sequence[Line], file: str) -> None:
        store(run, lines, file)

    def expect_whole(self, run: RepairImport, result: dict[str, Any]) -> None:
        if stored_count(RepairImportRow, run) != result["taken"]:
            raise Changed(_("Repairs were taken over in the meantime. Check the file again."))

    def tell(self, run: RepairImport, file: str) -> None:
        """Each customer's file says so once, however many repairs there are."""
        record(
            RepairsTakenOver(
                repair_import_id=run.id,
                estate_id=run.estate_id,
                file=file,
                orders=run.result["taken"],
                unfinished=run.result["unfinished"],
                refused=len(run.result["refused"]),
            )
        )
        for share in queries.shares_of(run.id):
            record(PastRepairsTakenOver(repair_import_id=run.id, file=file, **share._asdict()))

    def note_download(self, run: RepairImport) -> None:
        rows = len(run.result["refused"])
        record(RefusedRepairsDownloaded(repair_import_id=run.id, estate_id=run.estate_id, rows=rows))


def _is_inside(problem: RepairCategory) -> bool:
    return problem.place is Place.home


TAKING = _Repairs()
