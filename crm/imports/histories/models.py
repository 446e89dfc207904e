"""An import of a history: the file, how it was understood, what came of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from crm.db import Base, Moment, Versioned
from crm.files.models import Upload
from crm.imports.models import ImportState
from crm.jobs.models import Job
from crm.properties.models import Estate


class HistoryImport(Versioned, Base):
    """`mapping`: sheet -> heading row, columns, picture."""

    __abstract__ = True
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    state: Mapped[ImportState]
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    started_by: Mapped[str]
    started_at: Mapped[Moment]
    done_at: Mapped[Moment | None]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))  # the background work last asked for

    @declared_attr
    def estate(cls) -> Mapped[Estate]:
        return relationship(Estate, lazy="raise")

    @declared_attr
    def upload(cls) -> Mapped[Upload]:
        return relationship(Upload, lazy="raise")

    @declared_attr
    def job(cls) -> Mapped[Job | None]:
        return relationship(Job, lazy="raise")

    @property
    def rows(self) -> int:
        """Of the sheets that are read, as they were understood."""
        return sum(int(entry["seen"]["rows"]) for entry in self.mapping.values())
