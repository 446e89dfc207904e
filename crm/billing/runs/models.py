"""A billing run: one for an estate, a charge item and a month, however many ask for it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.permissions import Permission
from crm.billing.charges.models import ChargeItem
from crm.db import Base, Moment, append_only
from crm.money import Money
from crm.properties.models import Estate
from crm.workflow import Step, Workflow


class RunState(StrEnum):
    draft = "draft"
    published = "published"


RUN_TITLES = {RunState.draft: _l("Draft"), RunState.published: _l("Published")}
WORKFLOW = Workflow(
    publish=Step(
        sources={RunState.draft},
        target=RunState.published,
        permission=Permission.billing_run,
        title=_l("Publish"),
    ),
    supplement=Step(sources={RunState.published}, permission=Permission.billing_run, title=_l("Bill what was skipped")),
)


class BillingRun(Base):
    """`bills` and `total` are what it published so far, proved against the bills themselves."""

    __tablename__ = "billing_run"
    __table_args__ = (
        UniqueConstraint("item_id", "period"),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published"),
        Index("ix_billing_run_estate_id_period", "estate_id", "period"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("charge_item.id"))
    period: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[RunState] = mapped_column(default=RunState.draft)
    bills: Mapped[int] = mapped_column(default=0)
    total: Mapped[Money] = mapped_column(default=Decimal(0))
    drafted_by: Mapped[str]
    drafted_at: Mapped[Moment]
    published_by: Mapped[str | None]
    published_at: Mapped[Moment | None]

    item: Mapped[ChargeItem] = relationship(lazy="raise")
    estate: Mapped[Estate] = relationship(lazy="raise")


class Publication(Base):
    """What one publishing put into the books: the first, and each later one for what had been skipped."""

    __tablename__ = "publication"
    __table_args__ = (CheckConstraint("bills > 0", name="bills"), Index("ix_publication_run_id", "run_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("billing_run.id"))
    bills: Mapped[int]
    total: Mapped[Money]
    month: Mapped[date]
    published_by: Mapped[str]
    published_at: Mapped[Moment]


append_only(Publication)
