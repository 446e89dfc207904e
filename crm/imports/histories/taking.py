"""How a history is taken over, from the upload to the end. Decision 035.

A feature says what a row of its own is and what becomes of it; keeping the file, reading what a person says of its
columns and words, the dry run, the parts and the end are the same for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Generic

from flask import g
from flask_babel import gettext as _

from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files import store as files
from crm.imports.histories.draft import Draft, rows_of
from crm.imports.histories.queries import History, stored_count
from crm.imports.histories.row import HistoryRow
from crm.imports.histories.service import expect_open, expect_turn
from crm.imports.models import ImportState
from crm.jobs.models import Job
from crm.jobs.service import enqueue
from crm.properties.models import Estate
from crm.workbooks.container import kept_name
from crm.workbooks.fields import Fields
from crm.workbooks.file import File
from crm.workbooks.registers import Block, blocks, corrected, guess, mapped, plain_mapping
from crm.workbooks.registers import Mapping as SheetMapping

MOST = 100_000  # rows of one file
MOST_NAMES = 200  # names of one file that a person says something of


class TakingOver(Generic[History]):
    """`became`: the table that says which row became what; `words`: the import's column with what the file calls
    things, and which of ours each is; `job`: how the background work is called."""

    kind: type[History]
    became: type[Any]
    fields: Fields
    row: type[HistoryRow]
    words: str
    job: str

    # What a feature says of its own

    def look(self, run: History, found: Sequence[Block]) -> None:
        """Note what a fresh file tells beside its words."""

    def word(self, row: Any) -> str:
        """What the row calls the thing that a person is asked about, or ""."""
        raise NotImplementedError

    def meanings(self, run: History) -> tuple[Collection[str], Callable[[str], str]]:
        """What a word may mean, and what it looks like meaning: an id as text, or ""."""
        raise NotImplementedError

    def draft(self, run: History, found: Sequence[Block]) -> Draft[Any, Any]:
        raise NotImplementedError

    def prepare(self, run: History, drafted: Any) -> None:
        """What has to stand before the first part is stored."""

    def store(self, run: History, lines: Sequence[Any], file: str) -> None:
        """One part, whole or not at all."""
        raise NotImplementedError

    def expect_whole(self, run: History, result: dict[str, Any]) -> None:
        """Raises `Changed` where what is stored is not what the rows said."""
        raise NotImplementedError

    def tell(self, run: History, file: str) -> None:
        """Record that it is done."""
        raise NotImplementedError

    def note_download(self, run: History) -> None:
        """Record that the refused rows were taken away."""
        raise NotImplementedError

    # What all have in common

    def upload(self, file: File, estate: Estate) -> History:
        """Keep the file and what it was understood as; nothing of it is stored."""
        purpose = self.kind.__tablename__
        kept = files.keep(file.content, kept_name(file.content, file.name), purpose=purpose, estate_id=estate.id)
        run = self.kind(estate_id=estate.id, upload_id=kept.id, started_by=g.actor.name, started_at=utc_now())
        mapping = guess(self.fields, file.sheets)
        self.look(run, self._understood(file, mapping))
        self._take(run, file, mapping, {})
        session().add(run)
        session().flush()
        return run

    def correct(
        self, run: History, file: File, wanted: SheetMapping, said: Mapping[str, str], choices: Mapping[str, Any]
    ) -> bool:
        """Take what a person sent back, and say whether it can be read; raises `DomainError` naming the sheet and what
        is missing. `said` of the file's words; `choices`: columns of the import.

        Where another row of headings was chosen, its columns were found anew: if some are missing, the person is to
        look.
        """
        expect_open(run)
        if stored_count(self.became, run):
            return True  # a part is stored as it was understood: the rest follows it
        before = plain_mapping(run.mapping)
        mapping = corrected(self.fields, file.sheets, before, wanted)
        moved = any(mapping[name]["heading_row"] != before[name]["heading_row"] for name in mapping)
        is_whole = not moved or bool(self._understood(file, mapping))
        if is_whole:
            blocks(self.fields, file.sheets, mapping)
        for name, value in choices.items():
            setattr(run, name, value)
        self._take(run, file, mapping, said)
        return is_whole

    def _take(self, run: History, file: File, mapping: SheetMapping, said: Mapping[str, str]) -> None:
        run.mapping = mapped(file.sheets, mapping)
        counted = Counter(self.word(row) for row in rows_of(self.row, self._understood(file, mapping)))
        names = [name for name, _count in counted.most_common(MOST_NAMES) if name]
        offered, guessed = self.meanings(run)
        known = {*offered, ""}
        meant = {name: said[name] if said.get(name, None) in known else guessed(name) for name in names}
        setattr(run, self.words, meant)
        run.state, run.result = ImportState.uploaded, {}

    def _understood(self, file: File, mapping: SheetMapping) -> list[Block]:
        """Nothing, as long as columns are missing: a person says which they are."""
        try:
            return blocks(self.fields, file.sheets, mapping)
        except DomainError:
            return []

    def blocks_of(self, run: History, file: File) -> list[Block]:
        return blocks(self.fields, file.sheets, plain_mapping(run.mapping))

    def drafted_of(self, run: History, file: File) -> Draft[Any, Any]:
        """Raises `DomainError` for a file that is too long for one import."""
        found = self.blocks_of(run, file)
        if sum(1 for block in found for _row in block.data()) > MOST:
            raise DomainError(
                _("A history of more than %(most)s rows is taken over in parts. Split the file.", most=MOST)
            )
        return self.draft(run, found)

    def carry_out(self, run: History, file: File) -> None:
        """Store everything the draft says, in the caller's unit of work."""
        expect_turn(run)
        drafted = self.drafted_of(run, file)
        result = drafted.result()
        self.prepare(run, drafted)
        for part in drafted.parts():
            self.store(run, part, file.name)
        self.conclude(run, result, file.name)

    def ask_carry_out(self, run: History, file: File) -> Job:
        """Have a large file stored in the background, or what an ended try has left of it."""
        expect_turn(run)
        title, key = _("Take over %(file)s", file=file.name), f"{self.job}:{run.id}:{run.version}"
        payload = {f"{run.__tablename__}_id": run.id}
        job = enqueue(self.job, title, payload, key=key, estate_id=run.estate_id)
        run.job_id = job.id
        return job

    def conclude(self, run: History, result: dict[str, Any], file: str) -> None:
        """Everything is stored, whoever stored which part of it."""
        self.expect_whole(run, result)
        run.result, run.state, run.done_at = result, ImportState.done, utc_now()
        session().flush()
        self.tell(run, file)
