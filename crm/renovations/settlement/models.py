"""结算: what of a renovation's deposit is kept, line by line, what goes back, and what the customer said to it."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.permissions import Permission
from crm.billing.deposits.models import Deposit, DepositRequest
from crm.billing.ledger.models import Bill
from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.money import Money
from crm.renovations.cases.models import Renovation
from crm.steps.models import StepRow
from crm.violations.cases.models import Violation
from crm.workflow import Step, TitledWorkflow


class SettlementState(StrEnum):
    proposed = "proposed"
    objected = "objected"
    agreed = "agreed"
    deducting = "deducting"
    deducted = "deducted"
    refund_asked = "refund_asked"
    paid = "paid"
    dropped = "dropped"
    undone = "undone"


S, P = SettlementState, Permission
STATE_TITLES = {
    S.proposed: _l("To be signed by the customer"),
    S.objected: _l("The customer objects, to be answered"),
    S.agreed: _l("Signed, to be carried out"),
    S.deducting: _l("Deduction to be approved"),
    S.deducted: _l("Deducted, the rest to go back"),
    S.refund_asked: _l("Refund asked for"),
    S.paid: _l("Settled"),
    S.dropped: _l("Dropped"),
    S.undone: _l("Taken back"),
}
STATE_TONES = {
    S.proposed: "purple",
    S.objected: "red",
    S.agreed: "orange",
    S.deducting: "orange",
    S.deducted: "blue",
    S.refund_asked: "blue",
    S.paid: "green",
    S.dropped: "grey",
    S.undone: "grey",
}
GONE = (S.dropped, S.undone)
UNDER_WAY = (S.proposed, S.objected, S.agreed, S.deducting, S.deducted, S.refund_asked)
MONEY_WAITS = (S.deducting, S.refund_asked)  # somebody is asked for money; who decides says what follows
STANDS = text("state NOT IN ('dropped', 'undone')")


class RenovationSettlement(Versioned, Base):
    """结算单. Sums are yuan: `held` of the deposit when it was made, `deducted` from it now, `back` to who paid it,
    `billed` as a bill where the damage is more than what is held.

    What it says is never changed: another is made instead. `round` counts them.
    """

    __tablename__ = "renovation_settlement"
    __table_args__ = (
        CheckConstraint("held >= 0 AND deducted >= 0 AND back >= 0 AND billed >= 0", name="sums"),
        CheckConstraint("held = deducted + back", name="whole"),
        CheckConstraint("deposit_id IS NOT NULL OR held = 0", name="deposit"),
        CheckConstraint("decided_by_id <> proposed_by_id", name="four_eyes"),
        CheckConstraint(
            "state IN ('proposed', 'objected', 'dropped', 'undone') OR signature_id IS NOT NULL OR witness <> '' "
            "OR (held = 0 AND billed = 0)",  # with nothing to settle there is nothing to sign
            name="signed",
        ),
        CheckConstraint(
            "state IN ('proposed', 'objected', 'agreed', 'dropped') OR decided_by_id IS NOT NULL", name="decided"
        ),
        CheckConstraint("refusal = '' OR witness <> ''", name="witness"),
        UniqueConstraint("renovation_id", "round"),
        UniqueConstraint("number"),
        UniqueConstraint("key"),
        Index(
            "uq_renovation_settlement_stands",
            "renovation_id",
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
        Index("ix_renovation_settlement_estate_id", "estate_id", "state"),
        Index("ix_renovation_settlement_deposit_id", "deposit_id"),
        Index("ix_renovation_settlement_bill_id", "bill_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    renovation_id: Mapped[int] = mapped_column(ForeignKey("renovation.id"))
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    round: Mapped[int]
    number: Mapped[str]  # ZX2611-0001-J1
    state: Mapped[SettlementState]
    deposit_id: Mapped[int | None] = mapped_column(ForeignKey("deposit.id"))
    held: Mapped[Money]
    deducted: Mapped[Money]
    back: Mapped[Money]
    billed: Mapped[Money]
    note: Mapped[str] = mapped_column(default="")
    signer: Mapped[str] = mapped_column(default="")
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))  # drawn, or the sheet signed in ink
    refusal: Mapped[str] = mapped_column(default="")  # why the customer did not sign
    witness: Mapped[str] = mapped_column(default="")
    signed_at: Mapped[Moment | None]
    deduction_id: Mapped[int | None] = mapped_column(ForeignKey("deposit_request.id"))
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("deposit_request.id"))
    bill_id: Mapped[int | None] = mapped_column(ForeignKey("bill.id"))  # of what is above the deposit
    key: Mapped[str | None]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_by: Mapped[str]
    proposed_at: Mapped[Moment]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[Moment | None]
    paid_at: Mapped[Moment | None]

    renovation: Mapped[Renovation] = relationship(lazy="raise")
    deposit: Mapped[Deposit | None] = relationship(lazy="raise")
    signature: Mapped[Upload | None] = relationship(lazy="raise")
    deduction: Mapped[DepositRequest | None] = relationship(lazy="raise", foreign_keys=deduction_id)
    refund: Mapped[DepositRequest | None] = relationship(lazy="raise", foreign_keys=refund_id)
    bill: Mapped[Bill | None] = relationship(lazy="raise")
    lines: Mapped[list[SettlementLine]] = relationship(lazy="raise", order_by="SettlementLine.id", viewonly=True)

    @property
    def charged(self) -> Decimal:
        """What all lines come to."""
        return sum((line.amount for line in self.lines), Decimal(0))


class SettlementStep(StepRow, Base):
    __tablename__ = "renovation_settlement_step"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_renovation_settlement_step_settlement_id", "settlement_id", "id"),
    )
    settlement_id: Mapped[int] = mapped_column(ForeignKey("renovation_settlement.id"))
    from_state: Mapped[SettlementState | None]
    to_state: Mapped[SettlementState]


append_only(SettlementStep)


class SettlementLine(Base):
    """So much for one reason. `from_deposit`: what the deposit still covers of it; the rest stays open on the bill it
    pays, or becomes one."""

    __tablename__ = "renovation_settlement_line"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("from_deposit BETWEEN 0 AND amount", name="from_deposit"),
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_renovation_settlement_line_settlement_id", "settlement_id"),
        Index("ix_renovation_settlement_line_violation_id", "violation_id"),
        Index("ix_renovation_settlement_line_bill_id", "bill_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    settlement_id: Mapped[int] = mapped_column(ForeignKey("renovation_settlement.id"))
    amount: Mapped[Money]
    from_deposit: Mapped[Money]
    reason: Mapped[str]
    clause: Mapped[str] = mapped_column(default="")
    violation_id: Mapped[int | None] = mapped_column(ForeignKey("violation.id"))
    bill_id: Mapped[int | None] = mapped_column(ForeignKey("bill.id"))

    violation: Mapped[Violation | None] = relationship(lazy="raise")
    bill: Mapped[Bill | None] = relationship(lazy="raise")
    photos: Mapped[list[SettlementPhoto]] = relationship(lazy="raise", order_by="SettlementPhoto.id", viewonly=True)

    @property
    def rest(self) -> Decimal:
        return self.amount - self.from_deposit


append_only(SettlementLine)


class SettlementPhoto(Base):
    __tablename__ = "renovation_settlement_photo"
    __table_args__ = (
        UniqueConstraint("line_id", "upload_id"),
        Index("ix_renovation_settlement_photo_upload_id", "upload_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("renovation_settlement_line.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))

    upload: Mapped[Upload] = relationship(lazy="raise")


append_only(SettlementPhoto)


def _step(sources: Any, target: SettlementState, permission: Permission, title: Any) -> Step:
    return Step(sources=frozenset(sources), target=target, permission=permission, title=title)


WORKFLOW = TitledWorkflow(
    STATE_TITLES,
    sign=_step((S.proposed,), S.agreed, P.renovation_log, _l("The customer signs")),
    object=_step((S.proposed,), S.objected, P.renovation_log, _l("The customer objects")),
    reply=_step((S.objected,), S.proposed, P.renovation_decide, _l("Answer the objection")),
    carry_out=_step((S.agreed,), S.deducting, P.renovation_decide, _l("Carry the settlement out")),
    refund=_step((S.deducted,), S.refund_asked, P.renovation_log, _l("Ask for the refund")),
    drop=_step((S.proposed, S.objected, S.agreed, S.deducted), S.dropped, P.renovation_log, _l("Drop the settlement")),
)
