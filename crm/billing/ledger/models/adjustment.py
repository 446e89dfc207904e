"""What else changes what is owed: waivers, write-offs, void bills, refunds and payments taken back, by two people."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.billing.ledger.models.bill import Bill
from crm.billing.ledger.models.payment import CLOSED, UNCLOSED, Method, Payment
from crm.db import Base, Moment, Versioned, append_only
from crm.money import Money
from crm.workflow import Step, Workflow


class AdjustmentKind(StrEnum):
    """The first three are about a bill, the others about a payment."""

    waiver = "waiver"
    write_off = "write_off"
    void = "void"
    refund = "refund"
    reversal = "reversal"


ADJUSTMENT_TITLES = {
    AdjustmentKind.waiver: _l("Waiver"),
    AdjustmentKind.write_off: _l("Write-off"),
    AdjustmentKind.void: _l("Bill made void"),
    AdjustmentKind.refund: _l("Refund"),
    AdjustmentKind.reversal: _l("Payment taken back"),
}
OF_A_BILL = (AdjustmentKind.waiver, AdjustmentKind.write_off, AdjustmentKind.void)


class RequestState(StrEnum):
    requested = "requested"
    approved = "approved"
    refused = "refused"
    withdrawn = "withdrawn"


REQUEST_TITLES = {
    RequestState.requested: _l("To be approved"),
    RequestState.approved: _l("Approved"),
    RequestState.refused: _l("Turned down"),
    RequestState.withdrawn: _l("Withdrawn"),
}
WORKFLOW = Workflow(
    approve=Step(
        sources={RequestState.requested},
        target=RequestState.approved,
        permission=Permission.billing_approve,
        title=_l("Approve"),
    ),
    refuse=Step(
        sources={RequestState.requested},
        target=RequestState.refused,
        permission=Permission.billing_approve,
        title=_l("Refuse"),
    ),
    withdraw=Step(
        sources={RequestState.requested},
        target=RequestState.withdrawn,
        permission=Permission.cash_take,
        title=_l("Withdraw"),
    ),
)
ABOUT_ONE = "(bill_id IS NULL) <> (payment_id IS NULL)"
KIND_FITS = "(bill_id IS NOT NULL) = (kind IN ('waiver', 'write_off', 'void'))"
WAITING = text("state = 'requested'")


class AdjustmentRequest(Versioned, Base):
    """申请: who wants which sum adjusted and why. Another decides; the database refuses oneself."""

    __tablename__ = "adjustment_request"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(ABOUT_ONE, name="about_one"),
        CheckConstraint(KIND_FITS, name="kind"),
        CheckConstraint("decided_by_id <> requested_by_id", name="four_eyes"),
        CheckConstraint("(state IN ('approved', 'refused')) = (decided_by_id IS NOT NULL)", name="decided"),
        Index("ix_adjustment_request_bill_id", "bill_id"),
        Index("ix_adjustment_request_payment_id", "payment_id"),
        Index("ix_adjustment_request_waiting", "estate_id", sqlite_where=WAITING, postgresql_where=WAITING),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[AdjustmentKind]
    bill_id: Mapped[int | None] = mapped_column(ForeignKey("bill.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    amount: Mapped[Money]
    reason: Mapped[str]
    method: Mapped[Method | None]  # of a refund
    reference: Mapped[str] = mapped_column(default="")  # the account a refund goes to
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    state: Mapped[RequestState] = mapped_column(default=RequestState.requested)
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    requested_at: Mapped[Moment]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Moment | None]
    decision: Mapped[str] = mapped_column(default="")

    bill: Mapped[Bill | None] = relationship(lazy="raise")
    payment: Mapped[Payment | None] = relationship(lazy="raise")
    requested_by: Mapped[User] = relationship(lazy="raise", foreign_keys=requested_by_id)
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=decided_by_id)

    @property
    def document(self) -> Bill | Payment:
        """What it is about; both relationships loaded."""
        document = self.bill or self.payment
        if document is None:
            raise LookupError("a request is about a bill or a payment")
        return document


class Adjustment(Base):
    """Takes `amount` off what is open of a bill or of a payment; taken back by a row of the opposite sign, once.

    `request_id` is missing where one person may: a small payment taken back on its day, a bill split at a transfer.
    """

    __tablename__ = "adjustment"
    __table_args__ = (
        CheckConstraint(
            "(reverses_id IS NULL AND amount > 0) OR (reverses_id IS NOT NULL AND amount < 0)", name="sign"
        ),
        CheckConstraint(ABOUT_ONE, name="about_one"),
        CheckConstraint(KIND_FITS, name="kind"),
        Index("ix_adjustment_bill_id", "bill_id"),
        Index("ix_adjustment_payment_id", "payment_id"),
        Index("ix_adjustment_customer_id", "customer_id"),
        Index("ix_adjustment_day_close_id", "day_close_id", sqlite_where=CLOSED, postgresql_where=CLOSED),
        Index("ix_adjustment_unclosed", "estate_id", "kind", sqlite_where=UNCLOSED, postgresql_where=UNCLOSED),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[AdjustmentKind]
    bill_id: Mapped[int | None] = mapped_column(ForeignKey("bill.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    amount: Mapped[Money]
    reason: Mapped[str]
    method: Mapped[Method | None]  # of money that went back
    reference: Mapped[str] = mapped_column(default="")
    request_id: Mapped[int | None] = mapped_column(ForeignKey("adjustment_request.id"), unique=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("adjustment.id"), unique=True)
    booked_on: Mapped[date]
    month: Mapped[date]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    made_by: Mapped[str]
    made_at: Mapped[Moment]
    day_close_id: Mapped[int | None] = mapped_column(ForeignKey("day_close.id"))

    bill: Mapped[Bill | None] = relationship(lazy="raise")
    payment: Mapped[Payment | None] = relationship(lazy="raise")


append_only(Adjustment, but={"day_close_id"})
