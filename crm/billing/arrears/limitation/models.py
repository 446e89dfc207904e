"""What somebody was told about, so that nobody is told twice."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, Moment, append_only


class LimitationAlarm(Base):
    """A bill came within `days` of the last day on which it can be claimed; another last day is another alarm."""

    __tablename__ = "limitation_alarm"
    __table_args__ = (UniqueConstraint("bill_id", "days", "expires_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    bill_id: Mapped[int] = mapped_column(ForeignKey("bill.id"))
    days: Mapped[int]
    expires_on: Mapped[date]
    told_at: Mapped[Moment]


append_only(LimitationAlarm)
