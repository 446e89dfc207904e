"""A workbook of earlier repairs, from the upload to what became of its rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.imports.models import ImportState
from crm.jobs.models import Job
from crm.properties.models import Estate


class RepairImport(Versioned, Base):
    """`mapping`: sheet -> heading row, columns, picture. `categories`: what the file calls one -> the id of ours, or ""
    while nobody has said."""

    __tablename__ = "repair_import"
    __table_args__ = (
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
        Index("ix_repair_import_estate_id", "estate_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    state: Mapped[ImportState]
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    categories: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    started_by: Mapped[str]
    started_at: Mapped[Moment]
    done_at: Mapped[Moment | None]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))  # the background work last asked for

    estate: Mapped[Estate] = relationship(lazy="raise")
    upload: Mapped[Upload] = relationship(lazy="raise")
    job: Mapped[Job | None] = relationship(lazy="raise")

    @property
    def rows(self) -> int:
        """Of the sheets that are read, as they were understood."""
        return sum(int(entry["seen"]["rows"]) for entry in self.mapping.values())


class RepairImportRow(Base):
    """Where a repair order comes from."""

    __tablename__ = "repair_import_row"
    __table_args__ = (UniqueConstraint("repair_import_id", "sheet", "row"), UniqueConstraint("repair_order_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    repair_import_id: Mapped[int] = mapped_column(ForeignKey("repair_import.id"))
    sheet: Mapped[str]
    row: Mapped[int]
    repair_order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"))


append_only(RepairImportRow)
