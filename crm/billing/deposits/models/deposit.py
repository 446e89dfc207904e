"""Money taken as security."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.billing.ledger.models import Method
from crm.db import Base, Moment, append_only
from crm.money import Money
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer


class DepositState(StrEnum):
    """Derived from what is left and from how the rest went, never stored."""

    held = "held"
    part = "part"
    returned = "returned"
    used = "used"
    forfeited = "forfeited"
    cancelled = "cancelled"


STATE_TITLES = {
    DepositState.held: _l("Held"),
    DepositState.part: _l("Part held"),
    DepositState.returned: _l("Given back"),
    DepositState.used: _l("Used up"),
    DepositState.forfeited: _l("Forfeited"),
    DepositState.cancelled: _l("Entered wrongly"),
}
HELD = text("balance > 0")


class Deposit(Base):
    """押金. `balance` is what is left of it: its amount less its movements. `key` comes with the form and holds off a
    second one from a double click."""

    __tablename__ = "deposit"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("balance BETWEEN 0 AND amount", name="balance"),
        CheckConstraint("method <> 'deposit'", name="method"),
        CheckConstraint("payer <> ''", name="payer"),
        Index("ix_deposit_customer_id", "customer_id"),
        Index("ix_deposit_unit_id", "unit_id"),
        Index("ix_deposit_estate_id_taken_on", "estate_id", "taken_on"),
        Index("ix_deposit_held", "estate_id", "due_back_on", sqlite_where=HELD, postgresql_where=HELD),
        Index("ix_deposit_day_close_id", "day_close_id", "taken_by_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str]  # a code of kinds.KINDS
    amount: Mapped[Money]
    balance: Mapped[Money]
    taken_on: Mapped[date]
    due_back_on: Mapped[date | None]  # as agreed; None: when the unit is left
    payer: Mapped[str]  # who paid it gets it back
    method: Mapped[Method]
    reference: Mapped[str] = mapped_column(default="")
    agreement: Mapped[str] = mapped_column(default="")  # number of the paper whose clauses are cited
    note: Mapped[str] = mapped_column(default="")
    key: Mapped[str] = mapped_column(unique=True)
    month: Mapped[date]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    taken_by: Mapped[str]
    taken_at: Mapped[Moment]
    day_close_id: Mapped[int | None] = mapped_column(ForeignKey("day_close.id"))

    estate: Mapped[Estate] = relationship(lazy="raise")
    customer: Mapped[Customer] = relationship(lazy="raise")
    unit: Mapped[Unit | None] = relationship(lazy="raise")

    @property
    def code(self) -> str:
        """As it stands in the book."""
        return deposit_code(self.id)

    @property
    def gone(self) -> Decimal:
        return self.amount - self.balance


append_only(Deposit, but={"balance", "day_close_id"})


def deposit_code(deposit_id: int) -> str:
    return f"BZ{deposit_id:06d}"
