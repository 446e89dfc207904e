"""An import: the file, how it was understood, what came of it, and what waits for later packages."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment, Versioned
from crm.files.models import Upload
from crm.jobs.models import Job


class ImportState(StrEnum):
    uploaded = "uploaded"
    checked = "checked"
    running = "running"
    done = "done"


STATE_TITLES = {
    ImportState.uploaded: _l("Uploaded"),
    ImportState.checked: _l("Checked"),
    ImportState.running: _l("Being carried out"),
    ImportState.done: _l("Carried out"),
}


class ImportRun(Versioned, Base):
    """`estate_name` is the one chosen, "" where the file decides; `estate_id` stays None when the file names several.

    `mapping`: sheet -> {"kind", "heading_row", "columns": {column letter: field}, "seen": its picture}; `result`: the
    JSON that the command prints.
    """

    __tablename__ = "import_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    estate_name: Mapped[str]
    estate_id: Mapped[int | None] = mapped_column(ForeignKey("estate.id"))
    state: Mapped[ImportState]
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    started_by: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    started_at: Mapped[Moment]
    done_at: Mapped[Moment | None]

    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))  # the background work last asked for

    upload: Mapped[Upload] = relationship(lazy="raise")
    job: Mapped[Job | None] = relationship(lazy="raise")

    @property
    def rows(self) -> int:
        """Rows of the sheets that are imported, as they were understood."""
        return sum(int(entry["seen"]["rows"]) for entry in self.mapping.values() if "seen" in entry)


class Leftover(Base):
    """What a file says and no package has a place for yet (fee settings); kept word for word, once."""

    __tablename__ = "leftover"
    __table_args__ = (UniqueConstraint("estate_id", "kind", "fingerprint"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"))
    kind: Mapped[str]
    sheet: Mapped[str]
    row: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    fingerprint: Mapped[str]
