"""In words: how long there is until it is looked at again, and what was done about it so far."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from crm.correspondence.letters.models import Letter, LetterState
from crm.dates import business_day_of
from crm.violations.cases import queries
from crm.violations.cases.models import TO_INSPECT, Violation, ViolationInspection

VOID = LetterState.void


def left_in_words(row: Any, today: date) -> str:
    """Of a violation or a row of `queries.violations`; "" where nothing is to be looked at."""
    due = row.due_on
    if due is None or row.state not in TO_INSPECT:
        return ""
    days = (due - today).days
    if days == 0:
        return _("Today")
    return _("Overdue by %(days)s days", days=-days) if days < 0 else _("In %(days)s days", days=days)


def tone_of(row: Any, today: date) -> str:
    """Red only for what is really late."""
    if row.due_on is None or row.due_on > today:
        return "blue"
    return "red" if row.due_on < today else "orange"


def done_so_far(violation: Violation, longest: int) -> str:
    """The letters that count and what was seen since, for a paper; too long, what was seen first is left out."""
    with force_locale("zh_CN"):
        letters = [_made_out(each) for each in queries.letters_of(violation.id)[::-1] if each.state is not VOID]
        seen = [_looked(each) for each in queries.inspections_of(violation.id)]
    while seen and len("\n".join([*letters, *seen])) > longest:
        del seen[0]
    return "\n".join([*letters, *seen])[:longest]


def _made_out(letter: Letter) -> str:
    told = {"day": letter.dated_on, "number": letter.number, "subject": letter.subject}
    return _("On %(day)s we made out %(number)s, %(subject)s.", **told)


def _looked(inspection: ViolationInspection) -> str:
    outcome = _("Put right") if inspection.passed else _("Not put right")
    told = {"day": business_day_of(inspection.inspected_at), "outcome": outcome, "words": inspection.words}
    return _("On %(day)s we looked again. %(outcome)s: %(words)s", **told)
