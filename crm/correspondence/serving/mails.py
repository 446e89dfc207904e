"""The mail that takes a paper along: one at a time, under a key of the paper's."""

from __future__ import annotations

from sqlalchemy import select

from crm.db import session
from crm.outbox.models import Mail, MailState
from crm.outbox.queries import get_mail
from crm.outbox.service import take_back


def mail_called(key: str) -> Mail | None:
    return session().scalars(select(Mail).where(Mail.key == key)).one_or_none()


def still_counts(key: str) -> Mail | None:
    """The mail that was written with the key, unless it never arrived: that one hands the key on, so that the paper can
    go anew to the address that is known now. What becomes of it later is no word about the paper any more.

    The paper is held: nobody else writes a mail of it meanwhile.
    """
    mail = mail_called(key)
    if mail is None or mail.state is not MailState.failed:
        return mail
    mail = get_mail(mail.id, lock=True)
    if mail.state is not MailState.failed:  # tried again meanwhile
        return mail
    mail.key = f"{key}#{mail.id}"
    session().flush()
    take_back([mail.id])  # nobody puts it back beside the new one
    return None
