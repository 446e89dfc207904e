"""Receipts, which never change once printed, and the close of a cashier's day."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned, append_only
from crm.money import Money
from crm.numbering import Number
from crm.properties.models import Estate
from crm.workflow import Step, Workflow


class ReceiptKind(StrEnum):
    payment = "payment"
    deposit = "deposit"
    refund = "refund"  # 退款凭证
    deposit_refund = "deposit_refund"


RECEIPT_TITLES = {
    ReceiptKind.payment: _l("Receipt"),
    ReceiptKind.deposit: _l("Deposit receipt"),
    ReceiptKind.refund: _l("Refund voucher"),
    ReceiptKind.deposit_refund: _l("Deposit refund voucher"),
}
OUTGOING = (ReceiptKind.refund, ReceiptKind.deposit_refund)  # money given back


class PrintSize(StrEnum):
    slip = "slip"
    a4 = "a4"


SIZE_TITLES = {PrintSize.slip: _l("241 × 140 mm"), PrintSize.a4: _l("A4")}


class Receipt(Base):
    """收据. `content` is what it prints, for good; its number is of a series without gaps, a void one keeps it.

    `about_id` is the payment, the refund (an adjustment) or the movement of a deposit that it proves; none has two.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        CheckConstraint("(voided_at IS NULL) = (voided_by IS NULL)", name="voided"),
        UniqueConstraint("kind", "about_id"),
        Index("ix_receipt_estate_id_issued_on", "estate_id", "issued_on"),
        Index("ix_receipt_customer_id", "customer_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"), unique=True)
    kind: Mapped[ReceiptKind]
    about_id: Mapped[int]
    amount: Mapped[Money]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    issued_on: Mapped[date]
    issued_by: Mapped[str]
    issued_at: Mapped[Moment]
    voided_by: Mapped[str | None]
    voided_at: Mapped[Moment | None]
    void_reason: Mapped[str] = mapped_column(default="")

    number: Mapped[Number] = relationship(lazy="raise")
    estate: Mapped[Estate] = relationship(lazy="raise")

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None


append_only(Receipt, but={"voided_by", "voided_at", "void_reason"})


class ReceiptPrint(Base):
    """Each time a receipt was printed; all but the first are marked 补打."""

    __tablename__ = "receipt_print"
    __table_args__ = (Index("ix_receipt_print_receipt_id", "receipt_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"))
    paper: Mapped[PrintSize]
    reason: Mapped[str] = mapped_column(default="")
    printed_by: Mapped[str]
    printed_at: Mapped[Moment]


append_only(ReceiptPrint)


class CloseState(StrEnum):
    unexplained = "unexplained"
    counted = "counted"
    signed = "signed"


CLOSE_TITLES = {
    CloseState.unexplained: _l("Difference to be explained"),
    CloseState.counted: _l("Counted, to be signed"),
    CloseState.signed: _l("Signed"),
}
WORKFLOW = Workflow(
    recount=Step(
        sources={CloseState.unexplained},
        permission=Permission.cash_take,
        title=_l("Count again"),
    ),
    explain=Step(
        sources={CloseState.unexplained},
        target=CloseState.counted,
        permission=Permission.cash_take,
        title=_l("Explain the difference"),
    ),
    sign=Step(
        sources={CloseState.counted},
        target=CloseState.signed,
        permission=Permission.billing_approve,
        title=_l("Sign"),
    ),
)


class DayClose(Versioned, Base):
    """日结: what a cashier counted before the books said what it should be, both by method, and who signed it.

    `counted` and `expected`: method -> yuan with two decimals, as text. `pieces`: face value in fen -> how many, where
    the cash was counted so. `recounts` are the counts before the last one. `variance` is what was counted less what was
    expected: nobody signs one that is not explained.
    """

    __tablename__ = "day_close"
    __table_args__ = (
        CheckConstraint("signed_by_id <> cashier_id", name="four_eyes"),
        CheckConstraint("(state = 'signed') = (signed_by_id IS NOT NULL)", name="signed"),
        CheckConstraint("variance = 0 OR explanation <> '' OR state = 'unexplained'", name="explained"),
        Index("ix_day_close_estate_id_day", "estate_id", "day"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    cashier_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    day: Mapped[date]
    counted: Mapped[dict[str, str]] = mapped_column(JSON)
    pieces: Mapped[dict[str, int]] = mapped_column(JSON)
    recounts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    expected: Mapped[dict[str, str]] = mapped_column(JSON)
    variance: Mapped[Money]
    explanation: Mapped[str] = mapped_column(default="")
    state: Mapped[CloseState]
    closed_at: Mapped[Moment]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    signed_at: Mapped[Moment | None]
    remark: Mapped[str] = mapped_column(default="")

    estate: Mapped[Estate] = relationship(lazy="raise")
    cashier: Mapped[User] = relationship(lazy="raise", foreign_keys=cashier_id)
    signed_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=signed_by_id)
