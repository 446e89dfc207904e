"""Closed months, and lines a customer disputes."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.billing.ledger.models.bill import Bill
from crm.db import Base, Moment, Versioned, append_only

WAITS = text("about_id IS NOT NULL AND released_at IS NULL")


class PeriodClose(Base):
    """结账: nothing is booked in this month or before it any more; what comes late stands in the next open one."""

    __tablename__ = "period_close"
    __table_args__ = (UniqueConstraint("estate_id", "month"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    month: Mapped[date]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    closed_by: Mapped[str]
    closed_at: Mapped[Moment]


append_only(PeriodClose)


class Dispute(Versioned, Base):
    """争议: until when and why a line is left out when payments are allocated and letters written."""

    __tablename__ = "bill_dispute"
    __table_args__ = (
        CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name="released"),
        Index("ix_bill_dispute_bill_id", "bill_id"),
        Index("ix_bill_dispute_about", "about_kind", "about_id", sqlite_where=WAITS, postgresql_where=WAITS),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bill_id: Mapped[int] = mapped_column(ForeignKey("bill.id"))
    reason: Mapped[str]
    until: Mapped[date]
    raised_by: Mapped[str]
    raised_at: Mapped[Moment]
    released_by: Mapped[str | None]
    released_at: Mapped[Moment | None]
    outcome: Mapped[str] = mapped_column(default="")
    about_kind: Mapped[str] = mapped_column(default="")  # what it waits for: see crm.billing.arrears.matters
    about_id: Mapped[int | None]

    bill: Mapped[Bill] = relationship(lazy="raise")
