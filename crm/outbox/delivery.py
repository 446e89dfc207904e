"""One mail to the mail server (RFC 5321): what was sent, what may be tried again, what never will be taken."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

from crm.errors import DomainError
from crm.files import store
from crm.files.models import Upload
from crm.settings import MailServer

TIMEOUT = 60  # seconds, for each answer of the server; far below the lease
LOOPBACK = ("localhost", "127.0.0.1", "::1")
FAULTS = (smtplib.SMTPException, OSError)


class Unreachable(Exception):
    """The server does not answer or does not let us in: nothing is wrong with the mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    to: str
    subject: str
    text: str
    message_id: str
    posted_at: datetime
    uploads: Sequence[Upload]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Sent when there is no `fault`; a `final` one is the server's last word."""

    fault: str = ""
    final: bool = False

    @property
    def sent(self) -> bool:
        return not self.fault


@dataclass(frozen=True, slots=True)
class Sender:
    server: MailServer
    mail_from: str

    def send(self, letter: Letter) -> Outcome:
        """Raises `Unreachable` before anything of the mail was sent."""
        try:
            message = self._message(letter)
        except (DomainError, ValueError) as fault:  # a lost attachment, a text that no header can hold
            return Outcome(fault=str(fault), final=True)
        with closing(self._opened()) as connection:
            self._enter(connection)
            outcome = _delivered(connection, message)
            with suppress(*FAULTS):  # the mail is through; how the server says goodbye changes nothing
                connection.quit()
        return outcome

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self.mail_from
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = letter.posted_at
        message["Message-ID"] = letter.message_id
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text, cte="base64")
        for upload in letter.uploads:
            kind, _slash, subtype = upload.stored.media_type.partition("/")
            message.add_attachment(store.read(upload), maintype=kind, subtype=subtype, filename=upload.name)
        return message

    def _opened(self) -> smtplib.SMTP:
        place = self.server.host, self.server.port
        try:
            if self.server.tls:
                return smtplib.SMTP_SSL(*place, timeout=TIMEOUT, context=ssl.create_default_context())
            return smtplib.SMTP(*place, timeout=TIMEOUT)
        except FAULTS as error:
            raise self._unreachable(_words(error)) from error

    def _enter(self, connection: smtplib.SMTP) -> None:
        """Encrypt where the server offers it, then log in where an account is set."""
        encrypted = self.server.tls
        try:
            connection.ehlo_or_helo_if_needed()
            if not encrypted and connection.has_extn("starttls"):
                connection.starttls(context=ssl.create_default_context())
                encrypted = True
            if self.server.user:
                if not encrypted and self.server.host not in LOOPBACK:
                    raise self._unreachable("it offers no encryption, so the password is not sent")
                connection.login(self.server.user, self.server.password)
        except FAULTS as error:
            raise self._unreachable(_words(error)) from error

    def _unreachable(self, why: str) -> Unreachable:
        return Unreachable(f"{self.server.host}:{self.server.port}: {why}")


def _delivered(connection: smtplib.SMTP, message: EmailMessage) -> Outcome:
    try:
        connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as refusal:
        return _refused(*next(iter(refusal.recipients.values())))
    except smtplib.SMTPResponseException as refusal:
        return _refused(refusal.smtp_code, refusal.smtp_error)
    except FAULTS as error:
        return Outcome(fault=_words(error))
    return Outcome()


def _refused(code: int, words: bytes | str) -> Outcome:
    """4xx: not now; 5xx: never (RFC 5321, 4.2.1)."""
    return Outcome(fault=f"{code} {_text(words)}", final=code >= 500)


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error) or type(error).__name__


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words
