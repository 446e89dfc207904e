"""What hangs on a repair order, each written once: its steps, photos, materials and labour, quotes, return visits."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment, append_only
from crm.files.models import Upload
from crm.money import Money, Quantity
from crm.repairs.orders.models.order import OrderState, RepairOrder
from crm.steps.models import StepRow

ENDS = text("action IN ('cancel', 'duplicate')")


class RepairStep(StepRow, Base):
    """One step of the workflow as it was taken: all clocks are reckoned from these.

    `reason`: of a pause (`worktime.PauseReason`), else in words; `until`: the time agreed on, or when a pause is
    expected to end. What a phone sends twice is one step.
    """

    __tablename__ = "repair_step"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_repair_step_repair_order_id", "repair_order_id", "id"),
        Index("ix_repair_step_ended", "taken_at", "repair_order_id", sqlite_where=ENDS, postgresql_where=ENDS),
    )
    repair_order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"))
    from_state: Mapped[OrderState | None]
    to_state: Mapped[OrderState]
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # who has it after the step


append_only(RepairStep)


class PhotoStage(StrEnum):
    fault = "fault"
    before = "before"
    after = "after"
    signature = "signature"


STAGE_TITLES = {
    PhotoStage.fault: _l("As reported"),
    PhotoStage.before: _l("Before the work"),
    PhotoStage.after: _l("After the work"),
    PhotoStage.signature: _l("Customer's signature"),
}


class RepairPhoto(Base):
    """`key`: of the picture on the phone that took it; sent twice, it is there once."""

    __tablename__ = "repair_photo"
    __table_args__ = (UniqueConstraint("key"), Index("ix_repair_photo_repair_order_id", "repair_order_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    repair_order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    stage: Mapped[PhotoStage]
    key: Mapped[str | None]
    taken_by: Mapped[str]
    taken_at: Mapped[Moment]

    order: Mapped[RepairOrder] = relationship(lazy="raise")
    upload: Mapped[Upload] = relationship(lazy="raise")


append_only(RepairPhoto)


class LineKind(StrEnum):
    material = "material"
    labour = "labour"


LINE_TITLES = {LineKind.material: _l("Material"), LineKind.labour: _l("Labour")}


class RepairLine(Base):
    """Material or labour of a job; `amount` is quantity × price, to the fen. A wrong one is taken back by one more row.

    `takes_back`: the line this one undoes, with the same figures below nought.
    """

    __tablename__ = "repair_line"
    __table_args__ = (
        CheckConstraint("quantity <> 0", name="quantity"),
        CheckConstraint("(takes_back_id IS NULL) = (quantity > 0)", name="takes_back"),
        UniqueConstraint("takes_back_id"),
        UniqueConstraint("key"),
        Index("ix_repair_line_repair_order_id", "repair_order_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    repair_order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"))
    kind: Mapped[LineKind]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("stock_item.id"))
    name: Mapped[str]
    quantity: Mapped[Quantity]
    measure: Mapped[str] = mapped_column(default="")
    price: Mapped[Money]
    amount: Mapped[Money]
    takes_back_id: Mapped[int | None] = mapped_column(ForeignKey("repair_line.id"))
    key: Mapped[str | None]
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]


append_only(RepairLine)


class RepairQuote(Base):
    """报价单: what the work would cost, as the customer saw it, with `lines` as `RepairLine` has them."""

    __tablename__ = "repair_quote"
    __table_args__ = (UniqueConstraint("repair_order_id", "edition"), CheckConstraint("total >= 0", name="total"))
    id: Mapped[int] = mapped_column(primary_key=True)
    repair_order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"))
    edition: Mapped[int]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    total: Mapped[Money]
    note: Mapped[str] = mapped_column(default="")
    made_by: Mapped[str]
    made_at: Mapped[Moment]

    answer: Mapped[QuoteAnswer | None] = relationship(lazy="raise", viewonly=True, uselist=False)


append_only(RepairQuote)


class AgreedBy(StrEnum):
    signature = "signature"
    phone = "phone"
    message = "message"
    in_person = "in_person"


AGREED_TITLES = {
    AgreedBy.signature: _l("Signed on the phone"),
    AgreedBy.phone: _l("On the telephone"),
    AgreedBy.message: _l("By message"),
    AgreedBy.in_person: _l("On paper"),
}


class QuoteAnswer(Base):
    """What the customer said to the quote. `person`: who of the household; `upload`: what proves it."""

    __tablename__ = "quote_answer"
    __table_args__ = (UniqueConstraint("quote_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("repair_quote.id"))
    agreed: Mapped[bool]
    how: Mapped[AgreedBy]
    person: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    recorded_by: Mapped[str]
    recorded_at: Mapped[Moment]

    upload: Mapped[Upload | None] = relationship(lazy="raise")


append_only(QuoteAnswer)


class ReturnVisit(Base):
    """回访: an attempt to ask the customer; `satisfied` None where nobody was reached. `score`: 1 to 5."""

    __tablename__ = "return_visit"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        CheckConstraint("satisfied IS NOT NULL OR score IS NULL", name="unreached"),
        Index("ix_return_visit_repair_order_id", "repair_order_id"),
        Index("ix_return_visit_made_at", "made_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    repair_order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"))
    satisfied: Mapped[bool | None]
    score: Mapped[int | None]
    words: Mapped[str] = mapped_column(default="")
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    made_by: Mapped[str]
    made_at: Mapped[Moment]


append_only(ReturnVisit)
