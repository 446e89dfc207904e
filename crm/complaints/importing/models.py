"""A workbook of earlier complaints, from the upload to what became of its rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, append_only
from crm.imports.histories.models import HistoryImport


class ComplaintImport(HistoryImport):
    """`categories`: what the file calls one -> the id of ours, or "" while nobody has said. `open_cases`: whether rows
    without an end are taken over as open cases."""

    __tablename__ = "complaint_import"
    __table_args__ = (
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
        Index("ix_complaint_import_estate_id", "estate_id"),
    )
    categories: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    open_cases: Mapped[bool] = mapped_column(default=False)


class ComplaintImportRow(Base):
    """Where a complaint comes from."""

    __tablename__ = "complaint_import_row"
    __table_args__ = (UniqueConstraint("complaint_import_id", "sheet", "row"), UniqueConstraint("complaint_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_import_id: Mapped[int] = mapped_column(ForeignKey("complaint_import.id"))
    sheet: Mapped[str]
    row: Mapped[int]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))


append_only(ComplaintImportRow)
