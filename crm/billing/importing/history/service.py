"""Taking over a payment history: what the general way wants to know of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.log import record
from crm.billing.charges.models import Basis, ChargeItem
from crm.billing.charges.queries import find_item
from crm.billing.charges.service import add_item
from crm.billing.importing import queries
from crm.billing.importing.events import HistoryTakenOver, RefusedHistoryDownloaded
from crm.billing.importing.history.draft import Draft, Line
from crm.billing.importing.history.drafting import draft
from crm.billing.importing.history.fields import HISTORY
from crm.billing.importing.history.present import NEW, present
from crm.billing.importing.history.row import Row
from crm.billing.importing.history.storing import store
from crm.billing.importing.models import FeeImport, FeeImportRow
from crm.billing.importing.tally import Tally
from crm.db import session
from crm.files.models import Upload
from crm.imports.histories.draft import rows_of
from crm.imports.histories.row import plain
from crm.imports.histories.service import Changed
from crm.imports.histories.taking import TakingOver
from crm.properties.models import Estate
from crm.web.language import kept
from crm.workbooks.cells import as_text
from crm.workbooks.registers import Block
from crm.workbooks.rows import RowRefused

SAMPLED = 500  # rows that tell how the file ends its periods
MAKEABLE = (Basis.single, Basis.fixed, Basis.built_area, Basis.inner_area, Basis.number)


class _Fees(TakingOver[FeeImport]):
    kind, became, fields, row = FeeImport, FeeImportRow, HISTORY, Row
    words, job = "items", "billing.take_over_history"

    def look(self, run: FeeImport, found: Sequence[Block]) -> None:
        run.last_counts = not _ends_on_the_first(found)

    def word(self, row: Row) -> str:
        return plain(as_text(row.cell("item")))

    def meanings(self, run: FeeImport) -> tuple[Collection[str], Callable[[str], str]]:
        """An item that stands, or one to be made."""
        items = queries.items_of(run.estate_id)
        called = {plain(name): str(item_id) for item_id, name in reversed(items.items())}
        return {*map(str, items), *(f"{NEW}{basis}" for basis in MAKEABLE)}, lambda name: called.get(name, "")

    def draft(self, run: FeeImport, found: Sequence[Block]) -> Draft:
        return draft(found, present(run), last_counts=run.last_counts)

    def prepare(self, run: FeeImport, drafted: Draft) -> None:
        make_items(run, drafted.by_item)

    def store(self, run: FeeImport, lines: Sequence[Line], file: str) -> None:
        store(run, lines, file)

    def expect_whole(self, run: FeeImport, result: dict[str, Any]) -> None:
        if queries.in_the_books(run.id) != replace(Tally.kept(result["taken"]), unread=0):
            raise Changed(_("Bills were made in the meantime. Check the file again."))

    def tell(self, run: FeeImport, file: str) -> None:
        taken = Tally.kept(run.result["taken"])
        record(
            HistoryTakenOver(
                fee_import_id=run.id,
                estate_id=run.estate_id,
                file=file,
                bills=taken.rows,
                due=taken.due,
                payments=run.result["payments"],
                paid=taken.paid,
                refused=len(run.result["refused"]),
            )
        )

    def note_download(self, run: FeeImport) -> None:
        record(RefusedHistoryDownloaded(fee_import_id=run.id, estate_id=run.estate_id, rows=len(run.result["refused"])))


TAKING = _Fees()


def _ends_on_the_first(found: Sequence[Block]) -> bool:
    """Whether periods end on the day on which the next begins: 2026-01-01 to 2026-02-01."""
    ends = Counter[bool]()
    for row in islice(rows_of(Row, found), SAMPLED):
        try:
            begins, until = row.days(last_counts=False)
        except RowRefused:
            continue
        ends[until.day == begins.day] += 1
    return ends[True] > ends[False]


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
