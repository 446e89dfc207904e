"""What the outbox reports of a letter's mail: that it left, or that it never will."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.correspondence.letters.service import mail_came_to
from crm.correspondence.serving.models import Arrival
from crm.outbox.events import MailFailed, MailSent
from crm.outbox.queries import get_mail


def sent(event: MailSent) -> None:
    mail_came_to(get_mail(event.mail_id), Arrival.on_its_way)


def failed(event: MailFailed) -> None:
    mail_came_to(get_mail(event.mail_id), Arrival.returned, _("The mail server says: %(words)s", words=event.reason))
