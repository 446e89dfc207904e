"""A debt asked to be, and then being, in a lawyer's hands."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.billing.ledger.models import Bill
from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.money import Money
from crm.tenants.models import Customer
from crm.workflow import Step, Workflow


class CaseState(StrEnum):
    requested = "requested"
    handed_over = "handed_over"
    refused = "refused"
    withdrawn = "withdrawn"
    closed = "closed"


CASE_TITLES = {
    CaseState.requested: _l("To be approved"),
    CaseState.handed_over: _l("With the lawyer"),
    CaseState.refused: _l("Turned down"),
    CaseState.withdrawn: _l("Withdrawn"),
    CaseState.closed: _l("Closed"),
}
CASE_WORKFLOW = Workflow(
    approve=Step(
        sources={CaseState.requested},
        target=CaseState.handed_over,
        permission=Permission.arrears_approve,
        title=_l("Approve: hand over to the lawyer"),
    ),
    refuse=Step(
        sources={CaseState.requested},
        target=CaseState.refused,
        permission=Permission.arrears_approve,
        title=_l("Refuse"),
    ),
    withdraw=Step(
        sources={CaseState.requested},
        target=CaseState.withdrawn,
        permission=Permission.arrears_review,
        title=_l("Withdraw"),
    ),
    close=Step(
        sources={CaseState.handed_over},
        target=CaseState.closed,
        permission=Permission.arrears_review,
        title=_l("Close the case"),
    ),
)
ADDRESS = "/arrears/cases/{}"  # of a case's page; who is told of it may be told where `url_for` has no request
CASE_LIVE = text("state IN ('requested', 'handed_over')")


class LegalCase(Versioned, Base):
    """One customer's debt in an estate: `amount` is what its bills came to when it was asked for.

    `key` comes with the form and holds off a second one from a double click. `upload_id`: the evidence pack that went
    with it.
    """

    __tablename__ = "legal_case"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("decided_by_id <> requested_by_id", name="four_eyes"),
        CheckConstraint(
            "state NOT IN ('handed_over', 'refused', 'closed') OR decided_by_id IS NOT NULL", name="decided"
        ),
        Index(
            "uq_legal_case_live",
            "estate_id",
            "customer_id",
            unique=True,
            sqlite_where=CASE_LIVE,
            postgresql_where=CASE_LIVE,
        ),
        Index("ix_legal_case_customer_id", "customer_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[CaseState] = mapped_column(default=CaseState.requested)
    amount: Mapped[Money]
    reason: Mapped[str]
    firm: Mapped[str] = mapped_column(default="")
    lawyer: Mapped[str] = mapped_column(default="")
    handed_over_on: Mapped[date | None]
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    requested_at: Mapped[Moment]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Moment | None]
    decision: Mapped[str] = mapped_column(default="")
    closed_on: Mapped[date | None]
    outcome: Mapped[str] = mapped_column(default="")

    customer: Mapped[Customer] = relationship(lazy="raise")
    requested_by: Mapped[User] = relationship(lazy="raise", foreign_keys=requested_by_id)
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=decided_by_id)
    upload: Mapped[Upload | None] = relationship(lazy="raise")
    bills: Mapped[list[CaseBill]] = relationship(lazy="raise", order_by="CaseBill.bill_id", viewonly=True)


class CaseBill(Base):
    """A bill of the case, with what was open of it when it was asked for."""

    __tablename__ = "case_bill"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        UniqueConstraint("case_id", "bill_id"),
        Index("ix_case_bill_bill_id", "bill_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("legal_case.id"))
    bill_id: Mapped[int] = mapped_column(ForeignKey("bill.id"))
    amount: Mapped[Money]

    bill: Mapped[Bill] = relationship(lazy="raise")


append_only(CaseBill)
