"""What happened to a mail. The text stays in the outbox; addresses appear masked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPosted:
    mail_id: int
    masked: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSent:
    mail_id: int
    masked: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFailed:
    mail_id: int
    masked: str
    attempts: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPutBack:
    mail_id: int
    masked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailsTakenBack:
    """What they tell holds no more."""

    mail_ids: list[int]
