"""Steps and exclusions of an estate, demands made in a run, and the proof that they arrived."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.permissions import Permission
from crm.billing.ledger.models import Bill
from crm.correspondence.serving.models import Delivery, proving
from crm.db import Base, Moment, Versioned, append_only
from crm.money import Money
from crm.numbering import Number
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer
from crm.workflow import Step, Workflow


class StepKind(StrEnum):
    """In the order in which a debt grows serious. The first two are talked about, the others are written."""

    reminder = "reminder"
    call = "call"
    letter = "letter"
    lawyers_letter = "lawyers_letter"
    litigation = "litigation"


STEP_KINDS = {
    StepKind.reminder: _l("Reminder"),
    StepKind.call: _l("Telephone call"),
    StepKind.letter: _l("Demand letter"),
    StepKind.lawyers_letter: _l("Lawyer's letter"),
    StepKind.litigation: _l("Litigation"),
}
WRITTEN = (StepKind.letter, StepKind.lawyers_letter)
LIVE_STEP = text("active")


class DunningStep(Versioned, Base):
    """催缴步骤: taken once the oldest line is `days` overdue and `least` is owed, `gap` days after the step before.

    `spares_matters`: not while something of ours is open with the customer. `subject` and `body` are a letter's words
    with the placeholders of `crm.billing.arrears.dunning.wording`; it asks for payment within `pay_within` days.
    """

    __tablename__ = "dunning_step"
    __table_args__ = (
        CheckConstraint("days >= 1", name="days"),
        CheckConstraint("least >= 0", name="least"),
        CheckConstraint("gap >= 0", name="gap"),
        CheckConstraint("pay_within >= 1", name="pay_within"),
        Index(
            "uq_dunning_step_position",
            "estate_id",
            "position",
            unique=True,
            sqlite_where=LIVE_STEP,
            postgresql_where=LIVE_STEP,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    position: Mapped[int]
    kind: Mapped[StepKind]
    name: Mapped[str]
    days: Mapped[int]
    least: Mapped[Money]
    gap: Mapped[int] = mapped_column(default=0)
    spares_matters: Mapped[bool] = mapped_column(default=False)
    pay_within: Mapped[int] = mapped_column(default=7)
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)

    estate: Mapped[Estate] = relationship(lazy="raise")

    @property
    def written(self) -> bool:
        return self.kind in WRITTEN


class DunningExclusion(Versioned, Base):
    """不催缴: a customer who is left out of every step, with the reason: to the end of a day, or until it is ended."""

    __tablename__ = "dunning_exclusion"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        Index("ix_dunning_exclusion_customer_id", "customer_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    reason: Mapped[str]
    until: Mapped[date | None]
    made_by: Mapped[str]
    made_at: Mapped[Moment]
    ended_by: Mapped[str | None]
    ended_at: Mapped[Moment | None]

    customer: Mapped[Customer] = relationship(lazy="raise")


class RunState(StrEnum):
    made = "made"
    rolled_back = "rolled_back"


RUN_TITLES = {RunState.made: _l("Made"), RunState.rolled_back: _l("Rolled back")}
RUN_WORKFLOW = Workflow(
    roll_back=Step(
        sources={RunState.made},
        target=RunState.rolled_back,
        permission=Permission.arrears_review,
        title=_l("Roll back"),
    ),
)


class DemandRun(Versioned, Base):
    """One making of letters from a review's decisions. Rolled back, its letters are void and count for nothing."""

    __tablename__ = "demand_run"
    __table_args__ = (
        CheckConstraint("(state = 'rolled_back') = (rolled_back_at IS NOT NULL)", name="rolled_back"),
        Index("ix_demand_run_review_id", "review_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    review_id: Mapped[int] = mapped_column(ForeignKey("arrears_review.id"))
    key: Mapped[str] = mapped_column(unique=True)  # comes with the form and holds off a second run from a double click
    state: Mapped[RunState] = mapped_column(default=RunState.made)
    day: Mapped[date]
    demands: Mapped[int]
    total: Mapped[Money]
    left_out: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # whom, and why
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    made_by: Mapped[str]
    made_at: Mapped[Moment]
    rolled_back_by: Mapped[str] = mapped_column(default="")
    rolled_back_at: Mapped[Moment | None]
    reason: Mapped[str] = mapped_column(default="")

    estate: Mapped[Estate] = relationship(lazy="raise")


class Demand(Base):
    """催缴函: one letter to one customer about all that is overdue and undisputed, with what it says frozen as data.

    A letter is about days and sums of `day`; it asks for payment until `pay_until`.
    """

    __tablename__ = "demand"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        UniqueConstraint("run_id", "customer_id"),
        Index("ix_demand_customer_id", "customer_id", "day"),
        Index("ix_demand_estate_id_day", "estate_id", "day"),
        Index("ix_demand_line_id", "line_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("demand_run.id"))
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("arrears_line.id"))
    step_id: Mapped[int] = mapped_column(ForeignKey("dunning_step.id"))
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"), unique=True)
    day: Mapped[date]
    pay_until: Mapped[date]
    amount: Mapped[Money]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    voided: Mapped[bool] = mapped_column(default=False)

    run: Mapped[DemandRun] = relationship(lazy="raise")
    estate: Mapped[Estate] = relationship(lazy="raise")
    customer: Mapped[Customer] = relationship(lazy="raise")
    unit: Mapped[Unit | None] = relationship(lazy="raise")
    step: Mapped[DunningStep] = relationship(lazy="raise")
    number: Mapped[Number] = relationship(lazy="raise")
    lines: Mapped[list[DemandLine]] = relationship(lazy="raise", order_by="DemandLine.id", viewonly=True)


append_only(Demand, but={"voided"})


class DemandLine(Base):
    """A bill the letter names, with what was open of it that day."""

    __tablename__ = "demand_line"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"), Index("ix_demand_line_bill_id", "bill_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id"), index=True)
    bill_id: Mapped[int] = mapped_column(ForeignKey("bill.id"))
    amount: Mapped[Money]

    bill: Mapped[Bill] = relationship(lazy="raise")


append_only(DemandLine)


class DemandDelivery(Delivery, Base):
    """送达凭证 of a demand."""

    __tablename__ = "demand_delivery"
    __table_args__ = (*proving(), Index("ix_demand_delivery_demand_id", "demand_id"))
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id"))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("demand_delivery.id"), unique=True)

    demand: Mapped[Demand] = relationship(lazy="raise")


append_only(DemandDelivery)


class DemandPrint(Base):
    """Each time a letter goes to the printer; the first needs no reason, each later one says why on the paper."""

    __tablename__ = "demand_print"
    __table_args__ = (Index("ix_demand_print_demand_id", "demand_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id"))
    reason: Mapped[str] = mapped_column(default="")
    printed_by: Mapped[str]
    printed_at: Mapped[Moment]


append_only(DemandPrint)
