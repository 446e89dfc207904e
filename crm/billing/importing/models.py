"""An import of a payment history: the file, how it was understood, what came of it, and which row became which bill."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, append_only
from crm.imports.histories.models import HistoryImport


class FeeImport(HistoryImport):
    """`items`: what the file calls a charge item -> the id of ours, `new:` and the basis of one to be made, or "" while
    nobody has said. `last_counts`: whether the day on which a period ends still belongs to it."""

    __tablename__ = "fee_import"
    __table_args__ = (
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
        Index("ix_fee_import_estate_id", "estate_id"),
    )
    items: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    last_counts: Mapped[bool] = mapped_column(default=True)


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
