"""A promise, and a plan of instalments with the bills it covers."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.billing.arrears.contacts.models import Contact, ContactChannel
from crm.billing.ledger.models import Bill
from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.money import Money
from crm.tenants.models import Customer
from crm.workflow import Step, Workflow


class Promise(Base):
    """承诺缴款: `amount` by `due_on`, the day included. A wrong entry is withdrawn with a reason and counts no more."""

    __tablename__ = "promise"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("made_on <= due_on", name="days"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
        Index("ix_promise_customer_id", "customer_id", "due_on"),
        Index("ix_promise_estate_id", "estate_id", "due_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("arrears_contact.id"))
    amount: Mapped[Money]
    made_on: Mapped[date]
    due_on: Mapped[date]
    channel: Mapped[ContactChannel]
    given_by: Mapped[str]
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))  # what proves it: a signed slip, a message
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_by: Mapped[str]
    recorded_at: Mapped[Moment]
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[Moment | None]
    reason: Mapped[str] = mapped_column(default="")  # of the withdrawal

    customer: Mapped[Customer] = relationship(lazy="raise")
    contact: Mapped[Contact | None] = relationship(lazy="raise")
    upload: Mapped[Upload | None] = relationship(lazy="raise")

    @property
    def code(self) -> str:
        """As it stands in the register."""
        return promise_code(self.id)


def promise_code(promise_id: int) -> str:
    return f"CN{promise_id:06d}"


append_only(Promise, but={"withdrawn_by", "withdrawn_at", "reason"})


class PromiseState(StrEnum):
    """Derived from what was paid between the day it was made and the day it falls due."""

    pending = "pending"
    kept = "kept"
    broken = "broken"
    withdrawn = "withdrawn"


PROMISE_TITLES = {
    PromiseState.pending: _l("Pending"),
    PromiseState.kept: _l("Kept"),
    PromiseState.broken: _l("Broken"),
    PromiseState.withdrawn: _l("Withdrawn"),
}


class PlanState(StrEnum):
    """What people decided; whether an agreed plan is kept, broken or paid off follows from the payments."""

    requested = "requested"
    agreed = "agreed"
    refused = "refused"
    withdrawn = "withdrawn"
    ended = "ended"


PLAN_TITLES = {
    PlanState.requested: _l("To be approved"),
    PlanState.agreed: _l("Agreed"),
    PlanState.refused: _l("Turned down"),
    PlanState.withdrawn: _l("Withdrawn"),
    PlanState.ended: _l("Ended"),
}
PLAN_WORKFLOW = Workflow(
    approve=Step(
        sources={PlanState.requested},
        target=PlanState.agreed,
        permission=Permission.arrears_approve,
        title=_l("Approve"),
    ),
    refuse=Step(
        sources={PlanState.requested},
        target=PlanState.refused,
        permission=Permission.arrears_approve,
        title=_l("Refuse"),
    ),
    withdraw=Step(
        sources={PlanState.requested},
        target=PlanState.withdrawn,
        permission=Permission.arrears_review,
        title=_l("Withdraw"),
    ),
    end=Step(
        sources={PlanState.agreed},
        target=PlanState.ended,
        permission=Permission.arrears_review,
        title=_l("End the plan"),
    ),
)
PLAN_LIVE = text("state IN ('requested', 'agreed')")


class PlanStanding(StrEnum):
    """How an agreed plan stands on a day."""

    kept = "kept"
    broken = "broken"
    paid_off = "paid_off"


STANDING_TITLES = {
    PlanStanding.kept: _l("Being kept"),
    PlanStanding.broken: _l("Broken"),
    PlanStanding.paid_off: _l("Paid off"),
}


class InstalmentPlan(Versioned, Base):
    """分期协议: from `agreed_on` what is covered is paid in instalments. Two people: one asks, another approves.

    One customer has one plan under way in an estate. `ended_on`: the first day on which it holds no more.
    """

    __tablename__ = "instalment_plan"
    __table_args__ = (
        CheckConstraint("total > 0", name="total"),
        CheckConstraint("decided_by_id <> requested_by_id", name="four_eyes"),
        CheckConstraint("state NOT IN ('agreed', 'refused', 'ended') OR decided_by_id IS NOT NULL", name="decided"),
        CheckConstraint("(state = 'ended') = (ended_on IS NOT NULL)", name="ended"),
        Index(
            "uq_instalment_plan_live",
            "estate_id",
            "customer_id",
            unique=True,
            sqlite_where=PLAN_LIVE,
            postgresql_where=PLAN_LIVE,
        ),
        Index("ix_instalment_plan_customer_id", "customer_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[PlanState] = mapped_column(default=PlanState.requested)
    total: Mapped[Money]
    agreed_on: Mapped[date]
    reason: Mapped[str]
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))  # the signed agreement
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    requested_at: Mapped[Moment]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Moment | None]
    decision: Mapped[str] = mapped_column(default="")
    ended_on: Mapped[date | None]
    ended_by: Mapped[str] = mapped_column(default="")

    customer: Mapped[Customer] = relationship(lazy="raise")
    requested_by: Mapped[User] = relationship(lazy="raise", foreign_keys=requested_by_id)
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=decided_by_id)
    upload: Mapped[Upload | None] = relationship(lazy="raise")
    instalments: Mapped[list[Instalment]] = relationship(lazy="raise", order_by="Instalment.position", viewonly=True)
    bills: Mapped[list[PlanBill]] = relationship(lazy="raise", order_by="PlanBill.bill_id", viewonly=True)

    @property
    def code(self) -> str:
        """As it stands on the agreement."""
        return plan_code(self.id)


def plan_code(plan_id: int) -> str:
    return f"FQ{plan_id:06d}"


class Instalment(Base):
    """So much, paid on `due_on` at the latest."""

    __tablename__ = "instalment"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"), UniqueConstraint("plan_id", "position"))
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("instalment_plan.id"))
    position: Mapped[int]
    due_on: Mapped[date]
    amount: Mapped[Money]


append_only(Instalment)


class PlanBill(Base):
    """A bill the plan covers, with what was open of it when it was asked for."""

    __tablename__ = "plan_bill"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        UniqueConstraint("plan_id", "bill_id"),
        Index("ix_plan_bill_bill_id", "bill_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("instalment_plan.id"))
    bill_id: Mapped[int] = mapped_column(ForeignKey("bill.id"))
    amount: Mapped[Money]

    bill: Mapped[Bill] = relationship(lazy="raise")


append_only(PlanBill)
