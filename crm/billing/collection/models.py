"""Mandates, batches sent to the bank, and what the bank said of each line."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned, append_only
from crm.money import Money
from crm.properties.models import Estate
from crm.tenants.models import Customer
from crm.workflow import Step, Workflow

LIVE = text("ended_on IS NULL")


class Mandate(Versioned, Base):
    """托收授权: from which account the bank may be asked. The number is sealed; lists show it masked."""

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint("ended_on IS NULL OR ended_on >= since", name="period"),
        Index("uq_mandate_live", "customer_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        UniqueConstraint("estate_id", "agreement"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    agreement: Mapped[str]  # 协议号
    bank: Mapped[str]
    holder: Mapped[str]
    account: Mapped[bytes]  # sealed, see crm.secrecy
    account_masked: Mapped[str]
    since: Mapped[date]
    ended_on: Mapped[date | None]
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]

    customer: Mapped[Customer] = relationship(lazy="raise")


class BatchState(StrEnum):
    drawn = "drawn"
    returned = "returned"
    booked = "booked"
    cancelled = "cancelled"


BATCH_TITLES = {
    BatchState.drawn: _l("With the bank"),
    BatchState.returned: _l("Answer read, to be booked"),
    BatchState.booked: _l("Booked"),
    BatchState.cancelled: _l("Cancelled"),
}
RUN = Permission.billing_run
WORKFLOW = Workflow(
    take_answer=Step(
        sources={BatchState.drawn, BatchState.returned},
        target=BatchState.returned,
        permission=RUN,
        title=_l("Read the bank's answer"),
    ),
    book=Step(sources={BatchState.returned}, target=BatchState.booked, permission=RUN, title=_l("Book the answer")),
    cancel=Step(
        sources={BatchState.drawn},
        target=BatchState.cancelled,
        permission=RUN,
        title=_l("Cancel: it never went to the bank"),
    ),
)


class CollectionBatch(Versioned, Base):
    """报盘: what the bank was asked for on a day. `faults`: rows of the answer that fit no line, and why."""

    __tablename__ = "collection_batch"
    __table_args__ = (Index("ix_collection_batch_estate_id", "estate_id", "drawn_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    drawn_on: Mapped[date]
    due_until: Mapped[date]  # what was due by that day was asked for
    state: Mapped[BatchState] = mapped_column(default=BatchState.drawn)
    lines: Mapped[int]
    total: Mapped[Money]
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    drawn_by: Mapped[str]
    drawn_at: Mapped[Moment]
    booked_by: Mapped[str | None]
    booked_at: Mapped[Moment | None]

    estate: Mapped[Estate] = relationship(lazy="raise")


class LineState(StrEnum):
    waiting = "waiting"
    paid = "paid"
    failed = "failed"


LINE_TITLES = {
    LineState.waiting: _l("No answer"),
    LineState.paid: _l("Paid"),
    LineState.failed: _l("Not paid"),
}


class CollectionLine(Base):
    """One account asked for one sum; `paid` is what the bank says it took, `payment_id` its payment."""

    __tablename__ = "collection_line"
    __table_args__ = (
        UniqueConstraint("batch_id", "serial"),
        UniqueConstraint("mandate_id", "batch_id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(state = 'paid') = (paid IS NOT NULL)", name="paid"),
        Index("ix_collection_line_customer_id", "customer_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("collection_batch.id"))
    serial: Mapped[int]
    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandate.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    amount: Mapped[Money]
    state: Mapped[LineState] = mapped_column(default=LineState.waiting)
    paid: Mapped[Money | None]
    reason: Mapped[str] = mapped_column(default="")
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), unique=True)

    mandate: Mapped[Mandate] = relationship(lazy="raise")
    customer: Mapped[Customer] = relationship(lazy="raise")
    batch: Mapped[CollectionBatch] = relationship(lazy="raise")


append_only(CollectionLine, but={"state", "paid", "reason", "payment_id"})
