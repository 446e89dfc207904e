"""送达: how a letter of ours was brought and what came of it; its state follows from the entries that stand.

That a mail left is no proof that it was read: only an answer to it serves the letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from crm.audit.log import record
from crm.correspondence.letters.events import LetterBrought, LetterDeliveryTakenBack, LetterMailed, LetterServed
from crm.correspondence.letters.models import ENDED, Direction, Letter, LetterDelivery, LetterFile, LetterState
from crm.correspondence.letters.queries import ENTRIES, letter_of_mail, mail_key
from crm.correspondence.letters.service.steps import NOW, STEPS, subjects
from crm.correspondence.serving.entries import told
from crm.correspondence.serving.mails import still_counts
from crm.correspondence.serving.models import SERVED, Arrival, Channel
from crm.correspondence.serving.served import Served
from crm.dates import business_day
from crm.errors import DomainError
from crm.outbox.models import Mail
from crm.outbox.service import is_address, masked, post

S = LetterState
CHANGES: dict[str, dict[str, Any]] = {"send": {"sent_at": NOW}, "serve": {"served_at": NOW}}
CHANGES["unserve"] = CHANGES["unbring"] = {"served_at": None}
PATHS = {  # from where the letter is to where its entries say that it is
    (S.registered, S.sent): ("send",),
    (S.registered, S.served): ("serve",),
    (S.registered, S.returned): ("send", "come_back"),
    (S.sent, S.served): ("serve",),
    (S.sent, S.returned): ("come_back",),
    (S.served, S.sent): ("unserve",),
    (S.served, S.returned): ("unserve", "come_back"),
    (S.returned, S.served): ("serve",),
    (S.returned, S.sent): ("unserve",),
    (S.sent, S.registered): ("unbring",),
    (S.served, S.registered): ("unbring",),
    (S.returned, S.registered): ("unbring",),
}


def serving_hindrance(letter: Letter) -> str:
    """Why nothing can be noted about bringing this letter, or ""."""
    if letter.direction is Direction.incoming:
        return _("This letter came in: it is answered, not sent.")
    if letter.state in ENDED:
        return _("%(number)s is over.", number=letter.number)
    return ""


def note_delivery(letter: Letter, served: Served) -> LetterDelivery:
    """Raises `DomainError` for what proves nothing, or what is noted already."""
    STEPS.hold(letter)
    if refusal := serving_hindrance(letter):
        raise DomainError(refusal)
    ENTRIES.expect(letter.id, letter.dated_on, served)
    return _add(letter, served)


def _add(letter: Letter, served: Served) -> LetterDelivery:
    made, before = ENTRIES.add(letter.id, served), letter.state
    _follow(letter)
    facts = {
        "letter_delivery_id": made.id,
        "channel": made.channel,
        "arrival": made.arrival,
        "delivered_on": made.delivered_on,
        "told": told(made),
        **subjects(letter),
    }
    if letter.state is S.served and before is not S.served:
        record(LetterServed(about_kind=letter.about_kind, about_ref=letter.about_id, **facts))
    else:
        record(LetterBrought(**facts))
    return made


def _follow(letter: Letter) -> None:
    """To where the entries that stand say that it is."""
    wanted = _stands(letter, ENTRIES.live(letter.id))
    for action in PATHS.get((letter.state, wanted), ()):
        STEPS.take(letter, action, **CHANGES.get(action, {}))


def _stands(letter: Letter, entries: Sequence[LetterDelivery]) -> LetterState:
    """One that serves it stands before the others; else the last word counts. What was never sent and of which no entry
    is left has not gone out."""
    if not entries and letter.sent_at is None:
        return S.registered
    if any(entry.arrival in SERVED for entry in entries):
        return S.served
    return S.returned if entries and entries[-1].arrival is Arrival.returned else S.sent


def take_back_hindrance(delivery: LetterDelivery) -> str:
    """`letter` loaded."""
    return ENTRIES.take_back_hindrance(delivery) or serving_hindrance(delivery.letter)


def take_back(delivery: LetterDelivery, reason: str) -> LetterDelivery:
    """A row that points to the wrong one; both stay. Raises `DomainError`."""
    letter = delivery.letter
    STEPS.hold(letter)
    if refusal := serving_hindrance(letter):
        raise DomainError(refusal)
    made, before = ENTRIES.take_back(delivery, reason), letter.state
    _follow(letter)
    record(
        LetterDeliveryTakenBack(
            letter_delivery_id=delivery.id,
            about_kind=letter.about_kind,
            about_ref=letter.about_id,
            channel=delivery.channel,
            arrival=delivery.arrival,
            unserved=before is S.served and letter.state is not S.served,
            reason=made.note,
            **subjects(letter),
        )
    )
    return made


# By e-mail


def mail_hindrance(letter: Letter) -> str:
    """Why it cannot go by e-mail, or ""; its customer loaded."""
    if refusal := serving_hindrance(letter):
        return refusal
    if letter.content is None:
        return _("This letter has no words here that could be mailed.")
    if letter.customer is None or not letter.customer.email:
        return _("No e-mail address is known.")
    if not is_address(letter.customer.email):
        return _("The e-mail address is not one that mail can be sent to.")
    return ""


def post_letter(letter: Letter, paper: LetterFile) -> Mail:
    """Into the outbox with the paper attached, once however often it is asked for; anew where the mail came back.
    Raises `DomainError`."""
    STEPS.hold(letter)
    if refusal := mail_hindrance(letter):
        raise DomainError(refusal)
    key = mail_key(letter.id)
    if known := still_counts(key):
        return known
    content: Any = letter.content
    subject = f"{content['subject']}（{letter.number}）"
    text = f"{content['body']}\n\n{content['company']}\n{content['day_in_words']}"
    recipient: Any = letter.customer
    mail = post(recipient.email, subject, text, key=key, uploads=[paper.upload])
    if not STEPS.impossible(letter, "send"):
        STEPS.take(letter, "send", sent_at=NOW)
    record(
        LetterMailed(
            letter_id=letter.id,
            customer_id=letter.customer_id,
            mail_id=mail.id,
            number=letter.number,
            masked=masked(mail.recipient),
        )
    )
    return mail


def mail_came_to(mail: Mail, arrival: Arrival, note: str = "") -> None:
    """What the outbox says of a letter's mail becomes an entry of its own, once a day; of other mails nothing."""
    letter = letter_of_mail(mail)
    if letter is None:
        return
    STEPS.hold(letter)
    if serving_hindrance(letter):
        return
    if ENTRIES.same(letter.id, Channel.email, arrival, business_day()):
        _follow(letter)  # sent anew on the day it came back, and back once more
        return
    _add(letter, Served(channel=Channel.email, arrival=arrival, delivered_on=business_day(), note=note))
