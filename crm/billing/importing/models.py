"""An import of a payment history: the file, how it was understood, what came of it, and which row became which bill."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.imports.models import ImportState
from crm.jobs.models import Job
from crm.properties.models import Estate


class FeeImport(Versioned, Base):
    """`mapping`: sheet -> heading row, columns, picture. `items`: what the file calls a charge item -> the id of ours,
    `new:` and the basis of one to be made, or "" while nobody has said. `last_counts`: whether the day on which a
    period ends still belongs to it."""

    __tablename__ = "fee_import"
    __table_args__ = (
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
        Index("ix_fee_import_estate_id", "estate_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    state: Mapped[ImportState]
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    items: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    last_counts: Mapped[bool] = mapped_column(default=True)
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


class FeeImportRow(Base):
    """Where a bill and its payment come from."""

    __tablename__ = "fee_import_row"
    __table_args__ = (
        UniqueConstraint("fee_import_id", "sheet", "row"),
        UniqueConstraint("bill_id"),
        UniqueConstraint("payment_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    fee_import_id: Mapped[int] = mapped_column(ForeignKey("fee_import.id"))
    sheet: Mapped[str]
    row: Mapped[int]
    bill_id: Mapped[int] = mapped_column(ForeignKey("bill.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))


append_only(FeeImportRow)
