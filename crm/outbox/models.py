"""A mail on its way, and the uploads that go with it."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, Moment


class MailState(StrEnum):
    waiting = "waiting"
    sent = "sent"
    failed = "failed"
    taken_back = "taken_back"


STATE_TITLES = {
    MailState.waiting: _l("Waiting to be sent"),
    MailState.sent: _l("Sent"),
    MailState.failed: _l("Not delivered"),
    MailState.taken_back: _l("Taken back, not sent"),
}
UNSENT = (MailState.waiting, MailState.failed)


class Mail(Base):
    """`message_id` is fixed when the mail is written: sent twice after a crash, it is one mail to the reader."""

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_mail_state_next_try_at", "state", "next_try_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str | None] = mapped_column(unique=True)  # asking twice is the same as once
    state: Mapped[MailState] = mapped_column(default=MailState.waiting)
    attempts: Mapped[int] = mapped_column(default=0)
    posted_at: Mapped[Moment]
    tried_since: Mapped[Moment]  # a day later it is given up
    next_try_at: Mapped[Moment]
    runner: Mapped[str] = mapped_column(default="")  # the fence: only whoever's name stands here may note a failure
    leased_until: Mapped[Moment | None]
    error: Mapped[str] = mapped_column(default="")  # the mail server's words
    sent_at: Mapped[Moment | None]


class MailUpload(Base):
    __tablename__ = "mail_upload"
    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
