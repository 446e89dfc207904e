"""What became of a deposit."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.billing.deposits.models.deposit import Deposit
from crm.billing.deposits.models.request import DepositLine, DepositRequest, MovementKind
from crm.billing.ledger.models import Method, Payment
from crm.db import Base, Moment, append_only
from crm.money import Money


class DepositMovement(Base):
    """Takes `amount` off the deposit's balance; taken back by a row of the opposite sign, once.

    One of each line of a request that was carried out. `payment_id` is the payment of a deduction that settled a bill.
    """

    __tablename__ = "deposit_movement"
    __table_args__ = (
        CheckConstraint(
            "(reverses_id IS NULL AND amount > 0) OR (reverses_id IS NOT NULL AND amount < 0)", name="sign"
        ),
        CheckConstraint("payment_id IS NULL OR kind = 'deduction'", name="payment"),
        CheckConstraint("(kind IN ('refund', 'cancellation')) = (method IS NOT NULL)", name="method"),
        CheckConstraint("kind <> 'refund' OR payee <> ''", name="payee"),
        Index("ix_deposit_movement_deposit_id", "deposit_id"),
        Index("ix_deposit_movement_estate_id_booked_on", "estate_id", "booked_on"),
        Index("ix_deposit_movement_customer_id", "customer_id"),
        Index("ix_deposit_movement_request_id", "request_id"),
        Index("ix_deposit_movement_day_close_id", "day_close_id", "made_by_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    deposit_id: Mapped[int] = mapped_column(ForeignKey("deposit.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("deposit_request.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("deposit_line.id"), unique=True)
    kind: Mapped[MovementKind]
    amount: Mapped[Money]
    reason: Mapped[str]
    clause: Mapped[str] = mapped_column(default="")
    method: Mapped[Method | None]  # of money that went back
    reference: Mapped[str] = mapped_column(default="")
    payee: Mapped[str] = mapped_column(default="")
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), index=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("deposit_movement.id"), unique=True)
    booked_on: Mapped[date]
    month: Mapped[date]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    made_by: Mapped[str]
    made_at: Mapped[Moment]
    day_close_id: Mapped[int | None] = mapped_column(ForeignKey("day_close.id"))

    deposit: Mapped[Deposit] = relationship(lazy="raise")
    line: Mapped[DepositLine] = relationship(lazy="raise")
    request: Mapped[DepositRequest] = relationship(lazy="raise", foreign_keys=request_id)
    payment: Mapped[Payment | None] = relationship(lazy="raise")


append_only(DepositMovement, but={"day_close_id"})
