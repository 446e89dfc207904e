"""The packs that were made."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment, append_only
from crm.files.models import Upload
from crm.money import Money
from crm.tenants.models import Customer


class EvidencePack(Base):
    """One file about what a customer owed on `day`. `claimed` is its total, `missing` how many papers were still to be
    added, `reason` why somebody needed all of it in full."""

    __tablename__ = "evidence_pack"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("claimed > 0", name="claimed"),
        Index("ix_evidence_pack_customer_id", "customer_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("legal_case.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    day: Mapped[date]
    claimed: Mapped[Money]
    pages: Mapped[int]
    missing: Mapped[int]
    reason: Mapped[str]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    made_by: Mapped[str]
    made_at: Mapped[Moment]

    customer: Mapped[Customer] = relationship(lazy="raise")
    upload: Mapped[Upload] = relationship(lazy="raise")


append_only(EvidencePack)
