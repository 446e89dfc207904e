"""日核对: what the bank had at the end of a day, beside what the book said then."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment, append_only
from crm.money import Money
from crm.properties.models import Estate


class DepositTieOut(Base):
    """Of one estate and day; of two the later entered counts. `register`: the balances; `ledger`: takings less
    movements; `bank`: the statement's figure of the deposits' account. A difference has an explanation."""

    __tablename__ = "deposit_tie_out"
    __table_args__ = (
        CheckConstraint("reference <> ''", name="reference"),
        CheckConstraint("(register = ledger AND bank = register) OR explanation <> ''", name="explained"),
        Index("ix_deposit_tie_out_estate_id_day", "estate_id", "day"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    day: Mapped[date]
    register: Mapped[Money]
    ledger: Mapped[Money]
    bank: Mapped[Money]
    reference: Mapped[str]  # number or page of the bank's statement
    explanation: Mapped[str] = mapped_column(default="")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]

    estate: Mapped[Estate] = relationship(lazy="raise")

    @property
    def difference(self) -> Decimal:
        """What the bank has above the register; negative: it has less."""
        return self.bank - self.register


append_only(DepositTieOut)
