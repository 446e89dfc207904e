"""Writing a mail, claiming what is due, noting what came of it.

A mail is claimed in one unit of work, sent outside any, and marked in another (decision 015).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import make_msgid, parseaddr

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select, update

from crm.audit.log import record
from crm.dates import utc_now
from crm.db import insert, session, unit_of_work
from crm.errors import DomainError
from crm.files.models import Upload
from crm.outbox.delivery import Letter, Outcome, Sender, Unreachable
from crm.outbox.events import MailFailed, MailPosted, MailPutBack, MailSent, MailsTakenBack
from crm.outbox.models import UNSENT, Mail, MailState, MailUpload
from crm.outbox.queries import get_mail, uploads_of

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
LEASE = timedelta(minutes=15)
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]  # the last one again and again
GIVEN_UP_AFTER = timedelta(hours=24)
AT_ONCE = 200  # mails of one run; the next run goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    mail_id: int
    runner: str
    letter: Letter


def is_address(text: str) -> bool:
    """Whether mail can be sent there: one plain address, nothing around it."""
    return len(text) <= 254 and ADDRESS.fullmatch(text) is not None


def masked(address: str) -> str:
    """limin@example.com -> l***@example.com"""
    name, _at, domain = address.partition("@")
    return f"{name[:1]}***@{domain}"


def post(to: str, subject: str, text: str, *, key: str | None = None, uploads: Sequence[Upload] = ()) -> Mail:
    """Write a mail within the caller's unit of work; it leaves when that is committed.

    The same `key` again gives the mail written first. Raises `DomainError` when `to` is not one plain address.
    """
    to = to.strip()
    if not is_address(to):
        raise DomainError(_("%(address)s is not an e-mail address. Write it as in name@example.com.", address=to))
    now = utc_now()
    written = insert(Mail).values(
        recipient=to,
        subject=" ".join(subject.split()),
        text=text,
        message_id=make_msgid(domain=_domain()),
        key=key,
        state=MailState.waiting,
        attempts=0,
        posted_at=now,
        tried_since=now,
        next_try_at=now,
        runner="",
        error="",
    )
    mail_id = session().scalar(written.on_conflict_do_nothing(index_elements=[Mail.key]).returning(Mail.id))
    if mail_id is None:
        return session().scalars(select(Mail).where(Mail.key == key)).one()
    attached = (MailUpload(mail_id=mail_id, position=place, upload_id=each.id) for place, each in enumerate(uploads))
    session().add_all(attached)
    mail = get_mail(mail_id)
    record(MailPosted(mail_id=mail.id, masked=masked(to), subject=mail.subject))
    return mail


def _domain() -> str:
    _name, address = parseaddr(current_app.config["SETTINGS"].mail_from)
    return address.rpartition("@")[2] or "localhost"


def send_due() -> int:
    """Send what is due; how many went. Does nothing while no mail server is set. Opens its own units of work.

    Several at once never have the same mail in hand. An unreachable server ends the run.
    """
    settings = current_app.config["SETTINGS"]
    if settings.smtp is None:
        return 0
    sender, sent = Sender(settings.smtp, settings.mail_from), 0
    for _turn in range(AT_ONCE):
        claim = _claim()
        if claim is None:
            break
        try:
            with unit_of_work(writes=False):  # a file that is not there is asked after
                outcome = sender.send(claim.letter)
        except Unreachable as fault:
            _mark(claim, Outcome(fault=str(fault)))
            break
        _mark(claim, outcome)
        sent += outcome.sent
    return sent


def _claim() -> Claim | None:
    """Take the mail that has waited longest; if we die, the next one gets it when the lease is over."""
    now, runner = utc_now(), secrets.token_hex(8)
    with unit_of_work() as db:
        due = select(Mail.id).where(*_due(now)).order_by(Mail.next_try_at, Mail.id).limit(1)
        chosen = due.with_for_update(skip_locked=True).scalar_subquery()  # SQLite has one writer and needs no lock
        lease = {"runner": runner, "leased_until": now + LEASE, "attempts": Mail.attempts + 1}
        taken = update(Mail).where(Mail.id == chosen, *_due(now)).values(**lease).returning(Mail.id)
        mail_id = db.scalar(taken.execution_options(synchronize_session=False))
        return _claimed(get_mail(mail_id), now) if mail_id else None


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    free = or_(Mail.leased_until.is_(None), Mail.leased_until < now)
    return Mail.state == MailState.waiting, Mail.next_try_at <= now, free


def _claimed(mail: Mail, now: datetime) -> Claim:
    if mail.attempts == 1:
        mail.tried_since = now  # it may have waited for a server to be set
    letter = Letter(
        to=mail.recipient,
        subject=mail.subject,
        text=mail.text,
        message_id=mail.message_id,
        posted_at=mail.posted_at,
        uploads=uploads_of(mail.id),
    )
    return Claim(mail_id=mail.id, runner=mail.runner, letter=letter)


def _mark(claim: Claim, outcome: Outcome) -> None:
    with unit_of_work():
        mail = get_mail(claim.mail_id, lock=True)
        if not _counts(mail, claim, outcome):
            return
        mail.runner, mail.leased_until = "", None
        if outcome.sent:
            mail.state, mail.sent_at, mail.error = MailState.sent, utc_now(), ""
            record(MailSent(mail_id=mail.id, masked=masked(mail.recipient), attempts=mail.attempts))
        else:
            _note_failure(mail, outcome)


def _counts(mail: Mail, claim: Claim, outcome: Outcome) -> bool:
    """What went out is sent, whoever holds it now or took it back; a failure counts only for whoever still holds it."""
    if outcome.sent:
        return mail.state in (MailState.waiting, MailState.taken_back)
    return mail.state is MailState.waiting and mail.runner == claim.runner


def _note_failure(mail: Mail, outcome: Outcome) -> None:
    now = utc_now()
    mail.error = outcome.fault
    mail.next_try_at = now + PAUSES[min(mail.attempts, len(PAUSES)) - 1]
    if outcome.final or mail.next_try_at > mail.tried_since + GIVEN_UP_AFTER:
        mail.state = MailState.failed
        record(
            MailFailed(
                mail_id=mail.id, masked=masked(mail.recipient), attempts=mail.attempts, reason=outcome.fault[:200]
            )
        )


def put_back_hindrance(mail: Mail) -> str:
    if mail.state is MailState.taken_back:
        return _("It was taken back: what it says holds no more, or another mail went in its place.")
    return "" if mail.state is MailState.failed else _("It was sent, or still will be.")


def put_back(mail: Mail) -> None:
    """Try a mail that was given up for another day. Raises `DomainError` when it was not."""
    mail = get_mail(mail.id, lock=True)
    if reason := put_back_hindrance(mail):
        raise DomainError(reason)
    mail.state, mail.attempts = MailState.waiting, 0
    mail.tried_since = mail.next_try_at = utc_now()
    record(MailPutBack(mail_id=mail.id, masked=masked(mail.recipient)))


def hold_waiting(ids: Collection[int]) -> None:
    """Nobody sends them or notes what came of them until the unit of work ends.

    Whoever means to take mails back and holds what they tell of does this first: the outbox holds the mail first too.
    """
    waiting = select(Mail.id).where(Mail.id.in_(ids), Mail.state == MailState.waiting).order_by(Mail.id)
    session().scalars(waiting.with_for_update()).all()


def take_back(ids: Collection[int]) -> None:
    """Those that did not leave yet never will. One that is with the mail server at this moment may be through."""
    unsent = select(Mail.id).where(Mail.id.in_(ids), Mail.state.in_(UNSENT)).order_by(Mail.id).with_for_update()
    if taken := session().scalars(unsent).all():
        told = {"state": MailState.taken_back, "runner": "", "leased_until": None}
        session().execute(update(Mail).where(Mail.id.in_(taken)).values(**told))
        record(MailsTakenBack(mail_ids=list(taken)))


def hindrance() -> str:
    """Why no mail leaves this installation, or ""."""
    if current_app.config["SETTINGS"].smtp is None:
        return _("No mail server is set, so mails wait here. Set CRM_SMTP_URL and CRM_MAIL_FROM and start again.")
    return ""
