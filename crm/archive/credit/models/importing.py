"""The import of an older register: the file, how it was understood, what came of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment, Versioned
from crm.files.models import Upload
from crm.jobs.models import Job


class ImportState(StrEnum):
    uploaded = "uploaded"
    checked = "checked"
    done = "done"


IMPORT_TITLES = {
    ImportState.uploaded: _l("Uploaded"),
    ImportState.checked: _l("Checked"),
    ImportState.done: _l("Carried out"),
}


class RegisterImport(Versioned, Base):
    """`mapping`: sheet -> heading row, unit of sums, columns, picture; `void_missing`: whether numbers that the
    register does not have become void."""

    __tablename__ = "register_import"
    __table_args__ = (CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    state: Mapped[ImportState]
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    void_missing: Mapped[bool] = mapped_column(default=False)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    started_by: Mapped[str]
    started_at: Mapped[Moment]
    done_at: Mapped[Moment | None]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))  # the background work last asked for

    job: Mapped[Job | None] = relationship(lazy="raise")
    upload: Mapped[Upload] = relationship(lazy="raise")

    @property
    def rows(self) -> int:
        """Of the sheets that are read, as they were understood."""
        return sum(int(entry["seen"]["rows"]) for entry in self.mapping.values())
