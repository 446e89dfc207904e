"""Taking over complaints: what the general way wants to know of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from flask_babel import gettext as _

from crm.audit.log import record
from crm.complaints.categories.queries import choosable
from crm.complaints.importing import queries
from crm.complaints.importing.draft import Draft, Line
from crm.complaints.importing.drafting import draft
from crm.complaints.importing.events import ComplaintsTakenOver, PastComplaintsTakenOver, RefusedComplaintsDownloaded
from crm.complaints.importing.fields import COMPLAINTS
from crm.complaints.importing.models import ComplaintImport, ComplaintImportRow
from crm.complaints.importing.present import present
from crm.complaints.importing.row import Row
from crm.complaints.importing.storing import store
from crm.imports.histories.queries import stored_count
from crm.imports.histories.service import Changed
from crm.imports.histories.taking import TakingOver
from crm.imports.histories.words import called
from crm.workbooks.registers import Block


class _Complaints(TakingOver[ComplaintImport]):
    kind, became, fields, row = ComplaintImport, ComplaintImportRow, COMPLAINTS, Row
    words, job = "categories", "complaints.take_over"

    def word(self, row: Row) -> str:
        return row.category

    def meanings(self, run: ComplaintImport) -> tuple[Collection[str], Callable[[str], str]]:
        offered = choosable()
        return [str(each.id) for each in offered], lambda name: called(name, offered)

    def draft(self, run: ComplaintImport, found: Sequence[Block]) -> Draft:
        return draft(found, present(run), open_cases=run.open_cases)

    def store(self, run: ComplaintImport, lines: Sequence[Line], file: str) -> None:
        store(run, lines, file)

    def expect_whole(self, run: ComplaintImport, result: dict[str, Any]) -> None:
        if stored_count(ComplaintImportRow, run) != result["taken"]:
            raise Changed(_("Complaints were taken over in the meantime. Check the file again."))

    def tell(self, run: ComplaintImport, file: str) -> None:
        """Each customer's file says so once, however many complaints there are."""
        record(
            ComplaintsTakenOver(
                complaint_import_id=run.id,
                estate_id=run.estate_id,
                file=file,
                complaints=run.result["taken"],
                unfinished=run.result["unfinished"],
                refused=len(run.result["refused"]),
            )
        )
        for share in queries.shares_of(run.id):
            record(PastComplaintsTakenOver(complaint_import_id=run.id, file=file, **share._asdict()))

    def note_download(self, run: ComplaintImport) -> None:
        rows = len(run.result["refused"])
        record(RefusedComplaintsDownloaded(complaint_import_id=run.id, estate_id=run.estate_id, rows=rows))


TAKING = _Complaints()
