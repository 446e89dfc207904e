"""What a worker can do, and when he is there."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import User
from crm.db import Base, Moment


class WorkerTrade(Base):
    """A trade of a repair worker's; whoever has none does everything."""

    __tablename__ = "worker_trade"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    trade: Mapped[str] = mapped_column(primary_key=True)  # of crm.repairs.categories.models.TRADES


class WorkerShift(Base):
    """Every week on `weekday` (0 Monday) from `begins` up to `ends`, minutes after midnight; a night shift is two."""

    __tablename__ = "worker_shift"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("0 <= begins AND begins < ends AND ends <= 1440", name="hours"),
        Index("ix_worker_shift_user_id", "user_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    weekday: Mapped[int]
    begins: Mapped[int]
    ends: Mapped[int]


class WorkerAbsence(Base):
    """Away from `starts` up to, not including, `ends`, whatever the shifts say."""

    __tablename__ = "worker_absence"
    __table_args__ = (
        CheckConstraint("starts < ends", name="days"),
        Index("ix_worker_absence_user_id", "user_id", "ends"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    starts: Mapped[date]
    ends: Mapped[date]
    reason: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]

    user: Mapped[User] = relationship(lazy="raise")
