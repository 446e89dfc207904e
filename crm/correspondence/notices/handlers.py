"""What the outbox reports of a notice's mail: that it left, or that it never will."""

from __future__ import annotations

from crm.correspondence.notices.service import mail_failed, mail_sent
from crm.outbox.events import MailFailed, MailSent
from crm.outbox.queries import get_mail


def sent(event: MailSent) -> None:
    mail_sent(get_mail(event.mail_id))


def failed(event: MailFailed) -> None:
    mail_failed(get_mail(event.mail_id), event.reason)
