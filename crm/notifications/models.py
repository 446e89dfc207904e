"""What waits under somebody's bell."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, Moment

UNREAD = text("read_at IS NULL")  # word for word the condition of the index, so that both engines recognise it


class Notification(Base):
    """`group` names what it is about: unread ones of one group are one row, counted. None stands alone."""

    __tablename__ = "notification"
    __table_args__ = (
        CheckConstraint("count >= 1", name="count"),
        Index("uq_notification_unread", "user_id", "group", unique=True, sqlite_where=UNREAD, postgresql_where=UNREAD),
        Index("ix_notification_user_id_created_at", "user_id", "created_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    text: Mapped[str]
    url: Mapped[str]  # a page of ours
    group: Mapped[str | None]
    icon: Mapped[str]
    count: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment]  # of the latest one
    rings_at: Mapped[Moment | None]  # the end of the quiet hours in which it came; None: it rings at once
    read_at: Mapped[Moment | None]
