"""What the customer hears: the first answer, a word in between, the reply."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _

from crm.complaints.cases.figures import CALLBACK_DAYS
from crm.complaints.cases.models import Complaint
from crm.complaints.cases.service.steps import NOTHING_SAID, NOW, STEPS, Said, tell
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


def reply(case: Complaint, text: str, said: Said = NOTHING_SAID) -> None:
    """The result as it is told to the customer; where somebody can be asked, the call-back is due."""
    if not text.strip():
        raise DomainError(_("Write what the customer is told."))
    day = business_day()
    due = day + timedelta(days=CALLBACK_DAYS.on(day)) if case.wants_callback else None
    told = Said(note=text, key=said.key)
    STEPS.take(case, "reply", told, reply=text, replied_at=NOW, callback_due_on=due, satisfied=None)
    tell(case, "reply", told)
