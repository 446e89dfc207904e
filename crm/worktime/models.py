"""Holiday notices as they were entered. Nothing is changed: a correction is a newer notice of the same year."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment, append_only


class HolidayNotice(Base):
    """A year's calendar; of several for one year the newest holds."""

    __tablename__ = "holiday_notice"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(index=True)
    title: Mapped[str]
    entered_by: Mapped[str]  # "": it came with the product
    entered_at: Mapped[Moment]

    days: Mapped[list[NoticeDay]] = relationship(lazy="raise", order_by="NoticeDay.day")


class NoticeDay(Base):
    """A day the notice names: off, or worked though it is a weekend."""

    __tablename__ = "holiday_notice_day"
    notice_id: Mapped[int] = mapped_column(ForeignKey("holiday_notice.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    works: Mapped[bool]
    name: Mapped[str]  # of the holiday, as the notice writes it


append_only(HolidayNotice)
append_only(NoticeDay)
