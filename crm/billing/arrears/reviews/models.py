"""A month's review and its lines: what stood that day is fixed, what was decided is entered until it is signed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.permissions import Permission
from crm.billing.arrears.dunning.models import DunningStep
from crm.db import Base, Moment, Versioned, append_only
from crm.money import Money
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer
from crm.workflow import Step, Workflow


class ReviewState(StrEnum):
    open = "open"
    signed = "signed"


REVIEW_TITLES = {ReviewState.open: _l("Under review"), ReviewState.signed: _l("Signed")}
REVIEW_WORKFLOW = Workflow(
    decide=Step(sources={ReviewState.open}, permission=Permission.arrears_review, title=_l("Decide")),
    write_minutes=Step(sources={ReviewState.open}, permission=Permission.arrears_review, title=_l("Write the minutes")),
    sign=Step(
        sources={ReviewState.open},
        target=ReviewState.signed,
        permission=Permission.arrears_approve,
        title=_l("Sign the review"),
    ),
)


class Review(Versioned, Base):
    """One estate's review of a month: everybody with something overdue on `day`, as the books stood then.

    `figures`: what was charged and collected, frozen when it was opened.
    """

    __tablename__ = "arrears_review"
    __table_args__ = (
        UniqueConstraint("estate_id", "month"),
        CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed"),
        CheckConstraint("accounts >= 0 AND overdue >= 0", name="sums"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    month: Mapped[date]
    day: Mapped[date]
    state: Mapped[ReviewState] = mapped_column(default=ReviewState.open)
    accounts: Mapped[int]
    overdue: Mapped[Money]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    minutes: Mapped[str] = mapped_column(default="")
    opened_by: Mapped[str]
    opened_at: Mapped[Moment]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    signed_by: Mapped[str] = mapped_column(default="")
    signed_at: Mapped[Moment | None]

    estate: Mapped[Estate] = relationship(lazy="raise")


class Advice(StrEnum):
    """What is to be done next with an account."""

    step = "step"
    contact = "contact"
    hold = "hold"
    nothing = "nothing"


ADVICE_TITLES = {
    Advice.step: _l("Next step"),
    Advice.contact: _l("Contact the customer"),
    Advice.hold: _l("Hold"),
    Advice.nothing: _l("Nothing for now"),
}


class Why(StrEnum):
    """The reason of an advice; in words by `crm.billing.arrears.reviews.advice`."""

    step_due = "step_due"
    contact_due = "contact_due"
    disputed = "disputed"
    credit = "credit"
    at_lawyer = "at_lawyer"
    excluded = "excluded"
    plan = "plan"
    promise = "promise"
    held = "held"
    recent = "recent"


class Decision(StrEnum):
    step = "step"
    contact = "contact"
    hold = "hold"
    write_off = "write_off"
    lawyer = "lawyer"
    nothing = "nothing"


DECISION_TITLES = {
    Decision.step: _l("Next step"),
    Decision.contact: _l("Contact the customer"),
    Decision.hold: _l("Hold"),
    Decision.write_off: _l("Ask for a write-off"),
    Decision.lawyer: _l("To the lawyer"),
    Decision.nothing: _l("Nothing this month"),
}
UNDECIDED = text("decision IS NULL")
DECIDED = frozenset(
    {"decision", "decided_step_id", "hold_until", "remark", "decided_by_id", "decided_by", "decided_at"}
)


class ArrearsLine(Base):
    """One customer's file with something overdue. Sums are yuan open that day: `owed` also of what is not due yet, the
    ages by due day (`crm.billing.ages`) add up to `overdue`, `disputed` is part of it.

    Whoever takes an advice need not write why: it says so itself. One that was decided as advised when the review was
    signed names nobody.

    `oldest_due`: of what is overdue and not disputed. `unit_id`: of the oldest overdue bill. `level`: the position of
    the last step taken since then, 0 for none.
    """

    __tablename__ = "arrears_line"
    __table_args__ = (
        UniqueConstraint("review_id", "customer_id"),
        CheckConstraint(
            "overdue = to_30 + to_90 + to_180 + to_365 + over_a_year + over_two_years AND overdue > 0", name="ages"
        ),
        CheckConstraint("disputed BETWEEN 0 AND overdue", name="disputed"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("decision <> 'step' OR decided_step_id IS NOT NULL", name="step"),
        CheckConstraint(
            "decision <> 'hold' OR (hold_until IS NOT NULL AND (remark <> '' OR advice = 'hold'))", name="hold"
        ),
        Index("ix_arrears_line_customer_id", "customer_id"),
        Index("ix_arrears_line_overdue", "review_id", "overdue", "id"),
        Index(
            "ix_arrears_line_undecided",
            "review_id",
            "overdue",
            "id",
            sqlite_where=UNDECIDED,
            postgresql_where=UNDECIDED,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("arrears_review.id"))
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    owed: Mapped[Money]
    overdue: Mapped[Money]
    to_30: Mapped[Money]
    to_90: Mapped[Money]
    to_180: Mapped[Money]
    to_365: Mapped[Money]
    over_a_year: Mapped[Money]
    over_two_years: Mapped[Money]
    disputed: Mapped[Money]
    credit: Mapped[Money]
    deposits: Mapped[Money]
    bills: Mapped[int]
    oldest_due: Mapped[date | None]
    matters: Mapped[int]
    last_contact_on: Mapped[date | None]
    promise_id: Mapped[int | None] = mapped_column(ForeignKey("promise.id"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("instalment_plan.id"))
    level: Mapped[int]
    last_step_on: Mapped[date | None]
    advice: Mapped[Advice]
    why: Mapped[Why]
    step_id: Mapped[int | None] = mapped_column(ForeignKey("dunning_step.id"))
    advised_until: Mapped[date | None]  # of a hold
    decision: Mapped[Decision | None]
    decided_step_id: Mapped[int | None] = mapped_column(ForeignKey("dunning_step.id"))
    hold_until: Mapped[date | None]
    remark: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[Moment | None]

    review: Mapped[Review] = relationship(lazy="raise")
    customer: Mapped[Customer] = relationship(lazy="raise")
    unit: Mapped[Unit | None] = relationship(lazy="raise")
    step: Mapped[DunningStep | None] = relationship(lazy="raise", foreign_keys=step_id)
    decided_step: Mapped[DunningStep | None] = relationship(lazy="raise", foreign_keys=decided_step_id)

    @property
    def version(self) -> int:
        """Of what was decided: the moment in microseconds, 0 before; `append_only` rows have no counter."""
        return int(self.decided_at.timestamp() * 1_000_000) if self.decided_at else 0

    @property
    def collectable(self) -> Decimal:
        """Yuan overdue that nobody disputes."""
        return self.overdue - self.disputed


append_only(ArrearsLine, but=DECIDED)
