"""What the customer hears: the first answer, a word in between, the reply."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _

from crm.audit.log import record
from crm.complaints.cases.events import ComplaintReplyWritten
from crm.complaints.cases.figures import CALLBACK_DAYS
from crm.complaints.cases.models import Complaint
from crm.complaints.cases.replying import FORM_NUMBER, letter_to_answer, reply_body, subject_of, whom_to_write
from crm.complaints.cases.service.steps import NOTHING_SAID, NOW, STEPS, Said, tell
from crm.correspondence.letters.models import Letter
from crm.correspondence.letters.service import answered_by, send_letter
from crm.dates import business_day
from crm.errors import DomainError


def acknowledge(case: Complaint, said: Said = NOTHING_SAID) -> None:
    """The first answer (P-20); the note says what was said."""
    if not said.note.strip():
        raise DomainError(_("Write what was said."))
    STEPS.take(case, "acknowledge", said, acknowledged_at=NOW)
    tell(case, "acknowledge", said)


def contact(case: Complaint, said: Said) -> None:
    """A word in between; it answers for no promise."""
    if not said.note.strip():
        raise DomainError(_("Write what was said."))
    STEPS.take(case, "contact", said)
    tell(case, "contact", said)


def reply(case: Complaint, text: str, said: Said = NOTHING_SAID, *, as_letter: bool = False) -> None:
    """The result as it is told to the customer, `as_letter` too; where somebody can be asked, the call-back is due."""
    if not text.strip():
        raise DomainError(_("Write what the customer is told."))
    day = business_day()
    due = day + timedelta(days=CALLBACK_DAYS.on(day)) if case.wants_callback else None
    STEPS.hold_unchanged(case)
    STEPS.expect(case, "reply")
    letter = _written(case, text) if as_letter else None
    told = Said(note=text, key=said.key)
    anew = {"callback_due_on": due, "satisfied": None, "reply_letter_id": letter.id if letter else None}
    STEPS.take(case, "reply", told, reply=text, replied_at=NOW, **anew)
    tell(case, "reply", told)
    if letter:
        told_of = {"complaint_id": case.id, "letter_id": letter.id}
        record(ComplaintReplyWritten(number=case.number, letter=letter.number, **told_of))


def _written(case: Complaint, text: str) -> Letter:
    """With it the letter that the caller wrote is answered. Raises `DomainError` where nobody can be written to."""
    caller = whom_to_write(case)
    if caller is None:
        raise DomainError(_("Nobody who complained gave a name to write to."))
    theirs = letter_to_answer(case, caller)
    letter = send_letter(
        case.estate_id,
        "answer",
        subject_of(case, caller),
        reply_body(case, caller, text),
        customer=caller.customer,
        unit=caller.unit,
        party="" if caller.customer else caller.name,
        reply_to=theirs,
        about_kind="complaint",
        about_id=case.id,
        summary=text,
        further={"form_number": FORM_NUMBER},
    )
    if theirs:
        answered_by(theirs, letter)
    return letter
