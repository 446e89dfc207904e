"""What becomes of a letter here: passed on, answered by one of ours, noted, sent, void."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _

from crm.auth.actor import actor
from crm.auth.models import User
from crm.correspondence.letters.content import Written
from crm.correspondence.letters.models import ADDRESS, Direction, Letter
from crm.correspondence.letters.service.registering import compose
from crm.correspondence.letters.service.steps import NOTHING_SAID, NOW, STEPS, Said, tell
from crm.db import session
from crm.errors import DomainError
from crm.notifications.service import notify


def pass_on(
    letter: Letter,
    handler_id: int | None,
    department_id: int | None,
    reply_due_on: date | None,
    said: Said = NOTHING_SAID,
) -> None:
    """To a person, a department, or both. The first time counts; whoever has it by then is told of a new day anew.
    A new person is told at once."""
    if handler_id is None and department_id is None:
        raise DomainError(_("Choose who is to deal with it: a person or a department."))
    changes = {"handler_id": handler_id, "department_id": department_id, "reply_due_on": reply_due_on}
    first = {} if letter.passed_on_at else {"passed_on_at": NOW}
    same_person = handler_id == letter.handler_id
    anew = {} if same_person and reply_due_on == letter.reply_due_on else {"warned_on": None}
    STEPS.take(letter, "pass_on", said, **changes, **first, **anew)
    tell(letter, "pass_on", said)
    if not same_person:
        _ring(letter)


def _ring(letter: Letter) -> None:
    """Whoever passes it on to oneself knows it."""
    if letter.handler_id is None or letter.handler_id == actor().user_id:
        return
    handler = session().get_one(User, letter.handler_id)
    with force_locale(handler.locale):
        told = {"who": actor().name, "number": letter.number, "subject": letter.subject}
        text = _("%(who)s has passed %(number)s on to you: %(subject)s", **told)
    notify(handler.id, text, ADDRESS.format(letter.id), icon="mail")


def answer(letter: Letter, written: Written, said: Said = NOTHING_SAID) -> Letter:
    """With a letter of ours; what came in is answered the moment that one has its number."""
    STEPS.hold_unchanged(letter)
    STEPS.expect(letter, "answer")
    key = f"{said.key}-reply" if said.key else None
    reply = compose(letter.estate_id, replace(written, reply_to=letter), key=key)
    answered_by(letter, reply, said)
    return reply


def answered_by(letter: Letter, reply: Letter, said: Said = NOTHING_SAID) -> None:
    """`reply` is written already, as one to `letter`."""
    STEPS.take(letter, "answer", replace(said, note=reply.number), answered_at=NOW)
    tell(letter, "answer", replace(said, note=reply.number))


def note(letter: Letter, said: Said = NOTHING_SAID) -> None:
    """No answer is wanted."""
    STEPS.take(letter, "note", said, answered_at=NOW)
    tell(letter, "note", said)


def send(letter: Letter, said: Said = NOTHING_SAID) -> None:
    """It is on its way; what comes of it is noted as its entries."""
    STEPS.take(letter, "send", said, sent_at=NOW)
    tell(letter, "send", said)


def void(letter: Letter, said: Said) -> None:
    """Its number stays in the register. What it answered waits for an answer again."""
    STEPS.take(letter, "void", said)
    tell(letter, "void", said)
    if letter.direction is Direction.incoming or letter.reply_to_id is None:
        return
    answered = session().get_one(Letter, letter.reply_to_id)
    if not STEPS.impossible(answered, "reopen"):
        STEPS.take(answered, "reopen", Said(reason=said.reason, note=letter.number), answered_at=None)
        tell(answered, "reopen", Said(reason=said.reason, note=letter.number))
