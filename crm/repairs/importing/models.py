"""A workbook of earlier repairs, from the upload to what became of its rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, append_only
from crm.imports.histories.models import HistoryImport


class RepairImport(HistoryImport):
    """`categories`: what the file calls one -> the id of ours, or "" while nobody has said. `open_jobs`: whether rows
    without an end are taken over as open jobs."""

    __tablename__ = "repair_import"
    __table_args__ = (
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
        Index("ix_repair_import_estate_id", "estate_id"),
    )
    categories: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    open_jobs: Mapped[bool] = mapped_column(default=False)


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
