"""What somebody wants done with a deposit, line by line, and what another says to it."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.billing.deposits.models.deposit import Deposit
from crm.billing.ledger.models import Bill, Method
from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.money import Money
from crm.workflow import Step, Workflow


class MovementKind(StrEnum):
    """Why a deposit becomes less. Each can be taken back by a row of the opposite sign."""

    deduction = "deduction"
    refund = "refund"
    forfeiture = "forfeiture"
    cancellation = "cancellation"  # it was entered wrongly, the money went back at once


MOVEMENT_TITLES = {
    MovementKind.deduction: _l("Deduction"),
    MovementKind.refund: _l("Deposit given back"),
    MovementKind.forfeiture: _l("Forfeiture"),
    MovementKind.cancellation: _l("Entry taken back"),
}
PAID_OUT = (MovementKind.refund, MovementKind.cancellation)  # money leaves the company


class RequestState(StrEnum):
    requested = "requested"
    approved = "approved"  # of what is paid out: the cashier may
    done = "done"
    refused = "refused"
    withdrawn = "withdrawn"


REQUEST_TITLES = {
    RequestState.requested: _l("To be approved"),
    RequestState.approved: _l("Approved, to be paid out"),
    RequestState.done: _l("Done"),
    RequestState.refused: _l("Turned down"),
    RequestState.withdrawn: _l("Withdrawn"),
}


def _goes_to_the_cashier(request: DepositRequest) -> str:
    return _("The cashier pays it out: it is approved first.") if request.paid_out else ""


def _needs_no_cashier(request: DepositRequest) -> str:
    return "" if request.paid_out else _("Nothing is paid out here.")


WORKFLOW = Workflow(
    approve=Step(
        sources={RequestState.requested},
        target=RequestState.done,
        permission=Permission.billing_approve,
        title=_l("Approve"),
        hindrance=_goes_to_the_cashier,
    ),
    allow=Step(
        sources={RequestState.requested},
        target=RequestState.approved,
        permission=Permission.billing_approve,
        title=_l("Approve"),
        hindrance=_needs_no_cashier,
    ),
    refuse=Step(
        sources={RequestState.requested},
        target=RequestState.refused,
        permission=Permission.billing_approve,
        title=_l("Refuse"),
    ),
    pay_out=Step(
        sources={RequestState.approved},
        target=RequestState.done,
        permission=Permission.cash_take,
        title=_l("Pay out"),
    ),
    withdraw=Step(
        sources={RequestState.requested, RequestState.approved},
        target=RequestState.withdrawn,
        permission=Permission.cash_take,
        title=_l("Withdraw"),
    ),
)
LIVE = text("state IN ('requested', 'approved')")


class DepositRequest(Versioned, Base):
    """处理单: one act on a deposit, of one or more lines. `alone`: small enough for one person, nobody else decided.

    `takes_back`: what its lines point to becomes undone. One deposit has one request under way.
    """

    __tablename__ = "deposit_request"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("decided_by_id <> requested_by_id", name="four_eyes"),
        CheckConstraint(
            "(NOT alone AND state IN ('requested', 'withdrawn')) OR (alone AND state = 'done') "
            "OR decided_by_id IS NOT NULL",
            name="decided",
        ),
        CheckConstraint("NOT alone OR decided_by_id IS NULL", name="alone"),
        CheckConstraint("takes_back OR kind <> 'refund' OR method IS NOT NULL", name="refund"),
        CheckConstraint("method <> 'deposit'", name="method"),
        Index("uq_deposit_request_live", "deposit_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        Index("ix_deposit_request_deposit_id", "deposit_id"),
        Index("ix_deposit_request_waiting", "estate_id", sqlite_where=LIVE, postgresql_where=LIVE),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    deposit_id: Mapped[int] = mapped_column(ForeignKey("deposit.id"))
    kind: Mapped[MovementKind]
    takes_back: Mapped[bool] = mapped_column(default=False)
    amount: Mapped[Money]
    key: Mapped[str] = mapped_column(unique=True)
    method: Mapped[Method | None]  # how a refund goes back
    reference: Mapped[str] = mapped_column(default="")  # the account it goes to
    payee: Mapped[str] = mapped_column(default="")
    payee_reason: Mapped[str] = mapped_column(default="")  # where it is not who paid
    alone: Mapped[bool] = mapped_column(default=False)
    state: Mapped[RequestState] = mapped_column(default=RequestState.requested)
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    requested_at: Mapped[Moment]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Moment | None]
    decision: Mapped[str] = mapped_column(default="")

    deposit: Mapped[Deposit] = relationship(lazy="raise")
    requested_by: Mapped[User] = relationship(lazy="raise", foreign_keys=requested_by_id)
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=decided_by_id)
    lines: Mapped[list[DepositLine]] = relationship(lazy="raise", order_by="DepositLine.id", viewonly=True)

    @property
    def paid_out(self) -> bool:
        """Whether the cashier hands money over for it."""
        return self.kind in PAID_OUT and not self.takes_back


class DepositLine(Base):
    """So much for one reason, by a clause of the agreement; a deduction's line may pay a bill.

    `reverses_id` is the line of an earlier act that it takes back.
    """

    __tablename__ = "deposit_line"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_deposit_line_request_id", "request_id"),
        Index("ix_deposit_line_bill_id", "bill_id"),
        Index("ix_deposit_line_reverses_id", "reverses_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("deposit_request.id"))
    amount: Mapped[Money]
    reason: Mapped[str]
    clause: Mapped[str] = mapped_column(default="")
    bill_id: Mapped[int | None] = mapped_column(ForeignKey("bill.id"))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("deposit_line.id"))

    bill: Mapped[Bill | None] = relationship(lazy="raise")
    photos: Mapped[list[DepositPhoto]] = relationship(lazy="raise", order_by="DepositPhoto.id", viewonly=True)

    @property
    def back(self) -> Decimal:
        return -self.amount


append_only(DepositLine)


class DepositPhoto(Base):
    """What a line is proved by."""

    __tablename__ = "deposit_photo"
    __table_args__ = (UniqueConstraint("line_id", "upload_id"), Index("ix_deposit_photo_upload_id", "upload_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("deposit_line.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))

    upload: Mapped[Upload] = relationship(lazy="raise")


append_only(DepositPhoto)
