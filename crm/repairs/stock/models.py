"""Materials, and every movement of them. What is there is a sum over movements, never a figure somebody typed."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import User
from crm.db import Base, Moment, Versioned, append_only
from crm.money import Money, Quantity


class MovementKind(StrEnum):
    received = "received"
    to_van = "to_van"
    to_store = "to_store"
    used = "used"
    given_back = "given_back"
    counted = "counted"


MOVEMENT_TITLES = {
    MovementKind.received: _l("Bought in"),
    MovementKind.to_van: _l("Taken into a van"),
    MovementKind.to_store: _l("Brought back to the store"),
    MovementKind.used: _l("Used on a job"),
    MovementKind.given_back: _l("Not used after all"),
    MovementKind.counted: _l("Put right by a count"),
}


class StockItem(Versioned, Base):
    """`price`: what a customer pays for one. `least`: below it the store asks for more."""

    __tablename__ = "stock_item"
    __table_args__ = (CheckConstraint("price >= 0", name="price"), CheckConstraint("least >= 0", name="least"))
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    measure: Mapped[str]  # 个, 米, 套
    price: Mapped[Money]
    least: Mapped[Quantity] = mapped_column(default=Decimal(0))
    active: Mapped[bool] = mapped_column(default=True)


class StockMovement(Base):
    """`quantity` positive: more in that place. The store is the place with no `van_of`. A move between two is two rows
    that share a `pair`; so do what a job used and what came back of it. `key`: of the form; sent twice, it is one."""

    __tablename__ = "stock_movement"
    __table_args__ = (
        CheckConstraint("quantity <> 0", name="quantity"),
        UniqueConstraint("key"),
        Index("ix_stock_movement_item_id", "item_id", "van_of_id", "quantity"),
        Index("ix_stock_movement_repair_order_id", "repair_order_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("stock_item.id"))
    kind: Mapped[MovementKind]
    quantity: Mapped[Quantity]
    van_of_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    repair_order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_order.id"))
    pair: Mapped[str | None]
    key: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
    moved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    moved_by: Mapped[str]
    moved_at: Mapped[Moment]

    item: Mapped[StockItem] = relationship(lazy="raise")
    van_of: Mapped[User | None] = relationship(lazy="raise", foreign_keys=van_of_id)


append_only(StockMovement)
