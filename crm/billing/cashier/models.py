"""Receipts, which never change once printed, and the close of a cashier's day."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned, append_only
from crm.money import Money
from crm.numbering import Number
from crm.workflow import Step, Workflow


class ReceiptKind(StrEnum):
    payment = "payment"
    deposit = "deposit"
    refund = "refund"  # 退款凭证


RECEIPT_TITLES = {
    ReceiptKind.payment: _l("Receipt"),
    ReceiptKind.deposit: _l("Deposit receipt"),
    ReceiptKind.refund: _l("Refund voucher"),
}


class Receipt(Base):
    """收据. `content` is what it prints, for good; its number is of a series without gaps, a void one keeps it.

    `about_id` is the payment, the deposit or the adjustment it says was received or given back.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        CheckConstraint("(voided_at IS NULL) = (voided_by IS NULL)", name="voided"),
        Index("ix_receipt_about", "kind", "about_id"),
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


append_only(Receipt, but={"voided_by", "voided_at", "void_reason"})


class ReceiptPrint(Base):
    """Each time a receipt was printed; all but the first are marked 补打."""

    __tablename__ = "receipt_print"
    __table_args__ = (Index("ix_receipt_print_receipt_id", "receipt_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"))
    paper: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    printed_by: Mapped[str]
    printed_at: Mapped[Moment]


append_only(ReceiptPrint)


class CloseState(StrEnum):
    counted = "counted"
    signed = "signed"


CLOSE_TITLES = {CloseState.counted: _l("Counted, to be signed"), CloseState.signed: _l("Signed")}
WORKFLOW = Workflow(
    sign=Step(
        sources={CloseState.counted},
        target=CloseState.signed,
        permission=Permission.billing_approve,
        title=_l("Sign"),
    )
)


class DayClose(Versioned, Base):
    """日结: what a cashier counted before the books said what it should be, both by method, and who signed it.

    `counted` and `expected`: method -> yuan as text. `variance` is what was counted less what was expected.
    """

    __tablename__ = "day_close"
    __table_args__ = (
        CheckConstraint("signed_by_id <> cashier_id", name="four_eyes"),
        CheckConstraint("(state = 'signed') = (signed_by_id IS NOT NULL)", name="signed"),
        CheckConstraint("variance = 0 OR explanation <> ''", name="explained"),
        Index("ix_day_close_estate_id_day", "estate_id", "day"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    cashier_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    day: Mapped[date]
    counted: Mapped[dict[str, str]] = mapped_column(JSON)
    expected: Mapped[dict[str, str]] = mapped_column(JSON)
    variance: Mapped[Money]
    explanation: Mapped[str] = mapped_column(default="")
    state: Mapped[CloseState] = mapped_column(default=CloseState.counted)
    closed_at: Mapped[Moment]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    signed_at: Mapped[Moment | None]
    remark: Mapped[str] = mapped_column(default="")

    cashier: Mapped[User] = relationship(lazy="raise", foreign_keys=cashier_id)
    signed_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=signed_by_id)
