"""Which estate's collectors were reminded on which day, so that several clocks ring once."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, Moment


class ArrearsReminder(Base):
    __tablename__ = "arrears_reminder"
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    told_at: Mapped[Moment]
