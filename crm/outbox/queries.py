"""Mails, and what stands in the way of sending them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from crm.db import session
from crm.files.models import Upload
from crm.outbox.models import Mail, MailUpload


def get_mail(mail_id: int, *, lock: bool = False) -> Mail:
    """As it stands in the database now; with `lock` until the end of the unit of work. 404 when there is none."""
    found = select(Mail).where(Mail.id == mail_id).execution_options(populate_existing=True)
    return session().scalars(found.with_for_update() if lock else found).one_or_none() or abort(404)


def mails_of(ids: Sequence[int]) -> Sequence[Mail]:
    return session().scalars(select(Mail).where(Mail.id.in_(ids)).order_by(Mail.id)).all()


def uploads_of(mail_id: int) -> Sequence[Upload]:
    attached = select(Upload).join(MailUpload, MailUpload.upload_id == Upload.id).where(MailUpload.mail_id == mail_id)
    return session().scalars(attached.options(joinedload(Upload.stored)).order_by(MailUpload.position)).all()


def mails() -> Select[*tuple[Any, ...]]:
    """Without the texts: they may hold what only the reader should see."""
    return select(
        Mail.id,
        Mail.recipient,
        Mail.subject,
        Mail.state,
        Mail.attempts,
        Mail.posted_at,
        Mail.next_try_at,
        Mail.sent_at,
        Mail.error,
    )
